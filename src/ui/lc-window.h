/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-launcher.h"

G_BEGIN_DECLS

/**
 * LcWindow:
 *
 * The main window: labs beside the machines of the chosen one, or a page that says why there are
 * none. All that can be done in it is a "win." action (lc-window-actions.c).
 *
 * Signal "hidden": it was closed but stays, out of sight, for the sake of what is open.
 */
#define LC_TYPE_WINDOW (lc_window_get_type ())
G_DECLARE_FINAL_TYPE (LcWindow, lc_window, LC, WINDOW, AdwApplicationWindow)

GtkWindow *lc_window_new (GtkApplication *application,
                          LcRegistry *registry,
                          LcCatalog *catalog,
                          LcLauncher *launcher);

/* Chooses where to sign in. */
void lc_window_choose_cloud (LcWindow *self, LcCloud *cloud);

/* Whether closing it would end something: open connections and running operations. */
gboolean lc_window_is_needed (LcWindow *self);

G_END_DECLS
