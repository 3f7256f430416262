/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lc-keys.h"
#include "lc-prompt.h"

G_BEGIN_DECLS

/**
 * LcUiPrompt:
 *
 * Asks the person with dialogs on the application's window; without one, the application is
 * activated first. It holds the application weakly.
 */
#define LC_TYPE_UI_PROMPT (lc_ui_prompt_get_type ())
G_DECLARE_FINAL_TYPE (LcUiPrompt, lc_ui_prompt, LC, UI_PROMPT, GObject)

LcUiPrompt *lc_ui_prompt_new (GtkApplication *application);

/* @session_only: whether what is to be remembered is remembered only until the program ends */
void lc_ui_prompt_set_session_only (LcUiPrompt *self, gboolean session_only);

/* @keys: (nullable): those that the person may choose from */
void lc_ui_prompt_set_keys (LcUiPrompt *self, LcKeys *keys);

G_END_DECLS
