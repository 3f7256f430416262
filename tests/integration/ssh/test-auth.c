/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <string.h>

#include "ssh-fixture.h"

/* Logging in with more than one password or key, against OpenSSH; and the questions that a server
 * of any kind may ask, against one that can be told what to ask. */

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/auth/" path, options, func)
#define ADD_LIBSSH(path, options, func)                                                            \
  ssh_fixture_add (LC_TEST_SSHD_LIBSSH, "/ssh/auth/" path, options, func)

#define PAM         "PasswordAuthentication no\nKbdInteractiveAuthentication yes\nUsePAM yes\n"
#define PAM_AT_END  "KbdInteractiveAuthentication no\nUsePAM yes\n"
#define PAM_AS_WELL "KbdInteractiveAuthentication yes\nUsePAM yes\n"

/* Who has to choose a new password; of this program alone, since it changes. */
#define NEWCOMER     "newcomer"
#define NEW_PASSWORD "Correct-horse-battery-7"

static void
run (const char *script)
{
  const char *const argv[] = { "sh", "-ec", script, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

static void
assert_works (LcSshConnection *connection, const GError *error)
{
  g_autoptr (LcSshExecResult) result = NULL;

  g_assert_no_error (error);
  result = ssh_fixture_exec (connection, "echo here", NULL);
  g_assert_cmpstr (g_bytes_get_data (result->output, NULL), ==, "here\n");
  ssh_fixture_disconnect (connection);
}

/* The log comes from another process of the server's. */
static gboolean
has_logged (SshFixture *fixture, const char *text)
{
  g_autofree char *log = lc_test_sshd_dup_log (fixture->sshd);

  return strstr (log, text) != NULL;
}

static void
test_known_password_answers (SshFixture *fixture, gconstpointer data)
{
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->challenges, ==, 0);
}

/* A server with both is not bothered with the same wrong password twice. */
static void
test_wrong_password_once (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password ("wrong");
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "password");
  await_condition (has_logged (fixture, "Failed keyboard-interactive"), 5);
  g_assert_false (has_logged (fixture, "Failed password"));
}

static void
test_key_and_password (SshFixture *fixture, gconstpointer data)
{
  static const char *const right[] = { LC_TEST_SSHD_PASSWORD, NULL };
  static const char *const wrong[] = { "wrong", NULL };
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, TRUE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, NULL);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  fixture->prompt->answers = right;
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  assert_works (connection, error);
  g_assert_cmpstr (fixture->prompt->asked->str, ==, "first[|] Password,; ");

  fixture->prompt->answers = wrong;
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "password");
  g_clear_error (&error);

  fixture->prompt->answers = NULL;
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
}

static void
test_key_and_questions (SshFixture *fixture, gconstpointer data)
{
  static const char *const second_time[] = { "wrong", LC_TEST_SSHD_PASSWORD, NULL };
  static const char *const never[] = { "wrong", "wrong too", "again", "and again", NULL };
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, TRUE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, NULL);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  fixture->prompt->answers = second_time;
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  assert_works (connection, error);
  g_assert_cmpstr (fixture->prompt->asked->str, ==,
                   "first[|] Password,; code-refused[|] Password,; ");

  fixture->prompt->challenges = 0;
  fixture->prompt->answers = never;
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "code");
  g_assert_cmpuint (fixture->prompt->challenges, >=, 2);
}

/* Known to be half of it: the other half is what the machine also wants. */
static void
test_password_is_half (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "no-such-method");
  g_assert_nonnull (strstr (error->message, "publickey"));
}

/* The server hangs up at once: still a wrong password, not a lost connection. */
static void
test_hangs_up (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password ("wrong");
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, FALSE);
  g_autoptr (LcCredentials) key = ssh_fixture_key (path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "password");
  g_clear_error (&error);
  g_assert_null (ssh_fixture_try_connect (fixture, key, &error));
  ssh_fixture_assert_auth_error (error, "publickey");
}

static void
test_cancel_while_asked (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, TRUE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, NULL);
  g_autoptr (DexFuture) future = NULL;

  fixture->prompt->never_answer_challenge = TRUE;
  future = ssh_fixture_start_connect (fixture, credentials);
  await_condition (fixture->prompt->open_challenges == 1, 20);
  lc_operation_cancel (fixture->operation);
  await_condition (!dex_future_is_pending (future), 5);
  await_condition (fixture->prompt->open_challenges == 0, 5);
  lc_operation_finish (fixture->operation, NULL);
}

/* Servers hang up on who thinks too long; the question goes away with them. */
static void
test_server_loses_patience (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, TRUE);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, NULL);
  g_autoptr (GError) error = NULL;

  fixture->prompt->never_answer_challenge = TRUE;
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
  g_assert_cmpuint (fixture->prompt->challenges, ==, 1);
  await_condition (fixture->prompt->open_challenges == 0, 5);
}

static void
make_newcomer (void)
{
  run ("userdel -f -r " NEWCOMER " 2>/dev/null || true; "
       "useradd --create-home --shell /bin/bash " NEWCOMER "; "
       "echo '" NEWCOMER ":" LC_TEST_SSHD_PASSWORD "' | chpasswd; chage -d 0 " NEWCOMER);
}

/* As Debian sets up its sshd: who has given the password is in, and may do nothing but choose a new
 * one in a terminal. Returns: (transfer full): what was found out so */
static LcCredentials *
find_expired (SshFixture *fixture, LcCredentials *credentials)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) forwarding = NULL;
  LcSshConnection *connection;

  make_newcomer ();
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  g_assert_no_error (error);
  g_assert_false (
      await_future (lc_ssh_connection_exec (connection, "true", NULL), 10, NULL, &error));
  ssh_fixture_assert_auth_error (error, "password-expired-terminal");
  g_assert_true (lc_credentials_get_expired (credentials));

  lc_credentials_set_expired (credentials, FALSE);
  g_assert_false (
      await_future (lc_ssh_connection_probe (connection, "127.0.0.1", 9), 10, NULL, &forwarding));
  ssh_fixture_assert_auth_error (forwarding, "password-expired-terminal");
  g_assert_true (lc_credentials_get_expired (credentials));
  ssh_fixture_disconnect (connection);
  return credentials;
}

static LcCredentials *
find_expired_password (SshFixture *fixture)
{
  g_autoptr (LcSecret) password = lc_secret_new (LC_TEST_SSHD_PASSWORD);

  return find_expired (fixture, lc_credentials_new_password (NEWCOMER, password, FALSE));
}

static void
assert_new_password_works (SshFixture *fixture)
{
  g_autoptr (LcSecret) password = lc_secret_new (NEW_PASSWORD);
  g_autoptr (LcCredentials) credentials = lc_credentials_new_password (NEWCOMER, password, FALSE);
  g_autoptr (GError) error = NULL;

  assert_works (ssh_fixture_try_connect (fixture, credentials, &error), error);
}

/* Mistyped, too short for passwd(1), and right. */
static void
test_password_expired_terminal (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "abc",        "abd",        "abc", "abc",
                                         NEW_PASSWORD, NEW_PASSWORD, NULL };
  g_autoptr (LcCredentials) credentials = find_expired_password (fixture);
  g_autoptr (LcSecret) new = lc_secret_new (NEW_PASSWORD);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  fixture->prompt->answers = answers;
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  assert_works (connection, error);
  g_assert_cmpuint (fixture->prompt->challenges, ==, 3);
  g_assert_true (g_str_has_prefix (fixture->prompt->asked->str,
                                   "first[|Your password has expired. Choose a new one.] New "
                                   "password, New password again,; mistyped[|Your password"));
  g_assert_nonnull (strstr (fixture->prompt->asked->str, "; code-refused[|You must choose a "));
  g_assert_true (lc_secret_equal (lc_credentials_get_secret (credentials), new));
  g_assert_true (lc_credentials_get_replaced (credentials));
  g_assert_false (lc_credentials_get_expired (credentials));
  assert_new_password_works (fixture);
}

/* passwd(1) gives up after three that are too short. */
static void
test_password_expired_refused (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "abc", "abc", "abd", "abd", "abe", "abe", "abf", NULL };
  g_autoptr (LcCredentials) credentials = find_expired_password (fixture);
  g_autoptr (GError) error = NULL;

  fixture->prompt->answers = answers;
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  ssh_fixture_assert_auth_error (error, "password-expired");
  g_assert_nonnull (strstr (lc_error_get_details (error)->service_message, "passwd: "));
  g_assert_cmpuint (fixture->prompt->challenges, ==, 3);
  g_assert_false (lc_credentials_get_replaced (credentials));
}

static void
test_password_expired_declined (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = find_expired_password (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
  g_assert_false (lc_credentials_get_replaced (credentials));
}

/* Somebody else was faster. */
static void
test_password_expired_no_more (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) credentials = find_expired_password (fixture);
  g_autoptr (GError) error = NULL;

  run ("chage -d $(date +%Y-%m-%d) " NEWCOMER);
  assert_works (ssh_fixture_try_connect (fixture, credentials, &error), error);
  g_assert_cmpuint (fixture->prompt->challenges, ==, 0);
  g_assert_false (lc_credentials_get_expired (credentials));
  g_assert_false (lc_credentials_get_replaced (credentials));
}

/* Who has a key may have a password, too: what it was is passwd's own question. */
static void
test_password_expired_key (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { LC_TEST_SSHD_PASSWORD, NEW_PASSWORD, NEW_PASSWORD, NULL };
  g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519", NULL, TRUE);
  g_autoptr (LcCredentials) credentials =
      find_expired (fixture, lc_credentials_new_key_file (NEWCOMER, path, NULL, FALSE));
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  fixture->prompt->answers = answers;
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  assert_works (connection, error);
  g_assert_nonnull (strstr (fixture->prompt->asked->str, "] Current password,; first["));
  g_assert_false (lc_credentials_get_replaced (credentials));
  assert_new_password_works (fixture);
}

static void
test_password_expired (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { NEW_PASSWORD, NEW_PASSWORD, NULL };
  g_autoptr (LcSecret) old = lc_secret_new (LC_TEST_SSHD_PASSWORD);
  g_autoptr (LcSecret) new = lc_secret_new (NEW_PASSWORD);
  g_autoptr (LcCredentials) before = lc_credentials_new_password (NEWCOMER, old, FALSE);
  g_autoptr (LcCredentials) after = lc_credentials_new_password (NEWCOMER, new, FALSE);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  make_newcomer ();
  fixture->prompt->answers = answers;
  connection = ssh_fixture_try_connect (fixture, before, &error);
  assert_works (connection, error);
  g_assert_nonnull (strstr (fixture->prompt->asked->str, "] New password,"));
  g_assert_nonnull (strstr (fixture->prompt->asked->str, "|You are required to change"));
  g_assert_null (strstr (fixture->prompt->asked->str, "Current"));

  g_assert_true (lc_credentials_get_replaced (before));
  g_assert_true (lc_secret_equal (lc_credentials_get_secret (before), new));

  connection = ssh_fixture_try_connect (fixture, after, &error);
  assert_works (connection, error);
}

static char *
make_certificate (SshFixture *fixture, const char *key, const char *validity)
{
  const char *folder = lc_test_sshd_get_folder (fixture->sshd);
  g_autofree char *script =
      g_strdup_printf ("cd %s; test -e ca || ssh-keygen -q -t ed25519 -N '' -f ca; "
                       "ssh-keygen -q -s ca -I test -n %s -V %s %s.pub",
                       folder, LC_TEST_SSHD_LOGIN, validity, key);
  g_autofree char *path = g_build_filename (folder, "ca.pub", NULL);

  run (script);
  return g_strdup_printf ("TrustedUserCAKeys %s\n", path);
}

/* The server knows the authority only, not the keys. */
static void
test_certificates (SshFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *arguments;
    const char *passphrase;
  } keys[] = {
    { "cert-ed25519", "-t ed25519", NULL },
    { "cert-ecdsa", "-t ecdsa", NULL },
    { "cert-rsa", "-t rsa -b 2048", NULL },
    { "cert-encrypted", "-t ed25519 -a 4", "open sesame" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, keys[i].name, keys[i].arguments,
                                                     keys[i].passphrase, FALSE);
      g_autofree char *options = make_certificate (fixture, keys[i].name, "+1h");
      g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, keys[i].passphrase);
      g_autoptr (GError) error = NULL;
      LcSshConnection *connection;

      lc_test_sshd_restart (fixture->sshd, options);
      connection = ssh_fixture_try_connect (fixture, credentials, &error);
      if (error != NULL)
        g_error ("%s: %s", keys[i].name, error->message);
      assert_works (connection, error);
    }
}

static void
test_certificate_passphrase_wrong (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      lc_test_sshd_make_key (fixture->sshd, "key", "-t ed25519 -a 4", "open sesame", FALSE);
  g_autofree char *options = make_certificate (fixture, "key", "+1h");
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (path, "close barley");
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  lc_test_sshd_restart (fixture->sshd, options);
  fixture->prompt->passphrase = "open sesame";
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  assert_works (connection, error);
  g_assert_cmpint (fixture->prompt->reason, ==, LC_PROMPT_REASON_PASSPHRASE_WRONG);
}

/* The bare key gets its chance when the certificate has expired. */
static void
test_certificate_expired (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *known = lc_test_sshd_make_key (fixture->sshd, "known", "-t ed25519", NULL, TRUE);
  g_autofree char *other =
      lc_test_sshd_make_key (fixture->sshd, "other", "-t ed25519", NULL, FALSE);
  g_autofree char *same_options = make_certificate (fixture, "known", "-2h:-1h");
  g_autofree char *options = make_certificate (fixture, "other", "-2h:-1h");
  g_autoptr (LcCredentials) good = ssh_fixture_key (known, NULL);
  g_autoptr (LcCredentials) bad = ssh_fixture_key (other, NULL);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  lc_test_sshd_restart (fixture->sshd, options);
  connection = ssh_fixture_try_connect (fixture, good, &error);
  assert_works (connection, error);
  g_assert_null (ssh_fixture_try_connect (fixture, bad, &error));
  ssh_fixture_assert_auth_error (error, "publickey");
}

static void
test_stored_key (SshFixture *fixture, gconstpointer data)
{
  static const char *const formats[] = { "-t ed25519", "-t rsa -b 2048 -m PEM", NULL };

  for (gsize i = 0; formats[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("key-%" G_GSIZE_FORMAT, i);
      g_autofree char *path = lc_test_sshd_make_key (fixture->sshd, name, formats[i], NULL, TRUE);
      g_autofree char *text = NULL;
      g_autoptr (LcSecret) key = NULL;
      g_autoptr (LcCredentials) credentials = NULL;
      g_autoptr (GError) error = NULL;
      LcSshConnection *connection;

      g_assert_true (g_file_get_contents (path, &text, NULL, &error));
      key = lc_secret_new (text);
      credentials = lc_credentials_new_stored_key (LC_TEST_SSHD_LOGIN, key);
      connection = ssh_fixture_try_connect (fixture, credentials, &error);
      assert_works (connection, error);
    }
  g_assert_false (has_logged (fixture, "Failed publickey"));
}

static LcSshConnection *
try_answers (SshFixture *fixture, const char *const *answers, GError **error)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);

  fixture->prompt->challenges = 0;
  fixture->prompt->answers = answers;
  g_string_truncate (fixture->prompt->asked, 0);
  return ssh_fixture_try_connect (fixture, credentials, error);
}

#define ROUNDS                                                                                     \
  "methods keyboard-interactive\n"                                                                 \
  "round Welcome|Log in to the lab.\n"                                                             \
  "ask hidden " LC_TEST_SSHD_PASSWORD " Password: \n"                                              \
  "round Second step|Look at your phone.\n"                                                        \
  "ask hidden 123456 One-time password: \n"                                                        \
  "ask echo 17 Seat: \n"                                                                           \
  "round |Nearly there.\n"                                                                         \
  "round |\n"                                                                                      \
  "ask echo yes Agree (yes/no)? \n"

static void
test_rounds (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "123456", "17", "yes", NULL };
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  connection = try_answers (fixture, answers, &error);
  assert_works (connection, error);
  g_assert_cmpstr (fixture->prompt->asked->str, ==,
                   "first[Second step|Log in to the lab.\nLook at your phone.] "
                   "One-time password, Seat (seen),; "
                   "first[|Nearly there.] Agree (yes/no)? (seen),; ");
}

/* One may try again, and is told why. */
static void
test_wrong_code (SshFixture *fixture, gconstpointer data)
{
  static const char *const second[] = { "654321", "17", "123456", "17", "yes", NULL };
  static const char *const never[] = { "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", NULL };
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  connection = try_answers (fixture, second, &error);
  assert_works (connection, error);
  g_assert_nonnull (strstr (fixture->prompt->asked->str, "code-refused["));

  g_assert_null (try_answers (fixture, never, &error));
  ssh_fixture_assert_auth_error (error, "code");
}

static void
test_declined (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (try_answers (fixture, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->prompt->challenges, ==, 1);
}

/* The password that is known is not given away to a question for something else. */
static void
test_code_only (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "123456", NULL };
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  connection = try_answers (fixture, answers, &error);
  assert_works (connection, error);
  g_assert_cmpstr (fixture->prompt->asked->str, ==, "first[|] Verification code,; ");
}

static void
test_password_and_code (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "123456", NULL };
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  connection = try_answers (fixture, answers, &error);
  assert_works (connection, error);
  g_assert_cmpuint (fixture->prompt->challenges, ==, 1);
}

/* A code is good for one log-in, so a connection that is made again asks for another one. */
static void
test_code_after_loss (SshFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "123456", "123456", NULL };
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (LcSshForward) forward = NULL;
  LcSshConnection *connection;

  times.reconnect_ms = 30000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  connection = try_answers (fixture, answers, &error);
  g_assert_no_error (error);
  forward = ssh_fixture_forward (connection, "127.0.0.1", 9);
  lc_test_sshd_restart (fixture->sshd, data);
  await_condition (fixture->prompt->challenges == 2, 30);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CONNECTED, 30);
  ssh_fixture_disconnect (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ssh_fixture_choose_server (argc, argv);
  dex_init ();
  ADD ("known-password-answers", PAM, test_known_password_answers);
  ADD ("wrong-password-once", PAM_AS_WELL, test_wrong_password_once);
  ADD ("key-and-password", "AuthenticationMethods publickey,password\n", test_key_and_password);
  ADD ("key-and-questions", PAM_AS_WELL "AuthenticationMethods publickey,keyboard-interactive\n",
       test_key_and_questions);
  ADD ("password-is-half", "AuthenticationMethods password,publickey\n", test_password_is_half);
  ADD ("hangs-up-at-once", "MaxAuthTries 1\n", test_hangs_up);
  ADD ("hangs-up-at-the-second", "MaxAuthTries 2\n", test_hangs_up);
  ADD ("cancel-while-asked", "AuthenticationMethods publickey,password\n", test_cancel_while_asked);
  ADD ("server-loses-patience", "AuthenticationMethods publickey,password\nLoginGraceTime 6\n",
       test_server_loses_patience);
  ADD ("password-expired", PAM, test_password_expired);
  ADD ("password-expired-terminal", PAM_AT_END, test_password_expired_terminal);
  ADD ("password-expired-refused", PAM_AT_END, test_password_expired_refused);
  ADD ("password-expired-declined", PAM_AT_END, test_password_expired_declined);
  ADD ("password-expired-no-more", PAM_AT_END, test_password_expired_no_more);
  ADD ("password-expired-key", PAM_AT_END, test_password_expired_key);
  ADD ("certificates", NULL, test_certificates);
  ADD ("certificate-passphrase-wrong", NULL, test_certificate_passphrase_wrong);
  ADD ("certificate-expired", NULL, test_certificate_expired);
  ADD ("stored-key", NULL, test_stored_key);
  ADD_LIBSSH ("rounds", ROUNDS, test_rounds);
  ADD_LIBSSH ("wrong-code", ROUNDS, test_wrong_code);
  ADD_LIBSSH ("declined", ROUNDS, test_declined);
  ADD_LIBSSH ("code-only", "methods keyboard-interactive\nask hidden 123456 Verification code: \n",
              test_code_only);
  ADD_LIBSSH ("code-after-loss",
              "methods keyboard-interactive\nask hidden 123456 Verification code: \n",
              test_code_after_loss);
  ADD_LIBSSH ("password-and-code",
              "methods password keyboard-interactive\nneed 2\nask hidden 123456 Code: \n",
              test_password_and_code);
  return g_test_run ();
}
