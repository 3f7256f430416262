/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-tunnel-connection.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-tunnel-details.h"
#include "lc-tunnel-situation.h"

typedef struct
{
  LcSshConnection *ssh;
  LcSshForward *forward;
  char *trouble;
  DexFuture *closing;
  LcSshConnection *last_ssh; /* for those who look for a fault, also after the end */
  guint tick_id;
  guint64 unproven; /* bytes that came before the connection was made (again) */
} LcTunnelConnectionPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (LcTunnelConnection, lc_tunnel_connection, LC_TYPE_CONNECTION)

static LcTunnelConnectionPrivate *
get_private (LcTunnelConnection *self)
{
  return lc_tunnel_connection_get_instance_private (self);
}

static void update_state (LcTunnelConnection *self);

static gboolean
tick_cb (gpointer user_data)
{
  get_private (user_data)->tick_id = 0;
  update_state (user_data);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full) (nullable): what it waits for, and wakes up when that reads otherwise.
 */
static char *
describe (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);
  LcTunnelSituation situation = {
    .state = lc_ssh_connection_get_state (priv->ssh),
    .machine = lc_machine_get_state (lc_ssh_connection_get_machine (priv->ssh)),
    .heard_at = lc_ssh_connection_get_heard_at (priv->ssh),
    .attempt = lc_ssh_connection_get_attempt (priv->ssh),
    .attempt_at = lc_ssh_connection_get_attempt_at (priv->ssh),
  };
  gint64 now = g_get_monotonic_time ();
  gint64 until = 0;
  char *text = lc_tunnel_situation_describe (&situation, now, &until);

  g_clear_handle_id (&priv->tick_id, g_source_remove);
  if (until != 0)
    priv->tick_id =
        g_timeout_add ((guint) ((until - now) / G_TIME_SPAN_MILLISECOND) + 1, tick_cb, self);

  return text;
}

static void
update_state (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);
  g_autofree char *text = NULL;

  if (priv->ssh == NULL)
    return;

  text = describe (self);
  if (text == NULL)
    text = g_strdup (priv->trouble);
  lc_connection_set_state (LC_CONNECTION (self),
                           text != NULL ? LC_CONNECTION_WAITING : LC_CONNECTION_OPEN, text);
}

/* What came through before tells nothing about the line that is made now. */
static void
ssh_state_cb (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);

  if (lc_ssh_connection_get_state (priv->ssh) == LC_SSH_RECONNECTING && priv->forward != NULL)
    {
      priv->unproven = lc_ssh_forward_get_bytes_received (priv->forward);
      lc_connection_set_proven (LC_CONNECTION (self), FALSE);
    }
  update_state (self);
}

static void
round_trip_cb (LcTunnelConnection *self)
{
  lc_connection_set_latency (LC_CONNECTION (self),
                             lc_ssh_connection_get_round_trip (get_private (self)->ssh));
}

static void
detach (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);

  g_clear_handle_id (&priv->tick_id, g_source_remove);
  if (priv->forward != NULL)
    g_signal_handlers_disconnect_by_data (priv->forward, self);
  g_clear_object (&priv->forward);

  if (priv->ssh != NULL)
    {
      g_signal_handlers_disconnect_by_data (priv->ssh, self);
      g_signal_handlers_disconnect_by_data (lc_ssh_connection_get_machine (priv->ssh), self);
      lc_ssh_connection_release (priv->ssh);
    }
  g_clear_object (&priv->ssh);
}

static void
bytes_cb (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);

  guint64 received = lc_ssh_forward_get_bytes_received (priv->forward);

  lc_connection_set_bytes (LC_CONNECTION (self), received,
                           lc_ssh_forward_get_bytes_sent (priv->forward));
  if (received > priv->unproven && lc_ssh_connection_get_state (priv->ssh) != LC_SSH_RECONNECTING)
    lc_connection_set_proven (LC_CONNECTION (self), TRUE);
}

static void
rates_cb (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);

  lc_connection_set_rates (LC_CONNECTION (self), lc_ssh_forward_get_rate_received (priv->forward),
                           lc_ssh_forward_get_rate_sent (priv->forward));
}

/* The service knows better than the line why nobody answers. */
static GError *
explain (LcTunnelConnection *self, const GError *error)
{
  LcMachine *machine = lc_connection_get_machine (LC_CONNECTION (self));
  LcErrorDetails details = { .service_code = (char *) LC_TUNNEL_MACHINE_STOPPED };

  if (error == NULL || !lc_tunnel_machine_is_off (lc_machine_get_state (machine)))
    return error != NULL ? g_error_copy (error) : NULL;

  return lc_error_new_with_details (LC_ERROR_CONFLICT, &details, "The machine was stopped: %s",
                                    error->message);
}

static void
ssh_closed_cb (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);
  g_autoptr (GError) error = explain (self, lc_ssh_connection_get_error (priv->ssh));

  lc_tunnel_connection_fail (self, error);
}

static DexFuture *
close_fiber (gpointer data)
{
  LcTunnelConnection *self = data;
  LcTunnelConnectionPrivate *priv = get_private (self);
  g_autoptr (GError) error = NULL;

  if (priv->forward != NULL && !dex_await (lc_ssh_forward_close (priv->forward), &error))
    g_debug ("Closing the forward: %s", error->message);

  detach (self);
  lc_connection_set_closed (LC_CONNECTION (self), NULL);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_tunnel_connection_close (LcConnection *connection)
{
  LcTunnelConnectionPrivate *priv = get_private (LC_TUNNEL_CONNECTION (connection));

  /* Kept here, so that it goes on when the caller loses interest. */
  if (priv->closing == NULL)
    priv->closing = lc_spawn (close_fiber, g_object_ref (connection), g_object_unref);

  return dex_ref (priv->closing);
}

static GPtrArray *
lc_tunnel_connection_dup_details (LcConnection *connection)
{
  LcTunnelConnectionPrivate *priv = get_private (LC_TUNNEL_CONNECTION (connection));
  const LcSshInfo *info =
      priv->last_ssh != NULL ? lc_ssh_connection_get_info (priv->last_ssh) : NULL;

  return info != NULL ? lc_tunnel_details_new (info) : NULL;
}

static char *
lc_tunnel_connection_dup_journal (LcConnection *connection)
{
  LcTunnelConnectionPrivate *priv = get_private (LC_TUNNEL_CONNECTION (connection));

  return priv->last_ssh != NULL ? lc_ssh_connection_dup_journal (priv->last_ssh) : NULL;
}

static void
lc_tunnel_connection_dispose (GObject *object)
{
  LcTunnelConnection *self = LC_TUNNEL_CONNECTION (object);
  LcTunnelConnectionPrivate *priv = get_private (self);

  /* A forward listens as long as its SSH connection lives, which others may share. */
  if (priv->forward != NULL)
    dex_future_disown (lc_ssh_forward_close (priv->forward));
  detach (self);
  g_clear_object (&priv->last_ssh);
  dex_clear (&priv->closing);
  g_clear_pointer (&priv->trouble, g_free);

  G_OBJECT_CLASS (lc_tunnel_connection_parent_class)->dispose (object);
}

static void
lc_tunnel_connection_class_init (LcTunnelConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LcConnectionClass *connection_class = LC_CONNECTION_CLASS (klass);

  object_class->dispose = lc_tunnel_connection_dispose;

  connection_class->close = lc_tunnel_connection_close;
  connection_class->dup_details = lc_tunnel_connection_dup_details;
  connection_class->dup_journal = lc_tunnel_connection_dup_journal;
}

static void
lc_tunnel_connection_init (LcTunnelConnection *self)
{
}

LcConnection *
lc_tunnel_connection_new (LcMachine *machine,
                          const char *connector_id,
                          const char *title,
                          LcSshConnection *ssh,
                          LcSshForward *forward)
{
  LcTunnelConnection *self = g_object_new (LC_TYPE_TUNNEL_CONNECTION, "machine", machine,
                                           "connector-id", connector_id, "title", title, NULL);

  lc_tunnel_connection_attach (self, ssh, forward);
  return LC_CONNECTION (self);
}

static void
watch_forward (LcTunnelConnection *self, LcSshForward *forward)
{
  LcTunnelConnectionPrivate *priv = get_private (self);
  g_autofree char *address =
      g_strdup_printf ("127.0.0.1:%u", lc_ssh_forward_get_local_port (forward));

  priv->forward = g_object_ref (forward);
  lc_connection_set_local_address (LC_CONNECTION (self), address);
  g_signal_connect_swapped (forward, "notify::bytes-received", G_CALLBACK (bytes_cb), self);
  g_signal_connect_swapped (forward, "notify::bytes-sent", G_CALLBACK (bytes_cb), self);
  g_signal_connect_swapped (forward, "notify::rate-received", G_CALLBACK (rates_cb), self);
  g_signal_connect_swapped (forward, "notify::rate-sent", G_CALLBACK (rates_cb), self);
  bytes_cb (self);
  rates_cb (self);
}

void
lc_tunnel_connection_attach (LcTunnelConnection *self, LcSshConnection *ssh, LcSshForward *forward)
{
  g_return_if_fail (LC_IS_TUNNEL_CONNECTION (self));
  g_return_if_fail (LC_IS_SSH_CONNECTION (ssh));

  LcTunnelConnectionPrivate *priv = get_private (self);

  g_return_if_fail (priv->ssh == NULL);

  priv->ssh = g_object_ref (ssh);
  priv->last_ssh = g_object_ref (ssh);
  lc_ssh_connection_hold (ssh);
  g_signal_connect_swapped (ssh, "notify::state", G_CALLBACK (ssh_state_cb), self);
  g_signal_connect_swapped (ssh, "notify::round-trip", G_CALLBACK (round_trip_cb), self);
  g_signal_connect_swapped (ssh, "closed", G_CALLBACK (ssh_closed_cb), self);
  g_signal_connect_swapped (lc_ssh_connection_get_machine (ssh), "notify::state",
                            G_CALLBACK (update_state), self);
  if (forward != NULL)
    watch_forward (self, forward);
  round_trip_cb (self);
  update_state (self);
}

LcSshConnection *
lc_tunnel_connection_get_ssh (LcTunnelConnection *self)
{
  g_return_val_if_fail (LC_IS_TUNNEL_CONNECTION (self), NULL);

  return get_private (self)->ssh;
}

LcSshForward *
lc_tunnel_connection_get_forward (LcTunnelConnection *self)
{
  g_return_val_if_fail (LC_IS_TUNNEL_CONNECTION (self), NULL);

  return get_private (self)->forward;
}

void
lc_tunnel_connection_set_trouble (LcTunnelConnection *self, const char *trouble)
{
  g_return_if_fail (LC_IS_TUNNEL_CONNECTION (self));

  if (g_set_str (&get_private (self)->trouble, trouble))
    update_state (self);
}

void
lc_tunnel_connection_fail (LcTunnelConnection *self, const GError *error)
{
  g_return_if_fail (LC_IS_TUNNEL_CONNECTION (self));

  LcTunnelConnectionPrivate *priv = get_private (self);

  if (priv->forward != NULL && priv->closing == NULL)
    dex_future_disown (lc_ssh_forward_close (priv->forward));
  detach (self);
  lc_connection_set_closed (LC_CONNECTION (self), error);
}
