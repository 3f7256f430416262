/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <await.h>
#include <lc-credentials.h>
#include <lc-error.h>
#include <lc-host-key.h>
#include <lc-machine.h>
#include <lc-operation.h>
#include <lc-lab.h>
#include <lc-printable.h>
#include <lc-secret.h>
#include <lc-sign-in.h>
#include <lc-validate.h>
#include <string.h>

static void
test_hosts (void)
{
  const char *good[] = { "a",         "ml-lab-1.westeurope.cloudapp.azure.com",
                         "127.0.0.1", "::1",
                         "fe80::1",   "under_score" };
  const char *bad[] = {
    "",      "-oProxyCommand=x", "a b",         "a\nb", "a..b",      ".",   "a/b",
    "[::1]", "fe80::1%eth0",     "caf\xc3\xa9", "a;b",  "user@host", "a-.b"
  };
  g_autofree char *long_name = g_strnfill (254, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (lc_is_valid_host (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (lc_is_valid_host (bad[i]));
  g_assert_false (lc_is_valid_host (NULL));
  g_assert_false (lc_is_valid_host (long_name));
}

static void
test_logins (void)
{
  const char *good[] = { "student", "a", "ada.lovelace", "DOM\\ada", "ada@school.example", "x-1" };
  const char *bad[] = { "", "-l", "a b", "a;b", "@a", "a@", "\\a", "$(x)", "a\n" };
  g_autofree char *long_name = g_strnfill (65, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (lc_is_valid_login (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (lc_is_valid_login (bad[i]));
  g_assert_false (lc_is_valid_login (long_name));
}

static void
test_passwords (void)
{
  g_autofree char *tail = g_strnfill (121, 'x');
  g_autofree char *long_one = g_strconcat ("Aa1", tail, NULL);

  g_assert_cmpint (lc_password_rule ("Correct-horse1"), ==, LC_PASSWORD_OK);
  g_assert_cmpint (lc_password_rule ("Short-1"), ==, LC_PASSWORD_TOO_SHORT);
  g_assert_cmpint (lc_password_rule ("alllowercase-only"), ==, LC_PASSWORD_TOO_SIMPLE);
  g_assert_cmpint (lc_password_rule ("Password1"), ==, LC_PASSWORD_BANNED);
  g_assert_cmpint (lc_password_rule (long_one), ==, LC_PASSWORD_TOO_LONG);
}

static void
test_authorities (void)
{
  const struct
  {
    const char *text;
    const char *host;
    guint16 port;
  } cases[] = {
    { "host.example:4980", "host.example", 4980 },
    { "[::1]:22", "::1", 22 },
    { "10.0.0.4:65535", "10.0.0.4", 65535 },
    { "host", NULL, 0 },
    { "host:", NULL, 0 },
    { "host:0", NULL, 0 },
    { "host:65536", NULL, 0 },
    { "host:+22", NULL, 0 },
    { "host: 22", NULL, 0 },
    { ":22", NULL, 0 },
    { "::1:22", NULL, 0 },
    { "[host]:22", NULL, 0 },
    { "-x:22", NULL, 0 },
    { "", NULL, 0 },
    { NULL, NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *host = NULL;
      guint16 port;

      g_assert_cmpint (lc_parse_authority (cases[i].text, &host, &port), ==, cases[i].host != NULL);
      g_assert_cmpstr (host, ==, cases[i].host);
      g_assert_cmpuint (port, ==, cases[i].port);
    }
}

static void
test_errors (void)
{
  const LcErrorDetails details = { 409, (char *) "Code", (char *) "Sentence.", (char *) "id-1" };
  g_autoptr (GError) error =
      lc_error_new_with_details (LC_ERROR_QUOTA_EXHAUSTED, &details, "No hours left on %d", 3);
  g_autoptr (GError) copy = g_error_copy (error);
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "x");
  g_autofree char *report = lc_error_dup_report (copy);

  g_assert_cmpstr (report, ==,
                   "Error: quota-exhausted\nMessage: No hours left on 3\nHTTP status: 409\n"
                   "Service code: Code\nService message: Sentence.\nRequest id: id-1\n");
  g_assert_null (lc_error_get_details (foreign));
  foreign = lc_error_convert (g_steal_pointer (&foreign));
  g_assert_error (foreign, LC_ERROR, LC_ERROR_OFFLINE);
  g_assert_nonnull (lc_error_get_details (foreign));
  g_clear_error (&foreign);
  foreign =
      lc_error_convert (g_error_new_literal (DEX_ERROR, DEX_ERROR_FIBER_CANCELLED, "cancelled"));
  g_assert_true (lc_error_is_cancelled (foreign));
  g_assert_false (lc_error_is_cancelled (NULL));
}

static void
test_secrets (void)
{
  g_autoptr (LcSecret) one = lc_secret_new ("pa55");
  g_autoptr (LcSecret) same = lc_secret_new_for_data ("pa55", 4);
  g_autoptr (LcSecret) other = lc_secret_new_take (g_strdup ("pa56"));
  g_autoptr (LcSecret) empty = lc_secret_new_for_data (NULL, 0);

  g_assert_true (lc_secret_equal (one, same));
  g_assert_false (lc_secret_equal (one, other));
  g_assert_false (lc_secret_equal (one, empty));
  g_assert_cmpstr (lc_secret_peek (empty), ==, "");
}

/* As `ssh-keygen -l` prints it. */
static void
test_fingerprint (void)
{
  g_autoptr (GBytes) blob = g_bytes_new_static ("abc", 3);
  g_autoptr (LcHostKey) key = lc_host_key_new ("ssh-ed25519", blob);

  g_assert_cmpstr (lc_host_key_get_fingerprint (key), ==,
                   "SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *count)
{
  ++*count;
}

static void
test_machine_update (void)
{
  g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", "id", "name");
  g_autoptr (LcMachine) fresh = lc_machine_new ("account", "lab", "ID", "name");
  g_autofree char *command = NULL;
  guint count = 0;

  lc_machine_set_ssh (machine, "host.example", 4980);
  lc_machine_set_ssh (fresh, "host.example", 4980);
  lc_machine_set_login (fresh, "student");
  g_signal_connect (machine, "notify", G_CALLBACK (count_cb), &count);
  lc_machine_update (machine, fresh);
  g_assert_cmpuint (count, ==, 1);
  command = lc_machine_dup_ssh_command (machine);
  g_assert_cmpstr (command, ==, "ssh -p 4980 student@host.example");

  lc_machine_set_as_of (machine, 100);
  lc_machine_set_as_of (fresh, 99);
  lc_machine_set_state (fresh, LC_MACHINE_STATE_RUNNING);
  lc_machine_update (machine, fresh);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_UNKNOWN);
  lc_machine_set_ssh (machine, "-oProxyCommand=x", 22);
  g_assert_null (lc_machine_get_host (machine));
  g_assert_null (lc_machine_dup_ssh_command (machine));
}

static LcStepState
state_of (LcOperation *operation, guint position)
{
  g_autoptr (LcStep) step = g_list_model_get_item (lc_operation_get_steps (operation), position);

  return lc_step_get_state (step);
}

static void
test_operation (void)
{
  g_autoptr (LcOperation) operation = lc_operation_new ("Title", "subject");
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "late");
  guint elapsed = 0;

  for (const char *id = "abc"; *id != '\0'; id++)
    {
      const char name[] = { *id, '\0' };

      lc_operation_add_step (operation, name, name);
    }
  g_assert_cmpuint (g_list_model_get_n_items (lc_operation_get_running ()), ==, 1);
  lc_operation_begin_step (operation, "b", NULL);
  g_assert_cmpint (state_of (operation, 0), ==, LC_STEP_SKIPPED);
  lc_operation_begin_step (operation, "x", "Unannounced");
  g_assert_cmpint (state_of (operation, 1), ==, LC_STEP_DONE);
  g_assert_cmpint (state_of (operation, 2), ==, LC_STEP_RUNNING);
  g_assert_cmpint (state_of (operation, 3), ==, LC_STEP_PENDING);
  /* Once more from the second: what is behind it is to come again. */
  lc_operation_begin_step (operation, "b", NULL);
  g_assert_cmpint (state_of (operation, 2), ==, LC_STEP_PENDING);
  g_signal_connect (operation, "notify::elapsed", G_CALLBACK (count_cb), &elapsed);
  await_condition (elapsed > 0, 5);

  lc_operation_finish (operation, error);
  lc_operation_finish (operation, NULL);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_TIMED_OUT);
  g_assert_cmpint (state_of (operation, 1), ==, LC_STEP_FAILED);
  g_assert_cmpuint (g_list_model_get_n_items (lc_operation_get_running ()), ==, 0);
}

static void
test_sign_in (void)
{
  g_autoptr (LcCloud) cloud = lc_cloud_for_id ("azure", NULL);
  LcSignIn *sign_in = lc_sign_in_new (LC_SIGN_IN_BROWSER, cloud);
  DexFuture *future = lc_sign_in_await (sign_in);
  g_autoptr (GError) error = NULL;

  g_object_unref (sign_in);
  g_assert_false (await_future (future, 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
}

static void
test_printable (void)
{
  static const struct
  {
    const char *text;
    const char *line;
    const char *lines;
  } cases[] = {
    { "vm-1", "vm-1", "vm-1" },
    { "a\nb\tc", "a b c", "a\nb c" },
    { "\033]0;x\007\033[2Jy", " ]0;x  [2Jy", " ]0;x  [2Jy" },
    { "\xc2\x9b"
      "31m",
      " 31m", " 31m" },
    { "x\xe2\x80\xaegpj.exe\xe2\x81\xa6", "xgpj.exe", "xgpj.exe" },
    { "a\xe2\x80\xa8"
      "b",
      "a b", "a b" },
    { "caf\xc3\xa9 \xff", "caf\xc3\xa9 \xef\xbf\xbd", "caf\xc3\xa9 \xef\xbf\xbd" },
    { "", "", "" },
    { NULL, NULL, NULL },
  };
  g_autofree char *endless = g_strnfill (1000 * 1000, 'a');
  g_autofree char *line = lc_dup_printable_line (endless);
  g_autofree char *lines = lc_dup_printable_text (endless);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *one = lc_dup_printable_line (cases[i].text);
      g_autofree char *all = lc_dup_printable_text (cases[i].text);

      g_assert_cmpstr (one, ==, cases[i].line);
      g_assert_cmpstr (all, ==, cases[i].lines);
    }
  g_assert_cmpint (g_utf8_strlen (line, -1), ==, 301);
  g_assert_cmpint (g_utf8_strlen (lines, -1), ==, 4001);
}

/* Whatever a service sends may be shown as it is kept. */
static void
test_hostile_names (void)
{
  const char *hostile = "a\033[2J\xe2\x80\xae"
                        "b\n";
  g_autoptr (LcLab) lab = lc_lab_new ("account", "/lab", hostile);
  g_autoptr (LcMachine) machine = lc_machine_new ("account", "/lab", "/lab/vm", hostile);
  LcErrorDetails details = { .service_code = (char *) hostile,
                             .service_message = (char *) hostile,
                             .request_id = (char *) "\xff" };
  g_autoptr (GError) error =
      lc_error_new_with_details (LC_ERROR_FAILED, &details, "It said %s", hostile);
  const LcErrorDetails *kept = lc_error_get_details (error);

  lc_lab_set_description (lab, hostile);
  lc_machine_set_problem (machine, hostile);
  lc_machine_set_claimed_by (machine, hostile);

  g_assert_cmpstr (lc_lab_get_name (lab), ==, "a [2Jb ");
  g_assert_cmpstr (lc_lab_get_description (lab), ==, "a [2Jb\n");
  g_assert_cmpstr (lc_machine_get_name (machine), ==, "a [2Jb ");
  g_assert_cmpstr (lc_machine_get_problem (machine), ==, "a [2Jb\n");
  g_assert_cmpstr (lc_machine_get_claimed_by (machine), ==, "a [2Jb ");
  g_assert_cmpstr (error->message, ==, "It said a [2Jb\n");
  g_assert_cmpstr (kept->service_code, ==, "a [2Jb\n");
  g_assert_cmpstr (kept->service_message, ==, "a [2Jb\n");
  g_assert_cmpstr (kept->request_id, ==, "\xef\xbf\xbd");
}

int
main (int argc, char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/values/hosts", test_hosts);
  g_test_add_func ("/values/logins", test_logins);
  g_test_add_func ("/values/passwords", test_passwords);
  g_test_add_func ("/values/authorities", test_authorities);
  g_test_add_func ("/values/errors", test_errors);
  g_test_add_func ("/values/printable", test_printable);
  g_test_add_func ("/values/hostile-names", test_hostile_names);
  g_test_add_func ("/values/secrets", test_secrets);
  g_test_add_func ("/values/fingerprint", test_fingerprint);
  g_test_add_func ("/values/machine-update", test_machine_update);
  g_test_add_func ("/values/operation", test_operation);
  g_test_add_func ("/values/sign-in", test_sign_in);
  return g_test_run ();
}
