/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-prompt.h>

G_BEGIN_DECLS

/**
 * LcFakePrompt:
 *
 * A person with prepared answers: each question takes the next one of the queue, and waits when
 * there is none, as people do.
 */
#define LC_TYPE_FAKE_PROMPT (lc_fake_prompt_get_type ())
G_DECLARE_FINAL_TYPE (LcFakePrompt, lc_fake_prompt, LC, FAKE_PROMPT, GObject)

LcFakePrompt *lc_fake_prompt_new (void);

/* Answers to ask_credentials, ask_new_password; the text of which is a passphrase, too, and the
 * answer to a challenge. */
void lc_fake_prompt_push_password (LcFakePrompt *self,
                                   const char *login,
                                   const char *password,
                                   gboolean remember);
void lc_fake_prompt_push_credentials (LcFakePrompt *self, LcCredentials *credentials);
void lc_fake_prompt_push_cancel (LcFakePrompt *self);

/* Every host key is trusted unless told otherwise. */
void lc_fake_prompt_set_trusts (LcFakePrompt *self, gboolean trusts);

/* What was asked so far, one word each and the reason: "credentials:first",
 * "new-password:password-refused:the service's sentence", "passphrase:passphrase-wrong",
 * "challenge:code-refused",
 * "host-key", "uri:http://…". %NULL-terminated. */
const char *const *lc_fake_prompt_get_log (LcFakePrompt *self);

/* Questions that nobody has answered or dropped. */
guint lc_fake_prompt_count_open (LcFakePrompt *self);

G_END_DECLS
