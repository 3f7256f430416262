/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * LcStepRow:
 *
 * One step of an operation: state as icon and word, title, detail, elapsed time.
 */
#define LC_TYPE_STEP_ROW (lc_step_row_get_type ())
G_DECLARE_FINAL_TYPE (LcStepRow, lc_step_row, LC, STEP_ROW, GtkListBoxRow)

GtkWidget *lc_step_row_new (LcStep *step);

G_END_DECLS
