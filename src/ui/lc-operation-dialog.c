/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-operation-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-operation-view.h"

struct _LcOperationDialog
{
  AdwDialog parent_instance;

  LcOperationView *view;
  AdwWindowTitle *window_title;
  GtkWidget *cancel_box;
};

G_DEFINE_FINAL_TYPE (LcOperationDialog, lc_operation_dialog, ADW_TYPE_DIALOG)

static void
cancel_clicked_cb (LcOperationDialog *self)
{
  lc_operation_cancel (lc_operation_view_get_operation (self->view));
}

/* What went well needs no more looking at. */
static void
finished_cb (LcOperationDialog *self, LcOperation *operation)
{
  gtk_widget_set_visible (self->cancel_box, FALSE);
  if (lc_operation_get_error (operation) == NULL)
    adw_dialog_close (ADW_DIALOG (self));
}

static void
lc_operation_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_OPERATION_DIALOG);

  G_OBJECT_CLASS (lc_operation_dialog_parent_class)->dispose (object);
}

static void
lc_operation_dialog_class_init (LcOperationDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_operation_dialog_dispose;

  g_type_ensure (LC_TYPE_OPERATION_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-operation-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcOperationDialog, view);
  gtk_widget_class_bind_template_child (widget_class, LcOperationDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, LcOperationDialog, cancel_box);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
lc_operation_dialog_init (LcOperationDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_operation_dialog_new (LcOperation *operation)
{
  LcOperationDialog *self = g_object_new (LC_TYPE_OPERATION_DIALOG, NULL);

  adw_dialog_set_title (ADW_DIALOG (self), lc_operation_get_title (operation));
  adw_window_title_set_title (self->window_title, lc_operation_get_title (operation));
  gtk_widget_set_visible (self->cancel_box, lc_operation_is_running (operation));
  lc_operation_view_set_operation (self->view, operation);
  g_signal_connect_object (operation, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);

  return ADW_DIALOG (self);
}
