/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-activity.h"
#include "lc-lab.h"

G_BEGIN_DECLS

/**
 * LcLabView:
 *
 * The machines of one lab, with search. It makes only the rows that are seen.
 *
 * Properties: lab (nullable), compact (read-only use by rows; set by its own breakpoint).
 */
#define LC_TYPE_LAB_VIEW (lc_lab_view_get_type ())
G_DECLARE_FINAL_TYPE (LcLabView, lc_lab_view, LC, LAB_VIEW, AdwNavigationPage)

/* To be called once. */
void lc_lab_view_set_context (LcLabView *self, GListModel *connectors, LcActivity *activity);
void lc_lab_view_set_lab (LcLabView *self, LcLab *lab);
LcLab *lc_lab_view_get_lab (LcLabView *self); /* nullable */

/* Returns: (nullable) (transfer none): what is selected */
LcMachine *lc_lab_view_get_selected (LcLabView *self);
void lc_lab_view_search (LcLabView *self);

/* What stands below the header bar, above the list. */
void lc_lab_view_add_banner (LcLabView *self, GtkWidget *banner);

/* On the button in the header bar. */
void lc_lab_view_set_n_connections (LcLabView *self, guint n);

G_END_DECLS
