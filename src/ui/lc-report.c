/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-report.h"

#include <adwaita.h>

#include "lc-error.h"
#include "lc-operation.h"

static const char *
enum_nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (klass, value);

  return found != NULL ? found->value_nick : "?";
}

char *
lc_report_dup_operations (void)
{
  GListModel *running = lc_operation_get_running ();
  guint n = g_list_model_get_n_items (running);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcOperation) operation = g_list_model_get_item (running, i);
      LcStep *step = lc_operation_get_current_step (operation);

      g_string_append_printf (text, "%7.1f s  %s  (%s, %.1f s)\n",
                              lc_operation_get_elapsed (operation),
                              lc_operation_get_title (operation),
                              step != NULL ? lc_step_get_id (step) : "no step yet",
                              step != NULL ? lc_step_get_elapsed (step) : 0.0);
    }

  return g_string_free (text, FALSE);
}

static void
append_versions (GString *text)
{
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  GdkDisplay *display = gdk_display_get_default ();

  g_string_append_printf (text, "LabConnect %s\n", LC_VERSION);
  g_string_append_printf (text, "System: %s\n", system != NULL ? system : "?");
  g_string_append_printf (text, "GTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u\n",
                          gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version (), glib_major_version,
                          glib_minor_version, glib_micro_version);
  g_string_append_printf (text, "Display: %s\n",
                          display != NULL ? G_OBJECT_TYPE_NAME (display) : "none");
}

char *
lc_report_dup (LcRegistry *registry, LcCatalog *catalog)
{
  GString *text = g_string_new (NULL);
  LcSecretStore *secrets = lc_registry_get_secrets (registry);
  const GError *error = lc_catalog_get_error (catalog);
  g_autofree char *operations = lc_report_dup_operations ();

  append_versions (text);
  g_string_append_printf (text, "Keyring: %s\n",
                          enum_nick (LC_TYPE_SECRET_STORE_STATE,
                                     lc_secret_store_get_state (secrets)));
  g_string_append_printf (text, "Catalog: %s, %u labs\n",
                          enum_nick (LC_TYPE_CATALOG_STATE, lc_catalog_get_state (catalog)),
                          g_list_model_get_n_items (G_LIST_MODEL (catalog)));
  g_string_append_printf (text, "Accounts: %u, connections: %u\n",
                          g_list_model_get_n_items (
                              G_LIST_MODEL (lc_registry_get_accounts (registry))),
                          g_list_model_get_n_items (lc_registry_get_connections (registry)));
  if (error != NULL)
    {
      g_autofree char *report = lc_error_dup_report (error);

      g_string_append_printf (text, "\nLast failure of the catalog:\n%s\n", report);
    }
  g_string_append_printf (text, "\nRunning operations:\n%s",
                          *operations != '\0' ? operations : "none\n");

  return g_string_free (text, FALSE);
}
