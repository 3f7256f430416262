/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-connection-private.h"
#include "lc-ssh-rate.h"
#include "lc-ssh-request.h"

/* When the pump has said nothing for so long, the rates are brought down without it. */
#define QUIET_MS 700

struct _LcSshForward
{
  GObject parent_instance;

  LcSshLink *link;
  LcSshCounters *counters;
  guint16 local_port;
  gboolean closed;
  char *last_error;

  /* as last notified */
  guint64 received;
  guint64 sent;
  guint connections;
  guint64 rate_received;
  guint64 rate_sent;

  LcSshRate received_meter;
  LcSshRate sent_meter;
  guint quiet; /* source, while a rate is not 0 */
};

G_DEFINE_FINAL_TYPE (LcSshForward, lc_ssh_forward, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_LOCAL_PORT,
  PROP_BYTES_RECEIVED,
  PROP_BYTES_SENT,
  PROP_CONNECTIONS,
  PROP_RATE_RECEIVED,
  PROP_RATE_SENT,
  PROP_LAST_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_rates (LcSshForward *self, guint64 received, guint64 sent)
{
  if (received != self->rate_received)
    {
      self->rate_received = received;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATE_RECEIVED]);
    }
  if (sent != self->rate_sent)
    {
      self->rate_sent = sent;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATE_SENT]);
    }
}

static void
quiet_cb (gpointer data)
{
  LcSshForward *self = data;

  self->quiet = 0;
  lc_ssh_forward_publish (self);
}

static DexFuture *
closed_cb (DexFuture *completed, gpointer user_data)
{
  return dex_future_new_true ();
}

static void
lc_ssh_forward_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcSshForward *self = LC_SSH_FORWARD (object);

  switch (id)
    {
    case PROP_LOCAL_PORT:
      g_value_set_uint (value, self->local_port);
      break;
    case PROP_BYTES_RECEIVED:
      g_value_set_uint64 (value, self->received);
      break;
    case PROP_BYTES_SENT:
      g_value_set_uint64 (value, self->sent);
      break;
    case PROP_CONNECTIONS:
      g_value_set_uint (value, self->connections);
      break;
    case PROP_RATE_RECEIVED:
      g_value_set_uint64 (value, self->rate_received);
      break;
    case PROP_RATE_SENT:
      g_value_set_uint64 (value, self->rate_sent);
      break;
    case PROP_LAST_ERROR:
      g_value_set_string (value, self->last_error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_ssh_forward_dispose (GObject *object)
{
  LcSshForward *self = LC_SSH_FORWARD (object);

  if (self->link != NULL)
    dex_future_disown (lc_ssh_forward_close (self));
  g_clear_pointer (&self->link, lc_ssh_link_unref);
  g_clear_handle_id (&self->quiet, g_source_remove);
  G_OBJECT_CLASS (lc_ssh_forward_parent_class)->dispose (object);
}

static void
lc_ssh_forward_finalize (GObject *object)
{
  LcSshForward *self = LC_SSH_FORWARD (object);

  g_clear_pointer (&self->counters, lc_ssh_counters_unref);
  g_clear_pointer (&self->last_error, g_free);
  G_OBJECT_CLASS (lc_ssh_forward_parent_class)->finalize (object);
}

static void
lc_ssh_forward_class_init (LcSshForwardClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lc_ssh_forward_get_property;
  object_class->dispose = lc_ssh_forward_dispose;
  object_class->finalize = lc_ssh_forward_finalize;

  properties[PROP_LOCAL_PORT] =
      g_param_spec_uint ("local-port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  properties[PROP_BYTES_RECEIVED] =
      g_param_spec_uint64 ("bytes-received", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_BYTES_SENT] =
      g_param_spec_uint64 ("bytes-sent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_CONNECTIONS] =
      g_param_spec_uint ("connections", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_RATE_RECEIVED] =
      g_param_spec_uint64 ("rate-received", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_RATE_SENT] =
      g_param_spec_uint64 ("rate-sent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_LAST_ERROR] = g_param_spec_string ("last-error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_ssh_forward_init (LcSshForward *self)
{
  gint64 now = g_get_monotonic_time ();

  lc_ssh_rate_init (&self->received_meter, now);
  lc_ssh_rate_init (&self->sent_meter, now);
}

LcSshForward *
lc_ssh_forward_new (LcSshLink *link, LcSshCounters *counters)
{
  LcSshForward *self = g_object_new (LC_TYPE_SSH_FORWARD, NULL);

  self->link = lc_ssh_link_ref (link);
  self->counters = lc_ssh_counters_ref (counters);
  return self;
}

void
lc_ssh_forward_set_local_port (LcSshForward *self, guint16 port)
{
  self->local_port = port;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCAL_PORT]);
}

void
lc_ssh_forward_publish (LcSshForward *self)
{
  GObject *object = G_OBJECT (self);
  gint64 now = g_get_monotonic_time ();
  guint64 received = atomic_load_explicit (&self->counters->received, memory_order_relaxed);
  guint64 sent = atomic_load_explicit (&self->counters->sent, memory_order_relaxed);
  guint connections = atomic_load_explicit (&self->counters->connections, memory_order_relaxed);

  g_object_freeze_notify (object);
  if (received != self->received)
    g_object_notify_by_pspec (object, properties[PROP_BYTES_RECEIVED]);
  if (sent != self->sent)
    g_object_notify_by_pspec (object, properties[PROP_BYTES_SENT]);
  if (connections != self->connections)
    g_object_notify_by_pspec (object, properties[PROP_CONNECTIONS]);
  self->received = received;
  self->sent = sent;
  self->connections = connections;
  set_rates (self, lc_ssh_rate_update (&self->received_meter, received, now),
             lc_ssh_rate_update (&self->sent_meter, sent, now));
  g_clear_handle_id (&self->quiet, g_source_remove);
  if (self->rate_received > 0 || self->rate_sent > 0)
    self->quiet = g_timeout_add_once (QUIET_MS, quiet_cb, self);
  g_object_thaw_notify (object);
}

gboolean
lc_ssh_forward_has_counters (LcSshForward *self, LcSshCounters *counters)
{
  return self->counters == counters;
}

void
lc_ssh_forward_set_last_error (LcSshForward *self, const GError *error)
{
  if (g_set_str (&self->last_error, error->message))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_ERROR]);
}

guint16
lc_ssh_forward_get_local_port (LcSshForward *self)
{
  g_return_val_if_fail (LC_IS_SSH_FORWARD (self), 0);
  return self->local_port;
}

guint64
lc_ssh_forward_get_bytes_received (LcSshForward *self)
{
  g_return_val_if_fail (LC_IS_SSH_FORWARD (self), 0);
  return self->received;
}

guint64
lc_ssh_forward_get_bytes_sent (LcSshForward *self)
{
  g_return_val_if_fail (LC_IS_SSH_FORWARD (self), 0);
  return self->sent;
}

guint
lc_ssh_forward_get_connections (LcSshForward *self)
{
  g_return_val_if_fail (LC_IS_SSH_FORWARD (self), 0);
  return self->connections;
}

guint64
lc_ssh_forward_get_rate_received (LcSshForward *self)
{
  g_return_val_if_fail (LC_IS_SSH_FORWARD (self), 0);
  return self->rate_received;
}

guint64
lc_ssh_forward_get_rate_sent (LcSshForward *self)
{
  g_return_val_if_fail (LC_IS_SSH_FORWARD (self), 0);
  return self->rate_sent;
}

const char *
lc_ssh_forward_get_last_error (LcSshForward *self)
{
  g_return_val_if_fail (LC_IS_SSH_FORWARD (self), NULL);
  return self->last_error;
}

DexFuture *
lc_ssh_forward_close (LcSshForward *self)
{
  g_autoptr (GObject) owner = NULL;
  LcSshRequest *request;
  DexFuture *future;

  dex_return_error_if_fail (LC_IS_SSH_FORWARD (self));
  if (self->closed)
    return dex_future_new_true ();
  self->closed = TRUE;
  owner = lc_ssh_link_dup_owner (self->link);
  if (owner != NULL)
    lc_ssh_connection_close_carried (LC_SSH_CONNECTION (owner), self->counters);
  request = lc_ssh_request_new (LC_SSH_REQUEST_CLOSE_FORWARD);
  request->counters = lc_ssh_counters_ref (self->counters);
  future = lc_ssh_link_send (self->link, request);
  if (!lc_ssh_link_is_online (self->link))
    {
      /* Done between two attempts at connecting again, which nobody has to wait for. */
      dex_future_disown (future);
      return dex_future_new_true ();
    }
  /* When the connection has gone, so has the listener. */
  return dex_future_finally (future, closed_cb, NULL, NULL);
}
