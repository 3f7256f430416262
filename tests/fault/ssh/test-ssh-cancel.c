/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy.h"
#include "ssh-fixture.h"
#include "traffic.h"

/* People who change their mind at every moment, and a program that ends in the middle. */

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/cancel/" path, options, func)

/* Cancelled at moments spread over the time that connecting takes, so that every step has its turn.
 */
static void
test_cancel (SshFixture *fixture, gconstpointer data)
{
  enum
  {
    N = 40
  };
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (GHashTable) steps = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 whole = g_get_monotonic_time ();
  guint cancelled = 0;

  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  whole = g_get_monotonic_time () - whole;
  for (guint i = 0; i < N; i++)
    {
      g_autoptr (DexFuture) future = ssh_fixture_start_connect (fixture, credentials);
      gint64 until = g_get_monotonic_time () + 3 * whole * i / (2 * N);
      LcStep *step;
      g_autoptr (GError) error = NULL;

      do
        g_main_context_iteration (NULL, FALSE);
      while (g_get_monotonic_time () < until);
      step = lc_operation_get_current_step (fixture->operation);
      if (step != NULL)
        g_hash_table_add (steps, (gpointer) g_intern_string (lc_step_get_id (step)));
      lc_operation_cancel (fixture->operation);
      await_condition (!dex_future_is_pending (future), 5);
      if (dex_future_get_value (future, &error) == NULL)
        {
          g_assert_true (lc_error_is_cancelled (error));
          cancelled++;
        }
      lc_operation_finish (fixture->operation, error);
    }
  g_test_message ("cancelled %u times in %u steps", cancelled, g_hash_table_size (steps));
  g_assert_cmpuint (cancelled, >, 5);
  g_assert_cmpuint (g_hash_table_size (steps), >=, 2);
}

/* How many bytes the server says until somebody is logged in, and a moment longer. */
static guint64
measure (SshFixture *fixture, TestProxy *proxy)
{
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  return test_proxy_get_passed (proxy);
}

/* The server stops in the middle of what it says, wherever that is, and the person cancels. With
 * -m thorough after each single byte. */
static void
test_every_byte (SshFixture *fixture, gconstpointer data)
{
  const guint stride = g_test_thorough () ? 1 : await_patience () > 1 ? 61 : 13;
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (TestProxy) proxy = test_proxy_new (lc_test_sshd_get_port (fixture->sshd));
  g_autoptr (GHashTable) steps = g_hash_table_new (g_str_hash, g_str_equal);
  guint fds = ssh_fixture_count_fds ();
  guint cancelled = 0;
  gboolean logged_in = FALSE;
  gint64 slowest = 0;
  guint64 whole;

  lc_machine_set_ssh (fixture->machine, "127.0.0.1", test_proxy_get_port (proxy));
  whole = measure (fixture, proxy);
  for (guint64 limit = 0; limit < whole && !logged_in; limit += stride)
    {
      g_autoptr (DexFuture) future = NULL;
      LcStep *step;
      gint64 start;
      g_autoptr (GError) error = NULL;

      test_proxy_set_limit (proxy, limit);
      future = ssh_fixture_start_connect (fixture, credentials);
      await_condition ((test_proxy_get_passed (proxy) == limit &&
                        lc_operation_get_current_step (fixture->operation) != NULL) ||
                           !dex_future_is_pending (future),
                       10);
      start = g_get_monotonic_time ();
      step = lc_operation_get_current_step (fixture->operation);
      g_hash_table_add (steps, (gpointer) g_intern_string (lc_step_get_id (step)));
      lc_operation_cancel (fixture->operation);
      await_condition (!dex_future_is_pending (future), 5);
      logged_in = dex_future_get_value (future, &error) != NULL;
      if (!logged_in)
        {
          g_assert_true (lc_error_is_cancelled (error));
          cancelled++;
        }
      lc_operation_finish (fixture->operation, error);
      dex_clear (&future); /* and with it the connection, where it was made after all */
      await_condition (ssh_fixture_count_threads () == 0, 5);
      slowest = MAX (slowest, g_get_monotonic_time () - start);
    }
  g_test_message ("cancelled %u times, in %u steps; the slowest took %" G_GINT64_FORMAT " ms",
                  cancelled, g_hash_table_size (steps), slowest / 1000);
  g_assert_cmpuint (cancelled, >, whole / stride / 2);
  g_assert_true (g_hash_table_contains (steps, "reach"));
  g_assert_true (g_hash_table_contains (steps, "log-in"));
  await_condition (ssh_fixture_count_fds () <= fds + 1, 10);
}

static void
test_cancel_question (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (DexFuture) future = NULL;

  lc_known_hosts_forget (fixture->known_hosts, "/machines/1", NULL);
  fixture->prompt->host_keys = 0;
  fixture->prompt->never_answer = TRUE;
  future = ssh_fixture_start_connect (fixture, credentials);
  await_condition (fixture->prompt->host_keys == 1, 10);
  lc_operation_cancel (fixture->operation);
  await_condition (dex_future_is_rejected (future), 5);
  lc_operation_finish (fixture->operation, NULL);
}

/* The person thinks about the host key for longer than the server waits. */
static void
test_slow_answer (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autofree char *log = NULL;

  times.patience_ms = 0;
  lc_ssh_pool_set_times (fixture->pool, &times);
  lc_known_hosts_forget (fixture->known_hosts, "/machines/1", NULL);
  fixture->prompt->host_keys = 0;
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  /* The first connection was given up, the second one logged in. */
  log = lc_test_sshd_dup_log (fixture->sshd);
  g_assert_nonnull (strstr (log, "[preauth]"));
}

/* Everything is dropped in mid-flood, without a word. */
static void
test_quit_while_busy (SshFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      LcSshConnection *connection = ssh_fixture_connect (fixture);
      g_autoptr (DexFuture) exec = lc_ssh_connection_exec (connection, "sleep 100", NULL);
      TestTraffic traffic = { 0 };

      test_traffic_start (&traffic, connection);
      g_object_unref (connection);
      test_traffic_end (&traffic);
      await_condition (dex_future_is_rejected (exec), 5);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("any-time", NULL, test_cancel);
  ADD ("every-byte", NULL, test_every_byte);
  ADD ("question", NULL, test_cancel_question);
  ADD ("slow-answer", NULL, test_slow_answer);
  ADD ("quit-while-busy", NULL, test_quit_while_busy);
  return g_test_run ();
}
