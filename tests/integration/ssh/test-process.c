/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <libdex.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-ssh-process.h"
#include "ssh-fixture.h"
#include "test-peer.h"

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/process/" path, options, func)
#define ADD_EVERYWHERE(path, func) ssh_fixture_add_everywhere ("/ssh/process/" path, func)

#define MEGA                       (1000 * 1000)

static LcSshProcess *
try_start (LcSshConnection *connection, const LcSshProgram *program, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  return await_future (lc_ssh_connection_start (connection, program), 20, &value, error)
             ? g_value_dup_object (&value)
             : NULL;
}

static LcSshProcess *
start (LcSshConnection *connection, const LcSshProgram *program)
{
  g_autoptr (GError) error = NULL;
  LcSshProcess *process = try_start (connection, program, &error);

  g_assert_no_error (error);
  return process;
}

static LcSshProcess *
start_command (LcSshConnection *connection, const char *command)
{
  LcSshProgram program = { .command = command };

  return start (connection, &program);
}

static LcSshExit *
wait_for (LcSshProcess *process)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  await_future (lc_ssh_process_wait (process), 30, &value, &error);
  g_assert_no_error (error);
  return g_value_dup_boxed (&value);
}

/* Takes what has come. Returns: whether that was the end. @socket: nullable */
static gboolean
take (GSocket *socket, GString *into)
{
  char block[4096];
  gssize n;

  if (socket == NULL)
    return TRUE;
  while ((n = recv (g_socket_get_fd (socket), block, sizeof block, MSG_DONTWAIT)) > 0)
    g_string_append_len (into, block, n);
  return n == 0;
}

static void
give (LcSshProcess *process, const char *text)
{
  int fd = g_socket_get_fd (lc_ssh_process_get_stdio (process));

  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

static void
end_input (LcSshProcess *process)
{
  g_assert_true (g_socket_shutdown (lc_ssh_process_get_stdio (process), FALSE, TRUE, NULL));
}

/* Waits for @text to be in what it says on standard output. */
static void
expect (LcSshProcess *process, GString *output, const char *text)
{
  GSocket *stdio = lc_ssh_process_get_stdio (process);

  await_condition ((take (stdio, output), strstr (output->str, text) != NULL), 20);
}

static void
assert_run (LcSshConnection *connection,
            const LcSshProgram *program,
            const char *input,
            int status,
            const char *signal_name,
            const char *output,
            const char *errors)
{
  g_autoptr (LcSshProcess) process = start (connection, program);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) err = g_string_new (NULL);
  g_autoptr (LcSshExit) ended = NULL;

  if (input != NULL)
    give (process, input);
  end_input (process);
  await_condition (take (lc_ssh_process_get_stdio (process), out) &
                       take (lc_ssh_process_get_stderr (process), err),
                   20);
  g_assert_cmpstr (out->str, ==, output);
  g_assert_cmpstr (err->str, ==, errors);
  ended = wait_for (process);
  g_assert_cmpint (ended->status, ==, status);
  g_assert_cmpstr (ended->signal_name, ==, signal_name);
}

static void
test_ends (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);

  assert_run (connection, &(LcSshProgram) { .command = "echo out; echo err >&2; exit 255" }, NULL,
              255, NULL, "out\n", "err\n");
  assert_run (connection, &(LcSshProgram) { .command = "kill -TERM $$" }, NULL, 128 + 15, "TERM",
              "", "");
  assert_run (connection, &(LcSshProgram) { .command = "exit 143" }, NULL, 143, NULL, "", "");
  assert_run (connection, &(LcSshProgram) { .command = "cat; echo over" }, "in\n", 0, NULL,
              "in\nover\n", "");
  /* The login's shell, with standard input instead of a command. */
  assert_run (connection, &(LcSshProgram) { 0 }, "echo $((6 * 7)); exit 3\n", 3, NULL, "42\n", "");
  /* Closes its output long before it ends. */
  assert_run (connection, &(LcSshProgram) { .command = "exec >&- 2>&-; sleep 0.3; exit 5" }, NULL,
              5, NULL, "", "");
  ssh_fixture_disconnect (connection);
}

static void
test_environment (SshFixture *fixture, gconstpointer data)
{
  const char *environment[] = { "LC_TEST_ONE=a b", "REFUSED=1", "LC_TEST_TWO=x=y", NULL };
  LcSshConnection *connection = ssh_fixture_connect (fixture);

  assert_run (connection,
              &(LcSshProgram) {
                  .command = "printf '%s|%s|%s' \"$LC_TEST_ONE\" \"$REFUSED\" \"$LC_TEST_TWO\"",
                  .environment = environment },
              NULL, 0, NULL, "a b||x=y", "");
  ssh_fixture_disconnect (connection);
}

static void
test_subsystem (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshProgram unknown = { .subsystem = "no-such-thing" };
  g_autoptr (GError) error = NULL;

  assert_run (connection, &(LcSshProgram) { .subsystem = "shout" }, "hello", 0, NULL, "HELLO", "");
  g_assert_null (try_start (connection, &unknown, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_UNSUPPORTED);
  ssh_fixture_disconnect (connection);
}

static void
test_terminal (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshProgram program = {
    .command = "trap 'stty size' WINCH; stty size; echo \"kind $TERM\"; echo to-error >&2; "
               "while read -r line; do echo \"got $line\"; done; exit 9",
    .terminal = "vt220",
    .columns = 91,
    .rows = 33,
  };
  g_autoptr (LcSshProcess) process = start (connection, &program);
  g_autoptr (GString) output = g_string_new (NULL);
  g_autoptr (LcSshExit) ended = NULL;

  g_assert_null (lc_ssh_process_get_stderr (process));
  expect (process, output, "33 91\r\n");
  expect (process, output, "kind vt220\r\n");
  expect (process, output, "to-error\r\n");
  lc_ssh_process_resize (process, 50, 20);
  lc_ssh_process_resize (process, 120, 40);
  give (process, "one\n");
  expect (process, output, "40 120\r\n");
  expect (process, output, "got one\r\n");
  give (process, "\004"); /* end of input, as typed */
  ended = wait_for (process);
  g_assert_cmpint (ended->status, ==, 9);
  /* Nothing comes of it any more, and nothing breaks. */
  lc_ssh_process_resize (process, 80, 25);
  ssh_fixture_disconnect (connection);
}

static void
test_no_terminal (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshProgram program = { .command = "true", .terminal = "xterm", .columns = 80, .rows = 25 };
  g_autoptr (GError) error = NULL;

  g_assert_null (try_start (connection, &program, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_FORBIDDEN);
  ssh_fixture_disconnect (connection);
}

static void
test_signal (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (LcSshProcess) process =
      start_command (connection,
                     "trap 'echo caught' USR1; echo ready; while :; do sleep 0.1; done");
  g_autoptr (GString) output = g_string_new (NULL);
  g_autoptr (LcSshExit) ended = NULL;
  g_autoptr (GError) error = NULL;

  expect (process, output, "ready\n");
  g_assert_true (await_future (lc_ssh_process_send_signal (process, "USR1"), 10, NULL, &error));
  expect (process, output, "caught\n");
  g_assert_true (await_future (lc_ssh_process_send_signal (process, "KILL"), 10, NULL, &error));
  ended = wait_for (process);
  g_assert_cmpint (ended->status, ==, 128 + 9);
  g_assert_cmpstr (ended->signal_name, ==, "KILL");
  g_assert_false (await_future (lc_ssh_process_send_signal (process, "TERM"), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
  ssh_fixture_disconnect (connection);
}

/* Both ways at once, and as much on standard error. */
static void
test_large (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (LcSshProcess) process = start_command (connection, "tee /dev/stderr");
  TestClient clients[] = { { .fd = g_socket_get_fd (lc_ssh_process_get_stdio (process)),
                             .out_seed = 1,
                             .out_bytes = 20 * MEGA + 3,
                             .in_seed = 1,
                             .in_bytes = 20 * MEGA + 3 },
                           { .fd = g_socket_get_fd (lc_ssh_process_get_stderr (process)),
                             .in_seed = 1,
                             .in_bytes = 20 * MEGA + 3 } };
  g_autoptr (LcSshExit) ended = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    test_client_start (&clients[i]);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      await_condition (g_atomic_int_get (&clients[i].done), 60);
      test_client_join (&clients[i]);
      g_assert_true (clients[i].ok);
    }
  ended = wait_for (process);
  g_assert_cmpint (ended->status, ==, 0);
  ssh_fixture_disconnect (connection);
}

static guint64
resident_bytes (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "\nVmRSS:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("\nVmRSS:"), NULL, 10) * 1024;
}

/* One whose output nobody reads: another on the same connection stays quick, memory stays. */
static void
test_slow_reader (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (LcSshProcess) stuck = start_command (connection, "cat /dev/zero");
  g_autoptr (LcSshProcess) quick = start_command (connection, "cat");
  int fd = g_socket_get_fd (lc_ssh_process_get_stdio (quick));
  guint64 before = resident_bytes ();
  gint64 worst = 0;
  char byte = 'x';

  g_socket_set_blocking (lc_ssh_process_get_stdio (quick), TRUE);
  g_assert_true (g_unix_set_fd_nonblocking (fd, FALSE, NULL));
  for (guint i = 0; i < 500; i++)
    {
      gint64 began = g_get_monotonic_time ();

      g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      worst = MAX (worst, g_get_monotonic_time () - began);
    }
  g_test_message ("slowest of 500 round trips beside a stuck program: %" G_GINT64_FORMAT " µs",
                  worst);
  g_assert_cmpint (worst, <, 500 * 1000);
  g_assert_cmpuint (resident_bytes (), <, before + 40 * MEGA);
  ssh_fixture_disconnect (connection);
}

/* Nobody reads standard output: it is dropped, and the program's end is still told. */
static void
test_unread (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (LcSshProcess) process =
      start_command (connection, "head -c 20000000 /dev/zero; echo over >&2; exit 4");
  g_autoptr (GString) errors = g_string_new (NULL);
  g_autoptr (LcSshExit) ended = NULL;

  g_assert_true (g_socket_shutdown (lc_ssh_process_get_stdio (process), TRUE, FALSE, NULL));
  await_condition (take (lc_ssh_process_get_stderr (process), errors), 30);
  g_assert_cmpstr (errors->str, ==, "over\n");
  ended = wait_for (process);
  g_assert_cmpint (ended->status, ==, 4);
  ssh_fixture_disconnect (connection);
}

static void
test_many (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  guint before;

  assert_run (connection, &(LcSshProgram) { .command = "true" }, NULL, 0, NULL, "", "");
  before = ssh_fixture_count_fds ();
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *command = g_strdup_printf ("echo %u; exit %u", i, i);
      g_autofree char *output = g_strdup_printf ("%u\n", i);

      assert_run (connection, &(LcSshProgram) { .command = command }, NULL, i, NULL, output, "");
    }
  await_condition (ssh_fixture_count_fds () <= before, 10);
  g_assert_cmpuint (ssh_fixture_count_threads (), ==, fixture->threads + 1);
  ssh_fixture_disconnect (connection);
}

/* Dropped, or dropped before it has started: the channel is closed, the program meets its end. */
static void
test_abandoned (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *command = ssh_fixture_mark ("cat");
  LcSshProgram program = { .command = command };
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshProcess *process = start (connection, &program);
  guint before;

  await_condition (ssh_fixture_count_marked (connection) == 1, 10);
  g_object_unref (process);
  await_condition (ssh_fixture_count_marked (connection) == 0, 10);
  before = ssh_fixture_count_fds ();
  for (guint i = 0; i < 20; i++)
    dex_unref (lc_ssh_connection_start (connection, &program));
  await_condition (ssh_fixture_count_fds () <= before, 20);
  await_condition (ssh_fixture_count_marked (connection) == 0, 20);
  ssh_fixture_disconnect (connection);
}

/* Also what neither reads nor writes. */
static void
test_abandoned_asleep (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *command = ssh_fixture_mark ("sleep 1000");
  LcSshProgram program = { .command = command };
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshProcess *process = start (connection, &program);
  DexFuture *exec = lc_ssh_connection_exec (connection, command, NULL);

  await_condition (ssh_fixture_count_marked (connection) == 2, 10);
  g_object_unref (process);
  dex_unref (exec);
  await_condition (ssh_fixture_count_marked (connection) == 0, 10);
  ssh_fixture_disconnect (connection);
}

/* What is open and says nothing wakes nobody: a program, one in a terminal, a single connection, a
 * remote forward, the files. */
static void
test_idle (SshFixture *fixture, gconstpointer data)
{
  static const LcSshProgram shell = { .terminal = "xterm", .columns = 80, .rows = 25 };
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (TestPeer) echo = test_peer_new (test_peer_echo, NULL);
  guint16 port = test_peer_get_port (echo);
  g_autoptr (LcSshProcess) program = start_command (connection, "cat");
  g_autoptr (LcSshProcess) terminal = start (connection, &shell);
  DexFuture *futures[] = { lc_ssh_connection_dial (connection, "127.0.0.1", port),
                           lc_ssh_connection_forward_back (connection, 0, "127.0.0.1", port),
                           lc_ssh_connection_open_sftp (connection) };
  GObject *objects[G_N_ELEMENTS (futures)];
  gint64 until;
  guint64 before;

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      await_future (futures[i], 20, &value, &error);
      g_assert_no_error (error);
      objects[i] = g_value_dup_object (&value);
    }
  /* The shell's prompt, and the last publication of counters. */
  until = g_get_monotonic_time () + 2 * G_TIME_SPAN_SECOND;
  await_condition (g_get_monotonic_time () > until, 5);
  before = ssh_fixture_count_sleeps ();
  until = g_get_monotonic_time () + 2 * G_TIME_SPAN_SECOND;
  await_condition (g_get_monotonic_time () > until, 5);
  g_assert_cmpuint (ssh_fixture_count_sleeps () - before, <=, 2);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_object_unref (objects[i]);
  ssh_fixture_disconnect (connection);
}

static void
test_lost (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (LcSshProcess) process = start_command (connection, "cat");
  DexFuture *wait = lc_ssh_process_wait (process);
  g_autoptr (GString) output = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  g_assert_false (await_future (wait, 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
  await_condition (take (lc_ssh_process_get_stdio (process), output), 10);
  g_clear_error (&error);
  g_assert_null (try_start (connection, &(LcSshProgram) { 0 }, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
  ssh_fixture_disconnect (connection);
}

static void
test_sessions_refused (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_null (try_start (connection, &(LcSshProgram) { .command = "true" }, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CONFLICT);
  ssh_fixture_disconnect (connection);
}

/* What is too much for one connection goes to others, which go with the first. */
static void
test_siblings (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  LcSshProcess *processes[7];
  g_autofree char *command = ssh_fixture_mark ("cat");
  g_autofree char *journal = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    processes[i] = start_command (connection, command);
  g_assert_cmpuint (ssh_fixture_count_threads (), ==, 4); /* two for each, and one in the last */
  await_condition (ssh_fixture_count_marked (connection) == G_N_ELEMENTS (processes), 10);
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  journal = lc_ssh_connection_dup_journal (connection);
  g_assert_nonnull (strstr (journal, "Making another connection"));
  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autoptr (LcSshExit) ended = NULL;

      end_input (processes[i]);
      ended = wait_for (processes[i]);
      g_assert_cmpint (ended->status, ==, 0);
      g_object_unref (processes[i]);
    }
  ssh_fixture_disconnect (connection);
  await_condition (ssh_fixture_count_threads () == 0, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD_EVERYWHERE ("ends", test_ends);
  ADD ("environment", "AcceptEnv LC_TEST_*\n", test_environment);
  ADD ("subsystem", "Subsystem shout /usr/bin/tr a-z A-Z\n", test_subsystem);
  ADD_EVERYWHERE ("terminal", test_terminal);
  ADD ("no-terminal", "PermitTTY no\n", test_no_terminal);
  ADD ("signal", NULL, test_signal);
  ADD_EVERYWHERE ("large", test_large);
  ADD ("rekey", "RekeyLimit 1M\n", test_large);
  ADD_EVERYWHERE ("slow-reader", test_slow_reader);
  ADD_EVERYWHERE ("unread", test_unread);
  ADD_EVERYWHERE ("many", test_many);
  ADD_EVERYWHERE ("abandoned", test_abandoned);
  ADD_EVERYWHERE ("abandoned-asleep", test_abandoned_asleep);
  ADD ("idle", NULL, test_idle);
  ADD_EVERYWHERE ("lost", test_lost);
  ADD ("sessions-refused", "MaxSessions 0\n", test_sessions_refused);
  ADD ("siblings", "MaxSessions 2\n", test_siblings);
  return g_test_run ();
}
