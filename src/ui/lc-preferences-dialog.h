/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcPreferencesDialog:
 *
 * What can be set, and what this computer remembers. A key that a school has locked is shown and
 * cannot be changed.
 */
#define LC_TYPE_PREFERENCES_DIALOG (lc_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcPreferencesDialog,
                      lc_preferences_dialog,
                      LC,
                      PREFERENCES_DIALOG,
                      AdwPreferencesDialog)

AdwDialog *lc_preferences_dialog_new (LcRegistry *registry, LcCatalog *catalog);

G_END_DECLS
