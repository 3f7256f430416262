/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-connections-dialog.h"

#include "lc-connection-row.h"

struct _LcConnectionsDialog
{
  AdwDialog parent_instance;

  LcRegistry *registry;
  GListModel *connections;

  GtkStack *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (LcConnectionsDialog, lc_connections_dialog, ADW_TYPE_DIALOG)

static void
forget_cb (LcConnection *connection, gpointer user_data)
{
  LcConnectionsDialog *self = LC_CONNECTIONS_DIALOG (user_data);

  lc_registry_forget_connection (self->registry, connection);
}

static GtkWidget *
create_row_cb (gpointer item, gpointer user_data)
{
  return lc_connection_row_new (item, forget_cb, user_data);
}

static void
update (LcConnectionsDialog *self)
{
  guint n = g_list_model_get_n_items (self->connections);

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

static void
lc_connections_dialog_dispose (GObject *object)
{
  LcConnectionsDialog *self = LC_CONNECTIONS_DIALOG (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_CONNECTIONS_DIALOG);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (lc_connections_dialog_parent_class)->dispose (object);
}

static void
lc_connections_dialog_class_init (LcConnectionsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_connections_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/com/example/LabConnect/ui/lc-connections-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcConnectionsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionsDialog, list);
}

static void
lc_connections_dialog_init (LcConnectionsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_connections_dialog_new (LcRegistry *registry)
{
  LcConnectionsDialog *self = g_object_new (LC_TYPE_CONNECTIONS_DIALOG, NULL);

  self->registry = g_object_ref (registry);
  self->connections = lc_registry_get_connections (registry);
  gtk_list_box_bind_model (self->list, self->connections, create_row_cb, self, NULL);
  g_signal_connect_object (self->connections, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);

  return ADW_DIALOG (self);
}
