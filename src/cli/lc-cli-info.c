/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-cli-json.h"
#include "lc-cli-open.h"
#include "lc-cli-table.h"
#include "lc-error.h"
#include "lc-tunnel-connection.h"

/* How long to wait until the server has answered once more. */
#define ROUND_TRIP_MS 3000

static gboolean as_json;
static gboolean with_journal;
static char *login;

static const GOptionEntry entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("Print JSON"), NULL },
  { "verbose", 'v', 0, G_OPTION_ARG_NONE, &with_journal,
    N_ ("Print also what has happened to the connection"), NULL },
  { "login", 0, 0, G_OPTION_ARG_STRING, &login, N_ ("Log in as somebody else"), N_ ("LOGIN") },
  G_OPTION_ENTRY_NULL
};

static void
round_trip_cb (LcSshConnection *ssh, GParamSpec *pspec, DexPromise *known)
{
  if (lc_ssh_connection_get_round_trip (ssh) > 0 && dex_future_is_pending (DEX_FUTURE (known)))
    dex_promise_resolve_boolean (known, TRUE);
}

/* Returns: µs; 0: not known */
static gint64
await_round_trip (LcCli *cli, LcSshConnection *ssh)
{
  g_autoptr (DexPromise) known = dex_promise_new ();
  gulong id = g_signal_connect (ssh, "notify::round-trip", G_CALLBACK (round_trip_cb), known);
  g_autoptr (GError) error = NULL;

  round_trip_cb (ssh, NULL, known);
  if (!dex_await (lc_cli_until_interrupted (cli, lc_with_timeout (dex_ref (DEX_FUTURE (known)),
                                                                  ROUND_TRIP_MS)),
                  &error))
    g_debug ("The round trip is not known: %s", error->message);

  g_signal_handler_disconnect (ssh, id);
  return lc_ssh_connection_get_round_trip (ssh);
}

static char *
format_table (LcConnection *connection, gint64 round_trip, const char *journal)
{
  g_autoptr (GPtrArray) details = lc_connection_dup_details (connection);
  g_autoptr (LcCliTable) table = lc_cli_table_new (_ ("WHAT"), _ ("VALUE"), NULL);
  g_autofree char *lines = NULL;

  for (guint i = 0; details != NULL && i < details->len; i++)
    {
      const LcDetail *detail = details->pdata[i];

      lc_cli_table_add (table, _ (detail->name), detail->value);
    }
  if (round_trip > 0)
    {
      /* Translators: milliseconds */
      g_autofree char *time = g_strdup_printf (_ ("%.1f ms"), (double) round_trip / 1000.0);

      lc_cli_table_add (table, _ ("Round trip"), time);
    }

  lines = lc_cli_table_format (table);
  return g_strconcat (lines, journal != NULL ? "\n" : "", journal, NULL);
}

static char *
format_json (const LcSshInfo *info, gint64 round_trip, const char *journal)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  lc_cli_json_add_string (builder, "address", info->address);
  lc_cli_json_add_string (builder, "server", info->server);
  lc_cli_json_add_string (builder, "keyExchange", info->key_exchange);
  lc_cli_json_add_string (builder, "hostKey", info->host_key);
  lc_cli_json_add_string (builder, "fingerprint", info->fingerprint);
  lc_cli_json_add_string (builder, "cipherFromMachine", info->cipher_in);
  lc_cli_json_add_string (builder, "cipherToMachine", info->cipher_out);
  lc_cli_json_add_string (builder, "macFromMachine", info->mac_in);
  lc_cli_json_add_string (builder, "macToMachine", info->mac_out);
  lc_cli_json_add_string (builder, "authentication", info->authentication);
  lc_cli_json_add_string (builder, "library", info->library);
  json_builder_set_member_name (builder, "roundTripMicroseconds");
  if (round_trip > 0)
    json_builder_add_int_value (builder, round_trip);
  else
    json_builder_add_null_value (builder);
  if (with_journal)
    lc_cli_json_add_string (builder, "journal", journal);
  json_builder_end_object (builder);
  return lc_cli_json_format (builder);
}

static gboolean
run_info (LcCli *cli, char **arguments, GError **error)
{
  g_autoptr (LcMachine) machine = lc_cli_find_machine (cli, arguments[0], error);
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (LcSshConnection) ssh = NULL;
  g_autofree char *journal = NULL;
  g_autofree char *text = NULL;
  gint64 round_trip = 0;

  if (machine != NULL)
    connection = lc_cli_open_session (cli, machine, login, error);
  if (connection == NULL)
    return FALSE;

  g_set_object (&ssh, lc_tunnel_connection_get_ssh (LC_TUNNEL_CONNECTION (connection)));
  if (ssh != NULL)
    round_trip = await_round_trip (cli, ssh); /* by then all is known */
  if (with_journal)
    journal = lc_connection_dup_journal (connection);
  if (ssh != NULL && lc_ssh_connection_get_info (ssh) != NULL)
    {
      text = as_json ? format_json (lc_ssh_connection_get_info (ssh), round_trip, journal)
                     : format_table (connection, round_trip, journal);
      g_print ("%s", text);
    }
  else
    g_propagate_error (error, lc_error_new (LC_ERROR_OFFLINE, "The connection closed at once"));

  lc_cli_close_all (cli);
  return text != NULL;
}

const LcCliCommand lc_cli_ssh_info = {
  .name = "ssh-info",
  .arguments = N_ ("MACHINE"),
  .summary = N_ ("Connect to a machine and tell what was agreed upon"),
  .description =
      N_ ("Address, server, algorithms, host key, how the login was done and how long an "
          "answer takes: for people who look for a fault. Holds no secrets."),
  .entries = entries,
  .n_arguments = 1,
  .run = run_info,
};
