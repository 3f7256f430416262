/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret.h"

G_BEGIN_DECLS

typedef enum
{
  LC_SSH_KEY_FILE_NONE, /* not a private key */
  LC_SSH_KEY_FILE_PLAIN,
  LC_SSH_KEY_FILE_ENCRYPTED,
} LcSshKeyFileKind;

/* What kind of private key a file holds, told from its first lines: OpenSSH's own format
 * (PROTOCOL.key in its sources), PEM (RFC 1421) and PKCS#8 (RFC 5958). Any thread. */
LcSshKeyFileKind lc_ssh_key_file_inspect (const char *data, gsize length);

/* Reads a private key file, blocking. Returns: (nullable) (transfer full): its content;
 * %LC_ERROR_AUTH_FAILED with the service code "key-file" when it cannot be read or is none. */
LcSecret *lc_ssh_key_file_load (const char *path, LcSshKeyFileKind *kind, GError **error);

/* Reads the first line of a small file, blocking. Returns: (nullable) (transfer full) */
char *lc_ssh_key_file_dup_line (const char *path);

/* Reads the certificate beside a private key file, "PATH-cert.pub" as ssh-keygen(1) makes it,
 * blocking. Returns: (nullable) (transfer full): its line; %NULL when there is none that can be
 * used */
char *lc_ssh_key_file_dup_certificate (const char *path);

G_END_DECLS
