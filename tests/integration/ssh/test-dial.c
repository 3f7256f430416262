/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh-fixture.h"
#include "test-peer.h"

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/dial/" path, options, func)
#define ADD_EVERYWHERE(path, func) ssh_fixture_add_everywhere ("/ssh/dial/" path, func)

#define MEGA                       (1000 * 1000)

static GSocket *
dial (LcSshConnection *connection, guint16 port)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  await_future (lc_ssh_connection_dial (connection, "127.0.0.1", port), 10, &value, &error);
  g_assert_no_error (error);
  return g_value_dup_object (&value);
}

static void
exchange (int fd, gpointer data)
{
  gint *ok = data;

  if (test_peer_exchange (fd, 2, 30 * MEGA, 1, 20 * MEGA))
    g_atomic_int_inc (ok);
}

static void
test_carries (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  gint ok = 0;
  g_autoptr (TestPeer) peer = test_peer_new (exchange, &ok);
  GSocket *socket = dial (connection, test_peer_get_port (peer));
  TestClient client = { .fd = g_socket_get_fd (socket),
                        .out_seed = 1,
                        .out_bytes = 20 * MEGA,
                        .in_seed = 2,
                        .in_bytes = 30 * MEGA };

  test_client_start (&client);
  await_condition (g_atomic_int_get (&client.done), 60);
  test_client_join (&client);
  g_assert_true (client.ok);
  await_condition (g_atomic_int_get (&ok) == 1, 10);
  g_object_unref (socket);
  ssh_fixture_disconnect (connection);
}

static void
note_end (int fd, gpointer data)
{
  char byte;

  (void) !recv (fd, &byte, 1, 0);
  g_atomic_int_inc ((gint *) data);
}

/* Who drops the socket, or the future before it is there, leaves nothing behind. */
static void
test_dropped (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  gint ended = 0;
  TestPeer *peer = test_peer_new (note_end, &ended);
  guint before = ssh_fixture_count_fds ();
  guint served;

  g_object_unref (dial (connection, test_peer_get_port (peer)));
  await_condition (g_atomic_int_get (&ended) == 1, 10);
  for (guint i = 0; i < 50; i++)
    dex_unref (lc_ssh_connection_dial (connection, "127.0.0.1", test_peer_get_port (peer)));
  await_condition (ssh_fixture_count_fds () <= before, 10);
  served = test_peer_get_served (peer);
  await_condition (g_atomic_int_get (&ended) == (gint) served, 10);
  ssh_fixture_disconnect (connection);
  test_peer_free (peer);
}

static void
assert_refused (SshFixture *fixture, const char *host, LcError code)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  guint before = ssh_fixture_count_fds ();
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (lc_ssh_connection_dial (connection, host, 1), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, (int) code);
  await_condition (ssh_fixture_count_fds () <= before, 10);
  ssh_fixture_disconnect (connection);
}

static void
test_refused (SshFixture *fixture, gconstpointer data)
{
  assert_refused (fixture, "127.0.0.1", LC_ERROR_NOT_FOUND);
  assert_refused (fixture, "-oProxyCommand", LC_ERROR_INVALID_INPUT);
}

static void
test_forbidden (SshFixture *fixture, gconstpointer data)
{
  assert_refused (fixture, "127.0.0.1", LC_ERROR_FORBIDDEN);
}

/* The socket ends with the connection. */
static void
test_lost (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) peer = test_peer_new (test_peer_echo, NULL);
  GSocket *socket = dial (connection, test_peer_get_port (peer));
  char byte = 'x';

  g_socket_set_blocking (socket, TRUE);
  g_assert_cmpint (g_socket_send (socket, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (g_socket_receive (socket, &byte, 1, NULL, NULL), ==, 1);
  ssh_fixture_disconnect (connection);
  g_assert_cmpint (g_socket_receive (socket, &byte, 1, NULL, NULL), <=, 0);
  g_object_unref (socket);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD_EVERYWHERE ("carries", test_carries);
  ADD_EVERYWHERE ("dropped", test_dropped);
  ADD_EVERYWHERE ("refused", test_refused);
  ADD ("forbidden", "AllowTcpForwarding no\n", test_forbidden);
  ADD_EVERYWHERE ("lost", test_lost);
  return g_test_run ();
}
