/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-step-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "lc-format.h"

struct _LcStepRow
{
  GtkListBoxRow parent_instance;

  LcStep *step;

  GtkImage *icon;
  GtkWidget *spinner;
  GtkLabel *title;
  GtkLabel *detail;
  GtkLabel *elapsed;
};

G_DEFINE_FINAL_TYPE (LcStepRow, lc_step_row, GTK_TYPE_LIST_BOX_ROW)

static const char *
state_icon (LcStepState state)
{
  switch (state)
    {
    case LC_STEP_DONE:
      return "object-select-symbolic";
    case LC_STEP_FAILED:
      return "dialog-error-symbolic";
    case LC_STEP_SKIPPED:
      return "value-decrease-symbolic";
    case LC_STEP_PENDING:
    case LC_STEP_RUNNING:
    default:
      return "content-loading-symbolic";
    }
}

static const char *
state_text (LcStepState state)
{
  switch (state)
    {
    case LC_STEP_DONE:
      return _ ("done");
    case LC_STEP_FAILED:
      return _ ("failed");
    case LC_STEP_SKIPPED:
      return _ ("not needed");
    case LC_STEP_RUNNING:
      return _ ("under way");
    case LC_STEP_PENDING:
    default:
      return _ ("still to come");
    }
}

static void
set_class (GtkWidget *widget, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update (LcStepRow *self)
{
  LcStepState state = lc_step_get_state (self->step);
  const char *detail = lc_step_get_detail (self->step);
  gboolean waited = state == LC_STEP_RUNNING || state == LC_STEP_DONE || state == LC_STEP_FAILED;
  g_autofree char *elapsed = lc_format_elapsed (lc_step_get_elapsed (self->step));
  g_autofree char *label = NULL;

  if (state == LC_STEP_SKIPPED)
    detail = _ ("Not needed");

  gtk_image_set_from_icon_name (self->icon, state_icon (state));
  gtk_widget_set_visible (GTK_WIDGET (self->icon), state != LC_STEP_RUNNING);
  gtk_widget_set_visible (self->spinner, state == LC_STEP_RUNNING);
  set_class (GTK_WIDGET (self->icon), "success", state == LC_STEP_DONE);
  set_class (GTK_WIDGET (self->icon), "error", state == LC_STEP_FAILED);
  set_class (GTK_WIDGET (self), "step-pending",
             state == LC_STEP_PENDING || state == LC_STEP_SKIPPED);

  gtk_label_set_label (self->title, lc_step_get_title (self->step));
  gtk_label_set_label (self->detail, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail), detail != NULL);
  gtk_label_set_label (self->elapsed, waited ? elapsed : "");

  /* Translators: a step such as "Start the machine", then its state such as "done" */
  label = g_strdup_printf (_ ("%s: %s"), lc_step_get_title (self->step), state_text (state));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
lc_step_row_dispose (GObject *object)
{
  LcStepRow *self = LC_STEP_ROW (object);

  if (self->step != NULL)
    g_signal_handlers_disconnect_by_data (self->step, self);
  g_clear_object (&self->step);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_STEP_ROW);

  G_OBJECT_CLASS (lc_step_row_parent_class)->dispose (object);
}

static void
lc_step_row_class_init (LcStepRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_step_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-step-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LcStepRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LcStepRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, LcStepRow, title);
  gtk_widget_class_bind_template_child (widget_class, LcStepRow, detail);
  gtk_widget_class_bind_template_child (widget_class, LcStepRow, elapsed);
}

static void
lc_step_row_init (LcStepRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
lc_step_row_new (LcStep *step)
{
  LcStepRow *self = g_object_new (LC_TYPE_STEP_ROW, NULL);

  self->step = g_object_ref (step);
  g_signal_connect_object (step, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
