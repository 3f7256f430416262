/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-prompt.h"
#include "lc-ssh-request.h"
#include "lc-ssh-session.h"

G_BEGIN_DECLS

/**
 * lc_ssh_question_ask:
 * @self: where the question came from
 * @request: for which it is answered; the question ends when it is abandoned
 * @reason: FIRST, or CODE_REFUSED
 *
 * The connection's thread asks the person, who is on the main thread, and waits: as long as it
 * takes, until the server hangs up or the connection is to end. The question goes through
 * lc_ssh_connection_question_cb() to the connection's #LcPrompt.
 *
 * Returns: (nullable) (transfer full) (element-type LcSecret): an answer to each question;
 * %LC_ERROR_CANCELLED when the person declines
 */
GPtrArray *lc_ssh_question_ask (LcSshSession *self,
                                LcSshRequest *request,
                                LcChallenge *challenge,
                                LcPromptReason reason,
                                GError **error);

/* Main thread: shows a question of lc_ssh_question_ask(). @prompt: (nullable): without one it is
 * declined */
void lc_ssh_question_show (gpointer question, LcPrompt *prompt, LcMachine *machine);

G_END_DECLS
