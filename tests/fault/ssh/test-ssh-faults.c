/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-ssh-connection-private.h"
#include "ssh-fixture.h"
#include "test-peer.h"

#define ADD(path, options, func)                                                                   \
  g_test_add ("/ssh/fault/" path, SshFixture, options, ssh_fixture_set_up, func,                   \
              ssh_fixture_tear_down)

#define MEGA (1000 * 1000)

static void
say (int fd, const char *text)
{
  (void) !send (fd, text, strlen (text), MSG_NOSIGNAL);
}

static void
wait_for_end (int fd)
{
  char byte;

  while (recv (fd, &byte, 1, 0) > 0)
    continue;
}

static void
serve_nothing (int fd, gpointer data)
{
}

static void
serve_silence (int fd, gpointer data)
{
  wait_for_end (fd);
}

static void
serve_garbage (int fd, gpointer data)
{
  guint8 block[4096];

  for (guint i = 0; i < 64; i++)
    {
      for (gsize j = 0; j < sizeof block; j++)
        block[j] = g_random_int ();
      if (send (fd, block, sizeof block, MSG_NOSIGNAL) < 0)
        return;
    }
  wait_for_end (fd);
}

static void
serve_web_page (int fd, gpointer data)
{
  say (fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
}

static void
serve_banner_and_garbage (int fd, gpointer data)
{
  say (fd, "SSH-2.0-OpenSSH_10.0\r\n");
  serve_garbage (fd, data);
}

static void
serve_banner_and_silence (int fd, gpointer data)
{
  say (fd, "SSH-2.0-OpenSSH_10.0\r\n");
  wait_for_end (fd);
}

static void
serve_huge_banner (int fd, gpointer data)
{
  g_autofree char *line = g_strnfill (1000, 'x');

  for (guint i = 0; i < 1000; i++)
    {
      say (fd, line);
      say (fd, "\r\n");
    }
  wait_for_end (fd);
}

static void
serve_endless_line (int fd, gpointer data)
{
  g_autofree char *block = g_strnfill (65536, 'x');

  while (send (fd, block, 65536, MSG_NOSIGNAL) > 0)
    continue;
}

static void
serve_old_protocol (int fd, gpointer data)
{
  say (fd, "SSH-1.5-OpenSSH_2.0\r\n");
  wait_for_end (fd);
}

/* A length field of 4 GB in the first packet. */
static void
serve_huge_packet (int fd, gpointer data)
{
  say (fd, "SSH-2.0-OpenSSH_10.0\r\n");
  (void) !send (fd, "\xff\xff\xff\xff\x04\x14 and so on, and on", 24, MSG_NOSIGNAL);
  wait_for_end (fd);
}

/* What is no SSH server is told in a bounded time, and never crashes or blocks. */
static void
test_not_a_server (SshFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    TestPeerFunc serve;
  } servers[] = {
    { "nothing", serve_nothing },
    { "silence", serve_silence },
    { "garbage", serve_garbage },
    { "web page", serve_web_page },
    { "banner, garbage", serve_banner_and_garbage },
    { "banner, silence", serve_banner_and_silence },
    { "huge banner", serve_huge_banner },
    { "endless line", serve_endless_line },
    { "old protocol", serve_old_protocol },
    { "huge packet", serve_huge_packet },
  };
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;

  times.kex_ms = 1500;
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autoptr (TestPeer) peer = test_peer_new (servers[i].serve, NULL);
      g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", "/machines/2", "two");
      LcSshConnection *connection;
      g_autoptr (GError) error = NULL;

      lc_machine_set_ssh (machine, "127.0.0.1", test_peer_get_port (peer));
      connection = lc_ssh_connection_new (machine, &times);
      g_assert_false (
          await_future (lc_ssh_connection_reach (connection, NULL, NULL), 10, NULL, &error));
      g_test_message ("%s: %s", servers[i].name, error->message);
      g_assert_true (error->domain == LC_ERROR);
      g_assert_true (error->code == LC_ERROR_PROTOCOL || error->code == LC_ERROR_OFFLINE ||
                     error->code == LC_ERROR_TIMED_OUT);
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 5);
      g_object_unref (connection);
    }
}

static void
test_refused_and_unknown (SshFixture *fixture, gconstpointer data)
{
  static const char *const hosts[] = { "127.0.0.1", "no-such-host.invalid" };
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", "/machines/2", "two");
      g_autoptr (LcSshConnection) connection = NULL;
      g_autoptr (GError) error = NULL;

      lc_machine_set_ssh (machine, hosts[i], 1);
      connection = lc_ssh_connection_new (machine, &times);
      g_assert_false (
          await_future (lc_ssh_connection_reach (connection, NULL, NULL), 15, NULL, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 5);
    }
}

static void
flood (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (65536);

  while (send (fd, block, 65536, MSG_NOSIGNAL) > 0)
    continue;
}

static void
sink (int fd, gpointer data)
{
  g_autofree char *block = g_malloc (65536);

  while (recv (fd, block, 65536, 0) > 0)
    continue;
}

typedef struct
{
  TestPeer *flooder;
  TestPeer *sinker;
  LcSshForward *down;
  LcSshForward *up;
  TestClient readers[4];
  TestClient writers[4];
} Traffic;

static void
traffic_start (Traffic *self, LcSshConnection *connection)
{
  self->flooder = test_peer_new (flood, NULL);
  self->sinker = test_peer_new (sink, NULL);
  self->down = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (self->flooder));
  self->up = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (self->sinker));
  for (gsize i = 0; i < G_N_ELEMENTS (self->readers); i++)
    {
      /* The content of a flood is wrong for a client that looks, which it would notice at once. */
      self->writers[i] = (TestClient) { .port = lc_ssh_forward_get_local_port (self->up),
                                        .out_bytes = G_MAXUINT64 };
      self->readers[i] = (TestClient) { .port = lc_ssh_forward_get_local_port (self->down),
                                        .in_seed = TEST_PEER_ANYTHING,
                                        .in_bytes = G_MAXUINT64 };
      test_client_start (&self->writers[i]);
      test_client_start (&self->readers[i]);
    }
  await_condition (lc_ssh_forward_get_bytes_received (self->down) > 4 * MEGA, 20);
  await_condition (lc_ssh_forward_get_bytes_sent (self->up) > 4 * MEGA, 20);
}

/* Every local connection ends when the SSH connection has. */
static void
traffic_end (Traffic *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->readers); i++)
    {
      await_condition (g_atomic_int_get (&self->readers[i].done), 20);
      await_condition (g_atomic_int_get (&self->writers[i].done), 20);
      test_client_join (&self->readers[i]);
      test_client_join (&self->writers[i]);
    }
  g_clear_object (&self->down);
  g_clear_object (&self->up);
  g_clear_pointer (&self->flooder, test_peer_free);
  g_clear_pointer (&self->sinker, test_peer_free);
}

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
  Traffic traffic = { 0 };
  guint closed = 0;

  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), &closed);
  traffic_start (&traffic, connection);
  g_assert_cmpuint (lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL), >, 0);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 10);
  traffic_end (&traffic);
  await_condition (!dex_future_is_pending (exec), 5);
  g_assert_true (dex_future_is_rejected (exec));
  g_assert_cmpuint (closed, ==, 1);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_OFFLINE);
  g_object_unref (connection);
}

/* A stopped server is as good as one whose packets are dropped. */
static void
test_black_hole (SshFixture *fixture, gconstpointer data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  Traffic traffic = { 0 };
  LcSshConnection *connection;
  gint64 start;

  times.idle_ms = 1500;
  times.doubt_ms = 500;
  times.dead_ms = 3000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = ssh_fixture_connect (fixture);
  traffic_start (&traffic, connection);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGSTOP);
  start = g_get_monotonic_time ();
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_SILENT, 10);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 10);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 15 * G_TIME_SPAN_SECOND);
  g_assert_error (lc_ssh_connection_get_error (connection), LC_ERROR, LC_ERROR_TIMED_OUT);
  /* The far ends are still held by the stopped server. */
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  traffic_end (&traffic);
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
      Traffic traffic = { 0 };

      traffic_start (&traffic, connection);
      g_object_unref (connection);
      traffic_end (&traffic);
      await_condition (dex_future_is_rejected (exec), 5);
    }
}

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
  dex_init ();
  ADD ("not-a-server", NULL, test_not_a_server);
  ADD ("refused-and-unknown", NULL, test_refused_and_unknown);
  ADD ("killed", NULL, test_killed);
  ADD ("black-hole", NULL, test_black_hole);
  ADD ("freeze", NULL, test_freeze);
  ADD ("server-asks", "ClientAliveInterval 1\nClientAliveCountMax 3\n", test_server_asks);
  ADD ("cancel", NULL, test_cancel);
  ADD ("cancel-question", NULL, test_cancel_question);
  ADD ("slow-answer", NULL, test_slow_answer);
  ADD ("quit-while-busy", NULL, test_quit_while_busy);
  ADD ("tiny-messages", NULL, test_tiny_messages);
  ADD ("two-engines", NULL, test_two_engines);
  return g_test_run ();
}
