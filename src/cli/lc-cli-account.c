/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "lc-async.h"
#include "lc-cli-error.h"
#include "lc-cli-json.h"
#include "lc-cli-table.h"
#include "lc-error.h"
#include "lc-settings.h"

static gboolean use_device_code;
static gboolean no_browser;
static gboolean as_json;
static char *tenant;

static const GOptionEntry login_entries[] = {
  { "device-code", 0, 0, G_OPTION_ARG_NONE, &use_device_code,
    N_ ("Sign in with a code, typed into a browser on any computer"), NULL },
  { "no-browser", 0, 0, G_OPTION_ARG_NONE, &no_browser,
    N_ ("Print the address of the sign-in page instead of opening it"), NULL },
  { "tenant", 0, 0, G_OPTION_ARG_STRING, &tenant, N_ ("The directory to sign in to, for guests"),
    N_ ("TENANT") },
  G_OPTION_ENTRY_NULL
};

static const GOptionEntry accounts_entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &as_json,
                                                   N_ ("Print JSON"), NULL },
                                                 G_OPTION_ENTRY_NULL };

/* What waits for the address of a sign-in page. */
typedef struct
{
  LcCli *cli;
  LcSignIn *sign_in;
} Page;

static void
print_page (LcCli *cli, LcSignIn *sign_in)
{
  const char *code = lc_sign_in_get_user_code (sign_in);
  g_autofree char *uri =
      g_uri_escape_bytes ((const guint8 *) lc_sign_in_get_uri (sign_in),
                          strlen (lc_sign_in_get_uri (sign_in)), "%:/?#[]@!$&'()*+,;=");
  g_autofree char *line = NULL;

  if (code != NULL)
    {
      line = g_strdup_printf (_ ("Open this page in a browser and type the code %s there:"), code);
      lc_cli_terminal_print (cli->terminal, line);
      g_print ("%s %s\n", uri, code);
    }
  else
    {
      lc_cli_terminal_print (cli->terminal, _ ("Open this page in a browser to sign in:"));
      g_print ("%s\n", uri);
    }
}

static DexFuture *
not_shown_cb (DexFuture *failed, gpointer user_data)
{
  Page *page = user_data;

  print_page (page->cli, page->sign_in);
  return dex_future_new_for_boolean (FALSE);
}

static void
page_free (gpointer data)
{
  Page *page = data;

  g_object_unref (page->sign_in);
  g_free (page);
}

static void
uri_cb (LcSignIn *sign_in, GParamSpec *pspec, LcCli *cli)
{
  Page *page = NULL;

  if (lc_sign_in_get_uri (sign_in) == NULL)
    return;

  if (no_browser || lc_sign_in_get_method (sign_in) == LC_SIGN_IN_DEVICE_CODE)
    {
      print_page (cli, sign_in);
      return;
    }

  lc_cli_terminal_print (cli->terminal, _ ("Sign in in the browser window that opens now."));
  page = g_new0 (Page, 1);
  page->cli = cli;
  page->sign_in = g_object_ref (sign_in);
  dex_future_disown (
      dex_future_catch (lc_prompt_show_uri (LC_PROMPT (cli->prompt), lc_sign_in_get_uri (sign_in)),
                        not_shown_cb, page, page_free));
}

/* The cloud to sign in to: named, or the last one. */
static LcCloud *
choose_cloud (LcCli *cli, GError **error)
{
  g_autofree char *id = NULL;

  if (cli->cloud != NULL)
    return g_object_ref (cli->cloud);

  id = lc_settings_dup_cloud_id (lc_settings_get_default ());
  return lc_cloud_for_id (id, error);
}

/* A command that ends takes with it what is only in its memory. */
static void
warn_of_forgetting (LcCli *cli)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  const char *warning = NULL;

  switch (lc_secret_store_get_state (lc_registry_get_secrets (registry)))
    {
    case LC_SECRET_STORE_SESSION_ONLY:
      warning = _ ("There is no keyring, so this is forgotten when the command ends.");
      break;
    case LC_SECRET_STORE_LOCKED:
      warning = _ ("The keyring is locked, so this is forgotten when the command ends.");
      break;
    case LC_SECRET_STORE_READY:
    default:
      return;
    }
  lc_cli_terminal_print (cli->terminal, warning);
}

static gboolean
run_login (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (LcCloud) cloud = choose_cloud (cli, error);
  g_autoptr (LcSignIn) sign_in = NULL;
  g_autoptr (LcAccount) account = NULL;
  g_autofree char *line = NULL;

  if (cloud == NULL)
    return FALSE;

  sign_in = lc_identity_sign_in (lc_registry_get_identity (registry), cloud, tenant,
                                 use_device_code ? LC_SIGN_IN_DEVICE_CODE : LC_SIGN_IN_BROWSER,
                                 cli->account);
  g_signal_connect (sign_in, "notify::uri", G_CALLBACK (uri_cb), cli);
  uri_cb (sign_in, NULL, cli);

  if (!lc_cli_await_operation (cli, lc_sign_in_get_operation (sign_in), error))
    return FALSE;
  account = dex_await_object (lc_sign_in_await (sign_in), error);
  if (account == NULL)
    return FALSE;

  lc_settings_set_cloud_id (lc_settings_get_default (), lc_cloud_get_id (cloud));
  line = g_strdup_printf (_ ("Signed in as %s."), lc_account_get_user_name (account));
  lc_cli_terminal_print (cli->terminal, line);
  warn_of_forgetting (cli);
  return TRUE;
}

static gboolean
run_logout (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (LcAccount) account = NULL;
  g_autofree char *line = NULL;

  account = lc_cli_find_account (cli, error);
  if (account == NULL)
    return FALSE;

  if (!dex_await (lc_cli_until_interrupted (
                      cli, lc_identity_sign_out (lc_registry_get_identity (registry), account)),
                  error))
    return FALSE;

  line = g_strdup_printf (_ ("Signed out %s."), lc_account_get_user_name (account));
  lc_cli_terminal_print (cli->terminal, line);
  return TRUE;
}

static void
add_account_json (JsonBuilder *builder, LcAccount *account)
{
  json_builder_begin_object (builder);
  lc_cli_json_add_string (builder, "id", lc_account_get_id (account));
  lc_cli_json_add_string (builder, "userName", lc_account_get_user_name (account));
  lc_cli_json_add_string (builder, "displayName", lc_account_get_display_name (account));
  lc_cli_json_add_string (builder, "tenant", lc_account_get_tenant (account));
  lc_cli_json_add_string (builder, "cloud", lc_cloud_get_id (lc_account_get_cloud (account)));
  json_builder_set_member_name (builder, "needsSignIn");
  json_builder_add_boolean_value (builder, lc_account_get_needs_sign_in (account));
  json_builder_end_object (builder);
}

static gboolean
run_accounts (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  GListModel *accounts = G_LIST_MODEL (lc_registry_get_accounts (registry));
  g_autoptr (LcCliTable) table =
      lc_cli_table_new (_ ("ACCOUNT"), _ ("NAME"), _ ("CLOUD"), _ ("STATE"), NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (accounts, i);

      if (!lc_cli_wants_account (cli, account))
        continue;
      add_account_json (builder, account);
      lc_cli_table_add (table, lc_account_get_user_name (account),
                        lc_account_get_display_name (account),
                        lc_cloud_get_name (lc_account_get_cloud (account)),
                        lc_account_get_needs_sign_in (account) ? _ ("sign in again")
                                                               : _ ("signed in"));
    }
  json_builder_end_array (builder);

  text = as_json ? lc_cli_json_format (builder) : lc_cli_table_format (table);
  g_print ("%s", text);
  return TRUE;
}

const LcCliCommand lc_cli_login = {
  .name = "login",
  .summary = N_ ("Sign in to a cloud"),
  .description =
      N_ ("Opens the sign-in page in the browser, or prints its address where there is none, and "
          "waits until you are signed in. What it needs later is kept in the keyring."),
  .entries = login_entries,
  .run = run_login,
};

const LcCliCommand lc_cli_logout = {
  .name = "logout",
  .summary = N_ ("Sign out and forget every secret of the account"),
  .run = run_logout,
};

const LcCliCommand lc_cli_accounts = {
  .name = "accounts",
  .summary = N_ ("List who is signed in"),
  .entries = accounts_entries,
  .run = run_accounts,
};
