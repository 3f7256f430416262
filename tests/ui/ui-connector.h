/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connector.h"

G_BEGIN_DECLS

/**
 * UiConnector:
 *
 * A connector that looks like a real one, with title and icon, and leads nowhere.
 */
#define UI_TYPE_CONNECTOR (ui_connector_get_type ())
G_DECLARE_FINAL_TYPE (UiConnector, ui_connector, UI, CONNECTOR, GObject)
LcConnector *ui_connector_new (const char *id, const char *title, const char *icon_name);

#define UI_TYPE_CONNECTION (ui_connection_get_type ())
G_DECLARE_FINAL_TYPE (UiConnection, ui_connection, UI, CONNECTION, LcConnection)
LcConnection *ui_connection_new (LcMachine *machine);

G_END_DECLS
