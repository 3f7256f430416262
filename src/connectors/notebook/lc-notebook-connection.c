/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-notebook-connection.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-notebook-http.h"
#include "lc-notebook-redirect.h"

#define LOOK_SECONDS   30
#define SECOND_LOOK_MS 1000
#define CALM_MS        3000

struct _LcNotebookConnection
{
  LcTunnelConnection parent_instance;

  LcPrompt *prompt;
  char *api_path;
  LcSecret *uri;
  LcNotebookRedirect *redirect; /* nullable: the last one-time address */
  DexFuture *look;              /* nullable: the last look at the server */
  gint64 looked_at;
  guint look_id;
  guint follow_up_id;
  gboolean was_follow_up; /* the last look */
  guint n_connections;
};

G_DEFINE_FINAL_TYPE (LcNotebookConnection, lc_notebook_connection, LC_TYPE_TUNNEL_CONNECTION)

static gboolean
is_tunnel_up (LcNotebookConnection *self)
{
  LcSshConnection *ssh = lc_tunnel_connection_get_ssh (LC_TUNNEL_CONNECTION (self));

  return ssh != NULL && lc_ssh_connection_get_state (ssh) == LC_SSH_CONNECTED;
}

/* Whether it answered. Within a fiber. */
static gboolean
ask_version (LcNotebookConnection *self, GError **error)
{
  LcSshForward *forward = lc_tunnel_connection_get_forward (LC_TUNNEL_CONNECTION (self));
  g_autoptr (LcNotebookReply) reply = NULL;

  if (forward == NULL)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_OFFLINE, "The tunnel is closed"));
      return FALSE;
    }

  reply = dex_await_boxed (
      lc_notebook_get (lc_ssh_forward_get_local_port (forward), self->api_path, NULL), error);
  return reply != NULL;
}

/* Whether the server is gone for good, rather than slow or behind a line that is down. */
static gboolean
is_gone (LcNotebookConnection *self, const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_OFFLINE) && is_tunnel_up (self);
}

static GError *
end_with_server (LcNotebookConnection *self)
{
  GError *error =
      lc_error_new (LC_ERROR_REMOTE_FAILED, "The notebook server on the machine has ended");

  lc_tunnel_connection_fail (LC_TUNNEL_CONNECTION (self), error);
  return error;
}

static DexFuture *
look_fiber (gpointer data)
{
  LcNotebookConnection *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) gone = NULL;

  if (!ask_version (self, &error) && is_gone (self, error))
    {
      g_clear_error (&error);
      if (!dex_await (lc_sleep (SECOND_LOOK_MS), &error))
        return dex_future_new_for_error (g_steal_pointer (&error));
      ask_version (self, &error);
    }

  if (error == NULL)
    lc_tunnel_connection_set_trouble (LC_TUNNEL_CONNECTION (self), NULL);
  else if (lc_error_is_cancelled (error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  else if (is_gone (self, error))
    gone = end_with_server (self);
  else if (is_tunnel_up (self))
    lc_tunnel_connection_set_trouble (LC_TUNNEL_CONNECTION (self),
                                      _ ("The notebook server does not answer"));

  return dex_future_new_for_boolean (gone == NULL);
}

static void
look (LcNotebookConnection *self)
{
  if (!is_tunnel_up (self) || (self->look != NULL && dex_future_is_pending (self->look)))
    return;

  dex_clear (&self->look);
  self->looked_at = g_get_monotonic_time ();
  self->was_follow_up = FALSE;
  self->look = lc_spawn (look_fiber, g_object_ref (self), g_object_unref);
}

static gboolean
look_cb (gpointer user_data)
{
  look (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
follow_up_cb (gpointer user_data)
{
  LcNotebookConnection *self = user_data;

  self->follow_up_id = 0;
  look (self);
  self->was_follow_up = TRUE;
  return G_SOURCE_REMOVE;
}

/* A server that ends closes what the browser has open. Each look closes a connection too: of those
 * that follow one, the first is looked into once more, the rest wait for the next turn. */
static void
connections_cb (LcNotebookConnection *self, GParamSpec *pspec, LcSshForward *forward)
{
  guint n = lc_ssh_forward_get_connections (forward);
  gboolean fewer = n < self->n_connections;

  self->n_connections = n;
  if (!fewer || self->follow_up_id != 0)
    return;

  if (g_get_monotonic_time () - self->looked_at > CALM_MS * G_TIME_SPAN_MILLISECOND)
    look (self);
  else if (!self->was_follow_up)
    self->follow_up_id = g_timeout_add (CALM_MS, follow_up_cb, self);
}

static void
stop_looking (LcNotebookConnection *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_handle_id (&self->follow_up_id, g_source_remove);
}

static void
state_cb (LcNotebookConnection *self)
{
  if (lc_connection_get_state (LC_CONNECTION (self)) == LC_CONNECTION_CLOSED)
    {
      stop_looking (self);
      g_clear_object (&self->redirect);
    }
}

static DexFuture *
show_fiber (gpointer data)
{
  LcNotebookConnection *self = data;
  g_autoptr (LcNotebookRedirect) redirect = NULL;
  g_autoptr (GError) error = NULL;

  if (!ask_version (self, &error))
    {
      if (is_gone (self, error))
        return dex_future_new_for_error (end_with_server (self));
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  redirect = lc_notebook_redirect_new (self->uri, &error);
  if (redirect == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  g_set_object (&self->redirect, redirect);
  if (!dex_await (lc_prompt_show_uri (self->prompt, lc_notebook_redirect_get_address (redirect)),
                  &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_notebook_connection_show (LcConnection *connection)
{
  return lc_spawn (show_fiber, g_object_ref (connection), g_object_unref);
}

static LcSecret *
lc_notebook_connection_dup_uri (LcConnection *connection)
{
  return lc_secret_ref (LC_NOTEBOOK_CONNECTION (connection)->uri);
}

static void
lc_notebook_connection_dispose (GObject *object)
{
  LcNotebookConnection *self = LC_NOTEBOOK_CONNECTION (object);

  stop_looking (self);
  dex_clear (&self->look);
  g_clear_object (&self->redirect);
  g_clear_object (&self->prompt);

  G_OBJECT_CLASS (lc_notebook_connection_parent_class)->dispose (object);
}

static void
lc_notebook_connection_finalize (GObject *object)
{
  LcNotebookConnection *self = LC_NOTEBOOK_CONNECTION (object);

  g_free (self->api_path);
  g_clear_pointer (&self->uri, lc_secret_unref);

  G_OBJECT_CLASS (lc_notebook_connection_parent_class)->finalize (object);
}

static void
lc_notebook_connection_class_init (LcNotebookConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LcConnectionClass *connection_class = LC_CONNECTION_CLASS (klass);

  object_class->dispose = lc_notebook_connection_dispose;
  object_class->finalize = lc_notebook_connection_finalize;

  connection_class->show = lc_notebook_connection_show;
  connection_class->dup_uri = lc_notebook_connection_dup_uri;
}

static void
lc_notebook_connection_init (LcNotebookConnection *self)
{
  g_signal_connect (self, "notify::state", G_CALLBACK (state_cb), NULL);
}

LcConnection *
lc_notebook_connection_new (LcMachine *machine,
                            LcSshConnection *ssh,
                            LcSshForward *forward,
                            LcPrompt *prompt,
                            const char *api_path,
                            LcSecret *uri)
{
  LcNotebookConnection *self =
      g_object_new (LC_TYPE_NOTEBOOK_CONNECTION, "machine", machine, "connector-id", "notebook",
                    "title", _ ("Notebook"), NULL);

  self->prompt = g_object_ref (prompt);
  self->api_path = g_strdup (api_path);
  self->uri = lc_secret_ref (uri);
  lc_tunnel_connection_attach (LC_TUNNEL_CONNECTION (self), ssh, forward);

  self->n_connections = lc_ssh_forward_get_connections (forward);
  g_signal_connect_object (forward, "notify::last-error", G_CALLBACK (look), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (forward, "notify::connections", G_CALLBACK (connections_cb), self,
                           G_CONNECT_SWAPPED);
  self->look_id = g_timeout_add_seconds (LOOK_SECONDS, look_cb, self);
  return LC_CONNECTION (self);
}
