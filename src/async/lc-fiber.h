/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/* Fibers that can be cancelled.
 *
 * libdex 0.10 loses its whole queue of fibers when a fiber is discarded and what it waits for
 * completes before it runs again (dex_fiber_propagate() unlinks it from a queue in which it is no
 * more). So our fibers are never discarded: dropping the future of lc_spawn() ends the wait that
 * the fiber is in, and every wait thereafter. For that the wait has to be one of these; code that
 * includes lc-async.h writes dex_await() and gets them. To be dropped with libdex 0.10;
 * /async/spawn/cancel-and-complete tells when. */

/**
 * lc_spawn:
 * @func: the body
 * @data: (transfer full): for @func
 * @destroy: (nullable): frees @data on the main thread
 *
 * Starts a fiber on the main thread, with two megabytes of stack: what it changes is watched, and
 * GTK builds rows on the stack of whoever changes a list. Call from the main thread. Dropping the
 * returned future cancels the fiber: what it awaits is dropped, and this and every later wait in it
 * fails at once with %DEX_ERROR_FIBER_CANCELLED (core's lc_error_is_cancelled() knows it). Hence a
 * fiber cannot wait while it cleans up: hand such work to a future of its own.
 *
 * Returns: (transfer full): resolves or rejects as the future that @func returns
 */
DexFuture *
lc_spawn (DexFiberFunc func, gpointer data, GDestroyNotify destroy) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_settle:
 *
 * Runs the main loop until every cancelled fiber has come to its end. For the last lines of a
 * program, when all that it made is dropped. Call from the main thread, not from a fiber.
 */
void lc_settle (void);

/**
 * lc_finish:
 *
 * For the end of a program: as lc_settle(), after what can go on without waiting has done so. A
 * fiber whose wait is over has not come to its end before the main loop ran once more. Then waits
 * a few seconds at most for the threads of lc_thread_start(), which have been told to end.
 */
void lc_finish (void);

gboolean lc_await (DexFuture *future, GError **error);
gboolean lc_await_boolean (DexFuture *future, GError **error);
int lc_await_int (DexFuture *future, GError **error);
guint lc_await_uint (DexFuture *future, GError **error);
gint64 lc_await_int64 (DexFuture *future, GError **error);
guint64 lc_await_uint64 (DexFuture *future, GError **error);
guint lc_await_enum (DexFuture *future, GError **error);
double lc_await_double (DexFuture *future, GError **error);
char *lc_await_string (DexFuture *future, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gpointer lc_await_boxed (DexFuture *future, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gpointer lc_await_object (DexFuture *future, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant *lc_await_variant (DexFuture *future, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#ifndef LC_FIBER_COMPILATION
#define dex_await         lc_await
#define dex_await_boolean lc_await_boolean
#define dex_await_int     lc_await_int
#define dex_await_uint    lc_await_uint
#define dex_await_int64   lc_await_int64
#define dex_await_uint64  lc_await_uint64
#define dex_await_enum    lc_await_enum
#define dex_await_double  lc_await_double
#define dex_await_string  lc_await_string
#define dex_await_boxed   lc_await_boxed
#define dex_await_object  lc_await_object
#define dex_await_variant lc_await_variant
#endif

G_END_DECLS
