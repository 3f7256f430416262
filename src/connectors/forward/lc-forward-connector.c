/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-forward-connector.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-tunnel-connection.h"
#include "lc-tunnel-port.h"

struct _LcForwardConnector
{
  GObject parent_instance;

  LcSshPool *pool;
  LcProfileStore *profiles;
  LcForwardSpec *spec;
  char *id;
};

typedef struct
{
  LcForwardConnector *connector;
  LcMachine *machine;
  LcCredentials *credentials;
  LcOperation *operation;
  LcSshConnection *ssh;
} Way;

static void connector_iface_init (LcConnectorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcForwardConnector,
                               lc_forward_connector,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_CONNECTOR, connector_iface_init))

static void
way_free (gpointer data)
{
  Way *way = data;

  if (way->ssh != NULL)
    lc_ssh_connection_release (way->ssh);
  g_clear_object (&way->ssh);
  g_object_unref (way->connector);
  g_object_unref (way->machine);
  lc_credentials_unref (way->credentials);
  g_object_unref (way->operation);
  g_free (way);
}

/* What the port is remembered for: a name that a key file takes, hence no "[" (GKeyFile). */
static char *
dup_purpose (const LcForwardSpec *spec)
{
  g_autofree char *target = lc_forward_spec_dup_target (spec);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, target, -1);

  return g_strdup_printf ("forward-%.16s", hash);
}

static DexFuture *
open_forward (gpointer data, guint16 local_port)
{
  Way *way = data;
  const LcForwardSpec *spec = way->connector->spec;

  return spec->path != NULL
             ? lc_ssh_connection_forward_to_socket (way->ssh, local_port, spec->path)
             : lc_ssh_connection_forward (way->ssh, local_port, spec->host, spec->port);
}

/* A port that was asked for is that one or none; else it is the one that leads there each time. */
static LcSshForward *
open_port (Way *way, char **notice, GError **error)
{
  const LcForwardSpec *spec = way->connector->spec;
  g_autofree char *purpose = NULL;

  lc_operation_begin_step (way->operation, "tunnel", NULL);
  if (spec->back)
    return dex_await_object (lc_ssh_connection_forward_back (way->ssh, spec->listen_port,
                                                             spec->host, spec->port),
                             error);
  if (spec->listen_port != 0)
    return dex_await_object (open_forward (way, spec->listen_port), error);

  purpose = dup_purpose (spec);
  return lc_tunnel_open_usual_port (way->connector->profiles, way->machine, purpose, open_forward,
                                    way, way->operation, notice, error);
}

/* Whether the tunnel is of any use. A program that is not there yet may come, and a socket can be
 * looked for only by using it. */
static gboolean
check_tunnel (Way *way, GError **error)
{
  const LcForwardSpec *spec = way->connector->spec;
  g_autoptr (GError) local_error = NULL;

  if (spec->back || spec->path != NULL)
    {
      lc_operation_skip_step (way->operation, "check-tunnel");
      return TRUE;
    }

  lc_operation_begin_step (way->operation, "check-tunnel", NULL);
  if (dex_await (lc_ssh_connection_probe (way->ssh, spec->host, spec->port), &local_error))
    return TRUE;

  if (!g_error_matches (local_error, LC_ERROR, LC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  lc_operation_set_detail (way->operation, _ ("Nothing listens at the other end yet"));
  return TRUE;
}

static char *
dup_title (const LcForwardSpec *spec)
{
  g_autofree char *target = lc_forward_spec_dup_target (spec);

  if (spec->back)
    /* Translators: from the machine to this computer; to a host and a port, such as
     * “localhost:5432” */
    return g_strdup_printf (_ ("Tunnel Back to %s"), target);

  /* Translators: to a host and a port, such as “localhost:5432”, or to a socket */
  return g_strdup_printf (_ ("Tunnel to %s"), target);
}

static DexFuture *
open_fiber (gpointer data)
{
  Way *way = data;
  g_autoptr (LcSshForward) forward = NULL;
  g_autoptr (LcConnection) connection = NULL;
  g_autofree char *title = dup_title (way->connector->spec);
  g_autofree char *notice = NULL;
  g_autoptr (GError) error = NULL;

  way->ssh = dex_await_object (lc_ssh_pool_connect (way->connector->pool, way->machine,
                                                    way->credentials, way->operation),
                               &error);
  if (way->ssh != NULL)
    forward = open_port (way, &notice, &error);
  if (forward == NULL)
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));

  connection =
      lc_tunnel_connection_new (way->machine, way->connector->id, title, way->ssh, forward);
  lc_connection_set_notice (connection, notice);
  if (way->connector->spec->back)
    lc_connection_set_local_address (connection, NULL);
  if (!check_tunnel (way, &error))
    {
      dex_future_disown (lc_connection_close (connection));
      return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
    }

  return dex_future_new_take_object (g_steal_pointer (&connection));
}

static const char *
lc_forward_connector_get_id (LcConnector *connector)
{
  return LC_FORWARD_CONNECTOR (connector)->id;
}

static const char *
lc_forward_connector_get_title (LcConnector *connector)
{
  return _ ("Open Tunnel");
}

static const char *
lc_forward_connector_get_icon_name (LcConnector *connector)
{
  return "lc-tunnel-symbolic";
}

static gboolean
lc_forward_connector_supports (LcConnector *connector, LcMachine *machine)
{
  return TRUE;
}

static void
lc_forward_connector_announce_steps (LcConnector *connector, LcOperation *operation)
{
  lc_ssh_pool_announce_steps (LC_FORWARD_CONNECTOR (connector)->pool, operation);
  lc_operation_add_step (operation, "tunnel", _ ("Open the tunnel"));
  lc_operation_add_step (operation, "check-tunnel", _ ("Check the other end"));
}

static DexFuture *
lc_forward_connector_open (LcConnector *connector,
                           LcMachine *machine,
                           LcCredentials *credentials,
                           LcOperation *operation)
{
  Way *way = g_new0 (Way, 1);

  way->connector = g_object_ref (LC_FORWARD_CONNECTOR (connector));
  way->machine = g_object_ref (machine);
  way->credentials = lc_credentials_ref (credentials);
  way->operation = g_object_ref (operation);
  return lc_with_cancellable (lc_spawn (open_fiber, way, way_free),
                              lc_operation_get_cancellable (operation));
}

static void
connector_iface_init (LcConnectorInterface *iface)
{
  iface->get_id = lc_forward_connector_get_id;
  iface->get_title = lc_forward_connector_get_title;
  iface->get_icon_name = lc_forward_connector_get_icon_name;
  iface->supports = lc_forward_connector_supports;
  iface->announce_steps = lc_forward_connector_announce_steps;
  iface->open = lc_forward_connector_open;
}

static void
lc_forward_connector_finalize (GObject *object)
{
  LcForwardConnector *self = LC_FORWARD_CONNECTOR (object);

  g_clear_object (&self->pool);
  g_clear_object (&self->profiles);
  g_clear_pointer (&self->spec, lc_forward_spec_free);
  g_clear_pointer (&self->id, g_free);

  G_OBJECT_CLASS (lc_forward_connector_parent_class)->finalize (object);
}

static void
lc_forward_connector_class_init (LcForwardConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_forward_connector_finalize;
}

static void
lc_forward_connector_init (LcForwardConnector *self)
{
}

LcConnector *
lc_forward_connector_new (LcSshPool *pool, LcProfileStore *profiles, const LcForwardSpec *spec)
{
  LcForwardConnector *self = g_object_new (LC_TYPE_FORWARD_CONNECTOR, NULL);
  g_autofree char *target = lc_forward_spec_dup_target (spec);

  self->pool = g_object_ref (pool);
  self->profiles = g_object_ref (profiles);
  self->spec = lc_forward_spec_copy (spec);
  self->id = g_strdup_printf ("%s:%u:%s", spec->back ? "forward-back" : "forward",
                              spec->listen_port, target);
  return LC_CONNECTOR (self);
}
