/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-launcher.h"

G_BEGIN_DECLS

/**
 * LcConnectDialog:
 *
 * All the ways to be at work on a machine, how to log in, and the command for a terminal.
 */
#define LC_TYPE_CONNECT_DIALOG (lc_connect_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcConnectDialog, lc_connect_dialog, LC, CONNECT_DIALOG, AdwDialog)

AdwDialog *lc_connect_dialog_new (LcRegistry *registry, LcLauncher *launcher, LcMachine *machine);

G_END_DECLS
