/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "lc-async.h"
#include "lc-cli-copy.h"
#include "lc-cli-error.h"
#include "lc-cli-open.h"
#include "lc-error.h"
#include "lc-forward-connector.h"
#include "lc-tunnel-connection.h"

static char **local_forwards;
static char **remote_forwards;
static char *stdio_forward;
static char *login;

static const GOptionEntry entries[] = {
  { "local-forward", 'L', 0, G_OPTION_ARG_STRING_ARRAY, &local_forwards,
    N_ ("Forward a local port; may be given several times"), N_ ("LOCAL:HOST:REMOTE") },
  { "remote-forward", 'R', 0, G_OPTION_ARG_STRING_ARRAY, &remote_forwards,
    N_ ("Forward a port of the machine to this computer; may be given several times"),
    N_ ("PORT:HOST:PORT") },
  { "stdio-forward", 'W', 0, G_OPTION_ARG_STRING, &stdio_forward,
    N_ ("Connect standard input and output to what the machine can reach"), N_ ("HOST:PORT") },
  { "login", 0, 0, G_OPTION_ARG_STRING, &login, N_ ("Log in as somebody else"), N_ ("LOGIN") },
  G_OPTION_ENTRY_NULL
};

static gboolean
parse_into (GPtrArray *specs, const char *text, gboolean back, GError **error)
{
  LcForwardSpec *spec = lc_forward_spec_parse (text, back, error);

  if (spec == NULL)
    return FALSE;

  g_ptr_array_add (specs, spec);
  return TRUE;
}

static GPtrArray *
parse_all (char **arguments, GError **error)
{
  g_autoptr (GPtrArray) specs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lc_forward_spec_free);

  if (arguments[1] != NULL && !parse_into (specs, arguments[1], FALSE, error))
    return NULL;
  for (char **text = local_forwards; text != NULL && *text != NULL; text++)
    if (!parse_into (specs, *text, FALSE, error))
      return NULL;
  for (char **text = remote_forwards; text != NULL && *text != NULL; text++)
    if (!parse_into (specs, *text, TRUE, error))
      return NULL;

  if ((specs->len == 0) == (stdio_forward == NULL))
    {
      g_propagate_error (error, lc_cli_usage_error (_ ("What is to be forwarded? Either -L, -R or "
                                                       "LOCAL:HOST:REMOTE, or -W")));
      return NULL;
    }

  return g_steal_pointer (&specs);
}

/* Where it listens: here, or on the machine. */
static void
print_address (LcConnection *connection)
{
  const char *address = lc_connection_get_local_address (connection);
  LcSshForward *forward = lc_tunnel_connection_get_forward (LC_TUNNEL_CONNECTION (connection));
  g_autofree char *remote = NULL;

  if (address == NULL && forward != NULL)
    remote = g_strdup_printf ("%s:%u", lc_machine_get_name (lc_connection_get_machine (connection)),
                              lc_ssh_forward_get_local_port (forward));
  lc_cli_print_now (remote != NULL ? remote : address);
}

static LcConnection *
open_forward (LcCli *cli, LcMachine *machine, const LcForwardSpec *spec, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (LcConnector) connector =
      lc_forward_connector_new (lc_composition_get_ssh_pool (cli->composition),
                                lc_registry_get_profiles (registry), spec);

  lc_registry_add_connector (registry, connector);
  return lc_cli_open (cli, machine, lc_connector_get_id (connector), login, error);
}

static gboolean
forward_ports (LcCli *cli, LcMachine *machine, GPtrArray *specs, GError **error)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < specs->len; i++)
    {
      LcConnection *connection = open_forward (cli, machine, specs->pdata[i], error);

      if (connection == NULL)
        {
          lc_cli_close_all (cli);
          return FALSE;
        }
      g_ptr_array_add (connections, connection);
    }

  /* All or none, so that a script that reads a line has what it asked for. */
  for (guint i = 0; i < connections->len; i++)
    print_address (connections->pdata[i]);
  return lc_cli_stay (cli, connections->pdata[0], error);
}

static gboolean
copy_both_ways (LcCli *cli, GSocket *socket, GError **error)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  gboolean done;

  dex_future_disown (lc_cli_copy_in (STDIN_FILENO, socket, stop));
  done = dex_await (lc_cli_until_interrupted (cli, lc_cli_copy_out (socket, STDOUT_FILENO, stop)),
                    error);
  g_cancellable_cancel (stop);
  return done;
}

static gboolean
forward_stdio (LcCli *cli, LcMachine *machine, const char *host, guint16 port, GError **error)
{
  g_autoptr (LcConnection) connection = lc_cli_open_session (cli, machine, login, error);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) local_error = NULL;
  LcSshConnection *ssh = NULL;

  if (connection == NULL)
    return FALSE;

  ssh = lc_tunnel_connection_get_ssh (LC_TUNNEL_CONNECTION (connection));
  if (ssh == NULL)
    local_error = lc_error_new (LC_ERROR_OFFLINE, "The connection closed at once");
  else
    socket =
        dex_await_object (lc_cli_until_interrupted (cli, lc_ssh_connection_dial (ssh, host, port)),
                          &local_error);

  /* Whoever reads our output may have enough. */
  if (socket != NULL && !copy_both_ways (cli, socket, &local_error) &&
      g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    g_clear_error (&local_error);
  if (local_error == NULL && lc_connection_get_error (connection) != NULL)
    local_error = g_error_copy (lc_connection_get_error (connection));

  g_clear_object (&socket);
  lc_cli_close_all (cli);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, lc_error_convert (g_steal_pointer (&local_error)));
  return FALSE;
}

static gboolean
run_forward (LcCli *cli, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) specs = parse_all (arguments, error);
  g_autoptr (LcMachine) machine = NULL;
  g_autofree char *host = NULL;
  guint16 port = 0;

  if (specs == NULL ||
      (stdio_forward != NULL && !lc_forward_spec_parse_target (stdio_forward, &host, &port, error)))
    return FALSE;
  machine = lc_cli_find_machine (cli, arguments[0], error);
  if (machine == NULL)
    return FALSE;

  return stdio_forward != NULL ? forward_stdio (cli, machine, host, port, error)
                               : forward_ports (cli, machine, specs, error);
}

const LcCliCommand lc_cli_forward = {
  .name = "forward",
  .arguments = N_ ("MACHINE [LOCAL:HOST:REMOTE]"),
  .summary = N_ ("Forward a local port to one that the machine can reach"),
  .description =
      N_ ("LOCAL may be 0 for a port that is the same each time. Instead of HOST:REMOTE there may "
          "be the path of a socket on the machine. Stays until Ctrl+C is pressed or the connection "
          "ends. Prints the address of each forward, a line each."),
  .entries = entries,
  .n_arguments = 1,
  .n_optional = 1,
  .run = run_forward,
};
