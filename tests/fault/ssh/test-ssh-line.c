/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh-fixture.h"
#include "test-peer.h"

/* A line on which a round trip takes 200 ms and every hundredth packet is lost: slow, but nothing
 * is damaged, and nobody thinks that the connection is lost. */

#define ADD(path, func) ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/line/" path, NULL, func)

#define UP              (400 * 1000)
#define DOWN            (1500 * 1000)

static const TestLineSettings bad = { .delay_ms = 100, .loss = 0.01 };
static TestLine *line;

static void
exchange (int fd, gpointer data)
{
  gint *served = data;

  if (test_peer_exchange (fd, 2, DOWN, 1, UP))
    g_atomic_int_inc (served);
}

static TestPeer *
start_far_peer (TestPeerFunc func, gpointer data)
{
  TestPeer *peer;

  test_line_enter_far (line);
  peer = test_peer_new (func, data);
  test_line_leave_far (line);
  return peer;
}

static void
state_changed_cb (guint *changes)
{
  (*changes)++;
}

/* With reconnecting on: a false alarm would show. */
static LcSshConnection *
connect_far (SshFixture *fixture, guint *changes)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  LcSshConnection *connection;

  times.reconnect_ms = 60000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  test_line_set (line, &bad);
  ssh_fixture_move_far (fixture, line, NULL);
  lc_known_hosts_forget (fixture->known_hosts, lc_machine_get_id (fixture->machine), NULL);
  connection = ssh_fixture_connect (fixture);
  g_signal_connect_swapped (connection, "notify::state", G_CALLBACK (state_changed_cb), changes);
  return connection;
}

static void
test_lossy (SshFixture *fixture, gconstpointer data)
{
  gint served = 0;
  guint changes = 0;
  LcSshConnection *connection = connect_far (fixture, &changes);
  TestPeer *peer = start_far_peer (exchange, &served);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (peer));
  guint64 lost = test_line_get_dropped (line);
  gint64 start = g_get_monotonic_time ();
  TestClient clients[2];

  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = (TestClient) { .port = lc_ssh_forward_get_local_port (forward),
                                  .out_seed = 1,
                                  .out_bytes = UP,
                                  .in_seed = 2,
                                  .in_bytes = DOWN };
      test_client_start (&clients[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      await_condition (g_atomic_int_get (&clients[i].done), 90);
      test_client_join (&clients[i]);
      g_assert_true (clients[i].ok);
    }
  await_condition (g_atomic_int_get (&served) == G_N_ELEMENTS (clients), 10);
  g_test_message ("%u + %u bytes in %.1f s; %u packets were lost; round trip %.0f ms", UP, DOWN,
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC,
                  (guint) (test_line_get_dropped (line) - lost),
                  (double) lc_ssh_connection_get_round_trip (connection) / 1000);
  g_assert_cmpuint (test_line_get_dropped (line), >, lost);
  g_assert_cmpint (lc_ssh_connection_get_round_trip (connection), >=, 200 * 1000);
  g_assert_cmpuint (changes, ==, 0);
  g_object_unref (forward);
  g_signal_handlers_disconnect_by_data (connection, &changes);
  ssh_fixture_disconnect (connection);
  test_peer_free (peer);
}

static void
echo_once (int fd, char byte)
{
  char back = 0;

  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  g_assert_cmpint (recv (fd, &back, 1, 0), ==, 1);
  g_assert_cmpint (back, ==, byte);
}

/* A gap of some seconds, as in a lift: what was said in it arrives afterwards. */
static void
test_gap (SshFixture *fixture, gconstpointer data)
{
  guint changes = 0;
  LcSshConnection *connection = connect_far (fixture, &changes);
  TestPeer *peer = start_far_peer (test_peer_echo, NULL);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (peer));
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  gint64 until;
  char byte = 'g';

  echo_once (fd, 'a');
  test_line_set_black_hole (line, TRUE);
  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  until = g_get_monotonic_time () + 4 * G_TIME_SPAN_SECOND;
  await_condition (g_get_monotonic_time () > until, 10);
  test_line_set_black_hole (line, FALSE);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
  g_assert_cmpint (byte, ==, 'g');
  echo_once (fd, 'b');
  g_assert_cmpuint (changes, ==, 0);
  close (fd);
  g_object_unref (forward);
  g_signal_handlers_disconnect_by_data (connection, &changes);
  ssh_fixture_disconnect (connection);
  test_peer_free (peer);
}

int
main (int argc, char **argv)
{
  int rc;

  g_test_init (&argc, &argv, NULL);
  line = test_line_new (&bad);
  dex_init ();
  ADD ("lossy", test_lossy);
  ADD ("gap", test_gap);
  rc = g_test_run ();
  test_line_free (line);
  return rc;
}
