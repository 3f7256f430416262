/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-registry.h"

G_BEGIN_DECLS

/**
 * LcSignInDialog:
 *
 * The sign-in view for one more account, or for one that must sign in again. It closes by itself
 * when that is done.
 */
#define LC_TYPE_SIGN_IN_DIALOG (lc_sign_in_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcSignInDialog, lc_sign_in_dialog, LC, SIGN_IN_DIALOG, AdwDialog)

/* @account: (nullable): who is to sign in again */
AdwDialog *lc_sign_in_dialog_new (LcRegistry *registry, LcAccount *account);

G_END_DECLS
