/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-open.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "lc-async.h"
#include "lc-destination.h"
#include "lc-error.h"
#include "lc-session-connector.h"

#define CLOSE_MS 5000
#define NO_JUMP  "none" /* as in ssh_config(5), ProxyJump */

typedef struct
{
  LcCli *cli;
  DexPromise *closed;
  char *told; /* nullable: the last status that was printed, without its numbers */
} Stay;

/* What only counts is told once where lines stay. */
static char *
without_numbers (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (!g_ascii_isdigit (*text))
      g_string_append_c (out, *text);

  return g_string_free_and_steal (out);
}

static void
tell (Stay *self, const char *line)
{
  if (!self->cli->quiet)
    lc_cli_terminal_print (self->cli->terminal, line);
}

static void
state_cb (LcConnection *connection, GParamSpec *pspec, Stay *self)
{
  if (lc_connection_get_state (connection) == LC_CONNECTION_CLOSED &&
      dex_future_is_pending (DEX_FUTURE (self->closed)))
    dex_promise_resolve_boolean (self->closed, TRUE);
}

static void
status_cb (LcConnection *connection, GParamSpec *pspec, Stay *self)
{
  const char *status = lc_connection_get_status (connection);
  g_autofree char *kind = status != NULL ? without_numbers (status) : NULL;

  if (self->cli->quiet)
    return;
  if (lc_cli_terminal_is_live (self->cli->terminal))
    lc_cli_terminal_set_live_line (self->cli->terminal, status);
  else if (status != NULL && g_strcmp0 (kind, self->told) != 0)
    lc_cli_terminal_print (self->cli->terminal, status);

  if (status == NULL && lc_connection_get_state (connection) == LC_CONNECTION_OPEN)
    tell (self, _ ("The connection is open again"));
  g_set_str (&self->told, kind);
}

/* For somebody else than the login that is remembered: the password of that one is in the keyring,
 * or is asked for. */
static LcCredentials *
find_credentials (LcCli *cli, LcMachine *machine, const char *login, GError **error)
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

/* The way to the machine, when one was given; it is remembered, as in the window. */
static gboolean
set_jump (LcCli *cli, LcMachine *machine, GError **error)
{
  LcProfileStore *profiles =
      lc_registry_get_profiles (lc_composition_get_registry (cli->composition));
  gboolean direct = g_strcmp0 (cli->jump, NO_JUMP) == 0;
  g_autoptr (GPtrArray) hosts = NULL;

  if (cli->jump == NULL)
    return TRUE;
  if (!direct)
    hosts = lc_destination_parse_list (cli->jump, error);
  if (!direct && hosts == NULL)
    return FALSE;

  lc_profile_store_set_jump (profiles, lc_machine_get_id (machine), direct ? NULL : cli->jump);
  return TRUE;
}

LcConnection *
lc_cli_open (LcCli *cli,
             LcMachine *machine,
             const char *connector_id,
             const char *login,
             GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  LcLauncher *launcher = lc_composition_get_launcher (cli->composition);
  g_autoptr (LcCredentials) credentials = NULL;
  g_autoptr (LcOperation) operation = NULL;
  LcConnection *connection = NULL;

  if (!set_jump (cli, machine, error))
    return NULL;
  if (login != NULL)
    {
      lc_cli_prompt_set_login (cli->prompt, login);
      credentials = find_credentials (cli, machine, login, error);
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

LcConnection *
lc_cli_open_session (LcCli *cli, LcMachine *machine, const char *login, GError **error)
{
  g_autoptr (LcConnector) connector =
      lc_session_connector_new (lc_composition_get_ssh_pool (cli->composition));

  lc_registry_add_connector (lc_composition_get_registry (cli->composition), connector);
  return lc_cli_open (cli, machine, LC_SESSION_CONNECTOR_ID, login, error);
}

gboolean
lc_cli_stay (LcCli *cli, LcConnection *connection, GError **error)
{
  g_autoptr (DexPromise) closed = dex_promise_new ();
  Stay self = { .cli = cli, .closed = closed };
  g_autoptr (GError) local_error = NULL;
  gulong state_id = g_signal_connect (connection, "notify::state", G_CALLBACK (state_cb), &self);
  gulong status_id = g_signal_connect (connection, "notify::status", G_CALLBACK (status_cb), &self);
  gboolean ended = FALSE;

  state_cb (connection, NULL, &self);
  tell (&self, _ ("The connection is open. Press Ctrl+C to close it."));
  ended = dex_await (lc_cli_until_interrupted (cli, dex_ref (DEX_FUTURE (closed))), &local_error);

  g_signal_handler_disconnect (connection, state_id);
  g_signal_handler_disconnect (connection, status_id);
  lc_cli_terminal_set_live_line (cli->terminal, NULL);
  g_free (self.told);
  lc_cli_close_all (cli);

  if (ended && lc_connection_get_error (connection) != NULL)
    {
      g_propagate_error (error, g_error_copy (lc_connection_get_error (connection)));
      return FALSE;
    }

  return TRUE;
}

void
lc_cli_close_all (LcCli *cli)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (GError) error = NULL;

  if (!dex_await (lc_with_timeout (lc_registry_close_all (registry), CLOSE_MS), &error))
    g_debug ("Closing: %s", error->message);
}

void
lc_cli_print_now (const char *text)
{
  g_print ("%s\n", text);
  fflush (stdout);
}
