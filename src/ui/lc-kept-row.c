/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-kept-row.h"

#include "lc-label.h"

struct _LcKeptRow
{
  AdwPreferencesRow parent_instance;

  GtkLabel *title;
  GtkLabel *fingerprint;
  GtkLabel *subtitle;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (LcKeptRow, lc_kept_row, ADW_TYPE_PREFERENCES_ROW)

enum
{
  REMOVE_CLICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
clicked_cb (LcKeptRow *self)
{
  g_signal_emit (self, signals[REMOVE_CLICKED], 0);
}

static gboolean
contains (GtkLabel *label, const char *folded_words)
{
  g_autofree char *folded = g_utf8_casefold (gtk_label_get_text (label), -1);

  return strstr (folded, folded_words) != NULL;
}

static void
lc_kept_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_KEPT_ROW);

  G_OBJECT_CLASS (lc_kept_row_parent_class)->dispose (object);
}

static void
lc_kept_row_class_init (LcKeptRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_kept_row_dispose;

  signals[REMOVE_CLICKED] = g_signal_new ("remove-clicked", LC_TYPE_KEPT_ROW, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-kept-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LcKeptRow, title);
  gtk_widget_class_bind_template_child (widget_class, LcKeptRow, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, LcKeptRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, LcKeptRow, button);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
lc_kept_row_init (LcKeptRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
lc_kept_row_new (const char *title, const char *subtitle, const char *remove_label)
{
  LcKeptRow *self = g_object_new (LC_TYPE_KEPT_ROW, "use-markup", FALSE, "title", title, NULL);

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->subtitle, subtitle != NULL ? subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), subtitle != NULL);
  gtk_widget_set_visible (self->button, remove_label != NULL);
  if (remove_label != NULL)
    {
      gtk_widget_set_tooltip_text (self->button, remove_label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      remove_label, -1);
    }

  return GTK_WIDGET (self);
}

void
lc_kept_row_set_fingerprint (LcKeptRow *self, const char *fingerprint)
{
  gtk_label_set_text (self->fingerprint, fingerprint);
  lc_label_set_verbatim (self->fingerprint);
  gtk_widget_set_visible (GTK_WIDGET (self->fingerprint), TRUE);
}

gboolean
lc_kept_row_matches (LcKeptRow *self, const char *words)
{
  g_autofree char *folded = g_utf8_casefold (words, -1);

  g_strstrip (folded);

  return contains (self->title, folded) || contains (self->fingerprint, folded) ||
         contains (self->subtitle, folded);
}

void
lc_kept_row_focus_at (GtkListBox *list, int index)
{
  GtkListBoxRow *row = NULL;

  for (int i = index; row == NULL && i >= 0; i--)
    row = gtk_list_box_get_row_at_index (list, i);
  if (row != NULL)
    gtk_widget_grab_focus (LC_KEPT_ROW (row)->button);
}

int
lc_kept_row_find_focus (GtkListBox *list)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (list));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_BOX_ROW) : NULL;

  return row != NULL && gtk_widget_get_parent (row) == GTK_WIDGET (list)
             ? gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row))
             : -1;
}
