/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-trusted-key.h"

G_BEGIN_DECLS

typedef enum
{
  LC_KNOWN_HOSTS_KEY,
  LC_KNOWN_HOSTS_REVOKED,   /* "@revoked": never to be trusted */
  LC_KNOWN_HOSTS_AUTHORITY, /* "@cert-authority": signs the certificates of hosts */
} LcKnownHostsMarker;

/**
 * LcKnownHostsLine:
 * @marker: what the line says of the key
 * @hosts: the comma-separated patterns, or a hashed name
 * @key: the key
 * @comment: (nullable): the rest of the line
 *
 * A line of a known hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 */
typedef struct
{
  LcKnownHostsMarker marker;
  char *hosts;
  LcHostKey *key;
  char *comment;
} LcKnownHostsLine;

/* Returns: (nullable) (transfer full): %NULL when it is empty, a comment, or not to be understood.
 */
LcKnownHostsLine *lc_known_hosts_line_parse (const char *text);
void lc_known_hosts_line_free (LcKnownHostsLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcKnownHostsLine, lc_known_hosts_line_free)

/* Returns: (transfer full): a line without a marker, and without its end. */
char *lc_known_hosts_line_format (const char *hosts, LcHostKey *key, const char *comment);

/* Lines of ours say in their comment whose key it is, and when, why and by whom it was trusted, as
 * words "NAME=VALUE". Older ones have fewer of them. Whatever is in the comment, there is a result.
 */
LcTrustedKey *lc_known_hosts_line_dup_trusted (LcKnownHostsLine *self);
char *lc_known_hosts_line_format_trusted (const LcTrustedKey *trusted);

G_END_DECLS
