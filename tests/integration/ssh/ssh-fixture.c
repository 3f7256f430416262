/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ssh-fixture.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static LcTestSshdKind chosen_kind = LC_TEST_SSHD_OPENSSH;

static void prompt_iface_init (LcPromptInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestPrompt,
                               test_prompt,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_PROMPT, prompt_iface_init))

static DexFuture *
decline (void)
{
  return dex_future_new_for_error (lc_error_new (LC_ERROR_CANCELLED, "Declined"));
}

static DexFuture *
confirm_host_key (LcPrompt *prompt, LcMachine *machine, const LcHostKeyQuestion *question)
{
  TestPrompt *self = TEST_PROMPT (prompt);

  self->host_keys++;
  self->was_reset = question->was_reset;
  self->has_authority = question->has_authority;
  g_set_str (&self->fingerprint, lc_host_key_get_fingerprint (question->key));
  g_set_str (&self->other,
             question->other != NULL ? lc_host_key_get_fingerprint (question->other) : NULL);
  if (self->never_answer)
    return dex_future_new_infinite ();
  return self->trust ? dex_future_new_true () : decline ();
}

static DexFuture *
ask_passphrase (LcPrompt *prompt, LcMachine *machine, const char *path, LcPromptReason reason)
{
  TestPrompt *self = TEST_PROMPT (prompt);

  self->passphrases++;
  self->reason = reason;
  return self->passphrase != NULL
             ? dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_new (self->passphrase))
             : decline ();
}

static void
note_challenge (TestPrompt *self, LcChallenge *challenge, LcPromptReason reason)
{
  g_autoptr (GEnumClass) reasons = g_type_class_ref (LC_TYPE_PROMPT_REASON);
  const char *name = lc_challenge_get_name (challenge);
  const char *instruction = lc_challenge_get_instruction (challenge);

  g_string_append_printf (self->asked, "%s[%s|%s]", g_enum_get_value (reasons, reason)->value_nick,
                          name != NULL ? name : "", instruction != NULL ? instruction : "");
  for (guint i = 0; i < lc_challenge_get_n_questions (challenge); i++)
    g_string_append_printf (self->asked, " %s%s,", lc_challenge_get_text (challenge, i),
                            lc_challenge_get_echo (challenge, i) ? " (seen)" : "");
  g_string_append (self->asked, "; ");
}

static void
withdrawn_cb (GCancellable *cancellable, TestPrompt *self)
{
  self->open_challenges--;
}

static DexFuture *
leave_open (TestPrompt *self)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  self->open_challenges++;
  g_signal_connect_object (dex_promise_get_cancellable (promise), "cancelled",
                           G_CALLBACK (withdrawn_cb), self, 0);
  return DEX_FUTURE (promise);
}

static DexFuture *
ask_challenge (LcPrompt *prompt, LcMachine *machine, LcChallenge *challenge, LcPromptReason reason)
{
  TestPrompt *self = TEST_PROMPT (prompt);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_unref);

  self->challenges++;
  note_challenge (self, challenge, reason);
  if (self->never_answer_challenge)
    return leave_open (self);
  for (guint i = 0; i < lc_challenge_get_n_questions (challenge); i++)
    {
      if (self->answers == NULL || *self->answers == NULL)
        return decline ();
      g_ptr_array_add (answers, lc_secret_new (*self->answers++));
    }
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&answers));
}

static void
prompt_iface_init (LcPromptInterface *iface)
{
  iface->ask_challenge = ask_challenge;
  iface->confirm_host_key = confirm_host_key;
  iface->ask_passphrase = ask_passphrase;
}

static void
test_prompt_finalize (GObject *object)
{
  g_free (TEST_PROMPT (object)->fingerprint);
  g_free (TEST_PROMPT (object)->other);
  g_string_free (TEST_PROMPT (object)->asked, TRUE);
  G_OBJECT_CLASS (test_prompt_parent_class)->finalize (object);
}

static void
test_prompt_class_init (TestPromptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_prompt_finalize;
}

static void
test_prompt_init (TestPrompt *self)
{
  self->trust = TRUE;
  self->asked = g_string_new (NULL);
}

guint
ssh_fixture_count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

guint
ssh_fixture_count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", name);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (path, &comm, NULL, NULL) && g_str_has_prefix (comm, "lc-ssh"))
        n++;
    }
  return n;
}

guint64
ssh_fixture_count_sleeps (void)
{
  static const char field[] = "\nvoluntary_ctxt_switches:";
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;
  guint64 n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/status", name);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, "Name:\tlc-ssh") != NULL)
        n += g_ascii_strtoull (strstr (text, field) + strlen (field), NULL, 10);
    }
  return n;
}

LcTestSshdKind
ssh_fixture_choose_server (int argc, char **argv)
{
  if (argc > 1 && g_str_equal (argv[1], "dropbear"))
    chosen_kind = LC_TEST_SSHD_DROPBEAR;
  else if (argc > 1 && g_str_equal (argv[1], "libssh"))
    chosen_kind = LC_TEST_SSHD_LIBSSH;
  else
    g_assert_cmpint (argc, ==, 1);
  return chosen_kind;
}

void
ssh_fixture_add (LcTestSshdKind kind, const char *path, const char *options, SshFixtureFunc func)
{
  if (kind == chosen_kind)
    g_test_add_vtable (path, sizeof (SshFixture), options, (GTestFixtureFunc) ssh_fixture_set_up,
                       (GTestFixtureFunc) func, (GTestFixtureFunc) ssh_fixture_tear_down);
}

void
ssh_fixture_add_everywhere (const char *path, SshFixtureFunc func)
{
  ssh_fixture_add (chosen_kind, path, NULL, func);
}

void
ssh_fixture_set_up (SshFixture *self, gconstpointer options)
{
  g_autofree char *known_hosts = NULL;
  g_autofree char *profiles = NULL;
  g_autoptr (LcCredentials) no_key = ssh_fixture_key ("/nowhere", NULL);
  g_autoptr (GError) error = NULL;
  static gboolean warm;

  self->folder = g_dir_make_tmp ("lc-ssh-XXXXXX", NULL);
  known_hosts = g_build_filename (self->folder, "known_hosts", NULL);
  profiles = g_build_filename (self->folder, "profiles.ini", NULL);
  self->sshd = lc_test_sshd_start_kind (chosen_kind, warm ? options : NULL);
  self->known_hosts = lc_known_hosts_new (known_hosts);
  self->profiles = lc_profile_store_new (profiles);
  self->prompt = g_object_new (TEST_TYPE_PROMPT, NULL);
  self->pool = lc_ssh_pool_new (self->known_hosts, self->profiles, LC_PROMPT (self->prompt));
  self->machine = lc_machine_new ("account", "lab", "/machines/1", "ml-lab-vm-1");
  lc_machine_set_ssh (self->machine, "127.0.0.1", lc_test_sshd_get_port (self->sshd));
  if (!warm)
    {
      /* GLib's and libdex's own descriptors come with their first use. */
      warm = TRUE;
      ssh_fixture_disconnect (ssh_fixture_connect (self));
      g_assert_null (ssh_fixture_try_connect (self, no_key, &error));
      lc_test_sshd_restart (self->sshd, options);
    }
  self->threads = ssh_fixture_count_threads ();
  self->fds = ssh_fixture_count_fds ();
}

void
ssh_fixture_tear_down (SshFixture *self, gconstpointer options)
{
  g_autofree char *known_hosts = g_build_filename (self->folder, "known_hosts", NULL);
  g_autofree char *profiles = g_build_filename (self->folder, "profiles.ini", NULL);

  g_clear_object (&self->operation);
  await_condition (ssh_fixture_count_threads () <= self->threads, 10);
  await_condition (ssh_fixture_count_fds () <= self->fds, 10);
  g_clear_object (&self->pool);
  g_clear_object (&self->prompt);
  g_clear_object (&self->known_hosts);
  g_clear_object (&self->profiles);
  g_clear_object (&self->machine);
  lc_test_sshd_stop (self->sshd);
  g_unlink (known_hosts);
  g_unlink (profiles);
  g_rmdir (self->folder);
  g_free (self->folder);
}

void
ssh_fixture_move_far (SshFixture *self, TestLine *line, const char *options)
{
  g_autofree char *listen =
      g_strconcat (options != NULL ? options : "", "\nListenAddress " TEST_LINE_FAR "\n", NULL);

  lc_test_sshd_stop (self->sshd);
  test_line_enter_far (line);
  self->sshd = lc_test_sshd_start (listen);
  test_line_leave_far (line);
  lc_machine_set_ssh (self->machine, TEST_LINE_FAR, lc_test_sshd_get_port (self->sshd));
}

DexFuture *
ssh_fixture_start_connect (SshFixture *self, LcCredentials *credentials)
{
  g_clear_object (&self->operation);
  self->operation = lc_operation_new ("Connecting", NULL);
  lc_ssh_pool_announce_steps (self->pool, self->operation);
  return lc_ssh_pool_connect (self->pool, self->machine, credentials, self->operation);
}

LcSshConnection *
ssh_fixture_try_connect (SshFixture *self, LcCredentials *credentials, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean done = await_future (ssh_fixture_start_connect (self, credentials), 60, &value, error);

  lc_operation_finish (self->operation, done ? NULL : *error);
  return done ? g_value_dup_object (&value) : NULL;
}

LcSshConnection *
ssh_fixture_connect (SshFixture *self)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection = ssh_fixture_try_connect (self, credentials, &error);

  g_assert_no_error (error);
  return connection;
}

void
ssh_fixture_disconnect (LcSshConnection *connection)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (await_future (lc_ssh_connection_disconnect (connection), 10, NULL, &error));
  g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_CLOSED);
  g_object_unref (connection);
}

LcCredentials *
ssh_fixture_password (const char *password)
{
  g_autoptr (LcSecret) secret = lc_secret_new (password);

  return lc_credentials_new_password (LC_TEST_SSHD_LOGIN, secret, FALSE);
}

LcCredentials *
ssh_fixture_key (const char *path, const char *passphrase)
{
  g_autoptr (LcSecret) secret = passphrase != NULL ? lc_secret_new (passphrase) : NULL;

  return lc_credentials_new_key_file (LC_TEST_SSHD_LOGIN, path, secret, FALSE);
}

LcSshExecResult *
ssh_fixture_exec (LcSshConnection *connection, const char *command, GBytes *input)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  await_future (lc_ssh_connection_exec (connection, command, input), 60, &value, &error);
  g_assert_no_error (error);
  return g_value_dup_boxed (&value);
}

char *
ssh_fixture_mark (const char *command)
{
  return g_strdup_printf ("exec -a lc-%d-marker %s", (int) getpid (), command);
}

guint
ssh_fixture_count_marked (LcSshConnection *connection)
{
  g_autofree char *command =
      g_strdup_printf ("pgrep -cf '[l]c-%d-marker' || true", (int) getpid ());
  g_autoptr (LcSshExecResult) result = ssh_fixture_exec (connection, command, NULL);

  return g_ascii_strtoull (g_bytes_get_data (result->output, NULL), NULL, 10);
}

LcSshForward *
ssh_fixture_forward (LcSshConnection *connection, const char *host, guint16 port)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  await_future (lc_ssh_connection_forward (connection, 0, host, port), 10, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpint (lc_ssh_forward_get_local_port (g_value_get_object (&value)), >, 0);
  return g_value_dup_object (&value);
}

void
ssh_fixture_assert_auth_error (const GError *error, const char *service_code)
{
  g_assert_error (error, LC_ERROR, LC_ERROR_AUTH_FAILED);
  g_assert_nonnull (lc_error_get_details (error));
  g_assert_cmpstr (lc_error_get_details (error)->service_code, ==, service_code);
}
