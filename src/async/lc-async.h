/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-fiber.h"

G_BEGIN_DECLS

/**
 * LcFutureCallback:
 * @owner: the object given to lc_future_to_main(), alive during the call
 * @future: the future, resolved or rejected
 * @user_data: what was given
 */
typedef void (*LcFutureCallback) (gpointer owner, DexFuture *future, gpointer user_data);

/**
 * LcThreadFunc:
 * @data: what was given to lc_run_in_thread()
 *
 * Runs on a worker thread and may block.
 *
 * Returns: (transfer full): a future that is already resolved or rejected, such as
 * dex_future_new_for_error()
 */
typedef DexFuture *(*LcThreadFunc) (gpointer data);

/**
 * lc_with_timeout:
 * @future: (transfer full): what to wait for
 * @milliseconds: the limit
 *
 * Returns: (transfer full): as @future, or rejects with %G_IO_ERROR_TIMED_OUT after @milliseconds;
 * @future is then dropped, hence cancelled
 */
DexFuture *lc_with_timeout (DexFuture *future, guint milliseconds) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_with_cancellable:
 * @future: (transfer full): what to wait for
 * @cancellable: (nullable): ends the wait
 *
 * Returns: (transfer full): as @future, or rejects with %G_IO_ERROR_CANCELLED when @cancellable is
 *   cancelled; @future is then dropped
 */
DexFuture *lc_with_cancellable (DexFuture *future,
                                GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_sleep:
 * @milliseconds: how long
 *
 * Returns: (transfer full): resolves to %TRUE after @milliseconds
 */
DexFuture *lc_sleep (guint milliseconds) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_run_in_thread:
 * @func: blocking work; it must end by itself
 * @data: (transfer full): for @func
 * @destroy: (nullable): frees @data
 *
 * For blocking leaf work: key decryption, files. Runs on GLib's task thread pool.
 *
 * Returns: (transfer full): as the future that @func returns, on the calling thread's main context
 */
DexFuture *lc_run_in_thread (LcThreadFunc func,
                             gpointer data,
                             GDestroyNotify destroy) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_future_to_main:
 * @future: (transfer full): what to wait for
 * @owner: (type GObject): held weakly; when it is gone @callback is not called
 * @callback: called from the main loop, never on a fiber's small stack
 * @user_data: for @callback
 * @destroy: (nullable): frees @user_data, also when @callback was not called
 *
 * How user interface code goes on after a wait. @future is kept until it completes, even without
 * @owner.
 */
void lc_future_to_main (DexFuture *future,
                        gpointer owner,
                        LcFutureCallback callback,
                        gpointer user_data,
                        GDestroyNotify destroy);

G_END_DECLS
