/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-ssh-connection-private.h"
#include "net.h"
#include "ssh-fixture.h"
#include "test-peer.h"

/* What a server does not allow or cannot do, and much of what it can. */

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/limit/" path, options, func)
#define ADD_LIBSSH(path, options, func)                                                            \
  ssh_fixture_add (LC_TEST_SSHD_LIBSSH, "/ssh/limit/" path, options, func)

static void
ping_pong (int fd, gpointer data)
{
  test_peer_echo (fd, data);
}

/* Each byte a packet of its own. */
static void
test_tiny_messages (SshFixture *fixture, gconstpointer data)
{
  enum
  {
    N = 100000
  };
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (ping_pong, NULL);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  guint received = 0;
  char block[256];

  for (guint sent = 0; received < N;)
    {
      gssize n;

      while (sent < N && sent - received < 200)
        {
          char byte = (char) sent++;

          g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
        }
      n = recv (fd, block, sizeof block, 0);
      g_assert_cmpint (n, >, 0);
      for (gssize i = 0; i < n; i++)
        g_assert_cmpint (block[i], ==, (char) received++);
    }
  close (fd);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

/* Who looked whether the server answers may still count for a moment. */
static int
take_only_place (SshFixture *fixture)
{
  for (;;)
    {
      int fd = test_peer_connect (lc_test_sshd_get_port (fixture->sshd));
      char banner[4];

      if (recv (fd, banner, sizeof banner, MSG_WAITALL) == sizeof banner &&
          memcmp (banner, "SSH-", sizeof banner) == 0)
        return fd;
      close (fd);
    }
}

/* Somebody else is logging in for as long as it takes: it is tried again until there is room. */
static void
test_max_startups (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  int other = take_only_place (fixture);
  g_autoptr (DexFuture) future = NULL;
  LcStep *step;

  future = ssh_fixture_start_connect (fixture, credentials);
  await_condition ((step = lc_operation_get_current_step (fixture->operation)) != NULL &&
                       lc_step_get_detail (step) != NULL,
                   10);
  g_assert_cmpstr (lc_step_get_id (step), ==, "reach");
  g_assert_true (dex_future_is_pending (future));
  close (other);
  await_condition (!dex_future_is_pending (future), 30);
  g_assert_true (dex_future_is_resolved (future));
  lc_operation_finish (fixture->operation, NULL);
}

/* One place may be reached, all others not. */
static void
test_permit_open (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection;
  g_autoptr (TestPeer) allowed = test_peer_new (test_peer_echo, NULL);
  g_autoptr (TestPeer) forbidden = test_peer_new (test_peer_echo, NULL);
  g_autofree char *option =
      g_strdup_printf ("PermitOpen 127.0.0.1:%u\n", test_peer_get_port (allowed));
  g_autoptr (GError) error = NULL;

  lc_test_sshd_restart (fixture->sshd, option);
  connection = ssh_fixture_connect (fixture);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (await_future (lc_ssh_connection_probe (connection, "127.0.0.1",
                                                            test_peer_get_port (allowed)),
                                   5, NULL, &error));
      g_assert_false (await_future (lc_ssh_connection_probe (connection, "127.0.0.1",
                                                             test_peer_get_port (forbidden)),
                                    5, NULL, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_FORBIDDEN);
      g_clear_error (&error);
    }
  g_assert_cmpuint (test_peer_get_served (forbidden), ==, 0);
  ssh_fixture_disconnect (connection);
}

static void
say_pattern (int fd, gpointer data)
{
  (void) test_peer_exchange (fd, 2, GPOINTER_TO_UINT (data), 1, GPOINTER_TO_UINT (data));
}

static void
echo_once (int fd)
{
  char byte = 'x';

  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
}

/* A target that does not answer: what is open goes on as if nothing were. libssh2 opens one channel
 * at a time, so that others are opened by a second connection after a while. */
static void
test_never_accepts (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  g_autoptr (TestPeer) dead = test_peer_new (test_peer_echo, NULL);
  LcSshForward *alive = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  LcSshForward *stuck = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (dead));
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (alive));
  gint64 worst = 0;
  gint64 start;
  char byte = 'x';
  int waiting;
  int late;

  echo_once (fd);
  test_net_lose_to (test_peer_get_port (dead));
  waiting = test_peer_connect (lc_ssh_forward_get_local_port (stuck));
  start = g_get_monotonic_time ();
  while (g_get_monotonic_time () - start < 2 * G_TIME_SPAN_SECOND)
    {
      gint64 before = g_get_monotonic_time ();

      echo_once (fd);
      worst = MAX (worst, g_get_monotonic_time () - before);
      g_main_context_iteration (NULL, FALSE);
    }
  g_test_message ("slowest round trip beside a target that does not answer: %" G_GINT64_FORMAT
                  " µs",
                  worst);
  g_assert_cmpint (worst, <, 500 * 1000);

  start = g_get_monotonic_time ();
  late = test_peer_connect (lc_ssh_forward_get_local_port (alive));
  g_assert_cmpint (send (late, &byte, 1, MSG_NOSIGNAL), ==, 1);
  await_condition (recv (late, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 1, 8);
  g_test_message ("another connection waited %.1f s to be opened",
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  await_condition (lc_ssh_forward_get_last_error (stuck) != NULL, 40);
  g_test_message ("%s", lc_ssh_forward_get_last_error (stuck));
  g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_CONNECTED);
  close (waiting);
  close (late);
  close (fd);
  g_object_unref (alive);
  g_object_unref (stuck);
  ssh_fixture_disconnect (connection);
  test_net_restore ();
}

/* Opened and closed a thousand times, and used. */
static void
test_thousand_forwards (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  guint fds = ssh_fixture_count_fds ();

  for (guint i = 0; i < 100; i++)
    {
      LcSshForward *forwards[10];

      for (gsize j = 0; j < G_N_ELEMENTS (forwards); j++)
        forwards[j] = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
      for (gsize j = 0; j < G_N_ELEMENTS (forwards); j++)
        {
          int fd = test_peer_connect (lc_ssh_forward_get_local_port (forwards[j]));
          g_autoptr (GError) error = NULL;

          /* Half of them are closed with a connection in them. */
          echo_once (fd);
          if (j % 2 == 0)
            close (fd);
          g_assert_true (await_future (lc_ssh_forward_close (forwards[j]), 5, NULL, &error));
          if (j % 2 != 0)
            close (fd);
          g_object_unref (forwards[j]);
        }
    }
  await_condition (ssh_fixture_count_fds () <= fds, 10);
  ssh_fixture_disconnect (connection);
}

/* Everything that a forward's server says comes byte by byte, each in a message of its own; what
 * else goes on is as quick as ever. */
static void
test_byte_by_byte (SshFixture *fixture, gconstpointer data)
{
  enum
  {
#ifdef __SANITIZE_ADDRESS__ /* it takes ten times as long */
    N = 100 * 1000
#else
    N = 1000 * 1000
#endif
  };
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) talker = test_peer_new (say_pattern, GUINT_TO_POINTER (N));
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *tiny = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (talker));
  LcSshForward *other = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (other));
  TestClient client = { .port = lc_ssh_forward_get_local_port (tiny),
                        .out_seed = 1,
                        .out_bytes = N,
                        .in_seed = 2,
                        .in_bytes = N };
  gint64 start = g_get_monotonic_time ();
  gint64 worst = 0;
  guint rounds = 0;

  test_client_start (&client);
  while (!g_atomic_int_get (&client.done))
    {
      gint64 before = g_get_monotonic_time ();

      echo_once (fd);
      worst = MAX (worst, g_get_monotonic_time () - before);
      rounds++;
    }
  test_client_join (&client);
  g_assert_true (client.ok);
  g_test_message ("%d messages in %.1f s; slowest of %u round trips beside them: %.0f ms", N,
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, rounds,
                  (double) worst / 1000);
  g_assert_cmpint (worst, <, (gint64) (2 * await_patience ()) * G_TIME_SPAN_SECOND);
  close (fd);
  g_object_unref (tiny);
  g_object_unref (other);
  ssh_fixture_disconnect (connection);
}

/* The server has no answer at all to one channel; the others are as before, and the connection can
 * be closed at once. */
static void
test_never_answers (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (TestPeer) silent = test_peer_new (test_peer_echo, NULL);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  g_autofree char *option = g_strdup_printf ("silent-port %u\n", test_peer_get_port (silent));
  LcSshConnection *connection;
  LcSshForward *forward;
  g_autoptr (DexFuture) probe = NULL;
  gint64 start;
  int fd;

  lc_test_sshd_restart (fixture->sshd, option);
  connection = ssh_fixture_connect (fixture);
  forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  echo_once (fd);
  probe = lc_ssh_connection_probe (connection, "127.0.0.1", test_peer_get_port (silent));
  for (guint i = 0; i < 100; i++)
    echo_once (fd);
  g_assert_true (dex_future_is_pending (probe));
  close (fd);
  g_object_unref (forward);
  start = g_get_monotonic_time ();
  ssh_fixture_disconnect (connection);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_TIME_SPAN_SECOND);
  await_condition (dex_future_is_rejected (probe), 5);
}

/* No more than so many channels at a time: the next ones are refused, and those that are there are
 * not disturbed; when one has gone, there is room. */
static void
test_most_channels (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  guint16 port = lc_ssh_forward_get_local_port (forward);
  int fds[3];
  int refused;
  char byte;

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = test_peer_connect (port);
      echo_once (fds[i]);
    }
  refused = test_peer_connect (port);
  g_assert_cmpint (recv (refused, &byte, 1, 0), <=, 0);
  close (refused);
  await_condition (lc_ssh_forward_get_last_error (forward) != NULL, 5);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    echo_once (fds[i]);
  close (fds[0]);
  await_condition (lc_ssh_forward_get_connections (forward) == 2, 5);
  fds[0] = test_peer_connect (port);
  echo_once (fds[0]);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

static void
test_two_engines (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcSshPool) other =
      lc_ssh_pool_new (fixture->known_hosts, fixture->profiles, LC_PROMPT (fixture->prompt));
  g_autoptr (LcSshPool) own = fixture->pool;
  LcSshConnection *one = ssh_fixture_connect (fixture);
  LcSshConnection *two;

  fixture->pool = other;
  two = ssh_fixture_connect (fixture);
  g_assert_true (one != two);
  ssh_fixture_disconnect (one);
  g_assert_cmpint (lc_ssh_connection_get_state (two), ==, LC_SSH_CONNECTED);
  ssh_fixture_disconnect (two);
  fixture->pool = g_steal_pointer (&own);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_net_isolate ();
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD_LIBSSH ("byte-by-byte", "most-bytes 1\n", test_byte_by_byte);
  ADD_LIBSSH ("never-answers", NULL, test_never_answers);
  ADD_LIBSSH ("most-channels", "most-channels 3\n", test_most_channels);
  ADD ("max-startups", "MaxStartups 1\n", test_max_startups);
  ADD ("permit-open", NULL, test_permit_open);
  ADD ("never-accepts", NULL, test_never_accepts);
  ADD ("thousand-forwards", NULL, test_thousand_forwards);
  ADD ("tiny-messages", NULL, test_tiny_messages);
  ADD ("two-engines", NULL, test_two_engines);
  return g_test_run ();
}
