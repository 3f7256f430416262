/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-host-key.h"
#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcCliAnswers:
 *
 * What a script answers beforehand, as lines "KEY=VALUE" (labconnectctl(1)): "login", "password",
 * "new-password", "key-file", "agent-key", "passphrase" and "answer" are each used once, in their
 * order; "host-key" is either a fingerprint or "accept-new", and holds for the whole run.
 */
typedef struct _LcCliAnswers LcCliAnswers;

/**
 * lc_cli_answers_read:
 * @fd: read to its end, and closed
 */
LcCliAnswers *lc_cli_answers_read (int fd, GError **error);
LcCliAnswers *lc_cli_answers_parse (const char *text, GError **error);
void lc_cli_answers_free (LcCliAnswers *self);

/* Returns: (transfer full) (nullable): the next value of @key */
LcSecret *lc_cli_answers_take (LcCliAnswers *self, const char *key);
gboolean lc_cli_answers_accept (LcCliAnswers *self, LcHostKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcCliAnswers, lc_cli_answers_free)

G_END_DECLS
