/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-challenge.h"
#include "lc-ssh-request.h"
#include "lc-ssh-session.h"

G_BEGIN_DECLS

/* @reason: the service code that tells failed log-ins apart: "password", "publickey",
 * "no-such-method", "passphrase", "key-file", "password-expired", "code" (what was answered to the
 * machine's questions), "agent" (none, or one that does not answer). And once one is in,
 * "password-expired-terminal": a new one can be chosen in a terminal only */
GError *lc_ssh_auth_error (const char *reason, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * lc_ssh_auth_log_in:
 * @self: a session whose host key was accepted
 * @request: with credentials, and the private key where they are about one
 *
 * Begins with what the credentials are about and goes on with what the server still wants (RFC 4252
 * section 5.1, partial success), asking the person through lc_ssh_question_ask(). Makes no more
 * attempts than servers count before they hang up. #LcSshSession.authentication tells what it took.
 *
 * Runs on the session's thread, which may spend a second on decrypting the key, and as long as the
 * person takes on a question; until @request is abandoned.
 */
gboolean lc_ssh_auth_log_in (LcSshSession *self, LcSshRequest *request, GError **error);

/* What a person is asked who has to choose a new password: twice the same. @refusal: (nullable):
 * why the last one was not good enough. Returns: (transfer full) */
LcChallenge *lc_ssh_new_password_challenge (const char *refusal);

G_END_DECLS
