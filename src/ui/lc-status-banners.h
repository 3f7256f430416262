/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcStatusBanners:
 *
 * What lasts and should be known: offline, sign in again, secrets are not kept, the keyring is
 * locked. The window shows them in both panes, since a narrow one shows only one.
 */
#define LC_TYPE_STATUS_BANNERS (lc_status_banners_get_type ())
G_DECLARE_FINAL_TYPE (LcStatusBanners, lc_status_banners, LC, STATUS_BANNERS, GtkBox)

GtkWidget *lc_status_banners_new (void);

/* To be called once. */
void
lc_status_banners_set_context (LcStatusBanners *self, LcRegistry *registry, LcCatalog *catalog);

/* Whether the state of the list is told here; not where a page tells it. */
void lc_status_banners_set_show_catalog (LcStatusBanners *self, gboolean show);

G_END_DECLS
