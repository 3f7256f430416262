/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-error.h"

G_BEGIN_DECLS

typedef enum
{
  LC_ERROR_ACTION_NONE,
  LC_ERROR_ACTION_RETRY,
  LC_ERROR_ACTION_SIGN_IN,
  LC_ERROR_ACTION_UNLOCK_KEYRING,
} LcErrorAction;

/* The words for an error, translated: those of its code, or of its situation where the service code
 * tells one. An error of another domain counts as %LC_ERROR_FAILED. */
const char *lc_error_text_get_title (const GError *error);
const char *lc_error_text_get_hint (const GError *error);
LcErrorAction lc_error_text_get_action (const GError *error);

/* Returns: (nullable): what to write on the button for that action */
const char *lc_error_text_get_action_label (LcErrorAction action);

/* Returns: (nullable): the service's own sentence, to be shown as a quotation: plain text, not
 * markup */
const char *lc_error_text_get_service_message (const GError *error);

/* How many codes the table knows; a test compares it with #LcError. */
guint lc_error_text_get_n_codes (void);

G_END_DECLS
