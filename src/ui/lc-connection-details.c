/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-connection-details.h"

#include <glib/gi18n-lib.h>

#include "lc-error-text.h"
#include "lc-label.h"

struct _LcConnectionDetails
{
  AdwExpanderRow parent_instance;

  LcConnection *connection;
  GPtrArray *rows; /* borrowed */
};

G_DEFINE_FINAL_TYPE (LcConnectionDetails, lc_connection_details, ADW_TYPE_EXPANDER_ROW)

/* Text that people compare and copy: as it is, without the hyphens of an action row. */
static void
add_row (LcConnectionDetails *self, const char *name, const char *text, const char *style)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *title = gtk_label_new (name);
  GtkWidget *value = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (title), 0.0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (title, "dimmed");
  gtk_label_set_xalign (GTK_LABEL (value), 0.0);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  lc_label_set_verbatim (GTK_LABEL (value));
  if (style != NULL)
    {
      gtk_widget_add_css_class (value, style);
      gtk_widget_add_css_class (value, "caption");
    }

  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), value);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY, title,
                                  value, NULL, -1);
  g_ptr_array_add (self->rows, row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}

static void
update_title (LcConnectionDetails *self)
{
  LcConnectionState state = lc_connection_get_state (self->connection);
  const char *status = lc_connection_get_status (self->connection);
  const GError *error = lc_connection_get_error (self->connection);
  g_autofree char *title = NULL;

  /* Translators: kind of connection such as "Notebook", then the name of a machine */
  title = g_strdup_printf (_ ("%s on %s"), lc_connection_get_title (self->connection),
                           lc_machine_get_name (lc_connection_get_machine (self->connection)));
  if (error != NULL)
    status = lc_error_text_get_title (error);
  else if (status == NULL)
    status = state == LC_CONNECTION_CLOSED ? _ ("Closed") : _ ("Open");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), status);
}

static void
update_rows (LcConnectionDetails *self)
{
  g_autoptr (GPtrArray) details = lc_connection_dup_details (self->connection);
  g_autofree char *journal = lc_connection_dup_journal (self->connection);

  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; details != NULL && i < details->len; i++)
    {
      const LcDetail *detail = g_ptr_array_index (details, i);

      add_row (self, _ (detail->name), detail->value, NULL);
    }
  if (journal != NULL && *g_strchomp (journal) != '\0')
    add_row (self, _ ("Timeline"), journal, "monospace");
  if (self->rows->len == 0)
    add_row (self, _ ("Details"), _ ("None are known yet"), NULL);
}

/* Nobody reads what is folded, and what is being read is not taken away. */
static void
expanded_cb (LcConnectionDetails *self)
{
  if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    update_rows (self);
}

static void
lc_connection_details_dispose (GObject *object)
{
  LcConnectionDetails *self = LC_CONNECTION_DETAILS (object);

  g_clear_object (&self->connection);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (lc_connection_details_parent_class)->dispose (object);
}

static void
lc_connection_details_class_init (LcConnectionDetailsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_connection_details_dispose;
}

static void
lc_connection_details_init (LcConnectionDetails *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_expander_row_set_subtitle_lines (ADW_EXPANDER_ROW (self), 0);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (expanded_cb), NULL);
}

GtkWidget *
lc_connection_details_new (LcConnection *connection)
{
  LcConnectionDetails *self = g_object_new (LC_TYPE_CONNECTION_DETAILS, NULL);

  self->connection = g_object_ref (connection);
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "notify::status", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  update_title (self);
  update_rows (self);

  return GTK_WIDGET (self);
}
