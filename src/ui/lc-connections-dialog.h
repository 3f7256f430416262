/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-registry.h"

G_BEGIN_DECLS

/**
 * LcConnectionsDialog:
 *
 * What is open now, and what has closed by itself.
 */
#define LC_TYPE_CONNECTIONS_DIALOG (lc_connections_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcConnectionsDialog, lc_connections_dialog, LC, CONNECTIONS_DIALOG, AdwDialog)

AdwDialog *lc_connections_dialog_new (LcRegistry *registry);

G_END_DECLS
