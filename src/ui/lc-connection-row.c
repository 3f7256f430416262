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
  AdwPreferencesRow parent_instance;

  LcConnection *connection;
  LcConnectionForget forget;
  gpointer forget_data;
  gboolean closing;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *state;
  GtkLabel *notice;
  GtkLabel *place;
  GtkLabel *traffic;
  GtkLabel *latency;
  GtkLabel *rates;
  GtkWidget *copy_button;
  GtkWidget *open_button;
  GtkWidget *close_button;
};

/* How each state looks; its words say the same. */
typedef struct
{
  const char *icon;
  const char *style; /* nullable: neutral */
} Look;

G_DEFINE_FINAL_TYPE (LcConnectionRow, lc_connection_row, ADW_TYPE_PREFERENCES_ROW)

static const char *
state_text (LcConnectionRow *self)
{
  const char *status = lc_connection_get_status (self->connection);
  const GError *error = lc_connection_get_error (self->connection);

  switch (lc_connection_get_state (self->connection))
    {
    case LC_CONNECTION_OPEN:
      if (self->closing)
        return _ ("Closing…");
      return lc_connection_get_proven (self->connection)
                 ? _ ("Open")
                 : _ ("Open, nothing has passed through it yet");
    case LC_CONNECTION_WAITING:
      return status != NULL ? status : _ ("Waiting for an answer");
    case LC_CONNECTION_CLOSED:
    default:
      return error != NULL ? lc_error_text_get_title (error) : _ ("Closed");
    }
}

/* Green is only what data has come back through. */
static Look
state_look (LcConnection *connection)
{
  switch (lc_connection_get_state (connection))
    {
    case LC_CONNECTION_OPEN:
      return lc_connection_get_proven (connection)
                 ? (Look) { "network-transmit-receive-symbolic", "success" }
                 : (Look) { "network-idle-symbolic", NULL };
    case LC_CONNECTION_WAITING:
      return (Look) { "network-no-route-symbolic", "warning" };
    case LC_CONNECTION_CLOSED:
    default:
      return (Look) { "network-error-symbolic", "error" };
    }
}

static void
show_look (LcConnectionRow *self)
{
  static const char *const styles[] = { "success", "warning", "error" };
  Look look = state_look (self->connection);

  gtk_image_set_from_icon_name (self->icon, look.icon);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->icon), styles[i]);
      gtk_widget_remove_css_class (GTK_WIDGET (self->state), styles[i]);
    }
  if (look.style != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->icon), look.style);
      gtk_widget_add_css_class (GTK_WIDGET (self->state), look.style);
    }
}

static char *
dup_place (LcConnection *connection)
{
  const char *address = lc_connection_get_local_address (connection);
  g_autofree char *time = lc_format_time_of_day (lc_connection_get_opened_at (connection));

  if (address == NULL)
    /* Translators: %s is a time such as 14:05 */
    return g_strdup_printf (_ ("Since %s"), time);

  /* Translators: an address on this computer, then a time such as 14:05 */
  return g_strdup_printf (_ ("%s since %s"), address, time);
}

static void
show_traffic (LcConnectionRow *self)
{
  LcConnection *connection = self->connection;
  guint64 received = lc_connection_get_rate_received (connection);
  guint64 sent = lc_connection_get_rate_sent (connection);
  gint64 latency = lc_connection_get_latency (connection);
  g_autofree char *traffic = lc_format_traffic (lc_connection_get_bytes_received (connection),
                                                lc_connection_get_bytes_sent (connection));
  g_autofree char *latency_text = latency > 0 ? lc_format_latency (latency) : NULL;
  g_autofree char *rates = received > 0 || sent > 0 ? lc_format_rates (received, sent) : NULL;

  gtk_label_set_label (self->traffic, traffic);
  gtk_label_set_label (self->latency, latency_text != NULL ? latency_text : "");
  gtk_label_set_label (self->rates, rates != NULL ? rates : "");

  /* Its line stays while it is open, so that nothing jumps when data comes and goes. */
  gtk_widget_set_visible (GTK_WIDGET (self->rates),
                          lc_connection_get_state (connection) != LC_CONNECTION_CLOSED);
}

static void
show_buttons (LcConnectionRow *self)
{
  gboolean closed = lc_connection_get_state (self->connection) == LC_CONNECTION_CLOSED;

  gtk_widget_set_visible (self->copy_button, lc_connection_get_has_uri (self->connection));
  gtk_widget_set_visible (self->open_button, !closed);
  gtk_widget_set_sensitive (self->open_button, !self->closing);
  gtk_widget_set_sensitive (self->close_button, !self->closing);
  gtk_widget_set_tooltip_text (self->close_button, closed ? _ ("Dismiss") : _ ("Close"));
}

static void
update (LcConnectionRow *self)
{
  const char *notice = lc_connection_get_notice (self->connection);
  const char *state = state_text (self);
  g_autofree char *place = dup_place (self->connection);
  g_autofree char *title = NULL;

  /* Translators: kind of connection such as "Notebook", then the name of a machine */
  title = g_strdup_printf (_ ("%s on %s"), lc_connection_get_title (self->connection),
                           lc_machine_get_name (lc_connection_get_machine (self->connection)));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_label_set_label (self->name, title);
  gtk_label_set_label (self->state, state);
  gtk_label_set_label (self->notice, notice != NULL ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), notice != NULL);
  gtk_label_set_label (self->place, place);
  show_look (self);
  show_traffic (self);
  show_buttons (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, state, -1);
}

/* Said once, not with every second that the words count. */
static void
state_changed_cb (LcConnectionRow *self)
{
  gtk_accessible_announce (GTK_ACCESSIBLE (self), state_text (self),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
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
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, name);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, state);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, notice);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, place);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, traffic);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, latency);
  gtk_widget_class_bind_template_child (widget_class, LcConnectionRow, rates);
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
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
