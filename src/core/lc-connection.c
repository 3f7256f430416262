/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-connection.h"

#include "lc-error.h"

#define TRAFFIC_INTERVAL_MS 500

typedef struct
{
  LcMachine *machine;
  char *connector_id;
  char *title;
  char *status;
  char *notice;
  char *local_address;
  GDateTime *opened_at;
  GError *error;
  guint64 bytes_received;
  guint64 bytes_sent;
  guint64 rate_received;
  guint64 rate_sent;
  gint64 latency;
  guint traffic_timer;
  gboolean proven;
  LcConnectionState state;
} LcConnectionPrivate;

G_DEFINE_ENUM_TYPE (LcConnectionState,
                    lc_connection_state,
                    G_DEFINE_ENUM_VALUE (LC_CONNECTION_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (LC_CONNECTION_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (LC_CONNECTION_CLOSED, "closed"))
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LcConnection, lc_connection, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MACHINE,
  PROP_CONNECTOR_ID,
  PROP_TITLE,
  PROP_STATE,
  PROP_STATUS,
  PROP_NOTICE,
  PROP_PROVEN,
  PROP_OPENED_AT,
  PROP_BYTES_RECEIVED,
  PROP_BYTES_SENT,
  PROP_RATE_RECEIVED,
  PROP_RATE_SENT,
  PROP_LATENCY,
  PROP_LOCAL_ADDRESS,
  PROP_ERROR,
  PROP_HAS_URI,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static LcConnectionPrivate *
private_of (LcConnection *self)
{
  return lc_connection_get_instance_private (self);
}

static void
notify (LcConnection *self, guint id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
notify_traffic (LcConnection *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  notify (self, PROP_BYTES_RECEIVED);
  notify (self, PROP_BYTES_SENT);
  notify (self, PROP_RATE_RECEIVED);
  notify (self, PROP_RATE_SENT);
  notify (self, PROP_LATENCY);
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
traffic_timer_cb (gpointer user_data)
{
  private_of (user_data)->traffic_timer = 0;
  notify_traffic (user_data);
  return G_SOURCE_REMOVE;
}

/* What changes many times a second is told only now and then. */
static void
tell_traffic_soon (LcConnection *self)
{
  LcConnectionPrivate *priv = private_of (self);

  if (priv->traffic_timer == 0)
    priv->traffic_timer = g_timeout_add (TRAFFIC_INTERVAL_MS, traffic_timer_cb, self);
}

static DexFuture *
lc_connection_real_close (LcConnection *self)
{
  lc_connection_set_closed (self, NULL);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_connection_real_show (LcConnection *self)
{
  return dex_future_new_for_boolean (TRUE);
}

static void
lc_connection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcConnection *self = LC_CONNECTION (object);
  LcConnectionPrivate *priv = private_of (self);

  switch (id)
    {
    case PROP_MACHINE:
      g_value_set_object (value, priv->machine);
      break;
    case PROP_CONNECTOR_ID:
      g_value_set_string (value, priv->connector_id);
      break;
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    case PROP_STATUS:
      g_value_set_string (value, priv->status);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, priv->notice);
      break;
    case PROP_PROVEN:
      g_value_set_boolean (value, priv->proven);
      break;
    case PROP_OPENED_AT:
      g_value_set_boxed (value, priv->opened_at);
      break;
    case PROP_BYTES_RECEIVED:
      g_value_set_uint64 (value, priv->bytes_received);
      break;
    case PROP_BYTES_SENT:
      g_value_set_uint64 (value, priv->bytes_sent);
      break;
    case PROP_RATE_RECEIVED:
      g_value_set_uint64 (value, priv->rate_received);
      break;
    case PROP_RATE_SENT:
      g_value_set_uint64 (value, priv->rate_sent);
      break;
    case PROP_LATENCY:
      g_value_set_int64 (value, priv->latency);
      break;
    case PROP_LOCAL_ADDRESS:
      g_value_set_string (value, priv->local_address);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, priv->error);
      break;
    case PROP_HAS_URI:
      g_value_set_boolean (value, lc_connection_get_has_uri (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_connection_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  LcConnectionPrivate *priv = private_of (LC_CONNECTION (object));

  switch (id)
    {
    case PROP_MACHINE:
      priv->machine = g_value_dup_object (value);
      break;
    case PROP_CONNECTOR_ID:
      priv->connector_id = g_value_dup_string (value);
      break;
    case PROP_TITLE:
      priv->title = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_connection_dispose (GObject *object)
{
  LcConnectionPrivate *priv = private_of (LC_CONNECTION (object));

  g_clear_handle_id (&priv->traffic_timer, g_source_remove);
  g_clear_object (&priv->machine);
  G_OBJECT_CLASS (lc_connection_parent_class)->dispose (object);
}

static void
lc_connection_finalize (GObject *object)
{
  LcConnectionPrivate *priv = private_of (LC_CONNECTION (object));

  g_free (priv->connector_id);
  g_free (priv->title);
  g_free (priv->status);
  g_free (priv->notice);
  g_free (priv->local_address);
  g_clear_pointer (&priv->opened_at, g_date_time_unref);
  g_clear_error (&priv->error);
  G_OBJECT_CLASS (lc_connection_parent_class)->finalize (object);
}

static void
lc_connection_class_init (LcConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags construct = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  klass->close = lc_connection_real_close;
  klass->show = lc_connection_real_show;
  object_class->get_property = lc_connection_get_property;
  object_class->set_property = lc_connection_set_property;
  object_class->dispose = lc_connection_dispose;
  object_class->finalize = lc_connection_finalize;
  properties[PROP_MACHINE] =
      g_param_spec_object ("machine", NULL, NULL, LC_TYPE_MACHINE, construct);
  properties[PROP_CONNECTOR_ID] = g_param_spec_string ("connector-id", NULL, NULL, NULL, construct);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, construct);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LC_TYPE_CONNECTION_STATE, LC_CONNECTION_OPEN, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, flags);
  properties[PROP_PROVEN] = g_param_spec_boolean ("proven", NULL, NULL, FALSE, flags);
  properties[PROP_OPENED_AT] =
      g_param_spec_boxed ("opened-at", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_BYTES_RECEIVED] =
      g_param_spec_uint64 ("bytes-received", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_BYTES_SENT] =
      g_param_spec_uint64 ("bytes-sent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_RATE_RECEIVED] =
      g_param_spec_uint64 ("rate-received", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_RATE_SENT] =
      g_param_spec_uint64 ("rate-sent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_LATENCY] = g_param_spec_int64 ("latency", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LOCAL_ADDRESS] = g_param_spec_string ("local-address", NULL, NULL, NULL, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_HAS_URI] = g_param_spec_boolean ("has-uri", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_connection_init (LcConnection *self)
{
  private_of (self)->opened_at = g_date_time_new_now_local ();
}

LcMachine *
lc_connection_get_machine (LcConnection *self)
{
  return private_of (self)->machine;
}

const char *
lc_connection_get_connector_id (LcConnection *self)
{
  return private_of (self)->connector_id;
}

const char *
lc_connection_get_title (LcConnection *self)
{
  return private_of (self)->title;
}

LcConnectionState
lc_connection_get_state (LcConnection *self)
{
  return private_of (self)->state;
}

const char *
lc_connection_get_status (LcConnection *self)
{
  return private_of (self)->status;
}

const char *
lc_connection_get_notice (LcConnection *self)
{
  return private_of (self)->notice;
}

gboolean
lc_connection_get_proven (LcConnection *self)
{
  return private_of (self)->proven;
}

GDateTime *
lc_connection_get_opened_at (LcConnection *self)
{
  return private_of (self)->opened_at;
}

guint64
lc_connection_get_bytes_received (LcConnection *self)
{
  return private_of (self)->bytes_received;
}

guint64
lc_connection_get_bytes_sent (LcConnection *self)
{
  return private_of (self)->bytes_sent;
}

guint64
lc_connection_get_rate_received (LcConnection *self)
{
  return private_of (self)->rate_received;
}

guint64
lc_connection_get_rate_sent (LcConnection *self)
{
  return private_of (self)->rate_sent;
}

gint64
lc_connection_get_latency (LcConnection *self)
{
  return private_of (self)->latency;
}

const char *
lc_connection_get_local_address (LcConnection *self)
{
  return private_of (self)->local_address;
}

const GError *
lc_connection_get_error (LcConnection *self)
{
  return private_of (self)->error;
}

gboolean
lc_connection_get_has_uri (LcConnection *self)
{
  return LC_CONNECTION_GET_CLASS (self)->dup_uri != NULL &&
         private_of (self)->state != LC_CONNECTION_CLOSED;
}

DexFuture *
lc_connection_close (LcConnection *self)
{
  if (private_of (self)->state == LC_CONNECTION_CLOSED)
    return dex_future_new_for_boolean (TRUE);
  return LC_CONNECTION_GET_CLASS (self)->close (self);
}

LcSecret *
lc_connection_dup_uri (LcConnection *self)
{
  return lc_connection_get_has_uri (self) ? LC_CONNECTION_GET_CLASS (self)->dup_uri (self) : NULL;
}

DexFuture *
lc_connection_show (LcConnection *self)
{
  if (private_of (self)->state == LC_CONNECTION_CLOSED)
    return dex_future_new_for_error (lc_error_new (LC_ERROR_CONFLICT, "The connection is closed"));
  return LC_CONNECTION_GET_CLASS (self)->show (self);
}

GPtrArray *
lc_connection_dup_details (LcConnection *self)
{
  LcConnectionClass *klass = LC_CONNECTION_GET_CLASS (self);

  return klass->dup_details != NULL ? klass->dup_details (self) : NULL;
}

char *
lc_connection_dup_journal (LcConnection *self)
{
  LcConnectionClass *klass = LC_CONNECTION_GET_CLASS (self);

  return klass->dup_journal != NULL ? klass->dup_journal (self) : NULL;
}

void
lc_connection_set_state (LcConnection *self, LcConnectionState state, const char *status)
{
  LcConnectionPrivate *priv = private_of (self);

  /* What is closed stays so. */
  if (priv->state == LC_CONNECTION_CLOSED)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&priv->status, status))
    notify (self, PROP_STATUS);
  if (priv->state != state)
    {
      priv->state = state;
      notify (self, PROP_STATE);
      notify (self, PROP_HAS_URI);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
lc_connection_set_notice (LcConnection *self, const char *notice)
{
  if (g_set_str (&private_of (self)->notice, notice))
    notify (self, PROP_NOTICE);
}

void
lc_connection_set_proven (LcConnection *self, gboolean proven)
{
  LcConnectionPrivate *priv = private_of (self);

  if (priv->proven == proven)
    return;

  priv->proven = proven;
  notify (self, PROP_PROVEN);
}

void
lc_connection_set_bytes (LcConnection *self, guint64 received, guint64 sent)
{
  LcConnectionPrivate *priv = private_of (self);

  if (priv->bytes_received == received && priv->bytes_sent == sent)
    return;

  priv->bytes_received = received;
  priv->bytes_sent = sent;
  tell_traffic_soon (self);
}

void
lc_connection_set_rates (LcConnection *self, guint64 received, guint64 sent)
{
  LcConnectionPrivate *priv = private_of (self);

  if (priv->rate_received == received && priv->rate_sent == sent)
    return;

  priv->rate_received = received;
  priv->rate_sent = sent;
  tell_traffic_soon (self);
}

void
lc_connection_set_latency (LcConnection *self, gint64 latency)
{
  LcConnectionPrivate *priv = private_of (self);

  if (priv->latency == latency)
    return;

  priv->latency = latency;
  tell_traffic_soon (self);
}

void
lc_connection_set_local_address (LcConnection *self, const char *address)
{
  if (g_set_str (&private_of (self)->local_address, address))
    notify (self, PROP_LOCAL_ADDRESS);
}

void
lc_connection_set_closed (LcConnection *self, const GError *error)
{
  g_autoptr (LcConnection) keep = g_object_ref (self);
  LcConnectionPrivate *priv = private_of (self);

  if (priv->state == LC_CONNECTION_CLOSED)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  priv->rate_received = 0;
  priv->rate_sent = 0;
  g_clear_handle_id (&priv->traffic_timer, g_source_remove);
  notify_traffic (self);
  if (error != NULL)
    {
      priv->error = lc_error_convert (g_error_copy (error));
      notify (self, PROP_ERROR);
    }
  lc_connection_set_state (self, LC_CONNECTION_CLOSED, NULL);
  g_object_thaw_notify (G_OBJECT (self));
}
