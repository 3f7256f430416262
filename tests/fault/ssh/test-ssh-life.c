/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-ssh-connection-private.h"
#include "lc-ssh-transport.h"
#include "ssh-fixture.h"
#include "test-peer.h"

/* How a connection finds out that it is dead, and what it tells meanwhile. */

#define ADD(path, func)                                                                            \
  g_test_add ("/ssh/life/" path, SshFixture, NULL, ssh_fixture_set_up, func, ssh_fixture_tear_down)

static LcSshConnection *
connect_with (SshFixture *fixture, const LcSshTimes *times)
{
  lc_ssh_pool_set_times (fixture->pool, times);
  return ssh_fixture_connect (fixture);
}

static void
await_state (LcSshConnection *connection, LcSshState state)
{
  await_condition (lc_ssh_connection_get_state (connection) == state, 30);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

/* The network has changed, and the server is still there: only the round trip is measured anew. */
static void
test_alive (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  LcSshConnection *connection = connect_with (fixture, &times);
  guint answers = 0;
  g_autofree char *journal = NULL;

  await_condition (lc_ssh_connection_get_round_trip (connection) > 0, 10);
  g_assert_cmpint (lc_ssh_connection_get_round_trip (connection), <, 10 * G_TIME_SPAN_SECOND);
  g_signal_connect_swapped (connection, "notify::round-trip", G_CALLBACK (count_cb), &answers);
  lc_ssh_connection_look (connection);
  await_condition (answers > 0, 10);
  g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_CONNECTED);
  journal = lc_ssh_connection_dup_journal (connection);
  g_assert_nonnull (strstr (journal, "Asking whether the server is there"));
  g_signal_handlers_disconnect_by_data (connection, &answers);
  ssh_fixture_disconnect (connection);
}

/* With the usual limits a dead server is noticed after 28 s; after a change of network, sooner. */
static void
test_dead (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  LcSshConnection *connection;
  gint64 start;

  times.probe_ms = 1500;
  times.doubt_ms = 500;
  connection = connect_with (fixture, &times);
  await_condition (lc_ssh_connection_get_round_trip (connection) > 0, 10);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGSTOP);
  start = g_get_monotonic_time ();
  lc_ssh_connection_look (connection);
  await_state (connection, LC_SSH_SILENT);
  g_assert_cmpint (lc_ssh_connection_get_heard_at (connection), >, 0);
  g_assert_cmpint (lc_ssh_connection_get_heard_at (connection), <=, start);
  await_state (connection, LC_SSH_CLOSED);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 1400 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (g_get_monotonic_time () - start, <,
                   (gint64) (10 * await_patience () * G_TIME_SPAN_SECOND));
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_TIMED_OUT);
  g_object_unref (connection);
}

/* A server that is late, but answers, is not given up. */
static void
test_late (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  LcSshConnection *connection;

  times.probe_ms = 8000;
  times.doubt_ms = 300;
  connection = connect_with (fixture, &times);
  await_condition (lc_ssh_connection_get_round_trip (connection) > 0, 10);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGSTOP);
  lc_ssh_connection_look (connection);
  await_state (connection, LC_SSH_SILENT);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGCONT);
  await_state (connection, LC_SSH_CONNECTED);
  ssh_fixture_disconnect (connection);
}

typedef struct
{
  LcSshConnection *connection;
  LcSshForward *forward;
} Lost;

/* Lost, with no server to come back to. */
static Lost
lose (SshFixture *fixture)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  Lost self;

  times.reconnect_ms = 600000;
  self.connection = connect_with (fixture, &times);
  self.forward = ssh_fixture_forward (self.connection, "127.0.0.1", 9);
  lc_test_sshd_kill (fixture->sshd);
  await_state (self.connection, LC_SSH_RECONNECTING);
  return self;
}

static void
find_again (SshFixture *fixture, Lost *self)
{
  lc_test_sshd_restart (fixture->sshd, NULL);
  lc_ssh_connection_look (self->connection);
  await_state (self->connection, LC_SSH_CONNECTED);
  g_assert_cmpuint (lc_ssh_connection_get_attempt (self->connection), ==, 0);
  g_assert_null (lc_ssh_connection_get_error (self->connection));
  g_object_unref (self->forward);
  ssh_fixture_disconnect (self->connection);
}

static void
test_attempts (SshFixture *fixture, gconstpointer data)
{
  Lost lost = lose (fixture);
  g_autofree char *journal = NULL;
  guint changes = 0;

  g_signal_connect_swapped (lost.connection, "notify::state", G_CALLBACK (count_cb), &changes);
  await_condition (lc_ssh_connection_get_attempt (lost.connection) >= 3, 30);
  g_assert_cmpuint (changes, >=, 1);
  g_assert_cmpint (lc_ssh_connection_get_attempt_at (lost.connection), >, g_get_monotonic_time ());
  g_assert_error (lc_ssh_connection_get_error (lost.connection), LC_ERROR, LC_ERROR_OFFLINE);
  g_signal_handlers_disconnect_by_data (lost.connection, &changes);
  journal = lc_ssh_connection_dup_journal (lost.connection);
  g_assert_nonnull (strstr (journal, "Attempt 2 failed"));
  find_again (fixture, &lost);
}

/* The wait of the back-off is cut short by a new network. */
static void
test_hope (SshFixture *fixture, gconstpointer data)
{
  Lost lost = lose (fixture);

  for (guint attempt = 3; attempt < 6; attempt++)
    {
      gint64 due;

      await_condition (lc_ssh_connection_get_attempt (lost.connection) == attempt &&
                           lc_ssh_connection_get_attempt_at (lost.connection) >
                               g_get_monotonic_time () + G_TIME_SPAN_SECOND,
                       60);
      due = lc_ssh_connection_get_attempt_at (lost.connection);
      lc_ssh_connection_look (lost.connection);
      await_condition (lc_ssh_connection_get_attempt (lost.connection) == attempt + 1, 10);
      g_assert_cmpint (g_get_monotonic_time (), <, due);
    }
  find_again (fixture, &lost);
}

static void
test_stopped_meanwhile (SshFixture *fixture, gconstpointer data)
{
  Lost lost = lose (fixture);

  await_condition (lc_ssh_connection_get_attempt (lost.connection) >= 3, 30);
  lc_machine_set_state (fixture->machine, LC_MACHINE_STATE_STOPPING);
  await_state (lost.connection, LC_SSH_CLOSED);
  g_assert_error (lc_ssh_connection_get_error (lost.connection), LC_ERROR, LC_ERROR_CONFLICT);
  g_object_unref (lost.forward);
  g_object_unref (lost.connection);
}

static void
test_unused (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  LcSshConnection *connection;
  TestPeer *echo = test_peer_new (test_peer_echo, NULL);
  LcSshForward *forward;
  gint64 start;
  int fd;

  times.reconnect_ms = 600000;
  times.unused_ms = 2000;
  connection = connect_with (fixture, &times);
  forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  fd = test_peer_connect (lc_ssh_forward_get_local_port (forward));
  start = g_get_monotonic_time ();
  while (g_get_monotonic_time () - start < 4 * G_TIME_SPAN_SECOND)
    {
      char byte = 'x';

      g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_CONNECTED);
    }
  await_state (connection, LC_SSH_CLOSED);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_TIMED_OUT);
  g_assert_true (lc_ssh_is_unused_error (lc_ssh_connection_get_error (connection)));
  close (fd);
  test_peer_free (echo);
  g_object_unref (forward);
  g_object_unref (connection);
}

/* A port whose kernel answers no more: nobody accepts, and the backlog is full. @fds: (out): to be
 * closed */
static guint16
make_dead_port (int *fds, guint n)
{
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  fds[0] = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_no_errno (bind (fds[0], (struct sockaddr *) &here, sizeof here));
  g_assert_no_errno (listen (fds[0], 0));
  g_assert_no_errno (getsockname (fds[0], (struct sockaddr *) &here, &(socklen_t) { sizeof here }));
  for (guint i = 1; i < n; i++)
    {
      fds[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      (void) !connect (fds[i], (struct sockaddr *) &here, sizeof here);
    }
  return ntohs (here.sin_port);
}

/* libssh2 opens one channel at a time: a target that never answers must not hold up the others. */
static void
test_stuck (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  TestPeer *echo = test_peer_new (test_peer_echo, NULL);
  int fds[6];
  LcSshForward *dead =
      ssh_fixture_forward (connection, "127.0.0.1", make_dead_port (fds, G_N_ELEMENTS (fds)));
  LcSshForward *alive = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  int waiting = test_peer_connect (lc_ssh_forward_get_local_port (dead));
  gint64 start = g_get_monotonic_time ();
  char byte = 'x';
  gssize n = -1;
  int fd;

  for (guint i = 0; i < 3; i++)
    {
      TestClient client = { .port = lc_ssh_forward_get_local_port (alive),
                            .out_seed = 1,
                            .out_bytes = 1000,
                            .in_seed = 1,
                            .in_bytes = 1000 };

      test_client_start (&client);
      await_condition (g_atomic_int_get (&client.done), 20);
      test_client_join (&client);
      g_assert_true (client.ok);
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <,
                   (gint64) (15 * await_patience () * G_TIME_SPAN_SECOND));
  g_assert_cmpuint (ssh_fixture_count_threads (), ==, fixture->threads + 2);
  g_assert_cmpuint (lc_ssh_forward_get_bytes_received (alive), <=, 3000);

  /* What the second connection carries ends with its forward, too. */
  fd = test_peer_connect (lc_ssh_forward_get_local_port (alive));
  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  await_condition (n == 1 || (n = recv (fd, &byte, 1, MSG_DONTWAIT)) == 1, 10);
  g_object_unref (alive);
  await_condition ((n = recv (fd, &byte, 1, MSG_DONTWAIT)) == 0, 10);

  close (fd);
  close (waiting);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  g_object_unref (dead);
  ssh_fixture_disconnect (connection);
  test_peer_free (echo);
}

static void
run_ip (const char *arguments)
{
  g_autofree char *command = g_strconcat ("ip ", arguments, NULL);

  g_assert_cmpint (system (command), ==, 0);
}

/* In a network of its own. */
static void
test_address (void)
{
  LcSshTransport transport = { .fd = -1 };
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (0xc0000201) };
  int listener;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_no_errno (unshare (CLONE_NEWNET));
  run_ip ("link set lo up");
  run_ip ("address add 192.0.2.1/32 dev lo");
  listener = socket (AF_INET, SOCK_STREAM, 0);
  transport.fd = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_no_errno (bind (listener, (struct sockaddr *) &here, sizeof here));
  g_assert_no_errno (listen (listener, 1));
  g_assert_no_errno (
      getsockname (listener, (struct sockaddr *) &here, &(socklen_t) { sizeof here }));
  g_assert_no_errno (connect (transport.fd, (struct sockaddr *) &here, sizeof here));
  g_assert_true (lc_ssh_transport_has_address (&transport));
  run_ip ("address delete 192.0.2.1/32 dev lo");
  g_assert_false (lc_ssh_transport_has_address (&transport));
  run_ip ("address add 192.0.2.1/32 dev lo");
  g_assert_true (lc_ssh_transport_has_address (&transport));
  close (transport.fd);
  close (listener);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("alive", test_alive);
  ADD ("dead", test_dead);
  ADD ("late", test_late);
  ADD ("attempts", test_attempts);
  ADD ("hope", test_hope);
  ADD ("stopped-meanwhile", test_stopped_meanwhile);
  ADD ("unused", test_unused);
  ADD ("stuck", test_stuck);
  g_test_add_func ("/ssh/life/address", test_address);
  return g_test_run ();
}
