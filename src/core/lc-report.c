/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-report.h"

#include "lc-config.h"

#include <string.h>

#include "lc-error.h"
#include "lc-failures.h"
#include "lc-operation.h"
#include "lc-redactor.h"

static const char *
enum_nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (klass, value);

  return found != NULL ? found->value_nick : "?";
}

/* @text: (nullable): lines */
static void
append_indented (GString *out, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_string_append_printf (out, "    %s\n", lines[i]);
}

static void
append_versions (GString *out, const char *toolkit)
{
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  g_string_append_printf (out, "LabConnect %s\n", LC_VERSION);
  g_string_append_printf (out, "System: %s\n", system != NULL ? system : "?");
  g_string_append_printf (out, "GLib %u.%u.%u\n", glib_major_version, glib_minor_version,
                          glib_micro_version);
  if (toolkit != NULL)
    g_string_append (out, toolkit);
}

static void
append_states (GString *out, LcRegistry *registry, LcCatalog *catalog)
{
  LcSecretStore *secrets = lc_registry_get_secrets (registry);
  const GError *error = lc_catalog_get_error (catalog);

  g_string_append_printf (out, "Keyring: %s\n",
                          enum_nick (LC_TYPE_SECRET_STORE_STATE,
                                     lc_secret_store_get_state (secrets)));
  g_string_append_printf (out, "Catalog: %s, %u labs\n",
                          enum_nick (LC_TYPE_CATALOG_STATE, lc_catalog_get_state (catalog)),
                          g_list_model_get_n_items (G_LIST_MODEL (catalog)));
  g_string_append_printf (out, "Accounts: %u, connections: %u\n",
                          g_list_model_get_n_items (
                              G_LIST_MODEL (lc_registry_get_accounts (registry))),
                          g_list_model_get_n_items (lc_registry_get_connections (registry)));
  if (error != NULL)
    {
      g_autofree char *report = lc_error_dup_report (error);

      g_string_append (out, "\nLast failure of the catalog:\n");
      append_indented (out, report);
    }
}

static void
append_operations (GString *out)
{
  GListModel *running = lc_operation_get_running ();
  guint n = g_list_model_get_n_items (running);

  g_string_append (out, "\nRunning operations:\n");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcOperation) operation = g_list_model_get_item (running, i);
      LcStep *step = lc_operation_get_current_step (operation);

      g_string_append_printf (out, "%7.1f s  %s  (%s, %.1f s)\n",
                              lc_operation_get_elapsed (operation),
                              lc_operation_get_title (operation),
                              step != NULL ? lc_step_get_id (step) : "no step yet",
                              step != NULL ? lc_step_get_elapsed (step) : 0.0);
    }
  if (n == 0)
    g_string_append (out, "none\n");
}

static void
append_failures (GString *out)
{
  g_autofree char *text = lc_failures_dup_text ();

  g_string_append_printf (out, "\nLast failures:\n%s", *text != '\0' ? text : "none\n");
}

static void
append_details (GString *out, LcConnection *connection)
{
  g_autoptr (GPtrArray) details = lc_connection_dup_details (connection);

  for (guint i = 0; details != NULL && i < details->len; i++)
    {
      const LcDetail *detail = g_ptr_array_index (details, i);

      g_string_append_printf (out, "  %s: %s\n", detail->name,
                              detail->personal ? "(left out)" : detail->value);
    }
}

static void
append_connection (GString *out, LcConnection *connection)
{
  const GError *error = lc_connection_get_error (connection);
  const char *status = lc_connection_get_status (connection);
  g_autofree char *since = g_date_time_format (lc_connection_get_opened_at (connection), "%T");
  g_autofree char *journal = lc_connection_dup_journal (connection);

  g_string_append_printf (out, "\nConnection \"%s\" of %s since %s: %s%s%s\n",
                          lc_connection_get_connector_id (connection),
                          lc_machine_get_name (lc_connection_get_machine (connection)), since,
                          enum_nick (LC_TYPE_CONNECTION_STATE,
                                     lc_connection_get_state (connection)),
                          status != NULL ? ", " : "", status != NULL ? status : "");
  g_string_append_printf (out,
                          "  Proven: %s, received: %" G_GUINT64_FORMAT
                          " bytes, sent: %" G_GUINT64_FORMAT " bytes, latency: %" G_GINT64_FORMAT
                          " µs\n",
                          lc_connection_get_proven (connection) ? "yes" : "no",
                          lc_connection_get_bytes_received (connection),
                          lc_connection_get_bytes_sent (connection),
                          lc_connection_get_latency (connection));
  append_details (out, connection);
  if (journal != NULL)
    {
      g_string_append (out, "  Timeline:\n");
      append_indented (out, journal);
    }
  if (error != NULL)
    {
      g_autofree char *report = lc_error_dup_report (error);

      g_string_append (out, "  Ended by itself:\n");
      append_indented (out, report);
    }
}

static void
add_machine (LcRedactor *redactor, LcMachine *machine)
{
  lc_redactor_add (redactor, "machine", lc_machine_get_name (machine));
  lc_redactor_add (redactor, "machine", lc_machine_get_id (machine));
  lc_redactor_add (redactor, "host", lc_machine_get_host (machine));
  lc_redactor_add (redactor, "host", lc_machine_get_rdp_host (machine));
  lc_redactor_add (redactor, "login", lc_machine_get_login (machine));
  lc_redactor_add (redactor, "person", lc_machine_get_claimed_by (machine));
}

/* "[user@]host[:port],…" */
static void
add_jump_hosts (LcRedactor *redactor, const char *jump)
{
  g_auto (GStrv) words = g_strsplit_set (jump != NULL ? jump : "", "@,[]", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *port = strrchr (words[i], ':');

      /* With more than one colon it is an IPv6 address, which goes by itself. */
      if (port != NULL && strchr (words[i], ':') == port)
        *port = '\0';
      lc_redactor_add (redactor, "jump", words[i]);
    }
}

static void
add_profile (LcRedactor *redactor, LcRegistry *registry, LcMachine *machine)
{
  LcProfileStore *profiles = lc_registry_get_profiles (registry);
  g_autofree char *login = lc_profile_store_dup_login (profiles, lc_machine_get_id (machine));
  g_autofree char *jump = lc_profile_store_dup_jump (profiles, lc_machine_get_id (machine));

  lc_redactor_add (redactor, "login", login);
  add_jump_hosts (redactor, jump);
}

static void
add_lab (LcRedactor *redactor, LcRegistry *registry, LcLab *lab)
{
  GListModel *machines = lc_lab_get_machines (lab);

  lc_redactor_add (redactor, "lab", lc_lab_get_name (lab));
  lc_redactor_add (redactor, "lab", lc_lab_get_id (lab));
  for (guint i = 0; i < g_list_model_get_n_items (machines); i++)
    {
      g_autoptr (LcMachine) machine = g_list_model_get_item (machines, i);

      add_machine (redactor, machine);
      add_profile (redactor, registry, machine);
    }
}

/* Everybody and everything that this program knows by name. */
static LcRedactor *
make_redactor (LcRegistry *registry, LcCatalog *catalog)
{
  LcRedactor *redactor = lc_redactor_new ();
  GListModel *accounts = G_LIST_MODEL (lc_registry_get_accounts (registry));
  GListModel *connections = lc_registry_get_connections (registry);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (accounts, i);

      lc_redactor_add (redactor, "account", lc_account_get_user_name (account));
      lc_redactor_add (redactor, "account", lc_account_get_id (account));
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (catalog)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (catalog), i);

      add_lab (redactor, registry, lab);
    }
  /* Their machines may be listed no more. */
  for (guint i = 0; i < g_list_model_get_n_items (connections); i++)
    {
      g_autoptr (LcConnection) connection = g_list_model_get_item (connections, i);

      add_machine (redactor, lc_connection_get_machine (connection));
      add_profile (redactor, registry, lc_connection_get_machine (connection));
    }

  return redactor;
}

char *
lc_report_dup (LcRegistry *registry, LcCatalog *catalog, const char *toolkit)
{
  GListModel *connections = lc_registry_get_connections (registry);
  g_autoptr (LcRedactor) redactor = make_redactor (registry, catalog);
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *redacted = NULL;

  append_versions (head, toolkit);
  append_states (body, registry, catalog);
  append_operations (body);
  append_failures (body);
  for (guint i = 0; i < g_list_model_get_n_items (connections); i++)
    {
      g_autoptr (LcConnection) connection = g_list_model_get_item (connections, i);

      append_connection (body, connection);
    }

  redacted = lc_redactor_apply (redactor, body->str);
  return g_strconcat (head->str, redacted, NULL);
}
