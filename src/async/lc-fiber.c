/* SPDX-License-Identifier: GPL-3.0-or-later */
#define LC_FIBER_COMPILATION
#include "lc-fiber.h"

#include <gio/gio.h>

#include "lc-thread.h"

/* Of the main loop, when a program ends: far more than there is to do. */
#define LAST_ROUNDS     1000

#define LAST_THREADS_MS 3000

#define STACK_SIZE      (2 * 1024 * 1024) /* memory that is never touched costs nothing */

typedef struct
{
  DexFiberFunc func;
  gpointer data;
  GDestroyNotify destroy;
  DexPromise *outcome; /* what lc_spawn() returned; dropping it cancels its cancellable */
  gulong handler;
  DexPromise *interrupt; /* rejecting it ends the wait that the fiber is in; NULL while it runs */
  gboolean cancelled;
} Fiber;

/* The one that runs now, where one runs. Main thread. */
static Fiber *running;

/* Those that are cancelled and have not come to their end. */
static guint n_ending;

static GError *
cancelled_error (void)
{
  return g_error_new_literal (DEX_ERROR, DEX_ERROR_FIBER_CANCELLED, "The fiber was cancelled");
}

/* Returning NULL makes a block complete as the future that it waited for. */
static DexFuture *
pass_cb (DexFuture *completed, gpointer user_data)
{
  return NULL;
}

static DexFuture *
chain (DexFuture *future)
{
  return dex_future_finally (future, pass_cb, NULL, NULL);
}

static void
dropped_cb (GCancellable *cancellable, Fiber *fiber)
{
  fiber->cancelled = TRUE;
  n_ending++;
  if (fiber->interrupt != NULL)
    dex_promise_reject (fiber->interrupt, cancelled_error ());
}

/* What the fiber may wait for instead of @future, so that the wait can be ended. */
static DexFuture *
guard (Fiber *fiber, DexFuture *future)
{
  if (fiber == NULL || !dex_future_is_pending (future))
    return future;
  if (fiber->cancelled)
    {
      /* Through a chain, which discards it. */
      dex_unref (chain (future));
      return dex_future_new_for_error (cancelled_error ());
    }
  fiber->interrupt = dex_promise_new ();
  return chain (dex_future_first (future, dex_ref (DEX_FUTURE (fiber->interrupt)), NULL));
}

static void
resume (Fiber *fiber)
{
  running = fiber;
  if (fiber != NULL)
    dex_clear (&fiber->interrupt);
}

#define DEFINE_AWAIT(type, suffix)                                                                 \
  type lc_await##suffix (DexFuture *future, GError **error)                                        \
  {                                                                                                \
    Fiber *fiber = running;                                                                        \
    type result = dex_await##suffix (guard (fiber, future), error);                                \
                                                                                                   \
    resume (fiber);                                                                                \
    return result;                                                                                 \
  }

DEFINE_AWAIT (gboolean, )
DEFINE_AWAIT (gboolean, _boolean)
DEFINE_AWAIT (int, _int)
DEFINE_AWAIT (guint, _uint)
DEFINE_AWAIT (gint64, _int64)
DEFINE_AWAIT (guint64, _uint64)
DEFINE_AWAIT (guint, _enum)
DEFINE_AWAIT (double, _double)
DEFINE_AWAIT (char *, _string)
DEFINE_AWAIT (gpointer, _boxed)
DEFINE_AWAIT (gpointer, _object)
DEFINE_AWAIT (GVariant *, _variant)

static DexFuture *
body (gpointer user_data)
{
  Fiber *fiber = user_data;
  g_autoptr (DexFuture) result = NULL;
  g_autoptr (GError) error = NULL;
  const GValue *value = NULL;

  resume (fiber);
  result = fiber->func (fiber->data);
  if (lc_await (dex_ref (result), &error))
    value = dex_future_get_value (result, NULL);
  if (fiber->destroy != NULL)
    fiber->destroy (fiber->data);
  running = NULL;

  g_signal_handler_disconnect (dex_promise_get_cancellable (fiber->outcome), fiber->handler);
  if (value != NULL)
    dex_promise_resolve (fiber->outcome, value);
  else
    dex_promise_reject (fiber->outcome, g_steal_pointer (&error));
  dex_unref (fiber->outcome);
  if (fiber->cancelled)
    n_ending--;
  g_free (fiber);
  return dex_future_new_for_boolean (TRUE);
}

DexFuture *
lc_spawn (DexFiberFunc func, gpointer data, GDestroyNotify destroy)
{
  Fiber *fiber = g_new0 (Fiber, 1);
  DexPromise *outcome = dex_promise_new_cancellable ();

  fiber->func = func;
  fiber->data = data;
  fiber->destroy = destroy;
  fiber->outcome = dex_ref (outcome);
  fiber->handler = g_signal_connect (dex_promise_get_cancellable (outcome), "cancelled",
                                     G_CALLBACK (dropped_cb), fiber);
  dex_future_disown (
      dex_scheduler_spawn (dex_scheduler_get_default (), STACK_SIZE, body, fiber, NULL));
  return chain (DEX_FUTURE (outcome));
}

void
lc_settle (void)
{
  while (n_ending > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
go_on_without_waiting (void)
{
  for (guint i = 0; i < LAST_ROUNDS && g_main_context_iteration (NULL, FALSE); i++)
    continue;
}

void
lc_finish (void)
{
  go_on_without_waiting ();
  lc_settle ();
  if (!lc_threads_join (LAST_THREADS_MS))
    g_warning ("A thread is still at work while the program ends");
  go_on_without_waiting ();
}
