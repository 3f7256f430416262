/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-async.h"

typedef struct
{
  DexPromise *promise;
  LcThreadFunc func;
  gpointer data;
  GDestroyNotify destroy;
} ThreadWork;

typedef struct
{
  GWeakRef owner;
  DexFuture *future;
  LcFutureCallback callback;
  gpointer user_data;
  GDestroyNotify destroy;
} MainHop;

/* Returning NULL makes a block complete as the future that it waited for. */
static DexFuture *
pass_cb (DexFuture *completed, gpointer user_data)
{
  return NULL;
}

static DexFuture *
timed_out_cb (DexFuture *timeout, gpointer user_data)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "No answer within %u ms",
                                GPOINTER_TO_UINT (user_data));
}

static DexFuture *
slept_cb (DexFuture *timeout, gpointer user_data)
{
  return dex_future_new_for_boolean (TRUE);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  dex_promise_reject (user_data,
                      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  return G_SOURCE_REMOVE;
}

static void
destroy_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/* As the first of both; the other is then dropped, even while the result is kept, which
 * dex_future_first() alone does not do. @source: (nullable) (transfer full): destroyed at the end.
 */
static DexFuture *
race (DexFuture *future, DexFuture *limit, GSource *source)
{
  return dex_future_finally (dex_future_first (future, limit, NULL), pass_cb, source,
                             source != NULL ? destroy_source : NULL);
}

static void
thread_work_free (ThreadWork *work)
{
  dex_unref (work->promise);
  if (work->destroy != NULL)
    work->destroy (work->data);
  g_free (work);
}

static void
thread_func (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ThreadWork *work = task_data;

  g_task_return_pointer (task, work->func (work->data), dex_unref);
}

static void
thread_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThreadWork *work = user_data;
  g_autoptr (DexFuture) future = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (value != NULL)
    dex_promise_resolve (work->promise, value);
  else
    dex_promise_reject (work->promise, g_steal_pointer (&error));
  thread_work_free (work);
}

static void
main_hop_free (MainHop *hop)
{
  g_weak_ref_clear (&hop->owner);
  dex_clear (&hop->future);
  if (hop->destroy != NULL)
    hop->destroy (hop->user_data);
  g_free (hop);
}

static gboolean
main_hop_cb (gpointer user_data)
{
  MainHop *hop = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&hop->owner);

  if (owner != NULL)
    hop->callback (owner, hop->future, hop->user_data);
  return G_SOURCE_REMOVE;
}

static DexFuture *
hop_to_main_cb (DexFuture *completed, gpointer user_data)
{
  MainHop *hop = user_data;

  hop->future = dex_ref (completed);
  g_idle_add_full (G_PRIORITY_DEFAULT, main_hop_cb, hop, (GDestroyNotify) main_hop_free);
  return dex_future_new_for_boolean (TRUE);
}

DexFuture *
lc_with_timeout (DexFuture *future, guint milliseconds)
{
  DexFuture *timeout = dex_timeout_new_msec (MIN (milliseconds, G_MAXINT));

  return race (future,
               dex_future_catch (timeout, timed_out_cb, GUINT_TO_POINTER (milliseconds), NULL),
               NULL);
}

DexFuture *
lc_with_cancellable (DexFuture *future, GCancellable *cancellable)
{
  DexPromise *promise;
  GSource *source;

  if (cancellable == NULL)
    return future;

  /* Not dex_cancellable_new_from_cancellable(): that completes inside of g_cancellable_cancel(),
   * where whatever goes on from there deadlocks when it touches the same cancellable. */
  promise = dex_promise_new ();
  source = g_cancellable_source_new (cancellable);
  g_source_set_callback (source, G_SOURCE_FUNC (cancelled_cb), dex_ref (promise), dex_unref);
  g_source_attach (source, NULL);
  return race (future, DEX_FUTURE (promise), source);
}

DexFuture *
lc_sleep (guint milliseconds)
{
  return dex_future_catch (dex_timeout_new_msec (MIN (milliseconds, G_MAXINT)), slept_cb, NULL,
                           NULL);
}

DexFuture *
lc_run_in_thread (LcThreadFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GTask) task = NULL;
  ThreadWork *work = g_new0 (ThreadWork, 1);
  DexPromise *promise = dex_promise_new ();

  work->promise = dex_ref (promise);
  work->func = func;
  work->data = data;
  work->destroy = destroy;
  task = g_task_new (NULL, NULL, thread_done_cb, work);
  g_task_set_source_tag (task, lc_run_in_thread);
  g_task_set_task_data (task, work, NULL);
  g_task_run_in_thread (task, thread_func);
  return DEX_FUTURE (promise);
}

void
lc_future_to_main (DexFuture *future,
                   gpointer owner,
                   LcFutureCallback callback,
                   gpointer user_data,
                   GDestroyNotify destroy)
{
  MainHop *hop = g_new0 (MainHop, 1);

  g_weak_ref_init (&hop->owner, owner);
  hop->callback = callback;
  hop->user_data = user_data;
  hop->destroy = destroy;
  dex_future_disown (dex_future_finally (future, hop_to_main_cb, hop, NULL));
}
