/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-accounts-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error-box.h"
#include "lc-sign-in-dialog.h"

struct _LcAccountsDialog
{
  AdwDialog parent_instance;

  LcRegistry *registry;

  GtkListBox *list;
  LcErrorBox *error_box;
};

G_DEFINE_FINAL_TYPE (LcAccountsDialog, lc_accounts_dialog, ADW_TYPE_DIALOG)

static void
signed_out_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcAccountsDialog *self = LC_ACCOUNTS_DIALOG (owner);
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (self->error_box != NULL)
    lc_error_box_set_error (self->error_box, error);
  gtk_widget_set_sensitive (GTK_WIDGET (self->list), TRUE);
}

static void
sign_out (LcAccountsDialog *self, LcAccount *account)
{
  LcIdentity *identity = lc_registry_get_identity (self->registry);

  gtk_widget_set_sensitive (GTK_WIDGET (self->list), FALSE);
  lc_future_to_main (lc_identity_sign_out (identity, account), self, signed_out_cb, NULL, NULL);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, LcAccountsDialog *self)
{
  if (g_str_equal (response, "sign-out"))
    sign_out (self, g_object_get_data (G_OBJECT (dialog), "account"));
}

static void
sign_out_clicked_cb (LcAccountsDialog *self, GtkWidget *button)
{
  LcAccount *account = g_object_get_data (G_OBJECT (button), "account");
  AdwDialog *dialog = adw_alert_dialog_new (NULL, NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);

  /* Translators: %s is a user name such as ada@school.example */
  adw_alert_dialog_format_heading (alert, _ ("Sign Out “%s”?"), lc_account_get_user_name (account));
  adw_alert_dialog_set_body (
      alert, _ ("Its labs leave the list. The machines and what is on them stay as they are."));
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "sign-out", _ ("_Sign Out"),
                                  NULL);
  adw_alert_dialog_set_response_appearance (alert, "sign-out", ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "account", g_object_ref (account), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
sign_in_clicked_cb (LcAccountsDialog *self, GtkWidget *button)
{
  LcAccount *account = g_object_get_data (G_OBJECT (button), "account");

  adw_dialog_present (lc_sign_in_dialog_new (self->registry, account), GTK_WIDGET (self));
}

static void
add_activated_cb (LcAccountsDialog *self)
{
  adw_dialog_present (lc_sign_in_dialog_new (self->registry, NULL), GTK_WIDGET (self));
}

static void
add_button (LcAccountsDialog *self,
            AdwActionRow *row,
            LcAccount *account,
            const char *label,
            GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "account", g_object_ref (account), g_object_unref);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (row, button);
}

static gboolean
to_cloud_name (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  LcAccount *account = LC_ACCOUNT (g_binding_dup_source (binding));
  LcCloud *cloud = lc_account_get_cloud (account);

  if (g_value_get_boolean (from))
    /* Translators: %s is the name of a cloud */
    g_value_take_string (to, g_strdup_printf (_ ("%s · Sign in again"), lc_cloud_get_name (cloud)));
  else
    g_value_set_string (to, lc_cloud_get_name (cloud));
  g_object_unref (account);

  return TRUE;
}

static GtkWidget *
create_row_cb (gpointer item, gpointer user_data)
{
  LcAccountsDialog *self = LC_ACCOUNTS_DIALOG (user_data);
  LcAccount *account = LC_ACCOUNT (item);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lc_account_get_user_name (account));
  g_object_bind_property_full (account, "needs-sign-in", row, "subtitle", G_BINDING_SYNC_CREATE,
                               to_cloud_name, NULL, NULL, NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             adw_avatar_new (32, lc_account_get_display_name (account), TRUE));
  if (lc_account_get_needs_sign_in (account))
    add_button (self, ADW_ACTION_ROW (row), account, _ ("Sign _In"),
                G_CALLBACK (sign_in_clicked_cb));
  add_button (self, ADW_ACTION_ROW (row), account, _ ("Sign _Out"),
              G_CALLBACK (sign_out_clicked_cb));

  return row;
}

static void
lc_accounts_dialog_dispose (GObject *object)
{
  LcAccountsDialog *self = LC_ACCOUNTS_DIALOG (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_ACCOUNTS_DIALOG);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (lc_accounts_dialog_parent_class)->dispose (object);
}

static void
lc_accounts_dialog_class_init (LcAccountsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_accounts_dialog_dispose;

  g_type_ensure (LC_TYPE_ERROR_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-accounts-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcAccountsDialog, list);
  gtk_widget_class_bind_template_child (widget_class, LcAccountsDialog, error_box);
  gtk_widget_class_bind_template_callback (widget_class, add_activated_cb);
}

static void
lc_accounts_dialog_init (LcAccountsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_accounts_dialog_new (LcRegistry *registry)
{
  LcAccountsDialog *self = g_object_new (LC_TYPE_ACCOUNTS_DIALOG, NULL);

  self->registry = g_object_ref (registry);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (lc_registry_get_accounts (registry)),
                           create_row_cb, self, NULL);

  return ADW_DIALOG (self);
}
