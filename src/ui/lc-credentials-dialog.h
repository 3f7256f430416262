/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <libdex.h>

#include "lc-keys.h"
#include "lc-prompt.h"

G_BEGIN_DECLS

/**
 * LcCredentialsDialog:
 *
 * "How do you log in to this machine?" It answers the promise with an #LcCredentials.
 */
#define LC_TYPE_CREDENTIALS_DIALOG (lc_credentials_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcCredentialsDialog, lc_credentials_dialog, LC, CREDENTIALS_DIALOG, AdwDialog)

/* @previous: (nullable): what was tried; @keys: (nullable): those to choose from; @promise:
 * borrowed, a reference is taken */
AdwDialog *lc_credentials_dialog_new (LcMachine *machine,
                                      LcPromptReason reason,
                                      LcCredentials *previous,
                                      gboolean session_only,
                                      LcKeys *keys,
                                      DexPromise *promise);

/* Returns: (nullable): what a reason says to the person */
const char *lc_prompt_reason_text (LcPromptReason reason);

G_END_DECLS
