/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libdex.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh-fixture.h"
#include "test-peer.h"

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/forward/" path, options, func)
#define ADD_DROPBEAR(path, options, func)                                                          \
  ssh_fixture_add (LC_TEST_SSHD_DROPBEAR, "/ssh/forward/" path, options, func)
#define ADD_LIBSSH(path, options, func)                                                            \
  ssh_fixture_add (LC_TEST_SSHD_LIBSSH, "/ssh/forward/" path, options, func)
#define ADD_EVERYWHERE(path, func) ssh_fixture_add_everywhere ("/ssh/forward/" path, func)

#define MEGA                       (1000 * 1000)

typedef struct
{
  guint64 in_bytes;
  guint64 out_bytes;
  gint ok;
} Server;

static void
exchange (int fd, gpointer data)
{
  Server *server = data;

  if (test_peer_exchange (fd, 2, server->out_bytes, 1, server->in_bytes))
    g_atomic_int_inc (&server->ok);
}

/* Reads everything before it says anything: the end of what it reads must come through. */
static void
read_then_answer (int fd, gpointer data)
{
  Server *server = data;
  g_autofree char *buffer = g_malloc (65536);
  guint64 read_bytes = 0;
  gssize n;

  while ((n = recv (fd, buffer, 65536, 0)) > 0)
    read_bytes += n;
  if (read_bytes == server->in_bytes && test_peer_exchange (fd, 2, server->out_bytes, 0, 0))
    g_atomic_int_inc (&server->ok);
}

static void
run_clients (guint16 port, guint n, guint64 out_bytes, guint64 in_bytes)
{
  g_autofree TestClient *clients = g_new0 (TestClient, n);

  for (guint i = 0; i < n; i++)
    {
      clients[i] = (TestClient) { .port = port,
                                  .out_seed = 1,
                                  .out_bytes = out_bytes,
                                  .in_seed = 2,
                                  .in_bytes = in_bytes };
      test_client_start (&clients[i]);
    }
  for (guint i = 0; i < n; i++)
    {
      await_condition (g_atomic_int_get (&clients[i].done), 90);
      test_client_join (&clients[i]);
      g_assert_true (clients[i].ok);
    }
}

static void
transfer (SshFixture *fixture, guint n, guint64 up, guint64 down, TestPeerFunc func)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  Server server = { .in_bytes = up, .out_bytes = down };
  g_autoptr (TestPeer) peer = test_peer_new (func, &server);
  LcSshConnection *connection;
  LcSshForward *forward;

  /* The keepalive would hide that nothing else wakes the loop. */
  times.idle_ms = 600 * 1000;
  times.dead_ms = times.idle_ms + 10 * 1000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = ssh_fixture_connect (fixture);
  forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (peer));

  run_clients (lc_ssh_forward_get_local_port (forward), n, up, down);
  await_condition (g_atomic_int_get (&server.ok) == (gint) n, 10);
  await_condition (lc_ssh_forward_get_bytes_received (forward) == n * down, 5);
  await_condition (lc_ssh_forward_get_bytes_sent (forward) == n * up, 5);
  await_condition (lc_ssh_forward_get_connections (forward) == 0, 5);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

static void
test_one (SshFixture *fixture, gconstpointer data)
{
  transfer (fixture, 1, 40 * MEGA, 60 * MEGA, exchange);
}

static void
test_parallel (SshFixture *fixture, gconstpointer data)
{
  transfer (fixture, 32, 2 * MEGA + 7, 3 * MEGA + 1, exchange);
}

static void
test_half_close (SshFixture *fixture, gconstpointer data)
{
  transfer (fixture, 4, 3 * MEGA, 2 * MEGA, read_then_answer);
}

static void
test_small (SshFixture *fixture, gconstpointer data)
{
  transfer (fixture, 8, 0, 1, exchange);
  transfer (fixture, 8, 1, 0, read_then_answer);
  transfer (fixture, 8, 0, 0, exchange);
}

/* The server's own key exchanges, in the middle of both directions. */
static void
test_rekey (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  transfer (fixture, 4, 10 * MEGA, 10 * MEGA, exchange);
  log = lc_test_sshd_dup_log (fixture->sshd);
  g_assert_nonnull (strstr (log, "ssh_set_newkeys: rekeying"));
}

static void
flood (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (65536);
  gint *stop = data;

  while (!g_atomic_int_get (stop) && send (fd, block, 65536, MSG_NOSIGNAL) > 0)
    continue;
}

/* The flood has filled every buffer and window on its way: nothing came for two publications. */
static gboolean
has_settled (LcSshForward *forward)
{
  static guint64 last;
  static gint64 since;
  guint64 now = lc_ssh_forward_get_bytes_received (forward);

  if (now == 0 || now != last)
    since = g_get_monotonic_time ();
  last = now;
  return now > 0 && g_get_monotonic_time () - since > 1200 * G_TIME_SPAN_MILLISECOND;
}

/* One connection that nobody reads; another through the same SSH connection stays quick. */
static void
test_slow_reader (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  gint stop = FALSE;
  TestPeer *flooder = test_peer_new (flood, &stop);
  TestPeer *echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *blocked =
      ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (flooder));
  LcSshForward *quick = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  int stuck = test_peer_connect (lc_ssh_forward_get_local_port (blocked));
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (quick));
  gint64 worst = 0;
  char byte = 'x';

  await_condition (has_settled (blocked), 30);
  for (guint i = 0; i < 200; i++)
    {
      gint64 start = g_get_monotonic_time ();

      g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      worst = MAX (worst, g_get_monotonic_time () - start);
    }
  g_test_message ("slowest of 200 round trips beside a stuck connection: %" G_GINT64_FORMAT " µs",
                  worst);
  g_assert_cmpint (worst, <, 500 * 1000);
  /* 16 MiB at most are underway for a reader that does not read. */
  g_assert_cmpuint (lc_ssh_forward_get_bytes_received (blocked), <, 32 * MEGA);

  g_atomic_int_set (&stop, TRUE);
  close (stuck);
  close (fd);
  g_object_unref (blocked);
  g_object_unref (quick);
  ssh_fixture_disconnect (connection);
  test_peer_free (flooder);
  test_peer_free (echo);
}

static void
test_close (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  guint16 port = lc_ssh_forward_get_local_port (forward);
  int fd = test_peer_connect (port);
  g_autoptr (GError) error = NULL;
  char byte = 'x';

  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
  g_assert_true (await_future (lc_ssh_forward_close (forward), 5, NULL, &error));
  g_assert_cmpint (recv (fd, &byte, 1, 0), <=, 0);
  g_assert_cmpint (test_peer_connect (port), <, 0);
  close (fd);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

static void
test_port_in_use (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", 9);
  guint16 port = lc_ssh_forward_get_local_port (forward);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      await_future (lc_ssh_connection_forward (connection, port, "127.0.0.1", 9), 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_PORT_IN_USE);
  g_clear_error (&error);

  /* The same port again, as a reconnect or the next day wants it. */
  g_assert_true (await_future (lc_ssh_forward_close (forward), 5, NULL, &error));
  g_object_unref (forward);
  g_assert_true (
      await_future (lc_ssh_connection_forward (connection, port, "127.0.0.1", 9), 5, NULL, &error));
  g_assert_false (await_future (lc_ssh_connection_forward (connection, 0, "-oProxyCommand", 9), 5,
                                NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
  ssh_fixture_disconnect (connection);
}

static guint16
closed_port (void)
{
  TestPeer *peer = test_peer_new (test_peer_echo, NULL);
  guint16 port = test_peer_get_port (peer);

  test_peer_free (peer);
  return port;
}

static void
assert_refused (SshFixture *fixture, guint16 port, LcError code)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", port);
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (recv (fd, &byte, 1, 0), <=, 0);
  close (fd);
  await_condition (lc_ssh_forward_get_last_error (forward) != NULL, 5);
  g_assert_false (
      await_future (lc_ssh_connection_probe (connection, "127.0.0.1", port), 5, NULL, &error));
  g_assert_error (error, LC_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, lc_ssh_forward_get_last_error (forward));
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

static void
test_nothing_listens (SshFixture *fixture, gconstpointer data)
{
  assert_refused (fixture, closed_port (), LC_ERROR_NOT_FOUND);
}

static void
test_forbidden (SshFixture *fixture, gconstpointer data)
{
  assert_refused (fixture, 9, LC_ERROR_FORBIDDEN);
}

static void
test_probe (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      await_future (lc_ssh_connection_probe (connection, "localhost", test_peer_get_port (echo)), 5,
                    NULL, &error));
  ssh_fixture_disconnect (connection);
}

static void
test_unix_socket (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  static const char script[] =
      "import socket, os\n"
      "s = socket.socket (socket.AF_UNIX); s.bind ('/tmp/lc-test.sock'); s.listen ()\n"
      "c, _ = s.accept ()\n"
      "while d := c.recv (65536): c.sendall (d)\n"
      "c.close (); os.unlink ('/tmp/lc-test.sock')\n";
  g_autoptr (GBytes) input = g_bytes_new_static (script, strlen (script));
  g_autoptr (DexFuture) server =
      lc_ssh_connection_exec (connection, "rm -f /tmp/lc-test.sock; exec python3 -", input);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  guint16 port;

  g_assert_true (await_future (
      lc_ssh_connection_forward_to_socket (connection, 0, "/tmp/lc-test.sock"), 5, &value, &error));
  port = lc_ssh_forward_get_local_port (g_value_get_object (&value));
  await_condition (g_access ("/tmp/lc-test.sock", F_OK) == 0, 20);
  run_clients (port, 1, 0, 0);
  await_condition (!dex_future_is_pending (server), 10);
  g_assert_true (dex_future_is_resolved (server));
  g_value_unset (&value);
  ssh_fixture_disconnect (connection);
}

/* Dropped before it was made, a forward must not stay. */
static void
test_dropped (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshForward *last;
  guint before;

  before = ssh_fixture_count_fds ();
  for (guint i = 0; i < 50; i++)
    dex_unref (lc_ssh_connection_forward (connection, 0, "127.0.0.1", 9));
  last = ssh_fixture_forward (connection, "127.0.0.1", 9); /* so all before it were looked at */
  g_assert_true (await_future (lc_ssh_forward_close (last), 5, NULL, NULL));
  g_object_unref (last);
  await_condition (ssh_fixture_count_fds () <= before, 5);
  ssh_fixture_disconnect (connection);
}

/* Sends a little at a time, as long as it may and the other side is there. */
static void
trickle (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (10000);
  struct pollfd gone = { .fd = fd };
  gint *stop = data;

  while (!g_atomic_int_get (stop) && send (fd, block, 10000, MSG_NOSIGNAL) > 0 &&
         poll (&gone, 1, 20) == 0)
    continue;
}

static void
count_notify_cb (gpointer object, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

/* The rate is seen while bytes come, falls when they stop, and is then quiet. */
static void
test_rate (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  gint stop = FALSE;
  TestPeer *peer = test_peer_new (trickle, &stop);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (peer));
  TestClient client = { .port = lc_ssh_forward_get_local_port (forward),
                        .in_seed = TEST_PEER_ANYTHING };
  guint notified = 0;
  guint before;
  gint64 until;

  g_signal_connect (forward, "notify::rate-received", G_CALLBACK (count_notify_cb), &notified);
  test_client_start (&client);
  await_condition (lc_ssh_forward_get_rate_received (forward) > 100 * 1000, 20);
  g_assert_cmpuint (lc_ssh_forward_get_rate_received (forward), <, 2 * MEGA);
  g_assert_cmpuint (lc_ssh_forward_get_rate_sent (forward), ==, 0);
  g_atomic_int_set (&stop, TRUE);
  await_condition (lc_ssh_forward_get_rate_received (forward) == 0, 10);
  test_client_join (&client);
  before = notified;
  g_assert_cmpuint (before, >=, 3);
  until = g_get_monotonic_time () + 2 * G_TIME_SPAN_SECOND;
  await_condition (g_get_monotonic_time () > until, 5);
  g_assert_cmpuint (notified, ==, before);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
  test_peer_free (peer);
}

/* With forwards, and with a connection through one that says nothing, the thread sleeps. */
static void
test_idle (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  gint64 until;
  guint64 before;

  await_condition (lc_ssh_forward_get_connections (forward) == 1, 5);
  await_condition (test_peer_get_served (echo) == 1, 5);
  /* The last publication of counters may still come. */
  until = g_get_monotonic_time () + G_TIME_SPAN_SECOND;
  await_condition (g_get_monotonic_time () > until, 5);
  before = ssh_fixture_count_sleeps ();
  until = g_get_monotonic_time () + 2 * G_TIME_SPAN_SECOND;
  await_condition (g_get_monotonic_time () > until, 5);
  g_assert_cmpuint (ssh_fixture_count_sleeps () - before, <=, 2);
  close (fd);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

/* Connections that come and go at once. */
static void
test_many (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  guint before = ssh_fixture_count_fds ();

  for (guint i = 0; i < 1000; i++)
    close (test_peer_connect (lc_ssh_forward_get_local_port (forward)));
  await_condition (test_peer_get_served (echo) >= 900, 60);
  await_condition (lc_ssh_forward_get_connections (forward) == 0, 30);
  await_condition (ssh_fixture_count_fds () <= before, 10);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD_EVERYWHERE ("one", test_one);
  ADD_EVERYWHERE ("parallel", test_parallel);
  ADD_EVERYWHERE ("half-close", test_half_close);
  ADD_EVERYWHERE ("small", test_small);
  ADD ("rekey", "LogLevel DEBUG1\nRekeyLimit 1M\n", test_rekey);
  ADD ("rekey-chacha", "LogLevel DEBUG1\nRekeyLimit 1M\nCiphers chacha20-poly1305@openssh.com\n",
       test_rekey);
  ADD ("rekey-ctr", "LogLevel DEBUG1\nRekeyLimit 1M\nCiphers aes256-ctr\n", test_rekey);
  ADD_EVERYWHERE ("slow-reader", test_slow_reader);
  ADD_EVERYWHERE ("close", test_close);
  ADD_EVERYWHERE ("port-in-use", test_port_in_use);
  /* libssh has no word but "prohibited" for a refused channel, and no unix sockets. */
  ADD ("nothing-listens", NULL, test_nothing_listens);
  ADD_DROPBEAR ("nothing-listens", NULL, test_nothing_listens);
  ADD_DROPBEAR ("forbidden", "-j", test_forbidden);
  ADD_LIBSSH ("forbidden", "refuse tcp\n", test_forbidden);
  ADD ("forbidden", "AllowTcpForwarding no\n", test_forbidden);
  ADD_EVERYWHERE ("probe", test_probe);
  ADD ("unix-socket", NULL, test_unix_socket);
  ADD_DROPBEAR ("unix-socket", NULL, test_unix_socket);
  ADD_EVERYWHERE ("dropped", test_dropped);
  ADD_EVERYWHERE ("idle", test_idle);
  ADD ("rate", NULL, test_rate);
  ADD_EVERYWHERE ("many", test_many);
  return g_test_run ();
}
