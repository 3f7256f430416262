/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-tunnel-connection.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"

typedef struct
{
  LcSshConnection *ssh;
  LcSshForward *forward;
  char *trouble;
  DexFuture *closing;
} LcTunnelConnectionPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (LcTunnelConnection, lc_tunnel_connection, LC_TYPE_CONNECTION)

static LcTunnelConnectionPrivate *
get_private (LcTunnelConnection *self)
{
  return lc_tunnel_connection_get_instance_private (self);
}

static void
update_state (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);

  if (priv->ssh == NULL)
    return;

  if (lc_ssh_connection_get_state (priv->ssh) == LC_SSH_SILENT)
    lc_connection_set_state (LC_CONNECTION (self), LC_CONNECTION_WAITING,
                             _ ("The machine does not answer"));
  else if (lc_ssh_connection_get_state (priv->ssh) == LC_SSH_RECONNECTING)
    lc_connection_set_state (LC_CONNECTION (self), LC_CONNECTION_WAITING,
                             _ ("The connection was lost and is being made again"));
  else if (priv->trouble != NULL)
    lc_connection_set_state (LC_CONNECTION (self), LC_CONNECTION_WAITING, priv->trouble);
  else
    lc_connection_set_state (LC_CONNECTION (self), LC_CONNECTION_OPEN, NULL);
}

static void
detach (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);

  if (priv->forward != NULL)
    g_signal_handlers_disconnect_by_data (priv->forward, self);
  g_clear_object (&priv->forward);

  if (priv->ssh != NULL)
    {
      g_signal_handlers_disconnect_by_data (priv->ssh, self);
      lc_ssh_connection_release (priv->ssh);
    }
  g_clear_object (&priv->ssh);
}

static void
bytes_cb (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);

  lc_connection_set_bytes (LC_CONNECTION (self), lc_ssh_forward_get_bytes_received (priv->forward),
                           lc_ssh_forward_get_bytes_sent (priv->forward));
}

static void
ssh_closed_cb (LcTunnelConnection *self)
{
  LcTunnelConnectionPrivate *priv = get_private (self);
  g_autoptr (GError) error = NULL;

  if (lc_ssh_connection_get_error (priv->ssh) != NULL)
    error = g_error_copy (lc_ssh_connection_get_error (priv->ssh));

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

static void
lc_tunnel_connection_dispose (GObject *object)
{
  LcTunnelConnection *self = LC_TUNNEL_CONNECTION (object);
  LcTunnelConnectionPrivate *priv = get_private (self);

  /* A forward listens as long as its SSH connection lives, which others may share. */
  if (priv->forward != NULL)
    dex_future_disown (lc_ssh_forward_close (priv->forward));
  detach (self);
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

void
lc_tunnel_connection_attach (LcTunnelConnection *self, LcSshConnection *ssh, LcSshForward *forward)
{
  g_return_if_fail (LC_IS_TUNNEL_CONNECTION (self));
  g_return_if_fail (LC_IS_SSH_CONNECTION (ssh));
  g_return_if_fail (LC_IS_SSH_FORWARD (forward));

  LcTunnelConnectionPrivate *priv = get_private (self);
  g_autofree char *address =
      g_strdup_printf ("127.0.0.1:%u", lc_ssh_forward_get_local_port (forward));

  g_return_if_fail (priv->ssh == NULL);

  priv->ssh = g_object_ref (ssh);
  lc_ssh_connection_hold (ssh);
  priv->forward = g_object_ref (forward);
  lc_connection_set_local_address (LC_CONNECTION (self), address);

  g_signal_connect_swapped (ssh, "notify::state", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (ssh, "closed", G_CALLBACK (ssh_closed_cb), self);
  g_signal_connect_swapped (forward, "notify::bytes-received", G_CALLBACK (bytes_cb), self);
  g_signal_connect_swapped (forward, "notify::bytes-sent", G_CALLBACK (bytes_cb), self);
  bytes_cb (self);
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
