/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LcSshInfo:
 * @address: where the connection goes, "192.0.2.7 port 22"
 * @server: the server's identification, "SSH-2.0-OpenSSH_10.0p2 Debian-7"
 * @key_exchange: negotiated, such as "curve25519-sha256"
 * @host_key: the algorithm of the host key
 * @fingerprint: of the host key, "SHA256:…"
 * @cipher_in: from the server
 * @cipher_out: to the server
 * @mac_in: (nullable): none with an authenticated cipher
 * @mac_out: (nullable): none with an authenticated cipher
 * @authentication: how the log-in was done, "publickey" or "publickey,keyboard-interactive"
 * @library: libssh2 and its version
 *
 * What both sides have agreed upon; for people who look for a fault. No secrets.
 */
typedef struct
{
  char *address;
  char *server;
  char *key_exchange;
  char *host_key;
  char *fingerprint;
  char *cipher_in;
  char *cipher_out;
  char *mac_in;
  char *mac_out;
  char *authentication;
  char *library;
} LcSshInfo;

#define LC_TYPE_SSH_INFO (lc_ssh_info_get_type ())
GType lc_ssh_info_get_type (void);
LcSshInfo *lc_ssh_info_copy (const LcSshInfo *self);
void lc_ssh_info_free (LcSshInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshInfo, lc_ssh_info_free)

G_END_DECLS
