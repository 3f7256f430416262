/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-machine.h"

G_BEGIN_DECLS

/* Returns: (transfer full): what can be done with the machine now, as items on "machine.*" actions.
 * It is made when the menu opens: a list has many rows and few open menus. */
GMenuModel *lc_machine_menu_new (LcMachine *machine, GListModel *connectors);

G_END_DECLS
