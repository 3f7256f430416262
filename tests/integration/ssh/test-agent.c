/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixsocketaddress.h>
#include <libdex.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "ssh-fixture.h"

/* Logging in with the keys of a real ssh-agent, and with agents that are broken. */

#define ADD(path, options, func)                                                                   \
  g_test_add ("/ssh/agent/" path, AgentFixture, options, set_up, func, tear_down)

typedef struct
{
  SshFixture ssh;
  char *socket;
  GPid agent;
} AgentFixture;

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
set_up (AgentFixture *self, gconstpointer options)
{
  const char *argv[] = { "ssh-agent", "-D", "-a", NULL, NULL };
  g_autoptr (GError) error = NULL;

  ssh_fixture_set_up (&self->ssh, options);
  self->socket = g_build_filename (lc_test_sshd_get_folder (self->ssh.sshd), "agent.socket", NULL);
  argv[3] = self->socket;
  g_spawn_async (NULL, (char **) argv, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                 child_setup_cb, NULL, &self->agent, &error);
  g_assert_no_error (error);
  await_condition (g_file_test (self->socket, G_FILE_TEST_EXISTS), 10);
  g_setenv ("SSH_AUTH_SOCK", self->socket, TRUE);
}

static void
stop_agent (AgentFixture *self)
{
  if (self->agent == 0)
    return;
  kill (self->agent, SIGKILL);
  waitpid (self->agent, NULL, 0);
  self->agent = 0;
}

static void
tear_down (AgentFixture *self, gconstpointer options)
{
  stop_agent (self);
  g_unsetenv ("SSH_AUTH_SOCK");
  g_free (self->socket);
  ssh_fixture_tear_down (&self->ssh, options);
}

/* Returns: (transfer full): the file that it was */
static char *
add_key (AgentFixture *self, const char *name, const char *arguments, gboolean accepted)
{
  char *path = lc_test_sshd_make_key (self->ssh.sshd, name, arguments, NULL, accepted);
  const char *const argv[] = { "ssh-add", "-q", path, NULL };

  run (argv);
  return path;
}

static LcSshConnection *
try_connect (AgentFixture *self, const char *fingerprint, GError **error)
{
  g_autoptr (LcCredentials) credentials =
      lc_credentials_new_agent (LC_TEST_SSHD_LOGIN, fingerprint);

  return ssh_fixture_try_connect (&self->ssh, credentials, error);
}

static void
assert_connects (AgentFixture *self, const char *fingerprint)
{
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection = try_connect (self, fingerprint, &error);
  g_autoptr (LcSshExecResult) result = NULL;

  g_assert_no_error (error);
  result = ssh_fixture_exec (connection, "echo here", NULL);
  g_assert_cmpstr (g_bytes_get_data (result->output, NULL), ==, "here\n");
  ssh_fixture_disconnect (connection);
}

static char *
dup_fingerprint (const char *path)
{
  const char *const argv[] = { "ssh-keygen", "-l", "-f", path, NULL };
  g_autofree char *output = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                               NULL, NULL, NULL));
  words = g_strsplit (output, " ", 3);
  return g_strdup (words[1]);
}

static void
test_kinds (AgentFixture *self, gconstpointer data)
{
  static const char *const kinds[] = { "-t ed25519", "-t rsa -b 2048", "-t ecdsa -b 256",
                                       "-t ecdsa -b 521" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *const forget[] = { "ssh-add", "-q", "-D", NULL };
      g_autofree char *name = g_strdup_printf ("key-%" G_GSIZE_FORMAT, i);

      run (forget);
      g_free (add_key (self, name, kinds[i], TRUE));
      assert_connects (self, NULL);
    }
}

/* sshd(8) hangs up at the sixth failure. */
static void
test_twenty_keys (AgentFixture *self, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("key-%u", i);
      g_autofree char *made = add_key (self, name, "-t ed25519", i == 16);

      if (i == 16)
        path = g_steal_pointer (&made);
    }
  g_assert_null (try_connect (self, NULL, &error));
  ssh_fixture_assert_auth_error (error, "publickey");
  g_assert_nonnull (strstr (error->message, "first 5 of 20 keys"));
  log = lc_test_sshd_dup_log (self->ssh.sshd);
  g_assert_null (strstr (log, "maximum authentication attempts exceeded"));

  /* The one that the person names is the only one that is tried. */
  fingerprint = dup_fingerprint (path);
  assert_connects (self, fingerprint);
}

static void
test_fifth_key (AgentFixture *self, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("key-%u", i);

      g_free (add_key (self, name, "-t ed25519", i == 4));
    }
  assert_connects (self, NULL);
}

static void
test_hangs_up_early (AgentFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("key-%u", i);

      g_free (add_key (self, name, "-t ed25519", FALSE));
    }
  g_assert_null (try_connect (self, NULL, &error));
  ssh_fixture_assert_auth_error (error, "publickey");
}

static void
test_no_key_fits (AgentFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (try_connect (self, NULL, &error));
  ssh_fixture_assert_auth_error (error, "publickey");
  g_assert_nonnull (strstr (error->message, "has no keys"));
  g_clear_error (&error);

  g_free (add_key (self, "key", "-t ed25519", FALSE));
  g_assert_null (try_connect (self, NULL, &error));
  ssh_fixture_assert_auth_error (error, "publickey");
  g_clear_error (&error);

  g_assert_null (try_connect (self, "SHA256:nothing", &error));
  ssh_fixture_assert_auth_error (error, "publickey");
  g_assert_nonnull (strstr (error->message, "does not have this key"));
}

static void
test_certificate (AgentFixture *self, gconstpointer data)
{
  const char *folder = lc_test_sshd_get_folder (self->ssh.sshd);
  g_autofree char *path =
      lc_test_sshd_make_key (self->ssh.sshd, "key", "-t rsa -b 2048", NULL, FALSE);
  g_autofree char *ca = lc_test_sshd_make_key (self->ssh.sshd, "ca", "-t ed25519", NULL, FALSE);
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  g_autofree char *options = g_strdup_printf ("TrustedUserCAKeys %s/ca.pub\n", folder);
  const char *const sign[] = { "ssh-keygen",       "-q",        "-s", ca, "-I", "test", "-n",
                               LC_TEST_SSHD_LOGIN, public_path, NULL };
  const char *const add[] = { "ssh-add", "-q", path, NULL };

  run (sign);
  run (add);
  lc_test_sshd_restart (self->ssh.sshd, options);
  assert_connects (self, NULL);
}

/* The key is known, but the password is wanted as well. */
static void
test_agent_and_password (AgentFixture *self, gconstpointer data)
{
  static const char *const answers[] = { LC_TEST_SSHD_PASSWORD, NULL };

  g_free (add_key (self, "wrong", "-t ed25519", FALSE));
  g_free (add_key (self, "key", "-t ed25519", TRUE));
  self->ssh.prompt->answers = answers;
  assert_connects (self, NULL);
}

/* Who has a password only is helped out by the agent. */
static void
test_password_and_agent (AgentFixture *self, gconstpointer data)
{
  g_free (add_key (self, "key", "-t ed25519", TRUE));
  ssh_fixture_disconnect (ssh_fixture_connect (&self->ssh));
}

static void
test_absent (AgentFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("SSH_AUTH_SOCK", "/nowhere/agent", TRUE);
  g_assert_null (try_connect (self, NULL, &error));
  ssh_fixture_assert_auth_error (error, "agent");
  g_clear_error (&error);
  g_unsetenv ("SSH_AUTH_SOCK");
  g_assert_null (try_connect (self, NULL, &error));
  ssh_fixture_assert_auth_error (error, "agent");
}

static gboolean
is_logging_in (AgentFixture *self)
{
  LcStep *step = lc_operation_get_current_step (self->ssh.operation);

  return step != NULL && g_str_equal (lc_step_get_id (step), "log-in");
}

/* Stopped, as by SIGSTOP: it takes the connection and the question, and never answers. */
static void
test_hangs (AgentFixture *self, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = lc_credentials_new_agent (LC_TEST_SSHD_LOGIN, NULL);
  g_autoptr (DexFuture) future = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before = g_get_monotonic_time ();

  kill (self->agent, SIGSTOP);
  g_assert_null (try_connect (self, NULL, &error));
  ssh_fixture_assert_auth_error (error, "agent");
  g_assert_cmpint (g_get_monotonic_time () - before, <,
                   20 * await_patience () * G_TIME_SPAN_SECOND);

  /* And it does not keep anybody who has had enough. */
  future = ssh_fixture_start_connect (&self->ssh, credentials);
  await_condition (is_logging_in (self), 20);
  lc_operation_cancel (self->ssh.operation);
  await_condition (ssh_fixture_count_threads () == 0, 3);
  lc_operation_finish (self->ssh.operation, NULL);
}

/* An agent that says whatever the test wants, to each question. */
typedef struct
{
  GSocketService *service;
  GBytes *answer;
} Liar;

static gboolean
lie_cb (GSocketService *service, GSocketConnection *connection, GObject *source, Liar *self)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  g_output_stream_write_all (stream, g_bytes_get_data (self->answer, NULL),
                             g_bytes_get_size (self->answer), NULL, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static void
test_nonsense (AgentFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } answers[] = {
    { "", 0 },                                      /* hangs up */
    { "\0\0\0\0", 4 },                              /* an empty answer */
    { "\377\377\377\377", 4 },                      /* 4 GiB */
    { "\0\0\0\1\5", 5 },                            /* failure */
    { "\0\0\0\5\14\377\377\377\377", 9 },           /* many keys, none there */
    { "\0\0\0\11\14\0\0\0\1\377\377\377\377", 13 }, /* a key that is longer than the answer */
    { "HTTP/1.1 400 Bad Request\r\n", 26 },
  };
  Liar liar = { .service = g_socket_service_new () };
  g_autofree char *path =
      g_build_filename (lc_test_sshd_get_folder (self->ssh.sshd), "liar.socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (liar.service), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                                NULL, NULL, NULL));
  g_signal_connect (liar.service, "incoming", G_CALLBACK (lie_cb), &liar);
  g_setenv ("SSH_AUTH_SOCK", path, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      liar.answer = g_bytes_new_static (answers[i].bytes, answers[i].length);
      g_assert_null (try_connect (self, NULL, &error));
      ssh_fixture_assert_auth_error (error, "agent");
      g_bytes_unref (liar.answer);
    }
  g_socket_service_stop (liar.service);
  g_socket_listener_close (G_SOCKET_LISTENER (liar.service));
  g_object_unref (liar.service);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("kinds", NULL, test_kinds);
  ADD ("twenty-keys", NULL, test_twenty_keys);
  ADD ("fifth-key", NULL, test_fifth_key);
  ADD ("hangs-up-early", "MaxAuthTries 2\n", test_hangs_up_early);
  ADD ("no-key-fits", NULL, test_no_key_fits);
  ADD ("certificate", NULL, test_certificate);
  ADD ("and-password", "AuthenticationMethods publickey,password\n", test_agent_and_password);
  ADD ("after-password", "AuthenticationMethods password,publickey\n", test_password_and_agent);
  ADD ("absent", NULL, test_absent);
  ADD ("hangs", NULL, test_hangs);
  ADD ("nonsense", NULL, test_nonsense);
  return g_test_run ();
}
