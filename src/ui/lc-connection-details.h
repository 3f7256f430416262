/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-connection.h"

G_BEGIN_DECLS

/**
 * LcConnectionDetails:
 *
 * A row that unfolds: what a connection agreed upon with the machine, and what has happened to it.
 */
#define LC_TYPE_CONNECTION_DETAILS (lc_connection_details_get_type ())
G_DECLARE_FINAL_TYPE (LcConnectionDetails,
                      lc_connection_details,
                      LC,
                      CONNECTION_DETAILS,
                      AdwExpanderRow)

GtkWidget *lc_connection_details_new (LcConnection *connection);

G_END_DECLS
