/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lc-backoff.h>

static void
test_doubles (void)
{
  LcBackoff backoff = LC_BACKOFF_INIT (100, 1000);
  const guint expected[] = { 100, 200, 400, 800, 1000, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      guint wait = lc_backoff_next (&backoff, 0);

      g_assert_cmpuint (wait, >=, expected[i] * 8 / 10);
      g_assert_cmpuint (wait, <=, expected[i] * 12 / 10);
    }
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpuint (lc_backoff_next (&backoff, 0), <=, 1200);
  lc_backoff_reset (&backoff);
  g_assert_cmpuint (lc_backoff_next (&backoff, 0), <=, 120);
}

static void
test_server_wait (void)
{
  LcBackoff backoff = LC_BACKOFF_INIT (100, 1000);
  guint wait = lc_backoff_next (&backoff, 7000);

  g_assert_cmpuint (wait, >=, 7000);
  g_assert_cmpuint (wait, <=, 8400);
  /* A server does not put us to sleep for a day. */
  g_assert_cmpuint (lc_backoff_next (&backoff, 24 * 3600 * 1000), <=, 6 * 60 * 1000);
}

static void
test_jitter (void)
{
  LcBackoff first = LC_BACKOFF_INIT (1000000, 1000000);
  guint same = 0;

  for (guint i = 0; i < 100; i++)
    same += lc_backoff_next (&first, 0) == lc_backoff_next (&first, 0);
  g_assert_cmpuint (same, <, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/doubles", test_doubles);
  g_test_add_func ("/backoff/server-wait", test_server_wait);
  g_test_add_func ("/backoff/jitter", test_jitter);
  return g_test_run ();
}
