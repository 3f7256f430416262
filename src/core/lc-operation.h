/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-step.h"

G_BEGIN_DECLS

/**
 * LcOperation:
 *
 * Something that takes more than a blink: title, steps, progress, elapsed time, cancel. The user
 * interface shows it, `labconnectctl` prints it, SIGUSR1 and the Troubleshooting page list those
 * that run. Main thread.
 *
 * Properties: title, subject-id (nullable: the machine or account it is about), steps (#GListModel
 * of #LcStep), current-step (nullable), progress (0..1, -1 unknown), elapsed (seconds), running,
 * error (nullable boxed #GError, set when it failed or was cancelled). Signal "finished": once,
 * when running becomes %FALSE.
 */
#define LC_TYPE_OPERATION (lc_operation_get_type ())
G_DECLARE_FINAL_TYPE (LcOperation, lc_operation, LC, OPERATION, GObject)

/**
 * lc_operation_new:
 * @title: translated, such as "Opening the notebook on ml-lab-vm-7"
 * @subject_id: (nullable): the machine or account
 *
 * It runs, and is in lc_operation_get_running(), until lc_operation_finish().
 */
LcOperation *lc_operation_new (const char *title, const char *subject_id);

/**
 * lc_operation_add_step:
 * @id: not translated, such as "start-machine"; also in `journey.json` and logs
 * @title: translated, in the words of the person: "Start the machine"
 *
 * Announces a step that is still to come, so that people see how far the way is.
 */
void lc_operation_add_step (LcOperation *self, const char *id, const char *title);

/**
 * lc_operation_begin_step:
 * @id: a step; one that was not announced is added with @title
 * @title: (nullable): replaces the announced title
 *
 * The step that ran is done; announced steps before @id that never ran are skipped; those behind it
 * are to come, also when the way goes back to an earlier step for another try.
 */
void lc_operation_begin_step (LcOperation *self, const char *id, const char *title);
void lc_operation_skip_step (LcOperation *self, const char *id);

/* What is going on within the step: "third try", "waiting for your password". */
void lc_operation_set_detail (LcOperation *self, const char *detail);
void lc_operation_set_progress (LcOperation *self, double fraction);

/**
 * lc_operation_finish:
 * @error: (nullable): why it failed; the running step fails with it
 *
 * Ends it, once; later calls are ignored. What is not %LC_ERROR is converted.
 */
void lc_operation_finish (LcOperation *self, const GError *error);

/* Asks it to end: whoever runs it ends its waits and finishes it with %LC_ERROR_CANCELLED. */
void lc_operation_cancel (LcOperation *self);
GCancellable *lc_operation_get_cancellable (LcOperation *self);
const char *lc_operation_get_title (LcOperation *self);
const char *lc_operation_get_subject_id (LcOperation *self);
GListModel *lc_operation_get_steps (LcOperation *self);
LcStep *lc_operation_get_current_step (LcOperation *self);
double lc_operation_get_progress (LcOperation *self);
double lc_operation_get_elapsed (LcOperation *self);
gboolean lc_operation_is_running (LcOperation *self);
const GError *lc_operation_get_error (LcOperation *self);

/* Returns: (transfer none) (element-type LcOperation): those that run now, for SIGUSR1 and the
 * Troubleshooting page. */
GListModel *lc_operation_get_running (void);

G_END_DECLS
