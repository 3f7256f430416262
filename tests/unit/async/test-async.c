/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lc-async.h>

/* Iterates the main loop until the condition holds; fails after ten seconds. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 limit_ = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;                                 \
    guint tick_ = g_timeout_add (20, tick_cb, NULL);                                               \
    while (!(condition) && g_get_monotonic_time () < limit_)                                       \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (tick_);                                                                       \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

typedef struct
{
  DexFuture *wait; /* what the fiber awaits */
  gboolean started;
  gboolean ended;
  gboolean freed;
  GError *error;
  GError *second_error;
} Fiber;

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static DexFuture *
wait_fiber (gpointer data)
{
  Fiber *fiber = data;

  fiber->started = TRUE;
  if (!dex_await (g_steal_pointer (&fiber->wait), &fiber->error))
    {
      /* What a fiber may still wait for while it cleans up. */
      dex_await (lc_sleep (1), &fiber->second_error);
      fiber->ended = TRUE;
      return dex_future_new_for_error (g_error_copy (fiber->error));
    }
  fiber->ended = TRUE;
  return dex_future_new_for_int (7);
}

static void
mark_freed (gpointer data)
{
  ((Fiber *) data)->freed = TRUE;
}

static void
fiber_clear (Fiber *fiber)
{
  g_clear_error (&fiber->error);
  g_clear_error (&fiber->second_error);
}

static gboolean
is_done (DexFuture *future)
{
  return !dex_future_is_pending (future);
}

static DexFuture *
deep_fiber (gpointer data)
{
  volatile char room[1024 * 1024];

  /* From the top of the stack to its bottom, as calls would go. */
  for (gsize i = sizeof room; i > 0; i -= 512)
    room[i - 1] = 1;
  return dex_future_new_for_int (room[sizeof room - 1]);
}

/* GTK builds rows on the stack of whoever changes a list. */
static void
test_spawn_deep (void)
{
  g_autoptr (DexFuture) future = lc_spawn (deep_fiber, NULL, NULL);

  WAIT_FOR (dex_future_is_resolved (future));
}

static void
test_spawn_resolves (void)
{
  Fiber fiber = { .wait = lc_sleep (1) };
  g_autoptr (DexFuture) future = lc_spawn (wait_fiber, &fiber, mark_freed);
  const GValue *value;

  WAIT_FOR (is_done (future));
  value = dex_future_get_value (future, NULL);
  g_assert_nonnull (value);
  g_assert_cmpint (g_value_get_int (value), ==, 7);
  WAIT_FOR (fiber.freed);
}

/* The contract of lc_spawn(): dropping its future ends what the fiber waits for. */
static void
test_spawn_drop_cancels (void)
{
  g_autoptr (DexPromise) promise = dex_promise_new_cancellable ();
  Fiber fiber = { .wait = dex_ref (promise) };
  DexFuture *future = lc_spawn (wait_fiber, &fiber, mark_freed);

  WAIT_FOR (fiber.started);
  dex_clear (&future);
  WAIT_FOR (fiber.freed);
  g_assert_true (fiber.ended);
  g_assert_error (fiber.error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
  g_assert_true (g_cancellable_is_cancelled (dex_promise_get_cancellable (promise)));
  fiber_clear (&fiber);
}

static void
test_spawn_drop_before_start (void)
{
  Fiber fiber = { .wait = dex_future_new_infinite () };
  DexFuture *future = lc_spawn (wait_fiber, &fiber, mark_freed);

  dex_clear (&future);
  WAIT_FOR (fiber.freed);
  g_assert_error (fiber.error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
  fiber_clear (&fiber);
}

static DexFuture *
answer_fiber (gpointer data)
{
  return dex_future_new_for_int (1);
}

/* libdex 0.10 stops running fibers for good when one is discarded and what it waits for completes
 * in the same moment; our own are not discarded. */
static void
test_spawn_cancel_and_complete (void)
{
  for (guint order = 0; order < 2; order++)
    {
      DexPromise *promise = dex_promise_new ();
      Fiber fiber = { .wait = dex_ref (promise) };
      DexFuture *future = lc_spawn (wait_fiber, &fiber, mark_freed);
      g_autoptr (DexFuture) other = NULL;

      WAIT_FOR (fiber.started);
      if (order == 1)
        dex_promise_resolve_int (promise, 1);
      dex_clear (&future);
      if (order == 0)
        dex_promise_resolve_int (promise, 1);
      other = lc_spawn (answer_fiber, NULL, NULL);
      WAIT_FOR (is_done (other));
      WAIT_FOR (fiber.freed);
      dex_unref (promise);
      fiber_clear (&fiber);
    }
}

/* A fiber that loses a race, whose own wait ends as well. */
static void
test_spawn_race (void)
{
  Fiber quick = { .wait = lc_sleep (10) };
  Fiber slow = { .wait = lc_sleep (10) };
  g_autoptr (DexFuture) race = dex_future_first (lc_spawn (wait_fiber, &quick, mark_freed),
                                                 lc_spawn (wait_fiber, &slow, mark_freed), NULL);
  g_autoptr (DexFuture) other = NULL;

  WAIT_FOR (is_done (race));
  dex_clear (&race);
  WAIT_FOR (quick.freed && slow.freed);
  other = lc_spawn (answer_fiber, NULL, NULL);
  WAIT_FOR (is_done (other));
  fiber_clear (&slow);
}

static DexFuture *
pending_fiber (gpointer data)
{
  return dex_ref (data);
}

/* The future that a fiber returns may be pending still, and is dropped with it. */
static void
test_spawn_returns_pending (void)
{
  g_autoptr (DexPromise) promise = dex_promise_new_cancellable ();
  DexFuture *future = lc_spawn (pending_fiber, promise, NULL);
  g_autoptr (DexFuture) later = lc_sleep (20);

  WAIT_FOR (is_done (later));
  g_assert_true (dex_future_is_pending (future));
  dex_clear (&future);
  WAIT_FOR (g_cancellable_is_cancelled (dex_promise_get_cancellable (promise)));
}

static void
test_timeout (void)
{
  Fiber fiber = { .wait = dex_future_new_infinite () };
  g_autoptr (DexFuture) future = lc_with_timeout (lc_spawn (wait_fiber, &fiber, mark_freed), 20);
  g_autoptr (GError) error = NULL;

  WAIT_FOR (is_done (future));
  g_assert_null (dex_future_get_value (future, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  WAIT_FOR (fiber.freed);
  g_assert_error (fiber.error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
  fiber_clear (&fiber);
}

static void
test_timeout_in_time (void)
{
  g_autoptr (DexFuture) future = lc_with_timeout (dex_future_new_for_int (3), 60000);

  WAIT_FOR (is_done (future));
  g_assert_cmpint (g_value_get_int (dex_future_get_value (future, NULL)), ==, 3);
}

static void
test_cancellable (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fiber fiber = { .wait = dex_future_new_infinite () };
  g_autoptr (DexFuture) future =
      lc_with_cancellable (lc_spawn (wait_fiber, &fiber, mark_freed), cancellable);
  g_autoptr (GError) error = NULL;

  WAIT_FOR (fiber.started);
  g_cancellable_cancel (cancellable);
  WAIT_FOR (is_done (future));
  g_assert_null (dex_future_get_value (future, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  WAIT_FOR (fiber.freed);
  fiber_clear (&fiber);
}

static void
test_cancellable_already (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (DexFuture) future = NULL;

  g_cancellable_cancel (cancellable);
  future = lc_with_cancellable (dex_future_new_infinite (), cancellable);
  WAIT_FOR (dex_future_is_rejected (future));
}

static DexFuture *
nested_fiber (gpointer data)
{
  GCancellable *cancellable = data;
  g_autoptr (GError) error = NULL;

  /* Two waits on one cancellable, the inner dropped by the end of the outer: with libdex' own
   * cancellable future this deadlocks. */
  dex_await (lc_with_cancellable (lc_with_cancellable (dex_future_new_infinite (), cancellable),
                                  cancellable),
             &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return dex_future_new_for_boolean (TRUE);
}

static gboolean
cancel_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
test_cancellable_nested (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (DexFuture) future = lc_spawn (nested_fiber, cancellable, NULL);

  g_timeout_add (10, cancel_cb, cancellable);
  WAIT_FOR (dex_future_is_resolved (future));
}

/* A wait that ended leaves nothing on the cancellable. */
static void
test_cancellable_released (void)
{
  GCancellable *cancellable = g_cancellable_new ();
  DexFuture *future = lc_with_cancellable (dex_future_new_for_int (1), cancellable);

  WAIT_FOR (is_done (future));
  dex_clear (&future);
  g_object_add_weak_pointer (G_OBJECT (cancellable), (gpointer *) &cancellable);
  g_object_unref (cancellable);
  g_assert_null (cancellable);
}

static DexFuture *
thread_value (gpointer data)
{
  g_assert_true (g_thread_self () != data);
  return dex_future_new_take_string (g_strdup ("from a thread"));
}

static DexFuture *
thread_error (gpointer data)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such file");
}

static void
test_thread (void)
{
  Fiber mark = { 0 };
  g_autoptr (DexFuture) value = lc_run_in_thread (thread_value, g_thread_self (), NULL);
  g_autoptr (DexFuture) failed = lc_run_in_thread (thread_error, &mark, mark_freed);
  DexFuture *dropped = lc_run_in_thread (thread_value, g_thread_self (), NULL);
  g_autoptr (GError) error = NULL;

  dex_clear (&dropped);
  WAIT_FOR (is_done (value) && is_done (failed));
  g_assert_cmpstr (g_value_get_string (dex_future_get_value (value, NULL)), ==, "from a thread");
  g_assert_null (dex_future_get_value (failed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  WAIT_FOR (mark.freed);
}

typedef struct
{
  guint calls;
  gsize stack;
  gboolean freed;
} Hop;

static void
hop_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  Hop *hop = user_data;

  g_assert_true (G_IS_OBJECT (owner));
  g_assert_false (dex_future_is_pending (future));
  hop->calls++;
  hop->stack = (gsize) __builtin_frame_address (0);
}

static void
hop_free (gpointer data)
{
  ((Hop *) data)->freed = TRUE;
}

/* The callback runs on the main stack, though a fiber resolved the future. */
static void
test_to_main (void)
{
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  Fiber fiber = { .wait = lc_sleep (1) };
  Hop hop = { 0 };

  lc_future_to_main (lc_spawn (wait_fiber, &fiber, NULL), owner, hop_cb, &hop, hop_free);
  g_assert_cmpuint (hop.calls, ==, 0);
  WAIT_FOR (hop.freed);
  g_assert_cmpuint (hop.calls, ==, 1);
  /* Below this frame, within the megabytes of a thread's stack; a fiber's stack is elsewhere. */
  g_assert_cmpuint ((gsize) __builtin_frame_address (0) - hop.stack, <, 1024 * 1024);
}

static void
test_to_main_owner_gone (void)
{
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Fiber fiber = { .wait = lc_sleep (10) };
  Hop hop = { 0 };

  lc_future_to_main (lc_spawn (wait_fiber, &fiber, mark_freed), owner, hop_cb, &hop, hop_free);
  g_clear_object (&owner);
  WAIT_FOR (hop.freed);
  g_assert_cmpuint (hop.calls, ==, 0);
  /* It was kept to its end. */
  g_assert_no_error (fiber.error);
  WAIT_FOR (fiber.freed);
}

static void
test_to_main_already_done (void)
{
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  Hop hop = { 0 };

  lc_future_to_main (dex_future_new_for_int (1), owner, hop_cb, &hop, hop_free);
  g_assert_cmpuint (hop.calls, ==, 0);
  WAIT_FOR (hop.calls == 1);
}

/* A cancelled fiber can still wait while it cleans up, or it cannot: whoever writes a fiber has to
 * know. */
static void
test_cancelled_fiber_waits (void)
{
  Fiber fiber = { .wait = dex_future_new_infinite () };
  DexFuture *future = lc_spawn (wait_fiber, &fiber, mark_freed);

  WAIT_FOR (fiber.started);
  dex_clear (&future);
  WAIT_FOR (fiber.freed);
  g_assert_error (fiber.second_error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
  fiber_clear (&fiber);
}

int
main (int argc, char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/async/spawn/resolves", test_spawn_resolves);
  g_test_add_func ("/async/spawn/deep", test_spawn_deep);
  g_test_add_func ("/async/spawn/drop-cancels", test_spawn_drop_cancels);
  g_test_add_func ("/async/spawn/drop-before-start", test_spawn_drop_before_start);
  g_test_add_func ("/async/spawn/cancel-and-complete", test_spawn_cancel_and_complete);
  g_test_add_func ("/async/spawn/race", test_spawn_race);
  g_test_add_func ("/async/spawn/returns-pending", test_spawn_returns_pending);
  g_test_add_func ("/async/spawn/cancelled-fiber-waits", test_cancelled_fiber_waits);
  g_test_add_func ("/async/timeout/too-late", test_timeout);
  g_test_add_func ("/async/timeout/in-time", test_timeout_in_time);
  g_test_add_func ("/async/cancellable/cancel", test_cancellable);
  g_test_add_func ("/async/cancellable/already", test_cancellable_already);
  g_test_add_func ("/async/cancellable/nested", test_cancellable_nested);
  g_test_add_func ("/async/cancellable/released", test_cancellable_released);
  g_test_add_func ("/async/thread", test_thread);
  g_test_add_func ("/async/to-main/callback", test_to_main);
  g_test_add_func ("/async/to-main/owner-gone", test_to_main_owner_gone);
  g_test_add_func ("/async/to-main/already-done", test_to_main_already_done);
  return g_test_run ();
}
