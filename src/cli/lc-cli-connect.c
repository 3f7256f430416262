/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-cli-error.h"
#include "lc-cli-open.h"

static gboolean no_browser;
static char *login;

static const GOptionEntry connect_entries[] = {
  { "no-browser", 0, 0, G_OPTION_ARG_NONE, &no_browser,
    N_ ("Print the address, with the token, instead of opening the browser"), NULL },
  { "login", 0, 0, G_OPTION_ARG_STRING, &login, N_ ("Log in as somebody else"), N_ ("LOGIN") },
  G_OPTION_ENTRY_NULL
};

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
  connection = lc_cli_open (cli, machine, arguments[0], login, error);
  if (connection == NULL)
    return FALSE;

  /* The token is shown only to those who asked for it instead of a browser. */
  if (no_browser)
    uri = lc_connection_dup_uri (connection);
  lc_cli_print_now (uri != NULL ? lc_secret_peek (uri)
                                : lc_connection_get_local_address (connection));
  return lc_cli_stay (cli, connection, error);
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
