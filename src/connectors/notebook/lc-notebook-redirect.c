/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-notebook-redirect.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-notebook-script.h"
#include "lc-peer.h"

#define LIFE_SECONDS     60
#define REQUEST_LIMIT_MS 5000
#define MAX_REQUEST      8192

struct _LcNotebookRedirect
{
  GObject parent_instance;

  LcSecret *target;
  GSocketService *service;
  char *path; /* "/" and the nonce */
  char *address;
  guint life_id;
  gboolean used;
};

/* One browser's connection. The redirect may be gone before it. */
typedef struct
{
  GWeakRef redirect;
  GSocketConnection *connection;
} Visit;

G_DEFINE_FINAL_TYPE (LcNotebookRedirect, lc_notebook_redirect, G_TYPE_OBJECT)

static void
visit_free (gpointer data)
{
  Visit *visit = data;

  g_weak_ref_clear (&visit->redirect);
  g_object_unref (visit->connection);
  g_free (visit);
}

static void
stop (LcNotebookRedirect *self)
{
  g_clear_handle_id (&self->life_id, g_source_remove);
  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  g_clear_object (&self->service);
}

/* No page may learn where the browser came from, and no cache may keep where it went. */
static GBytes *
make_answer (const char *status, const char *location, const char *body)
{
  char *text = g_strdup_printf ("HTTP/1.1 %s\r\n"
                                "%s%s%s"
                                "Content-Type: text/plain; charset=utf-8\r\n"
                                "Content-Length: %zu\r\n"
                                "Cache-Control: no-store\r\n"
                                "Referrer-Policy: no-referrer\r\n"
                                "X-Content-Type-Options: nosniff\r\n"
                                "Connection: close\r\n"
                                "\r\n"
                                "%s",
                                status, location != NULL ? "Location: " : "",
                                location != NULL ? location : "", location != NULL ? "\r\n" : "",
                                strlen (body), body);

  return g_bytes_new_with_free_func (text, strlen (text), (GDestroyNotify) lc_wipe_string, text);
}

static GBytes *
answer (LcNotebookRedirect *self, GSocketConnection *connection, const GString *request)
{
  g_autoptr (GSocketAddress) peer = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);

  if (!lc_notebook_redirect_matches (request->str, request->len, self->path))
    return make_answer ("404 Not Found", NULL, "There is nothing here.\n");
  if (self->used)
    return make_answer ("410 Gone", NULL, "This address works once.\n");
  if (!lc_peer_is_me (peer, local))
    {
      g_warning ("Somebody else on this computer asked for the notebook's address");
      return make_answer ("403 Forbidden", NULL, "This address is not yours.\n");
    }

  self->used = TRUE;
  return make_answer ("302 Found", lc_secret_peek (self->target), "");
}

static gboolean
read_request (GInputStream *input, GString *request, GError **error)
{
  while (request->len < MAX_REQUEST && strstr (request->str, "\r\n\r\n") == NULL)
    {
      g_autoptr (GBytes) chunk = dex_await_boxed (
          lc_with_timeout (dex_input_stream_read_bytes (input, 2048, G_PRIORITY_DEFAULT),
                           REQUEST_LIMIT_MS),
          error);

      if (chunk == NULL)
        return FALSE;
      if (g_bytes_get_size (chunk) == 0)
        break;
      g_string_append_len (request, g_bytes_get_data (chunk, NULL),
                           (gssize) g_bytes_get_size (chunk));
    }

  return TRUE;
}

static DexFuture *
visit_fiber (gpointer data)
{
  Visit *visit = data;
  GIOStream *stream = G_IO_STREAM (visit->connection);
  g_autoptr (GString) request = g_string_new (NULL);
  g_autoptr (LcNotebookRedirect) self = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (!read_request (g_io_stream_get_input_stream (stream), request, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  self = g_weak_ref_get (&visit->redirect);
  if (self == NULL)
    return dex_future_new_for_boolean (FALSE);

  /* A few hundred bytes into an empty socket: one write takes them all. */
  bytes = answer (self, visit->connection, request);
  if (!dex_await (
          lc_with_timeout (dex_output_stream_write_bytes (g_io_stream_get_output_stream (stream),
                                                          bytes, G_PRIORITY_DEFAULT),
                           REQUEST_LIMIT_MS),
          &error) ||
      !dex_await (dex_io_stream_close (stream, G_PRIORITY_DEFAULT), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  if (self->used)
    stop (self);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
visit_failed_cb (DexFuture *failed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (failed, &error);
  g_debug ("A visit to the one-time address failed: %s", error->message);
  return dex_future_new_for_boolean (FALSE);
}

static gboolean
incoming_cb (LcNotebookRedirect *self, GSocketConnection *connection)
{
  Visit *visit = g_new0 (Visit, 1);

  g_weak_ref_init (&visit->redirect, self);
  visit->connection = g_object_ref (connection);
  dex_future_disown (
      dex_future_catch (lc_spawn (visit_fiber, visit, visit_free), visit_failed_cb, NULL, NULL));
  return TRUE;
}

static gboolean
life_over_cb (gpointer user_data)
{
  LcNotebookRedirect *self = user_data;

  self->life_id = 0;
  stop (self);
  return G_SOURCE_REMOVE;
}

static void
lc_notebook_redirect_dispose (GObject *object)
{
  LcNotebookRedirect *self = LC_NOTEBOOK_REDIRECT (object);

  stop (self);
  g_clear_pointer (&self->target, lc_secret_unref);
  g_clear_pointer (&self->path, lc_wipe_string);
  g_clear_pointer (&self->address, lc_wipe_string);

  G_OBJECT_CLASS (lc_notebook_redirect_parent_class)->dispose (object);
}

static void
lc_notebook_redirect_class_init (LcNotebookRedirectClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_notebook_redirect_dispose;
}

static void
lc_notebook_redirect_init (LcNotebookRedirect *self)
{
}

/* Returns the port. */
static guint16
listen_on_loopback (GSocketService *service, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), wanted, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return 0;

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

LcNotebookRedirect *
lc_notebook_redirect_new (LcSecret *target, GError **error)
{
  g_autoptr (LcNotebookRedirect) self = g_object_new (LC_TYPE_NOTEBOOK_REDIRECT, NULL);
  g_autoptr (LcSecret) nonce = lc_notebook_token_new (error);
  GError *local_error = NULL;
  guint16 port = 0;

  if (nonce == NULL)
    return NULL;

  self->target = lc_secret_ref (target);
  self->service = g_socket_service_new ();
  port = listen_on_loopback (self->service, &local_error);
  if (port == 0)
    {
      g_propagate_error (error, lc_error_convert (local_error));
      return NULL;
    }

  self->path = g_strconcat ("/", lc_secret_peek (nonce), NULL);
  self->address = g_strdup_printf ("http://127.0.0.1:%u%s", port, self->path);
  g_signal_connect_object (self->service, "incoming", G_CALLBACK (incoming_cb), self,
                           G_CONNECT_SWAPPED);
  g_socket_service_start (self->service);
  self->life_id = g_timeout_add_seconds (LIFE_SECONDS, life_over_cb, self);
  return g_steal_pointer (&self);
}

const char *
lc_notebook_redirect_get_address (LcNotebookRedirect *self)
{
  g_return_val_if_fail (LC_IS_NOTEBOOK_REDIRECT (self), NULL);

  return self->address;
}

gboolean
lc_notebook_redirect_was_used (LcNotebookRedirect *self)
{
  g_return_val_if_fail (LC_IS_NOTEBOOK_REDIRECT (self), FALSE);

  return self->used;
}

gboolean
lc_notebook_redirect_matches (const char *request, gsize length, const char *path)
{
  gsize size = strlen (path);

  /* "GET PATH HTTP/1.x"; a preview's HEAD must not use it up. */
  return length > size + 10 && strncmp (request, "GET ", 4) == 0 &&
         strncmp (request + 4, path, size) == 0 && strncmp (request + 4 + size, " HTTP/", 6) == 0;
}
