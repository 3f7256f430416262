/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-cli-answers.h"
#include "lc-cli-terminal.h"
#include "lc-prompt.h"

G_BEGIN_DECLS

/**
 * LcCliPrompt:
 *
 * Asks on the terminal, unless there are answers from a script: then it asks nobody.
 */
#define LC_TYPE_CLI_PROMPT (lc_cli_prompt_get_type ())
G_DECLARE_FINAL_TYPE (LcCliPrompt, lc_cli_prompt, LC, CLI_PROMPT, GObject)

LcCliPrompt *lc_cli_prompt_new (LcCliTerminal *terminal);

/* @answers: (transfer full) */
void lc_cli_prompt_set_answers (LcCliPrompt *self, LcCliAnswers *answers);

/* The login that the command line names; %NULL for none. */
void lc_cli_prompt_set_login (LcCliPrompt *self, const char *login);

G_END_DECLS
