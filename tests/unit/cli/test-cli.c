/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lc-cli-answers.h"
#include "lc-cli-error.h"
#include "lc-cli-table.h"
#include "lc-error.h"

static LcHostKey *
make_key (void)
{
  g_autoptr (GBytes) blob = g_bytes_new_static ("blob", 4);

  return lc_host_key_new ("ssh-ed25519", blob);
}

static void
assert_next (LcCliAnswers *answers, const char *key, const char *expected)
{
  g_autoptr (LcSecret) value = lc_cli_answers_take (answers, key);

  g_assert_cmpstr (value != NULL ? lc_secret_peek (value) : NULL, ==, expected);
}

static void
test_answers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcCliAnswers) answers = lc_cli_answers_parse (
      "# comment\n\npassword=first\r\nlogin=ada\npassword=sec=ond \nnew-password=", &error);
  g_autoptr (LcHostKey) key = make_key ();

  g_assert_no_error (error);
  assert_next (answers, "passphrase", NULL);
  assert_next (answers, "password", "first");
  assert_next (answers, "password", "sec=ond ");
  assert_next (answers, "password", NULL);
  assert_next (answers, "login", "ada");
  assert_next (answers, "new-password", "");
  g_assert_false (lc_cli_answers_accept (answers, key));
}

static void
test_answers_host_key (void)
{
  g_autoptr (LcHostKey) key = make_key ();
  g_autofree char *line = g_strdup_printf ("host-key=%s", lc_host_key_get_fingerprint (key));
  g_autoptr (LcCliAnswers) this_one = lc_cli_answers_parse (line, NULL);
  g_autoptr (LcCliAnswers) other = lc_cli_answers_parse ("host-key=SHA256:x\nhost-key=", NULL);
  g_autoptr (LcCliAnswers) all = lc_cli_answers_parse ("host-key=accept-new", NULL);

  /* They hold for the whole run. */
  g_assert_true (lc_cli_answers_accept (this_one, key));
  g_assert_true (lc_cli_answers_accept (this_one, key));
  g_assert_false (lc_cli_answers_accept (other, key));
  g_assert_true (lc_cli_answers_accept (all, key));
}

static void
test_answers_bad (void)
{
  static const char *const cases[] = { "hunter2", "passwort=hunter2", "=hunter2",
                                       " password=hunter2", "login=a\nhunter2" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lc_cli_answers_parse (cases[i], &error));
      g_assert_error (error, LC_CLI_USAGE_ERROR, 0);
      g_assert_null (strstr (error->message, "hunter2"));
    }
}

static void
test_answers_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcCliAnswers) answers = NULL;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (write (fds[1], "password=x\n", 11), ==, 11);
  close (fds[1]);
  answers = lc_cli_answers_read (fds[0], &error);
  g_assert_no_error (error);
  assert_next (answers, "password", "x");

  /* It is closed now, and reading it again fails. */
  g_assert_cmpint (fcntl (fds[0], F_GETFD), ==, -1);
  g_assert_null (lc_cli_answers_read (fds[0], &error));
  g_assert_error (error, LC_CLI_USAGE_ERROR, 0);
}

/* Half of a password would be a wrong one. */
static void
test_answers_too_long (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *endless = g_strnfill (70 * 1000, '#');
  int fd = memfd_create ("answers", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, endless, strlen (endless)), ==, 70 * 1000);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  g_assert_null (lc_cli_answers_read (fd, &error));
  g_assert_error (error, LC_CLI_USAGE_ERROR, 0);
}

static void
test_table (void)
{
  g_autoptr (LcCliTable) table = lc_cli_table_new ("NAME", "STATE", "NOTE", NULL);
  g_autofree char *text = NULL;

  lc_cli_table_add (table, "vm-1", "running", NULL);
  lc_cli_table_add (table, "données", "arrêtée", "x");
  lc_cli_table_add (table, "実験室", "a\033[31m\nb", "\377y");
  text = lc_cli_table_format (table);
  g_assert_cmpstr (text, ==,
                   "NAME     STATE     NOTE\n"
                   "vm-1     running\n"
                   "données  arrêtée   x\n"
                   "実験室   a [31m b  �y\n");
}

static void
test_exit_codes (void)
{
  static const struct
  {
    LcError code;
    LcCliExit expected;
  } cases[] = {
    { LC_ERROR_FAILED, LC_CLI_FAILED },
    { LC_ERROR_CANCELLED, LC_CLI_INTERRUPTED },
    { LC_ERROR_OFFLINE, LC_CLI_UNREACHABLE },
    { LC_ERROR_TIMED_OUT, LC_CLI_UNREACHABLE },
    { LC_ERROR_AUTH_REQUIRED, LC_CLI_NOT_SIGNED_IN },
    { LC_ERROR_AUTH_FAILED, LC_CLI_REFUSED },
    { LC_ERROR_FORBIDDEN, LC_CLI_REFUSED },
    { LC_ERROR_QUOTA_EXHAUSTED, LC_CLI_QUOTA },
    { LC_ERROR_HOST_KEY_UNKNOWN, LC_CLI_HOST_KEY },
    { LC_ERROR_HOST_KEY_CHANGED, LC_CLI_HOST_KEY },
    { LC_ERROR_NOT_FOUND, LC_CLI_NOT_FOUND },
    { LC_ERROR_CONFLICT, LC_CLI_BUSY },
    { LC_ERROR_INVALID_INPUT, LC_CLI_USAGE },
  };
  g_autoptr (GError) usage = lc_cli_usage_error ("x");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = lc_error_new (cases[i].code, "x");

      g_assert_cmpint (lc_cli_exit_for_error (error), ==, cases[i].expected);
    }
  g_assert_cmpint (lc_cli_exit_for_error (usage), ==, LC_CLI_USAGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/answers", test_answers);
  g_test_add_func ("/cli/answers-host-key", test_answers_host_key);
  g_test_add_func ("/cli/answers-bad", test_answers_bad);
  g_test_add_func ("/cli/answers-read", test_answers_read);
  g_test_add_func ("/cli/answers-too-long", test_answers_too_long);
  g_test_add_func ("/cli/table", test_table);
  g_test_add_func ("/cli/exit-codes", test_exit_codes);
  return g_test_run ();
}
