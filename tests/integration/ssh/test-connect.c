/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <signal.h>
#include <string.h>

#include "ssh-fixture.h"

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/connect/" path, options, func)
#define ADD_DROPBEAR(path, options, func)                                                          \
  ssh_fixture_add (LC_TEST_SSHD_DROPBEAR, "/ssh/connect/" path, options, func)
#define ADD_LIBSSH(path, options, func)                                                            \
  ssh_fixture_add (LC_TEST_SSHD_LIBSSH, "/ssh/connect/" path, options, func)
#define ADD_EVERYWHERE(path, func) ssh_fixture_add_everywhere ("/ssh/connect/" path, func)

/* libssh's server asks as PAM does. */
#define INTERACTIVE                                                                                \
  "methods keyboard-interactive\nask hidden " LC_TEST_SSHD_PASSWORD " Password: \n"

static void
test_password (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (LcSshExecResult) result = ssh_fixture_exec (connection, "echo hello; id -un", NULL);

  g_assert_cmpint (result->exit_status, ==, 0);
  g_assert_cmpstr (g_bytes_get_data (result->output, NULL), ==, "hello\nstudent\n");
  g_assert_true (lc_ssh_connection_get_machine (connection) == fixture->machine);
  g_assert_null (lc_ssh_connection_get_error (connection));
  ssh_fixture_disconnect (connection);
}

static void
test_wrong_password (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password ("not the password");
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "password");
  g_assert_null (strstr (error->message, "not the password"));
}

static void
test_method_refused (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "no-such-method");
}

static void
test_keys_refused (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, TRUE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "no-such-method");
}

static void
test_keys (SshFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *arguments;
    const char *passphrase;
  } keys[] = {
    { "ed25519", "-t ed25519", NULL },
    { "ed25519-encrypted", "-t ed25519 -a 16", "open sesame" },
    { "ecdsa", "-t ecdsa -b 256", NULL },
    { "rsa", "-t rsa -b 2048", NULL },
    { "rsa-encrypted", "-t rsa -b 2048 -a 16", "open sesame" },
    { "rsa-pem", "-t rsa -b 2048 -m PEM", NULL },
    { "rsa-pem-encrypted", "-t rsa -b 2048 -m PEM", "open sesame" },
    { "rsa-pkcs8", "-t rsa -b 2048 -m PKCS8", NULL },
    { "rsa-pkcs8-encrypted", "-t rsa -b 2048 -m PKCS8", "open sesame" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, keys[i].name, keys[i].arguments,
                                                     keys[i].passphrase, TRUE);
      g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, keys[i].passphrase);
      g_autoptr (GError) error = NULL;
      LcSshConnection *connection = ssh_fixture_try_connect (fixture, credentials, &error);

      if (connection == NULL)
        g_error ("%s: %s", keys[i].name, error->message);
      ssh_fixture_disconnect (connection);
    }
  g_assert_cmpuint (fixture->prompt->passphrases, ==, 0);
}

static void
test_key_unknown (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, FALSE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "publickey");
}

static void
test_key_file_unusable (SshFixture *fixture, gconstpointer data)
{
  const char *const paths[] = { "/nowhere/key", "/etc/passwd", "/dev/null", "/" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (LcCredentials) credentials = ssh_fixture_key (paths[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
      ssh_fixture_assert_auth_error (error, "key-file");
    }
}

static void
test_passphrase_asked (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519 -a 4", "open sesame", TRUE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, NULL);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  fixture->prompt->passphrase = "open sesame";
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->prompt->passphrases, ==, 1);
  g_assert_cmpint (fixture->prompt->reason, ==, LC_PROMPT_REASON_FIRST);
  ssh_fixture_disconnect (connection);

  fixture->prompt->passphrase = NULL;
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
}

static void
test_passphrase_wrong (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      lc_test_sshd_make_key (fixture->sshd, "key", "-t rsa -b 2048 -a 4", "open sesame", TRUE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, "close barley");
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  fixture->prompt->passphrase = "open sesame";
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fixture->prompt->reason, ==, LC_PROMPT_REASON_PASSPHRASE_WRONG);
  ssh_fixture_disconnect (connection);

  fixture->prompt->passphrase = "close barley, too";
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "passphrase");
}

static void
test_unknown_host_key (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autofree char *fingerprint = lc_test_sshd_dup_fingerprint (fixture->sshd);
  g_autoptr (GError) error = NULL;

  g_assert_true (lc_known_hosts_forget (fixture->known_hosts, "/machines/1", NULL));
  fixture->prompt->host_keys = 0;
  fixture->prompt->trust = FALSE;
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  g_assert_false (fixture->prompt->was_reset);
  g_assert_cmpstr (fixture->prompt->fingerprint, ==, fingerprint);

  fixture->prompt->trust = TRUE;
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 2);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 2);
}

static void
test_changed_host_key (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autofree char *before = lc_test_sshd_dup_fingerprint (fixture->sshd);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  fixture->prompt->host_keys = 0;
  lc_test_sshd_change_host_keys (fixture->sshd);
  lc_test_sshd_restart (fixture->sshd, NULL);
  after = lc_test_sshd_dup_fingerprint (fixture->sshd);

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_HOST_KEY_CHANGED);
  g_assert_nonnull (strstr (error->message, before));
  g_assert_nonnull (strstr (error->message, after));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 0);

  /* Reset from here: a new key is expected, and asked about as such. */
  lc_profile_store_count_reset (fixture->profiles, "/machines/1");
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  g_assert_true (fixture->prompt->was_reset);
}

/* Who trusted the RSA key is not frightened by a server that has an ed25519 key, too. */
static void
test_known_algorithm_first (SshFixture *fixture, gconstpointer data)
{
  const char *rsa_only = data;

  g_assert_true (lc_known_hosts_forget (fixture->known_hosts, "/machines/1", NULL));
  lc_test_sshd_restart (fixture->sshd, rsa_only);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  fixture->prompt->host_keys = 0;
  lc_test_sshd_restart (fixture->sshd, NULL);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 0);
}

static void
test_waits_for_sshd (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (DexFuture) future = NULL;
  LcStep *step;

  lc_test_sshd_stop_listening (fixture->sshd);
  future = ssh_fixture_start_connect (fixture, credentials);
  step = lc_operation_get_current_step (fixture->operation);
  await_condition ((step = lc_operation_get_current_step (fixture->operation)) != NULL &&
                       lc_step_get_detail (step) != NULL,
                   10);
  g_assert_cmpstr (lc_step_get_id (step), ==, "reach");
  g_assert_cmpstr (lc_step_get_detail (step), ==, "second try");
  lc_test_sshd_restart (fixture->sshd, NULL);
  await_condition (!dex_future_is_pending (future), 20);
  g_assert_true (dex_future_is_resolved (future));
  lc_operation_finish (fixture->operation, NULL);
}

static void
test_shared (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (LcOperation) one = lc_operation_new ("One", NULL);
  g_autoptr (LcOperation) two = lc_operation_new ("Two", NULL);
  g_autoptr (LcOperation) three = lc_operation_new ("Three", NULL);
  DexFuture *first = lc_ssh_pool_connect (fixture->pool, fixture->machine, credentials, one);
  DexFuture *second = lc_ssh_pool_connect (fixture->pool, fixture->machine, credentials, two);
  g_autoptr (LcSshConnection) connection = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) again = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  /* The second goes on when the first gives up. */
  lc_operation_cancel (one);
  g_assert_false (await_future (first, 10, NULL, &error));
  g_assert_true (lc_error_is_cancelled (error));
  g_clear_error (&error);
  g_assert_true (await_future (second, 20, &value, &error));
  g_assert_true (
      await_future (lc_ssh_pool_connect (fixture->pool, fixture->machine, credentials, three), 20,
                    &again, &error));
  connection = g_value_dup_object (&value);
  g_assert_true (g_value_get_object (&again) == connection);

  lc_ssh_connection_release (connection);
  g_assert_cmpint (lc_ssh_connection_get_state (connection), ==, LC_SSH_CONNECTED);
  lc_ssh_connection_release (connection);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 10);
  g_value_unset (&value);
  g_value_unset (&again);
  lc_operation_finish (one, NULL);
  lc_operation_finish (two, NULL);
  lc_operation_finish (three, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD_EVERYWHERE ("password", test_password);
  ADD_EVERYWHERE ("wrong-password", test_wrong_password);
  ADD ("keyboard-interactive",
       "PasswordAuthentication no\nKbdInteractiveAuthentication yes\nUsePAM yes\n", test_password);
  ADD_LIBSSH ("keyboard-interactive", INTERACTIVE, test_password);
  ADD_LIBSSH ("keyboard-interactive-wrong", INTERACTIVE, test_wrong_password);
  ADD ("keyboard-interactive-wrong",
       "PasswordAuthentication no\nKbdInteractiveAuthentication yes\nUsePAM yes\n",
       test_wrong_password);
  ADD ("passwords-refused", "Match User *\nPasswordAuthentication no\nMatch all\n",
       test_method_refused);
  ADD_DROPBEAR ("passwords-refused", "-s", test_method_refused);
  ADD_LIBSSH ("passwords-refused", "methods publickey\n", test_method_refused);
  ADD_LIBSSH ("keys-refused", "methods password\n", test_keys_refused);
  ADD ("keys-refused", "PubkeyAuthentication no\n", test_keys_refused);
  ADD_EVERYWHERE ("keys", test_keys);
  ADD_EVERYWHERE ("key-unknown", test_key_unknown);
  ADD_EVERYWHERE ("key-file-unusable", test_key_file_unusable);
  ADD_EVERYWHERE ("passphrase-asked", test_passphrase_asked);
  ADD_EVERYWHERE ("passphrase-wrong", test_passphrase_wrong);
  ADD_EVERYWHERE ("unknown-host-key", test_unknown_host_key);
  ADD_EVERYWHERE ("changed-host-key", test_changed_host_key);
  /* The options are the test's own: it begins with both keys. */
  ADD ("known-algorithm-first", "HostKeyAlgorithms rsa-sha2-512,rsa-sha2-256\n",
       test_known_algorithm_first);
  ADD_LIBSSH ("known-algorithm-first", "host-keys rsa-sha2-512,rsa-sha2-256\n",
              test_known_algorithm_first);
  ADD_EVERYWHERE ("waits-for-sshd", test_waits_for_sshd);
  ADD_EVERYWHERE ("shared", test_shared);
  return g_test_run ();
}
