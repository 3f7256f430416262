/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-credentials.h"
#include "lc-ssh-session.h"

G_BEGIN_DECLS

/* @reason: the service code that tells failed log-ins apart: "password", "publickey",
 * "no-such-method", "passphrase", "key-file", "password-expired" */
GError *lc_ssh_auth_error (const char *reason, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * lc_ssh_auth_log_in:
 * @self: a session whose host key was accepted
 * @credentials: how
 * @key: (nullable): the private key file's content, with a key file
 *
 * Runs on the session's thread, which may spend a second on decrypting the key.
 */
gboolean
lc_ssh_auth_log_in (LcSshSession *self, LcCredentials *credentials, LcSecret *key, GError **error);

G_END_DECLS
