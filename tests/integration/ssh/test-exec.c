/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <string.h>

#include "ssh-fixture.h"

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/exec/" path, options, func)
#define ADD_DROPBEAR(path, options, func)                                                          \
  ssh_fixture_add (LC_TEST_SSHD_DROPBEAR, "/ssh/exec/" path, options, func)
#define ADD_LIBSSH(path, options, func)                                                            \
  ssh_fixture_add (LC_TEST_SSHD_LIBSSH, "/ssh/exec/" path, options, func)
#define ADD_EVERYWHERE(path, func) ssh_fixture_add_everywhere ("/ssh/exec/" path, func)

static void
assert_result (LcSshConnection *connection,
               const char *command,
               const char *input,
               int status,
               const char *output,
               const char *errors)
{
  g_autoptr (GBytes) bytes = input != NULL ? g_bytes_new (input, strlen (input)) : NULL;
  g_autoptr (LcSshExecResult) result = ssh_fixture_exec (connection, command, bytes);

  g_assert_cmpint (result->exit_status, ==, status);
  g_assert_cmpmem (g_bytes_get_data (result->output, NULL), g_bytes_get_size (result->output),
                   output, strlen (output));
  g_assert_cmpmem (g_bytes_get_data (result->error_output, NULL),
                   g_bytes_get_size (result->error_output), errors, strlen (errors));
}

static void
test_streams (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);

  assert_result (connection, "true", NULL, 0, "", "");
  assert_result (connection, "exit 42", NULL, 42, "", "");
  assert_result (connection, "cat", "over stdin\n", 0, "over stdin\n", "");
  assert_result (connection, "exec sh -s", "echo out; echo err >&2; exit 7\n", 7, "out\n", "err\n");
  assert_result (connection, "kill -TERM $$", NULL, 128 + 15, "", "");
  assert_result (connection, "kill -KILL $$", NULL, 128 + 9, "", "");
  /* Closes its output long before it ends. */
  assert_result (connection, "exec >&- 2>&-; sleep 0.3; exit 5", NULL, 5, "", "");
  /* Never reads what it is given. */
  assert_result (connection, "exec <&-; echo done", "unread\n", 0, "done\n", "");
  ssh_fixture_disconnect (connection);
}

static void
test_large (SshFixture *fixture, gconstpointer data)
{
  const gsize size = 5 * 1000 * 1000;
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autofree char *block = g_malloc (size);
  g_autoptr (GBytes) input = NULL;
  g_autoptr (LcSshExecResult) result = NULL;
  g_autoptr (LcSshExecResult) errors = NULL;

  for (gsize i = 0; i < size; i++)
    block[i] = g_test_rand_int ();
  input = g_bytes_new (block, size);
  result = ssh_fixture_exec (connection, "cat", input);
  g_assert_true (g_bytes_equal (input, result->output));
  errors = ssh_fixture_exec (connection, "cat >&2", input);
  g_assert_true (g_bytes_equal (input, errors->error_output));
  ssh_fixture_disconnect (connection);
}

static void
test_too_large (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      await_future (lc_ssh_connection_exec (connection, "cat /dev/zero", NULL), 30, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
  assert_result (connection, "echo still here", NULL, 0, "still here\n", "");
  ssh_fixture_disconnect (connection);
}

static void
test_parallel (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  DexFuture *futures[8];

  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autofree char *command = g_strdup_printf ("sleep 0.2; exit %d", (int) i);

      futures[i] = lc_ssh_connection_exec (connection, command, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      await_future (futures[i], 20, &value, &error);
      g_assert_no_error (error);
      g_assert_cmpint (((LcSshExecResult *) g_value_get_boxed (&value))->exit_status, ==, i);
    }
  ssh_fixture_disconnect (connection);
}

/* A dropped future closes the channel, so the command meets a closed pipe. */
static void
test_dropped (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autofree char *command = ssh_fixture_mark ("sh -c 'while echo; do sleep 0.05; done'");
  DexFuture *future = lc_ssh_connection_exec (connection, command, NULL);

  /* A shell that is about to run sleep counts, too. */
  await_condition (ssh_fixture_count_marked (connection) >= 1, 10);
  dex_unref (future);
  await_condition (ssh_fixture_count_marked (connection) == 0, 10);
  ssh_fixture_disconnect (connection);
}

static void
test_after_close (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = g_object_ref (ssh_fixture_connect (fixture));
  g_autoptr (GError) error = NULL;

  ssh_fixture_disconnect (connection);
  g_assert_false (
      await_future (lc_ssh_connection_exec (connection, "true", NULL), 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
  g_object_unref (connection);
}

/* Some servers give the reason "prohibited", which is about programs then. */
static void
test_sessions_forbidden (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      await_future (lc_ssh_connection_exec (connection, "true", NULL), 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_FORBIDDEN);
  g_assert_null (strstr (error->message, "forwarding"));
  ssh_fixture_disconnect (connection);
}

static void
test_sessions_refused (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      await_future (lc_ssh_connection_exec (connection, "true", NULL), 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CONFLICT);
  ssh_fixture_disconnect (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD_EVERYWHERE ("streams", test_streams);
  ADD_EVERYWHERE ("large", test_large);
  ADD_EVERYWHERE ("too-large", test_too_large);
  ADD_EVERYWHERE ("parallel", test_parallel);
  ADD_EVERYWHERE ("dropped", test_dropped);
  ADD_EVERYWHERE ("after-close", test_after_close);
  ADD_LIBSSH ("sessions-forbidden", "refuse sessions\n", test_sessions_forbidden);
  ADD ("sessions-refused", "MaxSessions 0\n", test_sessions_refused);
  return g_test_run ();
}
