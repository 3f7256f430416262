/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lc-activity.h"
#include "lc-machine.h"

G_BEGIN_DECLS

/**
 * LcMachineRow:
 *
 * A machine in the list: what it is, what can be done with it, and what is being done. It is
 * recycled by the list: everything follows "machine". Its actions ("machine.start" …) are the
 * window's ("win.machine-start" …) with the machine's id.
 *
 * Properties: machine (nullable), compact (whether there is little room).
 */
#define LC_TYPE_MACHINE_ROW (lc_machine_row_get_type ())
G_DECLARE_FINAL_TYPE (LcMachineRow, lc_machine_row, LC, MACHINE_ROW, GtkBox)

/* @connectors: (element-type LcConnector): ways to be at work, the preferred one first */
GtkWidget *lc_machine_row_new (GListModel *connectors, LcActivity *activity);
void lc_machine_row_set_machine (LcMachineRow *self, LcMachine *machine);
LcMachine *lc_machine_row_get_machine (LcMachineRow *self); /* nullable */

/* Does what its one button does. Returns: whether there was something to do */
gboolean lc_machine_row_activate_primary (LcMachineRow *self);

G_END_DECLS
