/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "lc-async.h"
#include "lc-cli-error.h"
#include "lc-error.h"
#include "lc-forward-connector.h"

#define CLOSE_MS 5000

static gboolean no_browser;
static char *login;

static const GOptionEntry connect_entries[] = {
  { "no-browser", 0, 0, G_OPTION_ARG_NONE, &no_browser,
    N_ ("Print the address, with the token, instead of opening the browser"), NULL },
  { "login", 0, 0, G_OPTION_ARG_STRING, &login, N_ ("Log in as somebody else"), N_ ("LOGIN") },
  G_OPTION_ENTRY_NULL
};

static const GOptionEntry forward_entries[] = { { "login", 0, 0, G_OPTION_ARG_STRING, &login,
                                                  N_ ("Log in as somebody else"), N_ ("LOGIN") },
                                                G_OPTION_ENTRY_NULL };

static void
state_cb (LcConnection *connection, GParamSpec *pspec, DexPromise *closed)
{
  if (lc_connection_get_state (connection) == LC_CONNECTION_CLOSED &&
      dex_future_is_pending (DEX_FUTURE (closed)))
    dex_promise_resolve_boolean (closed, TRUE);
}

static void
status_cb (LcConnection *connection, GParamSpec *pspec, LcCli *cli)
{
  if (lc_connection_get_status (connection) != NULL)
    lc_cli_terminal_print (cli->terminal, lc_connection_get_status (connection));
  else if (lc_connection_get_state (connection) == LC_CONNECTION_OPEN)
    lc_cli_terminal_print (cli->terminal, _ ("The connection is open again"));
}

/* Until somebody presses Ctrl+C, which is how one leaves, or it ends by itself. */
static gboolean
stay (LcCli *cli, LcConnection *connection, GError **error)
{
  g_autoptr (DexPromise) closed = dex_promise_new ();
  g_autoptr (GError) local_error = NULL;
  gulong state_id = g_signal_connect (connection, "notify::state", G_CALLBACK (state_cb), closed);
  gulong status_id = g_signal_connect (connection, "notify::status", G_CALLBACK (status_cb), cli);
  gboolean ended = FALSE;

  state_cb (connection, NULL, closed);
  lc_cli_terminal_print (cli->terminal, _ ("The connection is open. Press Ctrl+C to close it."));
  ended = dex_await (lc_cli_until_interrupted (cli, dex_ref (DEX_FUTURE (closed))), &local_error);

  g_signal_handler_disconnect (connection, state_id);
  g_signal_handler_disconnect (connection, status_id);

  if (!ended)
    {
      g_clear_error (&local_error);
      if (!dex_await (lc_with_timeout (lc_connection_close (connection), CLOSE_MS), &local_error))
        g_debug ("Closing: %s", local_error->message);
      return TRUE;
    }

  if (lc_connection_get_error (connection) != NULL)
    {
      g_propagate_error (error, g_error_copy (lc_connection_get_error (connection)));
      return FALSE;
    }

  return TRUE;
}

/* For somebody else than the login that is remembered: the password of that one is in the keyring,
 * or is asked for. */
static LcCredentials *
find_credentials (LcCli *cli, LcMachine *machine, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autofree char *subject = g_strdup_printf ("%s@%s", login, lc_machine_get_id (machine));
  g_autoptr (LcSecret) secret = NULL;
  g_autoptr (GError) local_error = NULL;

  secret = dex_await_boxed (
      lc_cli_until_interrupted (cli, lc_secret_store_lookup (lc_registry_get_secrets (registry),
                                                             LC_SECRET_MACHINE_PASSWORD,
                                                             lc_machine_get_account_id (machine),
                                                             subject)),
      &local_error);
  if (secret != NULL)
    return lc_credentials_new_password (login, secret, TRUE);

  if (lc_error_is_cancelled (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return dex_await_boxed (
      lc_cli_until_interrupted (cli, lc_prompt_ask_credentials (LC_PROMPT (cli->prompt), machine,
                                                                LC_PROMPT_REASON_FIRST, NULL)),
      error);
}

/* Opens it with everything that it takes, and gives it as it is in the registry. */
static LcConnection *
open_connection (LcCli *cli, LcMachine *machine, const char *connector_id, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  LcLauncher *launcher = lc_composition_get_launcher (cli->composition);
  g_autoptr (LcCredentials) credentials = NULL;
  g_autoptr (LcOperation) operation = NULL;
  LcConnection *connection = NULL;

  if (login != NULL)
    {
      lc_cli_prompt_set_login (cli->prompt, login);
      credentials = find_credentials (cli, machine, error);
      if (credentials == NULL)
        return NULL;
    }

  operation = credentials != NULL
                  ? lc_launcher_open_with_credentials (launcher, machine, connector_id, credentials)
                  : lc_launcher_open (launcher, machine, connector_id);
  if (!lc_cli_await_operation (cli, operation, error))
    return NULL;

  connection = lc_registry_find_connection (registry, machine, connector_id);
  if (connection == NULL)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_OFFLINE, "The connection closed at once"));
      return NULL;
    }

  return g_object_ref (connection);
}

static void
print_now (const char *text)
{
  g_print ("%s\n", text);
  fflush (stdout);
}

static gboolean
run_connect (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  LcConnector *connector = lc_registry_find_connector (registry, arguments[0]);
  g_autoptr (LcMachine) machine = NULL;
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (LcSecret) uri = NULL;

  if (connector == NULL)
    {
      g_propagate_error (error,
                         lc_cli_usage_error (_ ("“%s” is not a way to connect"), arguments[0]));
      return FALSE;
    }

  machine = lc_cli_find_machine (cli, arguments[1], error);
  if (machine == NULL)
    return FALSE;

  g_object_set (connector, "open-browser", !no_browser, NULL);
  connection = open_connection (cli, machine, arguments[0], error);
  if (connection == NULL)
    return FALSE;

  /* The token is shown only to those who asked for it instead of a browser. */
  if (no_browser)
    uri = lc_connection_dup_uri (connection);
  print_now (uri != NULL ? lc_secret_peek (uri) : lc_connection_get_local_address (connection));
  return stay (cli, connection, error);
}

static gboolean
run_forward (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (LcForwardSpec) spec = lc_forward_spec_parse (arguments[1], FALSE, error);
  g_autoptr (LcMachine) machine = NULL;
  g_autoptr (LcConnector) connector = NULL;
  g_autoptr (LcConnection) connection = NULL;

  if (spec == NULL)
    return FALSE;
  machine = lc_cli_find_machine (cli, arguments[0], error);
  if (machine == NULL)
    return FALSE;

  connector = lc_forward_connector_new (lc_composition_get_ssh_pool (cli->composition),
                                        lc_registry_get_profiles (registry), spec);
  lc_registry_add_connector (registry, connector);
  connection = open_connection (cli, machine, lc_connector_get_id (connector), error);
  if (connection == NULL)
    return FALSE;

  print_now (lc_connection_get_local_address (connection));
  return stay (cli, connection, error);
}

static gboolean
run_forget_host (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (LcMachine) machine = lc_cli_find_machine (cli, arguments[0], error);
  g_autofree char *line = NULL;

  if (machine == NULL)
    return FALSE;

  lc_profile_store_count_reset (lc_registry_get_profiles (registry), lc_machine_get_id (machine));
  /* Translators: %s is a machine. */
  line = g_strdup_printf (_ ("The host key of %s is asked about when you connect the next time."),
                          lc_machine_get_name (machine));
  lc_cli_terminal_print (cli->terminal, line);
  return TRUE;
}

const LcCliCommand lc_cli_connect = {
  .name = "connect",
  .arguments = N_ ("notebook MACHINE"),
  .summary = N_ ("Open the notebook of a machine, which is started when it is stopped"),
  .description =
      N_ ("Stays until Ctrl+C is pressed or the connection ends. Prints the local address, or with "
          "--no-browser the address with the token."),
  .entries = connect_entries,
  .n_arguments = 2,
  .run = run_connect,
};

const LcCliCommand lc_cli_forward = {
  .name = "forward",
  .arguments = N_ ("MACHINE LOCAL:HOST:REMOTE"),
  .summary = N_ ("Forward a local port to one that the machine can reach"),
  .description =
      N_ ("LOCAL may be 0 for a free port. Stays until Ctrl+C is pressed or the connection ends. "
          "Prints the local address."),
  .entries = forward_entries,
  .n_arguments = 2,
  .run = run_forward,
};

const LcCliCommand lc_cli_forget_host = {
  .name = "forget-host",
  .arguments = N_ ("MACHINE"),
  .summary = N_ ("Forget the host key of a machine that was set up anew"),
  .description =
      N_ ("Only when you know that it was set up anew: a host key that has changed can also mean "
          "that somebody stands between you and the machine."),
  .n_arguments = 1,
  .run = run_forget_host,
};
