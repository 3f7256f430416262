/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lc_thread_start:
 * @name: at most 15 bytes, for debuggers
 * @func: what the thread does; it is told to end by other means
 * @data: for @func
 *
 * As g_thread_new(), for a thread that nobody waits for while the program runs. Call from any
 * thread.
 */
void lc_thread_start (const char *name, GThreadFunc func, gpointer data);

/**
 * lc_threads_join:
 * @milliseconds: the longest wait, all in all
 *
 * Waits until every thread that lc_thread_start() made is gone. exit() takes down libraries, such
 * as libcrypto, in which such a thread would still be at work. Call from the main thread.
 *
 * Returns: whether none is left
 */
gboolean lc_threads_join (guint milliseconds);

G_END_DECLS
