/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-activity.h"
#include "lc-lab-view.h"
#include "lc-window.h"

G_BEGIN_DECLS

/* For lc-window-actions.c. All transfer none. */
LcRegistry *lc_window_get_registry (LcWindow *self);
LcCatalog *lc_window_get_catalog (LcWindow *self);
LcLauncher *lc_window_get_launcher (LcWindow *self);
LcActivity *lc_window_get_activity (LcWindow *self);
LcLabView *lc_window_get_lab_view (LcWindow *self);
void lc_window_add_toast (LcWindow *self, AdwToast *toast);

/* Brings the machines forward where only one pane fits. */
void lc_window_show_machines (LcWindow *self);

/* Adds all "win." actions. */
void lc_window_add_actions (LcWindow *self);

G_END_DECLS
