/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-notebook-connector.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-notebook-connection.h"
#include "lc-notebook-http.h"
#include "lc-notebook-launch.h"
#include "lc-tunnel-port.h"

#define PURPOSE "notebook"

struct _LcNotebookConnector
{
  GObject parent_instance;

  LcSshPool *pool;
  LcProfileStore *profiles;
  LcPrompt *prompt;
  gboolean open_browser;
};

/* One way from the machine to the browser. */
typedef struct
{
  LcNotebookConnector *connector;
  LcMachine *machine;
  LcCredentials *credentials;
  LcOperation *operation;
  LcSshConnection *ssh;
  LcNotebookServer *server;
  LcSshForward *forward; /* until the connection has it */
  char *notice;          /* nullable: that its port is not the usual one */
} Way;

enum
{
  PROP_0,
  PROP_OPEN_BROWSER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void connector_iface_init (LcConnectorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcNotebookConnector,
                               lc_notebook_connector,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_CONNECTOR, connector_iface_init))

static void
drop_forward (Way *way)
{
  if (way->forward != NULL)
    dex_future_disown (lc_ssh_forward_close (way->forward));
  g_clear_object (&way->forward);
}

static void
way_free (gpointer data)
{
  Way *way = data;

  drop_forward (way);
  if (way->ssh != NULL)
    lc_ssh_connection_release (way->ssh);
  g_clear_object (&way->ssh);
  g_clear_pointer (&way->server, lc_notebook_server_free);
  g_free (way->notice);
  g_object_unref (way->connector);
  g_object_unref (way->machine);
  lc_credentials_unref (way->credentials);
  g_object_unref (way->operation);
  g_free (way);
}

static gboolean
find_server (Way *way, GError **error)
{
  g_autoptr (LcNotebookAnswer) answer = NULL;

  lc_operation_begin_step (way->operation, "find-notebook", NULL);
  answer = lc_notebook_find (way->ssh, error);
  if (answer == NULL)
    return FALSE;

  if (answer->servers->len > 0)
    {
      way->server = lc_notebook_server_copy (g_ptr_array_index (answer->servers, 0));
      lc_operation_set_detail (way->operation, _ ("One is running already"));
      lc_operation_skip_step (way->operation, "start-notebook");
    }
  else if (!answer->can_start)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_MISSING_PROGRAM,
                                              "No Jupyter is installed on the machine"));
      return FALSE;
    }

  return TRUE;
}

static gboolean
start_server (Way *way, gboolean use_socket, GError **error)
{
  lc_operation_begin_step (way->operation, "start-notebook", NULL);
  g_clear_pointer (&way->server, lc_notebook_server_free);
  way->server = lc_notebook_start (way->ssh, use_socket, error);
  return way->server != NULL;
}

static DexFuture *
open_forward (gpointer data, guint16 local_port)
{
  Way *way = data;

  return way->server->socket != NULL
             ? lc_ssh_connection_forward_to_socket (way->ssh, local_port, way->server->socket)
             : lc_ssh_connection_forward (way->ssh, local_port, way->server->host,
                                          way->server->port);
}

static gboolean
open_tunnel (Way *way, GError **error)
{
  lc_operation_begin_step (way->operation, "tunnel", NULL);
  g_clear_pointer (&way->notice, g_free);
  way->forward = lc_tunnel_open_usual_port (way->connector->profiles, way->machine, PURPOSE,
                                            open_forward, way, way->operation, &way->notice, error);
  return way->forward != NULL;
}

static LcNotebookReply *
get (Way *way, const char *page, LcSecret *token, GError **error)
{
  g_autofree char *path = g_strconcat (way->server->base_url, page, NULL);

  return dex_await_boxed (
      lc_notebook_get (lc_ssh_forward_get_local_port (way->forward), path, token), error);
}

/* Why nothing came through: the SSH server tells that better than a closed tunnel. */
static GError *
explain (Way *way, GError *error)
{
  GError *reason = NULL;

  if (!g_error_matches (error, LC_ERROR, LC_ERROR_OFFLINE) || way->server->socket != NULL ||
      dex_await (lc_ssh_connection_probe (way->ssh, way->server->host, way->server->port), &reason))
    return error;

  g_error_free (error);
  return reason;
}

/* That it is Jupyter that answers, and that it knows our token. */
static gboolean
check_server (Way *way, GError **error)
{
  g_autoptr (LcNotebookReply) version = NULL;
  g_autoptr (LcNotebookReply) status = NULL;

  lc_operation_begin_step (way->operation, "check-notebook", NULL);
  version = get (way, "api", NULL, error);
  if (version == NULL)
    return FALSE;
  if (version->status != 200 || strstr (version->body, "\"version\"") == NULL)
    {
      g_propagate_error (error,
                         lc_error_new (LC_ERROR_PROTOCOL, "What answers is not Jupyter (HTTP %u)",
                                       version->status));
      return FALSE;
    }

  if (way->server->token == NULL)
    {
      if (!way->server->password)
        lc_operation_set_detail (
            way->operation,
            _ ("Anybody on the machine can use it: it has neither a token nor a password"));
      return TRUE;
    }

  status = get (way, "api/status", way->server->token, error);
  if (status == NULL)
    return FALSE;
  if (status->status != 200)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_REMOTE_FAILED,
                                              "The notebook server refused its own token (HTTP %u)",
                                              status->status));
      return FALSE;
    }

  return TRUE;
}

static gboolean
open_tunnel_and_check (Way *way, gboolean *retry_with_port, GError **error)
{
  GError *local_error = NULL;

  if (!open_tunnel (way, error))
    return FALSE;
  if (check_server (way, &local_error))
    return TRUE;

  /* A server that forbids forwarding to sockets says the same as one that finds none there
   * (AllowStreamLocalForwarding, sshd_config(5)). */
  *retry_with_port =
      way->server->socket != NULL && g_error_matches (local_error, LC_ERROR, LC_ERROR_OFFLINE);
  g_propagate_error (error, explain (way, local_error));
  return FALSE;
}

static gboolean
reach_server (Way *way, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GError) stop_error = NULL;
  gboolean retry_with_port = FALSE;

  if (!find_server (way, error))
    return FALSE;
  if (way->server == NULL && !start_server (way, TRUE, error))
    return FALSE;
  if (open_tunnel_and_check (way, &retry_with_port, &local_error))
    return TRUE;

  if (!retry_with_port)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  drop_forward (way);
  if (way->server->own && !lc_notebook_stop (way->ssh, way->server, &stop_error))
    g_debug ("Stopping the server on a socket: %s", stop_error->message);

  return start_server (way, FALSE, error) && open_tunnel_and_check (way, &retry_with_port, error);
}

/* `jupyter server` has a bare page at "/"; the others lead from there to the page of their own.
 * Returns the page below the base URL. */
static const char *
find_page (Way *way)
{
  static const char *const pages[] = { "", "lab", "tree" };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LcNotebookReply) reply = get (way, pages[i], way->server->token, &error);

      if (reply == NULL)
        g_debug ("No answer at \"%s\": %s", pages[i], error->message);
      else if (reply->status / 100 == 3 || (i > 0 && reply->status == 200))
        return pages[i];
    }

  return "";
}

static LcSecret *
make_uri (Way *way)
{
  guint16 port = lc_ssh_forward_get_local_port (way->forward);
  const char *page = find_page (way);
  char *token = NULL;
  char *uri = NULL;

  if (way->server->token != NULL)
    token = g_uri_escape_string (lc_secret_peek (way->server->token), NULL, FALSE);

  uri = g_strdup_printf ("http://127.0.0.1:%u%s%s%s%s", port, way->server->base_url, page,
                         token != NULL ? "?token=" : "", token != NULL ? token : "");
  lc_wipe_string (token);
  return lc_secret_new_take (uri);
}

static LcConnection *
make_connection (Way *way)
{
  g_autofree char *api_path = g_strconcat (way->server->base_url, "api", NULL);
  g_autoptr (LcSecret) uri = make_uri (way);
  LcConnection *connection = lc_notebook_connection_new (way->machine, way->ssh, way->forward,
                                                         way->connector->prompt, api_path, uri);

  lc_connection_set_notice (connection, way->notice);
  g_clear_object (&way->forward);
  return connection;
}

static gboolean
show (Way *way, LcConnection *connection, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!way->connector->open_browser)
    {
      lc_operation_skip_step (way->operation, "open-browser");
      return TRUE;
    }

  lc_operation_begin_step (way->operation, "open-browser", NULL);
  if (dex_await (lc_connection_show (connection), &local_error))
    return TRUE;

  if (lc_error_is_cancelled (local_error) ||
      lc_connection_get_state (connection) == LC_CONNECTION_CLOSED)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  /* The tunnel is there, and its address can be copied. */
  g_message ("No browser: %s", local_error->message);
  lc_operation_set_detail (way->operation,
                           _ ("The browser did not open: copy the address instead"));
  return TRUE;
}

static DexFuture *
open_fiber (gpointer data)
{
  Way *way = data;
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  way->ssh = dex_await_object (lc_ssh_pool_connect (way->connector->pool, way->machine,
                                                    way->credentials, way->operation),
                               &error);
  if (way->ssh == NULL || !reach_server (way, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));

  connection = make_connection (way);
  if (!show (way, connection, &error))
    {
      dex_future_disown (lc_connection_close (connection));
      return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
    }

  return dex_future_new_take_object (g_steal_pointer (&connection));
}

static const char *
lc_notebook_connector_get_id (LcConnector *connector)
{
  return "notebook";
}

static const char *
lc_notebook_connector_get_title (LcConnector *connector)
{
  return _ ("Open Notebook");
}

static const char *
lc_notebook_connector_get_icon_name (LcConnector *connector)
{
  return "lc-notebook-symbolic";
}

static gboolean
lc_notebook_connector_supports (LcConnector *connector, LcMachine *machine)
{
  return lc_machine_get_system (machine) != LC_MACHINE_SYSTEM_WINDOWS;
}

static void
lc_notebook_connector_announce_steps (LcConnector *connector, LcOperation *operation)
{
  LcNotebookConnector *self = LC_NOTEBOOK_CONNECTOR (connector);

  lc_ssh_pool_announce_steps (self->pool, operation);
  lc_operation_add_step (operation, "find-notebook", _ ("Look for a running notebook server"));
  lc_operation_add_step (operation, "start-notebook", _ ("Start the notebook server"));
  lc_operation_add_step (operation, "tunnel", _ ("Open the tunnel"));
  lc_operation_add_step (operation, "check-notebook", _ ("Check that the notebook answers"));
  if (self->open_browser)
    lc_operation_add_step (operation, "open-browser", _ ("Open the browser"));
}

static DexFuture *
lc_notebook_connector_open (LcConnector *connector,
                            LcMachine *machine,
                            LcCredentials *credentials,
                            LcOperation *operation)
{
  Way *way = g_new0 (Way, 1);

  way->connector = g_object_ref (LC_NOTEBOOK_CONNECTOR (connector));
  way->machine = g_object_ref (machine);
  way->credentials = lc_credentials_ref (credentials);
  way->operation = g_object_ref (operation);
  return lc_with_cancellable (lc_spawn (open_fiber, way, way_free),
                              lc_operation_get_cancellable (operation));
}

static void
connector_iface_init (LcConnectorInterface *iface)
{
  iface->get_id = lc_notebook_connector_get_id;
  iface->get_title = lc_notebook_connector_get_title;
  iface->get_icon_name = lc_notebook_connector_get_icon_name;
  iface->supports = lc_notebook_connector_supports;
  iface->announce_steps = lc_notebook_connector_announce_steps;
  iface->open = lc_notebook_connector_open;
}

static void
lc_notebook_connector_get_property (GObject *object,
                                    guint prop_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  LcNotebookConnector *self = LC_NOTEBOOK_CONNECTOR (object);

  switch (prop_id)
    {
    case PROP_OPEN_BROWSER:
      g_value_set_boolean (value, self->open_browser);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_notebook_connector_set_property (GObject *object,
                                    guint prop_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  LcNotebookConnector *self = LC_NOTEBOOK_CONNECTOR (object);

  switch (prop_id)
    {
    case PROP_OPEN_BROWSER:
      if (self->open_browser != g_value_get_boolean (value))
        {
          self->open_browser = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_notebook_connector_dispose (GObject *object)
{
  LcNotebookConnector *self = LC_NOTEBOOK_CONNECTOR (object);

  g_clear_object (&self->pool);
  g_clear_object (&self->profiles);
  g_clear_object (&self->prompt);

  G_OBJECT_CLASS (lc_notebook_connector_parent_class)->dispose (object);
}

static void
lc_notebook_connector_class_init (LcNotebookConnectorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lc_notebook_connector_get_property;
  object_class->set_property = lc_notebook_connector_set_property;
  object_class->dispose = lc_notebook_connector_dispose;

  properties[PROP_OPEN_BROWSER] =
      g_param_spec_boolean ("open-browser", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_notebook_connector_init (LcNotebookConnector *self)
{
  self->open_browser = TRUE;
}

LcConnector *
lc_notebook_connector_new (LcSshPool *pool, LcProfileStore *profiles, LcPrompt *prompt)
{
  LcNotebookConnector *self = g_object_new (LC_TYPE_NOTEBOOK_CONNECTOR, NULL);

  self->pool = g_object_ref (pool);
  self->profiles = g_object_ref (profiles);
  self->prompt = g_object_ref (prompt);
  return LC_CONNECTOR (self);
}
