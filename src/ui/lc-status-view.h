/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcStatusView:
 *
 * The page in place of a list of labs: asking for them, there are none, offline, or failed.
 */
#define LC_TYPE_STATUS_VIEW (lc_status_view_get_type ())
G_DECLARE_FINAL_TYPE (LcStatusView, lc_status_view, LC, STATUS_VIEW, GtkWidget)

/* @error: (nullable): with %LC_CATALOG_FAILED */
void lc_status_view_set_state (LcStatusView *self, LcCatalogState state, const GError *error);

G_END_DECLS
