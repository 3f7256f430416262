/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-troubleshooting-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-connection-details.h"
#include "lc-format.h"
#include "lc-operation.h"
#include "lc-ui-report.h"

struct _LcTroubleshootingDialog
{
  AdwDialog parent_instance;

  LcRegistry *registry;
  LcCatalog *catalog;

  GtkListBox *list;
  GtkListBox *connections;
  AdwPreferencesRow *copy_row;
};

G_DEFINE_FINAL_TYPE (LcTroubleshootingDialog, lc_troubleshooting_dialog, ADW_TYPE_DIALOG)

static void
update_row_cb (AdwActionRow *row, GParamSpec *pspec, LcOperation *operation)
{
  LcStep *step = lc_operation_get_current_step (operation);
  g_autofree char *elapsed = lc_format_elapsed (lc_operation_get_elapsed (operation));
  g_autofree char *subtitle = NULL;

  /* Translators: elapsed time, then what is going on */
  subtitle = step != NULL ? g_strdup_printf (_ ("%s · %s"), elapsed, lc_step_get_title (step))
                          : g_steal_pointer (&elapsed);
  adw_action_row_set_subtitle (row, subtitle);
}

static void
elapsed_cb (LcOperation *operation, GParamSpec *pspec, AdwActionRow *row)
{
  update_row_cb (row, pspec, operation);
}

static void
cancel_clicked_cb (LcOperation *operation)
{
  lc_operation_cancel (operation);
}

static GtkWidget *
create_row_cb (gpointer item, gpointer user_data)
{
  LcOperation *operation = LC_OPERATION (item);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lc_operation_get_title (operation));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_signal_connect_object (button, "clicked", G_CALLBACK (cancel_clicked_cb), operation,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (operation, "notify::elapsed", G_CALLBACK (elapsed_cb), row, 0);
  update_row_cb (ADW_ACTION_ROW (row), NULL, operation);

  return row;
}

static GtkWidget *
create_connection_cb (gpointer item, gpointer user_data)
{
  return lc_connection_details_new (LC_CONNECTION (item));
}

static void
copy_activated_cb (LcTroubleshootingDialog *self)
{
  g_autofree char *report = lc_ui_report_dup (self->registry, self->catalog);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), report);
  adw_preferences_row_set_title (self->copy_row, _ ("Log Copied"));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Log copied"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
lc_troubleshooting_dialog_dispose (GObject *object)
{
  LcTroubleshootingDialog *self = LC_TROUBLESHOOTING_DIALOG (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  if (self->connections != NULL)
    gtk_list_box_bind_model (self->connections, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_TROUBLESHOOTING_DIALOG);
  g_clear_object (&self->registry);
  g_clear_object (&self->catalog);

  G_OBJECT_CLASS (lc_troubleshooting_dialog_parent_class)->dispose (object);
}

static void
lc_troubleshooting_dialog_class_init (LcTroubleshootingDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_troubleshooting_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/com/example/LabConnect/ui/lc-troubleshooting-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcTroubleshootingDialog, list);
  gtk_widget_class_bind_template_child (widget_class, LcTroubleshootingDialog, connections);
  gtk_widget_class_bind_template_child (widget_class, LcTroubleshootingDialog, copy_row);
  gtk_widget_class_bind_template_callback (widget_class, copy_activated_cb);
}

static void
lc_troubleshooting_dialog_init (LcTroubleshootingDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_troubleshooting_dialog_new (LcRegistry *registry, LcCatalog *catalog)
{
  LcTroubleshootingDialog *self = g_object_new (LC_TYPE_TROUBLESHOOTING_DIALOG, NULL);

  self->registry = g_object_ref (registry);
  self->catalog = g_object_ref (catalog);
  gtk_list_box_bind_model (self->list, lc_operation_get_running (), create_row_cb, NULL, NULL);
  gtk_list_box_bind_model (self->connections, lc_registry_get_connections (registry),
                           create_connection_cb, NULL, NULL);

  return ADW_DIALOG (self);
}
