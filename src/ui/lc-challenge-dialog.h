/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-prompt.h"

G_BEGIN_DECLS

/**
 * LcChallengeDialog:
 *
 * What a machine asks while one logs in, in its own words: a row for each question. Shown with
 * lc_question_ask().
 */
#define LC_TYPE_CHALLENGE_DIALOG (lc_challenge_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcChallengeDialog, lc_challenge_dialog, LC, CHALLENGE_DIALOG, AdwDialog)

/* @promise: resolved with the answers */
AdwDialog *lc_challenge_dialog_new (LcMachine *machine,
                                    LcChallenge *challenge,
                                    LcPromptReason reason,
                                    DexPromise *promise);

G_END_DECLS
