/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-credentials.h"
#include "lc-prompt.h"
#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/**
 * lc_ssh_password_change:
 * @connection: is logged in; no more use afterwards
 * @prompt: asks for the new password
 * @credentials: what was given; have the new one afterwards, if they are a password
 *
 * When a password has expired, sshd(8) lets its owner in to do one thing: whatever was to be run in
 * a terminal, passwd(1) runs there. The known password is given, the new one is asked for, and so
 * is what else passwd wants to know, in its own words. Call on a fiber.
 *
 * Returns: whether the password is good now; %LC_ERROR_AUTH_FAILED "password-expired" when
 * passwd did not take the new one, %LC_ERROR_CANCELLED when the person declined
 */
gboolean lc_ssh_password_change (LcSshConnection *connection,
                                 LcPrompt *prompt,
                                 LcCredentials *credentials,
                                 GError **error);

G_END_DECLS
