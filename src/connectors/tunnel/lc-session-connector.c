/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-session-connector.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-tunnel-connection.h"

struct _LcSessionConnector
{
  GObject parent_instance;

  LcSshPool *pool;
};

typedef struct
{
  LcSshPool *pool;
  LcMachine *machine;
  LcCredentials *credentials;
  LcOperation *operation;
} Way;

static void connector_iface_init (LcConnectorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcSessionConnector,
                               lc_session_connector,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_CONNECTOR, connector_iface_init))

static void
way_free (gpointer data)
{
  Way *way = data;

  g_object_unref (way->pool);
  g_object_unref (way->machine);
  lc_credentials_unref (way->credentials);
  g_object_unref (way->operation);
  g_free (way);
}

static DexFuture *
open_fiber (gpointer data)
{
  Way *way = data;
  g_autoptr (LcSshConnection) ssh = NULL;
  LcConnection *connection = NULL;
  GError *error = NULL;

  ssh = dex_await_object (
      lc_ssh_pool_connect (way->pool, way->machine, way->credentials, way->operation), &error);
  if (ssh == NULL)
    return dex_future_new_for_error (lc_error_convert (error));

  connection =
      lc_tunnel_connection_new (way->machine, LC_SESSION_CONNECTOR_ID, _ ("Session"), ssh, NULL);
  lc_ssh_connection_release (ssh);
  return dex_future_new_take_object (connection);
}

static const char *
lc_session_connector_get_id (LcConnector *connector)
{
  return LC_SESSION_CONNECTOR_ID;
}

static const char *
lc_session_connector_get_title (LcConnector *connector)
{
  return _ ("Connect");
}

static const char *
lc_session_connector_get_icon_name (LcConnector *connector)
{
  return "lc-tunnel-symbolic";
}

static gboolean
lc_session_connector_supports (LcConnector *connector, LcMachine *machine)
{
  return TRUE;
}

static void
lc_session_connector_announce_steps (LcConnector *connector, LcOperation *operation)
{
  lc_ssh_pool_announce_steps (LC_SESSION_CONNECTOR (connector)->pool, operation);
}

static DexFuture *
lc_session_connector_open (LcConnector *connector,
                           LcMachine *machine,
                           LcCredentials *credentials,
                           LcOperation *operation)
{
  Way *way = g_new0 (Way, 1);

  way->pool = g_object_ref (LC_SESSION_CONNECTOR (connector)->pool);
  way->machine = g_object_ref (machine);
  way->credentials = lc_credentials_ref (credentials);
  way->operation = g_object_ref (operation);
  return lc_with_cancellable (lc_spawn (open_fiber, way, way_free),
                              lc_operation_get_cancellable (operation));
}

static void
connector_iface_init (LcConnectorInterface *iface)
{
  iface->get_id = lc_session_connector_get_id;
  iface->get_title = lc_session_connector_get_title;
  iface->get_icon_name = lc_session_connector_get_icon_name;
  iface->supports = lc_session_connector_supports;
  iface->announce_steps = lc_session_connector_announce_steps;
  iface->open = lc_session_connector_open;
}

static void
lc_session_connector_finalize (GObject *object)
{
  g_clear_object (&LC_SESSION_CONNECTOR (object)->pool);

  G_OBJECT_CLASS (lc_session_connector_parent_class)->finalize (object);
}

static void
lc_session_connector_class_init (LcSessionConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_session_connector_finalize;
}

static void
lc_session_connector_init (LcSessionConnector *self)
{
}

LcConnector *
lc_session_connector_new (LcSshPool *pool)
{
  LcSessionConnector *self = g_object_new (LC_TYPE_SESSION_CONNECTOR, NULL);

  self->pool = g_object_ref (pool);
  return LC_CONNECTOR (self);
}
