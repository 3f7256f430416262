/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-connection.h"

G_BEGIN_DECLS

/**
 * LcConnectionRow:
 *
 * Something open: what, on which machine, how it is, since when, how much, how fast, where; and
 * what can be done with it.
 */
#define LC_TYPE_CONNECTION_ROW (lc_connection_row_get_type ())
G_DECLARE_FINAL_TYPE (LcConnectionRow, lc_connection_row, LC, CONNECTION_ROW, AdwPreferencesRow)

/* @forget: (nullable): called with @user_data when a failed connection is dismissed */
typedef void (*LcConnectionForget) (LcConnection *connection, gpointer user_data);

GtkWidget *
lc_connection_row_new (LcConnection *connection, LcConnectionForget forget, gpointer user_data);

G_END_DECLS
