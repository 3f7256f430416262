/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lc-async.h"
#include "lc-cli-copy.h"
#include "lc-cli-open.h"
#include "lc-error.h"
#include "lc-ssh-process.h"
#include "lc-tunnel-connection.h"

/* What ssh(1) exits with when it is not the program on the machine that failed. */
#define NOT_THE_PROGRAM 255

static gboolean want_terminal;
static gboolean no_input;
static char *login;

static const GOptionEntry entries[] = {
  { "terminal", 't', 0, G_OPTION_ARG_NONE, &want_terminal,
    N_ ("Give the program this terminal, for editors and the like"), NULL },
  { "no-input", 'n', 0, G_OPTION_ARG_NONE, &no_input,
    N_ ("Give the program nothing to read: for scripts, and in the background"), NULL },
  { "login", 0, 0, G_OPTION_ARG_STRING, &login, N_ ("Log in as somebody else"), N_ ("LOGIN") },
  G_OPTION_ENTRY_NULL
};

/* As ssh does: one string for the shell on the machine. %NULL: the shell itself. */
static char *
join_command (char **words)
{
  if (*words != NULL && g_str_equal (*words, "--"))
    words++;

  return *words != NULL ? g_strjoinv (" ", words) : NULL;
}

static struct winsize
terminal_size (void)
{
  struct winsize size = { 0 };

  if (ioctl (STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    size = (struct winsize) { .ws_col = 80, .ws_row = 24 };

  return size;
}

static gboolean
resized_cb (gpointer user_data)
{
  struct winsize size = terminal_size ();

  lc_ssh_process_resize (user_data, size.ws_col, size.ws_row);
  return G_SOURCE_CONTINUE;
}

static gboolean
use_terminal (LcCli *cli)
{
  if (!want_terminal)
    return FALSE;
  if (isatty (STDIN_FILENO))
    return TRUE;

  lc_cli_terminal_print (cli->terminal,
                         _ ("Standard input is no terminal, so the program gets none either"));
  return FALSE;
}

static LcSshProcess *
start (LcCli *cli, LcSshConnection *ssh, const char *command, gboolean terminal, GError **error)
{
  struct winsize size = terminal_size ();
  const char *kind = g_getenv ("TERM");
  LcSshProgram program = { .command = command };

  if (terminal)
    {
      program.terminal = kind != NULL && *kind != '\0' ? kind : "xterm";
      program.columns = size.ws_col;
      program.rows = size.ws_row;
    }

  return dex_await_object (lc_cli_until_interrupted (cli, lc_ssh_connection_start (ssh, &program)),
                           error);
}

static DexFuture *
end_input (LcSshProcess *process)
{
  g_autoptr (GError) error = NULL;

  if (!g_socket_shutdown (lc_ssh_process_get_stdio (process), FALSE, TRUE, &error))
    g_debug ("The end of the input is not told: %s", error->message);

  return dex_future_new_true ();
}

/* Resolves when the program has ended and all that it wrote has been written here. */
static DexFuture *
stream (LcSshProcess *process, DexFuture *ended, GCancellable *stop)
{
  GSocket *errors = lc_ssh_process_get_stderr (process);
  GSocket *stdio = lc_ssh_process_get_stdio (process);

  dex_future_disown (no_input ? end_input (process) : lc_cli_copy_in (STDIN_FILENO, stdio, stop));
  return dex_future_all_race (dex_ref (ended), lc_cli_copy_out (stdio, STDOUT_FILENO, stop),
                              errors != NULL ? lc_cli_copy_out (errors, STDERR_FILENO, stop)
                                             : dex_future_new_true (),
                              NULL);
}

/* The program decides what an interruption means to it; a second one ends this program at once. */
static void
pass_interruption (LcCli *cli, LcSshProcess *process)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (lc_ssh_process_send_signal (process,
                                              cli->signal_number == SIGTERM ? "TERM" : "INT"),
                  &error))
    g_debug ("The signal was not sent: %s", error->message);
}

/* Returns: the exit status; -1 with error */
static int
await_end (LcCli *cli, LcSshProcess *process, GError **error)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (DexFuture) ended = lc_ssh_process_wait (process);
  g_autoptr (DexFuture) all = stream (process, ended, stop);
  g_autoptr (LcSshExit) result = NULL;
  g_autoptr (GError) local_error = NULL;
  gboolean done = dex_await (lc_cli_until_interrupted (cli, dex_ref (all)), &local_error);

  if (!done && g_cancellable_is_cancelled (cli->interrupted))
    {
      g_clear_error (&local_error);
      pass_interruption (cli, process);
      done = dex_await (dex_ref (all), &local_error);
    }

  g_cancellable_cancel (stop);
  if (done)
    result = dex_await_boxed (dex_ref (ended), &local_error);
  if (result != NULL)
    return result->status;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    return 128 + SIGPIPE; /* what ends a program whose output nobody reads */

  g_propagate_error (error, lc_error_convert (g_steal_pointer (&local_error)));
  return -1;
}

static int
run_on (LcCli *cli, LcSshConnection *ssh, const char *command, GError **error)
{
  gboolean terminal = use_terminal (cli);
  g_autoptr (LcSshProcess) process = start (cli, ssh, command, terminal, error);
  guint resized_id = 0;
  int status = -1;

  if (process == NULL)
    return -1;

  if (terminal && lc_cli_terminal_set_raw (cli->terminal, STDIN_FILENO))
    resized_id = g_unix_signal_add (SIGWINCH, resized_cb, process);
  status = await_end (cli, process, error);

  g_clear_handle_id (&resized_id, g_source_remove);
  lc_cli_terminal_restore (cli->terminal);
  return status;
}

static int
connect_and_run (LcCli *cli, char **arguments, GError **error)
{
  g_autofree char *command = join_command (arguments + 1);
  g_autoptr (LcMachine) machine = lc_cli_find_machine (cli, arguments[0], error);
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (LcSshConnection) ssh = NULL;
  int status = -1;

  if (machine != NULL)
    connection = lc_cli_open_session (cli, machine, login, error);
  if (connection == NULL)
    return -1;

  g_set_object (&ssh, lc_tunnel_connection_get_ssh (LC_TUNNEL_CONNECTION (connection)));
  if (ssh != NULL)
    status = run_on (cli, ssh, command, error);
  else
    g_propagate_error (error, lc_error_new (LC_ERROR_OFFLINE, "The connection closed at once"));

  lc_cli_close_all (cli);
  return status;
}

static gboolean
run_exec (LcCli *cli, char **arguments, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  int status = connect_and_run (cli, arguments, &local_error);

  if (local_error == NULL)
    {
      cli->exit_status = status;
      return TRUE;
    }

  if (!lc_error_is_cancelled (local_error))
    cli->exit_status = NOT_THE_PROGRAM;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

const LcCliCommand lc_cli_exec = {
  .name = "exec",
  .arguments = N_ ("MACHINE [--] [COMMAND …]"),
  .summary = N_ ("Run a command on a machine"),
  .description =
      N_ ("Exits as the command did, or with 255 when that is not known. The words of the "
          "command are joined with spaces and read by the shell on the machine, as ssh "
          "does; without any it is the shell itself."),
  .entries = entries,
  .n_arguments = 1,
  .n_optional = LC_CLI_ANY_NUMBER,
  .ends_options = TRUE,
  .run = run_exec,
};
