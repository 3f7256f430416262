/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lc-registry.h"

G_BEGIN_DECLS

/**
 * LcSignInView:
 *
 * From "which cloud" to a signed-in account: through the browser, or with a code on another device.
 *
 * Signal "signed-in" (#LcAccount).
 */
#define LC_TYPE_SIGN_IN_VIEW (lc_sign_in_view_get_type ())
G_DECLARE_FINAL_TYPE (LcSignInView, lc_sign_in_view, LC, SIGN_IN_VIEW, GtkWidget)

GtkWidget *lc_sign_in_view_new (void);

/* To be called once. */
void lc_sign_in_view_set_registry (LcSignInView *self, LcRegistry *registry);

/* Chooses a cloud, added to the list when it is not there. */
void lc_sign_in_view_choose_cloud (LcSignInView *self, LcCloud *cloud);

/* Begins at once, for an account that must sign in again. */
void lc_sign_in_view_sign_in_again (LcSignInView *self, LcAccount *account);

/* Gives up what is under way. */
void lc_sign_in_view_cancel (LcSignInView *self);

G_END_DECLS
