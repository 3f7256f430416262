/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-registry.h"

G_BEGIN_DECLS

/**
 * LcAccountsDialog:
 *
 * Who is signed in where; add one, sign one out.
 */
#define LC_TYPE_ACCOUNTS_DIALOG (lc_accounts_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcAccountsDialog, lc_accounts_dialog, LC, ACCOUNTS_DIALOG, AdwDialog)

AdwDialog *lc_accounts_dialog_new (LcRegistry *registry);

G_END_DECLS
