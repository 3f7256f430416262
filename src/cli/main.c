/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "lc-async.h"
#include "lc-cli-error.h"
#include "lc-cli.h"
#include "lc-report.h"

static const LcCliCommand *const commands[] = {
  &lc_cli_login,    &lc_cli_logout,      &lc_cli_accounts, &lc_cli_labs,      &lc_cli_machines,
  &lc_cli_start,    &lc_cli_stop,        &lc_cli_connect,  &lc_cli_forward,   &lc_cli_exec,
  &lc_cli_ssh_info, &lc_cli_forget_host, &lc_cli_make_key, &lc_cli_host_keys,
};

static char *cloud_id;
static char *account_name;
static int answers_fd = -1;
static char *jump;
static gboolean quiet;
static gboolean show_version;

static const GOptionEntry common_entries[] = {
  { "cloud", 0, 0, G_OPTION_ARG_STRING, &cloud_id,
    N_ ("The cloud: azure, azure-us-government, azure-china, or the address of a local lab"),
    N_ ("URL") },
  { "account", 0, 0, G_OPTION_ARG_STRING, &account_name,
    N_ ("The account, when several are signed in"), N_ ("NAME") },
  { "jump", 'J', 0, G_OPTION_ARG_STRING, &jump,
    N_ ("Go to the machine by way of this host, or of several with commas between, from now on; "
        "“none” goes there directly again"),
    N_ ("[USER@]HOST[:PORT]") },
  { "answers-fd", 0, 0, G_OPTION_ARG_INT, &answers_fd,
    N_ ("Read the answers to questions from this file descriptor"), "N" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Do not tell the steps"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &show_version, N_ ("Print the version"), NULL },
  G_OPTION_ENTRY_NULL
};

/* What the main loop waits for. */
typedef struct
{
  LcCli *cli;
  const LcCliCommand *command;
  char **arguments;
  GMainLoop *loop;
  GError *error;
} Run;

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;

  if (!run->command->run (run->cli, run->arguments, &run->error) && run->error == NULL)
    g_return_val_if_reached (dex_future_new_for_boolean (FALSE));

  return dex_future_new_for_boolean (run->error == NULL);
}

static void
ended_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  g_main_loop_quit (user_data);
}

/* The first Ctrl+C ends what runs; the second one ends the program. */
static void
interrupt (LcCli *cli, int number)
{
  if (!g_cancellable_is_cancelled (cli->interrupted))
    {
      cli->signal_number = number;
      g_cancellable_cancel (cli->interrupted);
      return;
    }

  lc_cli_terminal_restore (cli->terminal);
  signal (number, SIG_DFL);
  raise (number);
}

static gboolean
interrupt_cb (gpointer user_data)
{
  interrupt (user_data, SIGINT);
  return G_SOURCE_CONTINUE;
}

static gboolean
terminate_cb (gpointer user_data)
{
  interrupt (user_data, SIGTERM);
  return G_SOURCE_CONTINUE;
}

static gboolean
report_cb (gpointer user_data)
{
  LcCli *cli = user_data;
  g_autofree char *report = lc_report_dup (lc_composition_get_registry (cli->composition),
                                           lc_composition_get_catalog (cli->composition), NULL);

  g_printerr ("%s", report);
  return G_SOURCE_CONTINUE;
}

static const LcCliCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i]->name, name))
      return commands[i];

  return NULL;
}

static char *
list_commands (void)
{
  GString *text = g_string_new (_ ("Commands:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "\n  %-12s %s", commands[i]->name, _ (commands[i]->summary));

  g_string_append_printf (text, "\n\n%s",
                          _ ("“labconnectctl COMMAND --help” tells more about one."));
  return g_string_free_and_steal (text);
}

/* @command: (nullable): %NULL for the program's own options, those before a command */
static GOptionContext *
make_context (const LcCliCommand *command)
{
  g_autofree char *usage = NULL;
  g_autofree char *list = NULL;
  GOptionContext *context = NULL;

  if (command == NULL)
    {
      context = g_option_context_new (_ ("COMMAND …"));
      list = list_commands ();
      g_option_context_set_summary (context, list);
      g_option_context_set_strict_posix (context, TRUE);
    }
  else
    {
      usage = g_strdup_printf ("%s %s", command->name,
                               command->arguments != NULL ? _ (command->arguments) : "");
      context = g_option_context_new (g_strstrip (usage));
      g_option_context_set_summary (context, _ (command->summary));
      g_option_context_set_strict_posix (context, command->ends_options);
      if (command->description != NULL)
        g_option_context_set_description (context, _ (command->description));
      if (command->entries != NULL)
        g_option_context_add_main_entries (context, command->entries, GETTEXT_PACKAGE);
    }

  g_option_context_add_main_entries (context, common_entries, GETTEXT_PACKAGE);
  return context;
}

static void
drop_first (char **words)
{
  g_free (words[0]);
  do
    words[0] = words[1];
  while (*words++ != NULL);
}

/* Returns the command, with *@arguments what follows it. %NULL with error, or without it when there
 * is nothing left to do. */
static const LcCliCommand *
parse_arguments (char ***arguments, GError **error)
{
  g_autoptr (GOptionContext) outer = make_context (NULL);
  g_autoptr (GOptionContext) inner = NULL;
  const LcCliCommand *command = NULL;
  guint n = 0;

  if (!g_option_context_parse_strv (outer, arguments, error) || show_version)
    return NULL;

  if ((*arguments)[1] == NULL)
    {
      g_propagate_error (error,
                         lc_cli_usage_error (_ ("Which command? See “labconnectctl --help”.")));
      return NULL;
    }

  command = find_command ((*arguments)[1]);
  if (command == NULL)
    {
      g_propagate_error (error,
                         lc_cli_usage_error (_ ("There is no command “%s”. See “labconnectctl "
                                                "--help”."),
                                             (*arguments)[1]));
      return NULL;
    }

  inner = make_context (command);
  drop_first (*arguments); /* the command is now what a program's own name is */
  if (!g_option_context_parse_strv (inner, arguments, error) || show_version)
    return NULL;

  n = g_strv_length (*arguments) - 1;
  if (n < command->n_arguments || n > command->n_arguments + command->n_optional)
    {
      g_propagate_error (
          error, lc_cli_usage_error (_ ("Usage: labconnectctl %s %s"), command->name,
                                     command->arguments != NULL ? _ (command->arguments) : ""));
      return NULL;
    }

  return command;
}

static gboolean
set_up (LcCli *cli, GError **error)
{
  g_autoptr (LcCliAnswers) answers = NULL;

  if (cloud_id != NULL)
    {
      cli->cloud = lc_cloud_for_id (cloud_id, error);
      if (cli->cloud == NULL)
        return FALSE;
    }

  cli->terminal = lc_cli_terminal_new ();
  cli->prompt = lc_cli_prompt_new (cli->terminal);
  if (answers_fd >= 0)
    {
      answers = lc_cli_answers_read (answers_fd, error);
      if (answers == NULL)
        return FALSE;
      lc_cli_prompt_set_answers (cli->prompt, g_steal_pointer (&answers));
    }

  cli->account = g_strdup (account_name);
  cli->jump = g_strdup (jump);
  cli->quiet = quiet;
  cli->interrupted = g_cancellable_new ();
  cli->composition = lc_composition_new (LC_PROMPT (cli->prompt));
  return TRUE;
}

static void
tear_down (LcCli *cli)
{
  g_clear_object (&cli->composition);
  g_clear_object (&cli->prompt);
  g_clear_object (&cli->terminal);
  g_clear_object (&cli->cloud);
  g_clear_object (&cli->interrupted);
  g_clear_pointer (&cli->account, g_free);
  g_clear_pointer (&cli->jump, g_free);
  lc_finish ();
}

static GError *
run_command (LcCli *cli, const LcCliCommand *command, char **arguments)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { .cli = cli, .command = command, .arguments = arguments, .loop = loop };
  guint interrupt_id = g_unix_signal_add (SIGINT, interrupt_cb, cli);
  guint terminate_id = g_unix_signal_add (SIGTERM, terminate_cb, cli);
  guint report_id = g_unix_signal_add (SIGUSR1, report_cb, cli);

  lc_future_to_main (lc_spawn (run_fiber, &run, NULL), cli->prompt, ended_cb, loop, NULL);
  g_main_loop_run (loop);

  g_source_remove (interrupt_id);
  g_source_remove (terminate_id);
  g_source_remove (report_id);
  return run.error;
}

/* What was closed before the start (“<&-”) must not become the number of something else. Input that
 * is not there is at its end, and writing to output that is not there fails. */
static void
reserve_standard_descriptors (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) == -1)
      (void) open ("/dev/null", O_RDONLY);
}

/* Before the constructors of the libraries, which open descriptors of their own. */
__attribute__ ((section (".preinit_array"),
                used)) static void (*before_libraries) (void) = reserve_standard_descriptors;

int
main (int argc, char *argv[])
{
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  const LcCliCommand *command = NULL;
  LcCli cli = { 0 };

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LC_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN);
  /* G_MESSAGES_DEBUG must not spoil the data. */
  g_log_writer_default_set_use_stderr (TRUE);
  dex_init ();

  arguments = g_strdupv (argv);
  command = parse_arguments (&arguments, &error);
  if (show_version)
    {
      g_print ("labconnectctl %s\n", LC_VERSION);
      return LC_CLI_OK;
    }

  if (command != NULL && set_up (&cli, &error))
    error = run_command (&cli, command, arguments + 1);
  tear_down (&cli);

  if (error == NULL)
    return cli.exit_status;

  lc_cli_print_error (error);
  return cli.exit_status != 0 ? cli.exit_status : (int) lc_cli_exit_for_error (error);
}
