/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lc-async.h>
#include <lc-thread.h>

#define N_THREADS 200

static int n_ended;

static void
end_late (gpointer data)
{
  g_atomic_int_inc (&n_ended);
}

/* As libcrypto: its part of a thread is taken down after the thread's function. */
static GPrivate library = G_PRIVATE_INIT (end_late);

static gpointer
work (gpointer data)
{
  g_private_set (&library, &library);
  return NULL;
}

static gpointer
wait_for_lock (gpointer data)
{
  g_mutex_lock (data);
  g_mutex_unlock (data);
  return NULL;
}

static void
test_joined (void)
{
  n_ended = 0;
  for (guint i = 0; i < N_THREADS; i++)
    lc_thread_start ("work", work, NULL);
  g_assert_true (lc_threads_join (10000));
  g_assert_cmpint (g_atomic_int_get (&n_ended), ==, N_THREADS);

  g_assert_true (lc_threads_join (0)); /* none was started since */
}

static void
test_bounded (void)
{
  g_autoptr (GTimer) timer = NULL;
  GMutex lock;

  g_mutex_init (&lock);
  g_mutex_lock (&lock);
  lc_thread_start ("wait", wait_for_lock, &lock);
  timer = g_timer_new ();
  g_assert_false (lc_threads_join (50));
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), >=, 0.05);
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 10);

  g_mutex_unlock (&lock);
  g_assert_true (lc_threads_join (10000));
  g_mutex_clear (&lock);
}

static void
test_finish (void)
{
  n_ended = 0;
  lc_thread_start ("work", work, NULL);
  lc_finish ();
  g_assert_cmpint (g_atomic_int_get (&n_ended), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/thread/joined", test_joined);
  g_test_add_func ("/thread/bounded", test_bounded);
  g_test_add_func ("/thread/finish", test_finish);
  return g_test_run ();
}
