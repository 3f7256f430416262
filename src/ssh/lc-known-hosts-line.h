/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-host-key.h"

G_BEGIN_DECLS

/**
 * LcKnownHostsLine:
 * @hosts: the comma-separated patterns
 * @key: the key
 * @comment: (nullable): the rest of the line
 *
 * A line of a known hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT") that names a key. Lines
 * with a marker (@cert-authority, @revoked) are not among them.
 */
typedef struct
{
  char *hosts;
  LcHostKey *key;
  char *comment;
} LcKnownHostsLine;

/* Returns: (nullable) (transfer full): %NULL when it is empty, a comment, or not to be understood.
 */
LcKnownHostsLine *lc_known_hosts_line_parse (const char *text);
void lc_known_hosts_line_free (LcKnownHostsLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcKnownHostsLine, lc_known_hosts_line_free)

/* Returns: (transfer full): the line, without its end. */
char *lc_known_hosts_line_format (const char *hosts, LcHostKey *key, const char *comment);

G_END_DECLS
