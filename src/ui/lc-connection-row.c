/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-connection-row.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-clipboard.h"
#include "lc-error-text.h"
#include "lc-error.h"
#include "lc-format.h"

struct _LcConnectionRow
{
  AdwActionRow parent_instance;

  LcConnection *connection;
  LcConnectionForget forget;
  gpointer forget_data;
  gboolean closing;

  GtkImage *icon;
  GtkWidget *copy_button;
  GtkWidget *open_button;
  GtkWidget *close_button;
};

G_DEFINE_FINAL_TYPE (LcConnectionRow, lc_connection_row, ADW_TYPE_ACTION_ROW)

static const char *
state_text (LcConnectionRow *self)
{
  const char *status = lc_connection_get_status (self->connection);
  const GError *error = lc_connection_get_error (self->connection);

  switch (lc_connection_get_state (self->connection))
    {
    case LC_CONNECTION_OPEN:
      return self->closing ? _ ("Closing…") : _ ("Open");
    case LC_CONNECTION_WAITING:
      return status != NULL ? status : _ ("Waiting for an answer");
    case LC_CONNECTION_CLOSED:
    default:
      return error != NULL ? lc_error_text_get_title (error) : _ ("Closed");
    }
}

static const char *
state_icon (LcConnectionState state)
{
  switch (state)
    {
    case LC_CONNECTION_OPEN:
      return "network-transmit-receive-symbolic";
    case LC_CONNECTION_WAITING:
      return "network-no-route-symbolic";
    case LC_CONNECTION_CLOSED:
    default:
      return "network-error-symbolic";
    }
}

static char *
dup_subtitle (LcConnectionRow *self)
{
  GDateTime *opened_at = lc_connection_get_opened_at (self->connection);
  const char *address = lc_connection_get_local_address (self->connection);
  g_autofree char *time = opened_at != NULL ? lc_format_time_of_day (opened_at) : NULL;
  g_autofree char *traffic = lc_format_traffic (lc_connection_get_bytes_received (self->connection),
                                                lc_connection_get_bytes_sent (self->connection));
  GString *text = g_string_new (state_text (self));

  if (time != NULL)
    {
      /* Translators: %s is a time such as 14:05 */
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("since %s"), time);
    }
  if (address != NULL)
    g_string_append_printf (text, " · %s", address);
  g_string_append_printf (text, "\n%s", traffic);

  return g_string_free (text, FALSE);
}

static void
update (LcConnectionRow *self)
{
  LcConnectionState state = lc_connection_get_state (self->connection);
  LcMachine *machine = lc_connection_get_machine (self->connection);
  gboolean has_uri = FALSE;
  g_autofree char *subtitle = dup_subtitle (self);
  g_autofree char *title = NULL;

  g_object_get (self->connection, "has-uri", &has_uri, NULL);
  /* Translators: kind of connection such as "Notebook", then the name of a machine */
  title = g_strdup_printf (_ ("%s on %s"), lc_connection_get_title (self->connection),
                           lc_machine_get_name (machine));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_image_set_from_icon_name (self->icon, state_icon (state));
  gtk_widget_set_visible (self->copy_button, has_uri && state != LC_CONNECTION_CLOSED);
  gtk_widget_set_visible (self->open_button, state != LC_CONNECTION_CLOSED);
  gtk_widget_set_sensitive (self->open_button, !self->closing);
  gtk_widget_set_sensitive (self->close_button, !self->closing);
  gtk_widget_set_tooltip_text (self->close_button,
                               state == LC_CONNECTION_CLOSED ? _ ("Dismiss") : _ ("Close"));
}

static void
copy_clicked_cb (LcConnectionRow *self)
{
  g_autoptr (LcSecret) uri = lc_connection_dup_uri (self->connection);

  if (uri == NULL)
    return;

  lc_clipboard_set_secret (gtk_widget_get_clipboard (GTK_WIDGET (self)), uri);
  gtk_accessible_announce (GTK_ACCESSIBLE (self),
                           _ ("URL copied. It is removed from the clipboard after a minute."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
shown_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL && !lc_error_is_cancelled (error))
    gtk_accessible_announce (GTK_ACCESSIBLE (owner), lc_error_text_get_title (error),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
open_clicked_cb (LcConnectionRow *self)
{
  lc_future_to_main (lc_connection_show (self->connection), self, shown_cb, NULL, NULL);
}

static void
close_clicked_cb (LcConnectionRow *self)
{
  if (lc_connection_get_state (self->connection) == LC_CONNECTION_CLOSED)
    {
      self->forget (self->connection, self->forget_data);
      return;
    }

  self->closing = TRUE;
  update (self);
  /* It leaves the list by itself. */
  dex_future_disown (lc_connection_close (self->connection));
}

static void
lc_connection_row_dispose (GObject *object)
{
  LcConnectionRow *self = LC_CONNECTION_ROW (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_CONNECTION_ROW);

  G_OBJECT_CLASS (lc_connection_row_parent_class)->dispose (object);
}

static void
lc_connection_row_class_init (LcConnectionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_connection_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-connection-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, open_button);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, close_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked_cb);
}

static void
lc_connection_row_init (LcConnectionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
lc_connection_row_new (LcConnection *connection, LcConnectionForget forget, gpointer user_data)
{
  LcConnectionRow *self = g_object_new (LC_TYPE_CONNECTION_ROW, NULL);

  self->connection = g_object_ref (connection);
  self->forget = forget;
  self->forget_data = user_data;
  g_signal_connect_object (connection, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
