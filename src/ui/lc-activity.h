/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * LcActivity:
 *
 * What goes on for each machine or account: the operation that runs for it, or the last one that
 * failed until somebody has seen to it. Follows lc_operation_get_running(). Main thread.
 *
 * Signals: "changed" (subject id): lc_activity_find() may answer differently now; "ended"
 * (#LcOperation): it succeeded, failed or was cancelled.
 */
#define LC_TYPE_ACTIVITY (lc_activity_get_type ())
G_DECLARE_FINAL_TYPE (LcActivity, lc_activity, LC, ACTIVITY, GObject)

LcActivity *lc_activity_new (void);

/* Nullable, transfer none. Ids are compared without case. */
LcOperation *lc_activity_find (LcActivity *self, const char *subject_id);

/* Forgets a failure. */
void lc_activity_dismiss (LcActivity *self, const char *subject_id);
guint lc_activity_get_n_running (LcActivity *self);

G_END_DECLS
