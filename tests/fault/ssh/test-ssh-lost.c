/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"
#include "proxy.h"
#include "ssh-fixture.h"
#include "traffic.h"

/* Connections that are lost, or seem to be. */

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/lost/" path, options, func)

static void
closed_cb (LcSshConnection *connection, gpointer data)
{
  guint *n = data;

  (*n)++;
}

static void
test_killed (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (DexFuture) exec = lc_ssh_connection_exec (connection, "sleep 100", NULL);
  TestTraffic traffic = { 0 };
  guint closed = 0;

  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), &closed);
  test_traffic_start (&traffic, connection);
  g_assert_cmpuint (lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL), >, 0);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 10);
  test_traffic_end (&traffic);
  await_condition (!dex_future_is_pending (exec), 5);
  g_assert_true (dex_future_is_rejected (exec));
  g_assert_cmpuint (closed, ==, 1);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_OFFLINE);
  g_object_unref (connection);
}

/* Whether a connection of the server holds bytes that it has not read (proc(5), /proc/net/tcp). */
static gboolean
has_unread_data (guint16 port)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents ("/proc/net/tcp", &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      unsigned local_port, state, unread;

      if (sscanf (lines[i], "%*d: %*8x:%x %*8x:%*x %x %*x:%x", &local_port, &state, &unread) == 3 &&
          local_port == port && state == 1 && unread > 0)
        return TRUE;
    }
  return FALSE;
}

static void
connect_through (SshFixture *fixture, TestProxy *proxy)
{
  lc_machine_set_ssh (fixture->machine, "127.0.0.1", test_proxy_get_port (proxy));
}

static void
test_reset (SshFixture *fixture, gconstpointer data)
{
  TestProxy *proxy = test_proxy_new (lc_test_sshd_get_port (fixture->sshd));
  LcSshConnection *connection;
  TestTraffic traffic = { 0 };

  connect_through (fixture, proxy);
  connection = ssh_fixture_connect (fixture);
  test_traffic_start (&traffic, connection);
  test_proxy_reset (proxy);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 10);
  test_traffic_end (&traffic);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_OFFLINE);
  g_object_unref (connection);
  test_proxy_free (proxy);
}

/* In the middle of everything all packets vanish, with the times that people have. */
static void
test_packets_dropped (SshFixture *fixture, gconstpointer data)
{
  guint16 port = lc_test_sshd_get_port (fixture->sshd);
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  TestTraffic traffic = { 0 };
  gint64 start;

  test_traffic_start (&traffic, connection);
  test_net_black_hole (port);
  start = g_get_monotonic_time ();
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_SILENT, 25);
  g_test_message ("doubt after %.1f s",
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 30);
  g_test_message ("lost after %.1f s", (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - start, <=, 30 * G_TIME_SPAN_SECOND);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_TIMED_OUT);
  test_net_restore ();
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  test_traffic_end (&traffic);
  g_object_unref (connection);
}

/* The computer slept, and meanwhile the server has forgotten the connection without a word that
 * could arrive: the first packet after waking up is answered with a reset. */
static void
test_half_open (SshFixture *fixture, gconstpointer data)
{
  guint16 port = lc_test_sshd_get_port (fixture->sshd);
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  TestPeer *echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  int fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  gint64 start;
  char byte = 'x';

  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
  /* What the stopped server has not read when it is killed makes it forget at once. */
  lc_test_sshd_signal_sessions (fixture->sshd, SIGSTOP);
  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  await_condition (has_unread_data (port), 5);
  test_net_black_hole (port);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  await_condition (!has_unread_data (port), 5);
  g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_CONNECTED);
  test_net_restore ();

  start = g_get_monotonic_time ();
  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 10);
  g_test_message ("lost after %.1f s", (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_OFFLINE);
  g_assert_cmpint (recv (fd, &byte, 1, 0), <=, 0);
  close (fd);
  g_object_unref (forward);
  g_object_unref (connection);
  test_peer_free (echo);
}

/* A stopped server is as good as one whose packets are dropped. */
static void
test_black_hole (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  TestTraffic traffic = { 0 };
  LcSshConnection *connection;
  gint64 start;

  times.idle_ms = 1500;
  times.doubt_ms = 500;
  times.dead_ms = 3000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = ssh_fixture_connect (fixture);
  test_traffic_start (&traffic, connection);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGSTOP);
  start = g_get_monotonic_time ();
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_SILENT, 10);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 10);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 15 * G_TIME_SPAN_SECOND);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_TIMED_OUT);
  /* The far ends are still held by the stopped server. */
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  test_traffic_end (&traffic);
  g_object_unref (connection);
}

/* Idle and then silent for less than the limit: people are told, nothing is lost. */
static void
test_freeze (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autoptr (LcSshExecResult) result = NULL;
  LcSshConnection *connection;

  times.idle_ms = 500;
  times.doubt_ms = 300;
  times.dead_ms = 20000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = ssh_fixture_connect (fixture);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGSTOP);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_SILENT, 10);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGCONT);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CONNECTED, 5);
  result = ssh_fixture_exec (connection, "echo back", NULL);
  g_assert_cmpstr (g_bytes_get_data (result->output, NULL), ==, "back\n");
  ssh_fixture_disconnect (connection);
}

/* All of the server stands still for longer than the limit: the same ports work again afterwards,
 * and who connected meanwhile has waited. */
static void
test_long_freeze (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  LcSshConnection *connection;
  LcSshForward *forward;
  gint64 until;
  char byte = 'x';
  int fd;

  times.kex_ms = 1000;
  times.idle_ms = 500;
  times.doubt_ms = 300;
  times.dead_ms = 1500;
  times.reconnect_ms = 60000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = ssh_fixture_connect (fixture);
  forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  /* Again and again: on a busy machine the connection may have been made anew in between. */
  await_condition ((lc_test_sshd_signal (fixture->sshd, SIGSTOP),
                    lc_ssh_connection_get_state (connection) == LC_SSH_RECONNECTING),
                   20);
  fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  until = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  await_condition (g_get_monotonic_time () > until, 10);
  g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_RECONNECTING);
  lc_test_sshd_signal (fixture->sshd, SIGCONT);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CONNECTED, 30);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
  close (fd);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
}

/* The server's own question, which must be answered even when nothing else goes on. */
static void
test_server_asks (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  gint64 until = g_get_monotonic_time () + 6 * G_TIME_SPAN_SECOND;
  g_autoptr (LcSshExecResult) result = NULL;

  await_condition (g_get_monotonic_time () > until, 10);
  result = ssh_fixture_exec (connection, "true", NULL);
  g_assert_cmpint (result->exit_status, ==, 0);
  ssh_fixture_disconnect (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_net_isolate ();
  dex_init ();
  ADD ("killed", NULL, test_killed);
  ADD ("reset", NULL, test_reset);
  ADD ("half-open", NULL, test_half_open);
  ADD ("packets-dropped", NULL, test_packets_dropped);
  ADD ("black-hole", NULL, test_black_hole);
  ADD ("freeze", NULL, test_freeze);
  ADD ("long-freeze", NULL, test_long_freeze);
  ADD ("server-asks", "ClientAliveInterval 1\nClientAliveCountMax 3\n", test_server_asks);
  return g_test_run ();
}
