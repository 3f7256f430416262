/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh-fixture.h"
#include "test-peer.h"

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/forward-back/" path, options, func)
#define ADD_EVERYWHERE(path, func) ssh_fixture_add_everywhere ("/ssh/forward-back/" path, func)

#define MEGA                       (1000 * 1000)

/* The machine is this computer, too: its ports can be reached from here. Dropbear gets a port that
 * is known to be free for 127.0.0.1: of one that it chooses, it may get ::1 alone. */

static LcSshForward *
forward_back (LcSshConnection *connection, guint16 remote_port, guint16 port)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  await_future (lc_ssh_connection_forward_back (connection, remote_port, "localhost", port), 20,
                &value, &error);
  g_assert_no_error (error);
  return g_value_dup_object (&value);
}

static gboolean
is_listening (guint16 port)
{
  int fd = test_peer_connect (port);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static gboolean
echoes (guint16 port)
{
  int fd = test_peer_connect (port);
  char byte = 'x';
  gboolean ok = fd >= 0 && send (fd, &byte, 1, MSG_NOSIGNAL) == 1 && recv (fd, &byte, 1, 0) == 1;

  if (fd >= 0)
    close (fd);
  return ok;
}

static void
exchange (int fd, gpointer data)
{
  gint *ok = data;

  if (test_peer_exchange (fd, 2, 3 * MEGA, 1, 2 * MEGA))
    g_atomic_int_inc (ok);
}

static void
test_carries (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  gint ok = 0;
  g_autoptr (TestPeer) peer = test_peer_new (exchange, &ok);
  LcSshForward *forward =
      forward_back (connection, lc_test_find_port (), test_peer_get_port (peer));
  TestClient clients[16];

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = (TestClient) { .port = lc_ssh_forward_get_local_port (forward),
                                  .out_seed = 1,
                                  .out_bytes = 2 * MEGA,
                                  .in_seed = 2,
                                  .in_bytes = 3 * MEGA };
      test_client_start (&clients[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      await_condition (g_atomic_int_get (&clients[i].done), 60);
      test_client_join (&clients[i]);
      g_assert_true (clients[i].ok);
    }
  await_condition (g_atomic_int_get (&ok) == G_N_ELEMENTS (clients), 10);
  await_condition (lc_ssh_forward_get_bytes_received (forward) == 2 * MEGA * G_N_ELEMENTS (clients),
                   5);
  await_condition (lc_ssh_forward_get_bytes_sent (forward) == 3 * MEGA * G_N_ELEMENTS (clients), 5);
  await_condition (lc_ssh_forward_get_connections (forward) == 0, 5);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

static void
test_close (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *forward = forward_back (connection, 0, test_peer_get_port (echo));
  guint16 port = lc_ssh_forward_get_local_port (forward);
  int fd = test_peer_connect (port);
  g_autoptr (GError) error = NULL;
  char byte = 'x';

  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
  g_assert_true (await_future (lc_ssh_forward_close (forward), 5, NULL, &error));
  g_assert_cmpint (recv (fd, &byte, 1, 0), <=, 0);
  close (fd);
  await_condition (!is_listening (port), 10);
  g_object_unref (forward);

  /* The same port again; an object that is dropped closes, too. */
  forward = forward_back (connection, port, test_peer_get_port (echo));
  g_assert_cmpint (lc_ssh_forward_get_local_port (forward), ==, port);
  g_assert_true (echoes (port));
  g_object_unref (forward);
  await_condition (!is_listening (port), 10);
  ssh_fixture_disconnect (connection);
}

/* The keepalive asks all the time with the same kind of question. */
static void
test_turns (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshConnection *connection;
  LcSshForward *forwards[20];
  DexFuture *futures[G_N_ELEMENTS (forwards)];

  times.idle_ms = 1;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = ssh_fixture_connect (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (forwards); i++)
    futures[i] =
        lc_ssh_connection_forward_back (connection, 0, "127.0.0.1", test_peer_get_port (echo));
  for (guint i = 0; i < G_N_ELEMENTS (forwards); i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      await_future (futures[i], 20, &value, &error);
      g_assert_no_error (error);
      forwards[i] = g_value_dup_object (&value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (forwards); i++)
    g_assert_true (echoes (lc_ssh_forward_get_local_port (forwards[i])));
  /* Dropped before it is there, it must not stay. */
  for (guint i = 0; i < G_N_ELEMENTS (forwards); i++)
    {
      guint16 port = lc_ssh_forward_get_local_port (forwards[i]);

      g_object_unref (forwards[i]);
      await_condition (!is_listening (port), 10);
      dex_unref (lc_ssh_connection_forward_back (connection, port, "127.0.0.1",
                                                 test_peer_get_port (echo)));
    }
  g_object_unref (forward_back (connection, 0, test_peer_get_port (echo)));
  g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_CONNECTED);
  ssh_fixture_disconnect (connection);
}

static void
assert_rejected (LcSshConnection *connection, guint16 remote_port, const char *host, LcError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (lc_ssh_connection_forward_back (connection, remote_port, host, 9),
                                20, NULL, &error));
  g_assert_error (error, LC_ERROR, (int) code);
}

static void
test_taken (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshForward *other = ssh_fixture_forward (connection, "127.0.0.1", 9);

  assert_rejected (connection, lc_ssh_forward_get_local_port (other), "127.0.0.1",
                   LC_ERROR_FORBIDDEN);
  g_object_unref (other);
  assert_rejected (connection, 0, "-oProxyCommand", LC_ERROR_INVALID_INPUT);
  assert_rejected (connection, 0, "no-such-host.invalid", LC_ERROR_OFFLINE);
  ssh_fixture_disconnect (connection);
}

static void
test_forbidden (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);

  assert_rejected (connection, 0, "127.0.0.1", LC_ERROR_FORBIDDEN);
  ssh_fixture_disconnect (connection);
}

/* Nothing listens on this computer: the other side sees the end, people see why. */
static void
test_nothing_listens (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  TestPeer *peer = test_peer_new (test_peer_echo, NULL);
  guint16 port = test_peer_get_port (peer);
  LcSshForward *forward;
  char byte;
  int fd;

  test_peer_free (peer);
  forward = forward_back (connection, lc_test_find_port (), port);
  fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (recv (fd, &byte, 1, 0), <=, 0);
  close (fd);
  await_condition (lc_ssh_forward_get_last_error (forward) != NULL, 5);
  await_condition (lc_ssh_forward_get_connections (forward) == 0, 5);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

/* After a reconnect it is asked for again, with the same port, also when that takes a while. */
static void
test_reconnect (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshConnection *connection;
  LcSshForward *forward;
  guint16 port;
  int taken;

  times.reconnect_ms = 30000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = ssh_fixture_connect (fixture);
  forward = forward_back (connection, 0, test_peer_get_port (echo));
  port = lc_ssh_forward_get_local_port (forward);
  for (guint i = 0; i < 2; i++)
    {
      struct sockaddr_in address = { .sin_family = AF_INET,
                                     .sin_port = htons (port),
                                     .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
      int on = 1;

      g_assert_true (echoes (port));
      lc_test_sshd_kill (fixture->sshd);
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_RECONNECTING, 20);
      /* The second time something else has the port for a moment, as a dead session would. */
      taken = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      setsockopt (taken, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
      if (i == 1)
        {
          g_assert_cmpint (bind (taken, (struct sockaddr *) &address, sizeof address), ==, 0);
          g_assert_cmpint (listen (taken, 1), ==, 0);
        }
      lc_test_sshd_restart (fixture->sshd, "GatewayPorts no\n");
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CONNECTED, 30);
      close (taken);
      await_condition (echoes (port), 20);
    }
  g_assert_cmpint (lc_ssh_forward_get_local_port (forward), ==, port);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD_EVERYWHERE ("carries", test_carries);
  ADD ("rekey", "RekeyLimit 1M\n", test_carries);
  /* Dropbear 2025.89 goes on listening after a cancel-tcpip-forward, with every client. */
  ADD ("close", NULL, test_close);
  ADD ("turns", NULL, test_turns);
  ADD ("taken", NULL, test_taken);
  ADD ("forbidden", "AllowTcpForwarding local\n", test_forbidden);
  ADD_EVERYWHERE ("nothing-listens", test_nothing_listens);
  ADD ("reconnect", NULL, test_reconnect);
  return g_test_run ();
}
