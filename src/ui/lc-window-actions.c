/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-accounts-dialog.h"
#include "lc-async.h"
#include "lc-connect-dialog.h"
#include "lc-connections-dialog.h"
#include "lc-error.h"
#include "lc-join-dialog.h"
#include "lc-key-maker.h"
#include "lc-operation-dialog.h"
#include "lc-password-dialog.h"
#include "lc-preferences-dialog.h"
#include "lc-shortcuts-dialog.h"
#include "lc-sign-in-dialog.h"
#include "lc-troubleshooting-dialog.h"
#include "lc-window-private.h"

/* The machine that an action is about: by account and id, the selected one when the id is empty. An
 * empty account is any one. */
static LcMachine *
find_machine (LcWindow *self, const char *account_id, const char *id)
{
  if (*id == '\0')
    return lc_lab_view_get_selected (lc_window_get_lab_view (self));

  return lc_catalog_find_machine (lc_window_get_catalog (self),
                                  *account_id != '\0' ? account_id : NULL, id);
}

static LcMachine *
machine_from_parameter (LcWindow *self, GVariant *parameter)
{
  const char *account_id;
  const char *id;

  g_variant_get (parameter, "(&s&s)", &account_id, &id);
  return find_machine (self, account_id, id);
}

static void
toast (LcWindow *self, const char *text)
{
  AdwToast *message = adw_toast_new (text);

  adw_toast_set_use_markup (message, FALSE);
  lc_window_add_toast (self, message);
}

static void
present (LcWindow *self, AdwDialog *dialog)
{
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* Progress and failure show in the machine's row, which follows the running operations. */
static void
let_run (LcOperation *operation)
{
  g_object_unref (operation);
}

static void
machine_open_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  const char *connector_id;
  const char *account_id;
  const char *id;
  LcMachine *machine;

  g_variant_get (parameter, "(&s&s&s)", &connector_id, &account_id, &id);
  machine = find_machine (self, account_id, id);
  if (machine != NULL &&
      lc_registry_find_connector (lc_window_get_registry (self), connector_id) != NULL)
    let_run (lc_launcher_open (lc_window_get_launcher (self), machine, connector_id));
}

static void
machine_start_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);

  if (machine != NULL)
    let_run (lc_launcher_start (lc_window_get_launcher (self), machine));
}

/* Two accounts may see the same machine. */
static gboolean
is_same_machine (LcMachine *a, LcMachine *b)
{
  return g_ascii_strcasecmp (lc_machine_get_id (a), lc_machine_get_id (b)) == 0;
}

static guint
count_connections (LcWindow *self, LcMachine *machine)
{
  GListModel *connections = lc_registry_get_connections (lc_window_get_registry (self));
  guint n = g_list_model_get_n_items (connections);
  guint count = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcConnection) connection = g_list_model_get_item (connections, i);

      if (is_same_machine (lc_connection_get_machine (connection), machine) &&
          lc_connection_get_state (connection) != LC_CONNECTION_CLOSED)
        count++;
    }

  return count;
}

/* What a question is about. */
static void
set_subject (AdwAlertDialog *dialog, LcMachine *machine)
{
  g_object_set_data_full (G_OBJECT (dialog), "machine", g_object_ref (machine), g_object_unref);
}

static LcMachine *
get_subject (AdwAlertDialog *dialog)
{
  return g_object_get_data (G_OBJECT (dialog), "machine");
}

static void
stop_response_cb (AdwAlertDialog *dialog, const char *response, LcWindow *self)
{
  if (g_str_equal (response, "stop"))
    let_run (lc_launcher_stop (lc_window_get_launcher (self), get_subject (dialog)));
}

static void
ask_to_stop (LcWindow *self, LcMachine *machine, guint n)
{
  AdwDialog *dialog = adw_alert_dialog_new (NULL, NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);

  /* Translators: %s is the name of a machine */
  adw_alert_dialog_format_heading (alert, _ ("Stop “%s”?"), lc_machine_get_name (machine));
  adw_alert_dialog_format_body (
      alert,
      ngettext ("%u open connection to it is closed. Files on its disk stay.",
                "%u open connections to it are closed. Files on its disk stay.", n),
      n);
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "stop", _ ("_Stop"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "stop", ADW_RESPONSE_DESTRUCTIVE);
  set_subject (alert, machine);
  g_signal_connect_object (dialog, "response", G_CALLBACK (stop_response_cb), self, 0);
  present (self, dialog);
}

static void
machine_stop_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);
  guint n;

  if (machine == NULL)
    return;

  n = count_connections (self, machine);
  if (n > 0)
    ask_to_stop (self, machine, n);
  else
    let_run (lc_launcher_stop (lc_window_get_launcher (self), machine));
}

static void
machine_connect_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);

  if (machine != NULL)
    present (self, lc_connect_dialog_new (lc_window_get_registry (self),
                                          lc_window_get_launcher (self), machine));
}

static void
machine_copy_ssh_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);
  g_autofree char *command = machine != NULL ? lc_machine_dup_ssh_command (machine) : NULL;

  if (command == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), command);
  toast (self, _ ("SSH command copied"));
}

static void
key_made_cb (LcOperation *operation, LcWindow *self)
{
  if (lc_operation_get_error (operation) == NULL)
    toast (self, _ ("The key is in the keyring"));
}

static void
machine_make_key_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);
  LcOperation *operation;

  if (machine == NULL)
    return;

  operation =
      lc_key_maker_run (lc_window_get_registry (self), lc_window_get_catalog (self), machine, NULL);
  g_signal_connect_object (operation, "finished", G_CALLBACK (key_made_cb), self, 0);
  let_run (operation);
}

static void
machine_reset_password_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);

  if (machine != NULL)
    present (self, lc_password_dialog_new_reset (machine, lc_window_get_launcher (self)));
}

static void
forget_response_cb (AdwAlertDialog *dialog, const char *response, LcWindow *self)
{
  LcProfileStore *profiles = lc_registry_get_profiles (lc_window_get_registry (self));

  if (g_str_equal (response, "forget"))
    lc_profile_store_count_reset (profiles, lc_machine_get_id (get_subject (dialog)));
}

static void
machine_forget_identity_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);
  AdwDialog *dialog;
  AdwAlertDialog *alert;

  if (machine == NULL)
    return;

  dialog = adw_alert_dialog_new (NULL, NULL);
  alert = ADW_ALERT_DIALOG (dialog);
  /* Translators: %s is the name of a machine */
  adw_alert_dialog_format_heading (alert, _ ("Forget the Identity of “%s”?"),
                                   lc_machine_get_name (machine));
  adw_alert_dialog_set_body (
      alert, _ ("Do this only when you know that the machine was set up anew. When you "
                "connect the next time, you are asked whether you trust it."));
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "forget", _ ("_Forget"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "forget", ADW_RESPONSE_DESTRUCTIVE);
  set_subject (alert, machine);
  g_signal_connect_object (dialog, "response", G_CALLBACK (forget_response_cb), self, 0);
  present (self, dialog);
}

static void
machine_cancel_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);
  LcOperation *operation = machine != NULL ? lc_activity_find (lc_window_get_activity (self),
                                                               lc_machine_get_id (machine))
                                           : NULL;

  if (operation != NULL)
    lc_operation_cancel (operation);
}

static void
machine_details_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcMachine *machine = machine_from_parameter (self, parameter);
  LcOperation *operation = machine != NULL ? lc_activity_find (lc_window_get_activity (self),
                                                               lc_machine_get_id (machine))
                                           : NULL;

  if (operation != NULL)
    present (self, lc_operation_dialog_new (operation));
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);

  lc_window_show_machines (self);
  lc_lab_view_search (lc_window_get_lab_view (self));
}

static void
refresh_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  /* The catalog shows what comes, and tells its failures itself. */
  dex_future_disown (lc_catalog_refresh (lc_window_get_catalog (user_data)));
}

static void
join_lab_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);

  present (self, lc_join_dialog_new (lc_window_get_registry (self), lc_window_get_catalog (self)));
}

static void
accounts_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);

  present (self, lc_accounts_dialog_new (lc_window_get_registry (self)));
}

static void
connections_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);

  present (self, lc_connections_dialog_new (lc_window_get_registry (self)));
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);

  present (self,
           lc_preferences_dialog_new (lc_window_get_registry (self), lc_window_get_catalog (self)));
}

static void
troubleshooting_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);

  present (self, lc_troubleshooting_dialog_new (lc_window_get_registry (self),
                                                lc_window_get_catalog (self)));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  present (LC_WINDOW (user_data), lc_shortcuts_dialog_new ());
}

static void
sign_in_again_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcRegistry *registry = lc_window_get_registry (self);
  GListModel *accounts = G_LIST_MODEL (lc_registry_get_accounts (registry));
  guint n = g_list_model_get_n_items (accounts);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (accounts, i);

      if (!lc_account_get_needs_sign_in (account))
        continue;

      present (self, lc_sign_in_dialog_new (registry, account));
      return;
    }

  present (self, lc_sign_in_dialog_new (registry, NULL));
}

static void
unlocked_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (owner);
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) != NULL)
    dex_future_disown (lc_catalog_refresh (lc_window_get_catalog (self)));
  else if (!lc_error_is_cancelled (error))
    toast (self, _ ("The keyring stays locked"));
}

static void
unlock_keyring_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcWindow *self = LC_WINDOW (user_data);
  LcSecretStore *secrets = lc_registry_get_secrets (lc_window_get_registry (self));

  lc_future_to_main (lc_secret_store_unlock (secrets), self, unlocked_cb, NULL, NULL);
}

void
lc_window_add_actions (LcWindow *self)
{
  static const GActionEntry entries[] = {
    { "machine-open", machine_open_cb, "(sss)" },
    { "machine-start", machine_start_cb, "(ss)" },
    { "machine-stop", machine_stop_cb, "(ss)" },
    { "machine-connect", machine_connect_cb, "(ss)" },
    { "machine-copy-ssh", machine_copy_ssh_cb, "(ss)" },
    { "machine-make-key", machine_make_key_cb, "(ss)" },
    { "machine-reset-password", machine_reset_password_cb, "(ss)" },
    { "machine-forget-identity", machine_forget_identity_cb, "(ss)" },
    { "machine-cancel", machine_cancel_cb, "(ss)" },
    { "machine-details", machine_details_cb, "(ss)" },
    { "search", search_cb },
    { "refresh", refresh_cb },
    { "join-lab", join_lab_cb },
    { "accounts", accounts_cb },
    { "connections", connections_cb },
    { "preferences", preferences_cb },
    { "troubleshooting", troubleshooting_cb },
    { "shortcuts", shortcuts_cb },
    { "sign-in-again", sign_in_again_cb },
    { "unlock-keyring", unlock_keyring_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
