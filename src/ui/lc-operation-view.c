/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-operation-view.h"

#include <glib/gi18n-lib.h>

#include "lc-error-box.h"
#include "lc-format.h"
#include "lc-step-row.h"

struct _LcOperationView
{
  GtkBox parent_instance;

  LcOperation *operation;
  GSignalGroup *signals;

  LcErrorBox *error_box;
  GtkListBox *steps;
  GtkLabel *elapsed;
};

G_DEFINE_FINAL_TYPE (LcOperationView, lc_operation_view, GTK_TYPE_BOX)

static GtkWidget *
create_row_cb (gpointer item, gpointer user_data)
{
  return lc_step_row_new (item);
}

static void
update (LcOperationView *self)
{
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  if (self->operation == NULL)
    return;

  time = lc_format_elapsed (lc_operation_get_elapsed (self->operation));
  /* Translators: %s is a time such as 0:42 */
  text = g_strdup_printf (_ ("%s in all"), time);
  gtk_label_set_label (self->elapsed, text);
}

static void
update_error (LcOperationView *self)
{
  lc_error_box_set_error (self->error_box, self->operation != NULL
                                               ? lc_operation_get_error (self->operation)
                                               : NULL);
}

static void
lc_operation_view_dispose (GObject *object)
{
  LcOperationView *self = LC_OPERATION_VIEW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->operation);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_OPERATION_VIEW);

  G_OBJECT_CLASS (lc_operation_view_parent_class)->dispose (object);
}

static void
lc_operation_view_class_init (LcOperationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_operation_view_dispose;

  g_type_ensure (LC_TYPE_ERROR_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-operation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LcOperationView, error_box);
  gtk_widget_class_bind_template_child (widget_class, LcOperationView, steps);
  gtk_widget_class_bind_template_child (widget_class, LcOperationView, elapsed);
}

static void
lc_operation_view_init (LcOperationView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->signals = g_signal_group_new (LC_TYPE_OPERATION);
  g_signal_group_connect_swapped (self->signals, "notify::elapsed", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->signals, "finished", G_CALLBACK (update_error), self);
}

GtkWidget *
lc_operation_view_new (void)
{
  return g_object_new (LC_TYPE_OPERATION_VIEW, NULL);
}

void
lc_operation_view_set_operation (LcOperationView *self, LcOperation *operation)
{
  if (!g_set_object (&self->operation, operation))
    return;

  g_signal_group_set_target (self->signals, operation);
  gtk_list_box_bind_model (self->steps,
                           operation != NULL ? lc_operation_get_steps (operation) : NULL,
                           create_row_cb, NULL, NULL);
  update (self);
  update_error (self);
}

LcOperation *
lc_operation_view_get_operation (LcOperationView *self)
{
  return self->operation;
}
