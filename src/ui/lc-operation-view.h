/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * LcOperationView:
 *
 * An operation in full: all its steps, the time it took and, when it failed, why and what to do.
 * Property "operation".
 */
#define LC_TYPE_OPERATION_VIEW (lc_operation_view_get_type ())
G_DECLARE_FINAL_TYPE (LcOperationView, lc_operation_view, LC, OPERATION_VIEW, GtkBox)

GtkWidget *lc_operation_view_new (void);
void lc_operation_view_set_operation (LcOperationView *self, LcOperation *operation);
LcOperation *lc_operation_view_get_operation (LcOperationView *self); /* nullable */

G_END_DECLS
