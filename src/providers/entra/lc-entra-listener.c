/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-entra-listener.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "lc-async.h"
#include "lc-entra-tokens.h"
#include "lc-error.h"

#define PORT_ATTEMPTS 16
#define ANSWER_LIMIT  2000 /* ms */

struct _LcEntraListener
{
  GObject parent_instance;

  SoupServer *server;
  LcSecret *state;
  char *redirect_uri;
  DexPromise *code;
  DexPromise *answered;
  SoupServerMessage *waiting; /* the browser's request, until it is known how the sign-in ended */
  gboolean taken;
};

G_DEFINE_FINAL_TYPE (LcEntraListener, lc_entra_listener, G_TYPE_OBJECT)

static char *
dup_language (void)
{
  const char *name = g_get_language_names ()[0];
  gsize length = strspn (name, "abcdefghijklmnopqrstuvwxyz");

  return length >= 2 ? g_strndup (name, length) : g_strdup ("en");
}

/* Nothing in it comes from the request, and it loads nothing. */
static char *
build_page (const char *title, const char *text)
{
  g_autofree char *language = dup_language ();

  return g_markup_printf_escaped (
      "<!DOCTYPE html>\n"
      "<html lang=\"%s\" dir=\"auto\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>%s</title>"
      "<style>:root{color-scheme:light dark}body{font:1.1rem system-ui,sans-serif;"
      "max-width:32rem;margin:20vh auto;padding:0 1rem;text-align:center}</style></head>"
      "<body><h1>%s</h1><p>%s</p></body></html>\n",
      language, title, title, text);
}

static void
respond (SoupServerMessage *message, guint status, const char *title, const char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  char *page = build_page (title, text);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_response (message, "text/html; charset=utf-8", SOUP_MEMORY_TAKE, page,
                                    strlen (page));
}

static gboolean
has_right_state (LcEntraListener *self, GHashTable *query)
{
  const char *text = query != NULL ? g_hash_table_lookup (query, "state") : NULL;
  g_autoptr (LcSecret) state = NULL;

  if (text == NULL)
    return FALSE;
  state = lc_secret_new (text);
  return lc_secret_equal (state, self->state);
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  dex_promise_resolve_boolean (user_data, TRUE);
}

static void
take_answer (LcEntraListener *self, SoupServerMessage *message, GHashTable *query)
{
  const char *code = g_hash_table_lookup (query, "code");
  const char *error = g_hash_table_lookup (query, "error");

  self->taken = TRUE;
  self->waiting = g_object_ref (message);
  soup_server_message_pause (message);
  g_signal_connect_data (message, "finished", G_CALLBACK (finished_cb), dex_ref (self->answered),
                         (GClosureNotify) G_CALLBACK (dex_unref), 0);
  if (error == NULL && code != NULL && *code != '\0')
    dex_promise_resolve_boxed (self->code, LC_TYPE_SECRET, lc_secret_new (code));
  else
    dex_promise_reject (
        self->code, lc_entra_error_new (0, error != NULL ? error : "invalid_request",
                                        g_hash_table_lookup (query, "error_description"), NULL));
}

static void
request_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  LcEntraListener *self = user_data;

  if (!g_str_equal (path, "/"))
    respond (message, SOUP_STATUS_NOT_FOUND, "LabConnect", _ ("There is no such page."));
  else if (!g_str_equal (soup_server_message_get_method (message), "GET"))
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                    "GET");
      respond (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "LabConnect", _ ("There is no such page."));
    }
  else if (!has_right_state (self, query))
    respond (message, SOUP_STATUS_BAD_REQUEST, "LabConnect",
             _ ("This page does not belong to the sign-in that is under way."));
  else if (self->taken)
    respond (message, SOUP_STATUS_OK, "LabConnect", _ ("You can close this page."));
  else
    take_answer (self, message, query);
}

static gboolean
listen_on (LcEntraListener *self, const char *address, guint port, GError **error)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new_from_string (address, port);

  return soup_server_listen (self->server, socket_address, 0, error);
}

static guint
get_port (LcEntraListener *self)
{
  GSList *uris = soup_server_get_uris (self->server);
  guint port = g_uri_get_port (uris->data);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return port;
}

/* Both addresses, on a port that is free on both. */
static gboolean
start (LcEntraListener *self, GError **error)
{
  for (int i = 0; i < PORT_ATTEMPTS; i++)
    {
      g_autoptr (GError) local_error = NULL;
      guint port;

      self->server = soup_server_new (NULL, NULL);
      if (!listen_on (self, "127.0.0.1", 0, error))
        return FALSE;
      port = get_port (self);
      if (listen_on (self, "::1", port, &local_error) ||
          !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        {
          self->redirect_uri = g_strdup_printf ("http://localhost:%u/", port);
          soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
          return TRUE;
        }
      soup_server_disconnect (self->server);
      g_clear_object (&self->server);
    }
  g_propagate_error (error, lc_error_new (LC_ERROR_PORT_IN_USE, "No port is free on 127.0.0.1 "
                                                                "and ::1"));
  return FALSE;
}

static void
lc_entra_listener_dispose (GObject *object)
{
  LcEntraListener *self = LC_ENTRA_LISTENER (object);

  g_clear_object (&self->waiting);
  if (self->server != NULL)
    {
      soup_server_remove_handler (self->server, NULL);
      soup_server_disconnect (self->server);
    }
  g_clear_object (&self->server);
  g_clear_pointer (&self->state, lc_secret_unref);
  dex_clear (&self->code);
  dex_clear (&self->answered);

  G_OBJECT_CLASS (lc_entra_listener_parent_class)->dispose (object);
}

static void
lc_entra_listener_finalize (GObject *object)
{
  g_free (LC_ENTRA_LISTENER (object)->redirect_uri);

  G_OBJECT_CLASS (lc_entra_listener_parent_class)->finalize (object);
}

static void
lc_entra_listener_class_init (LcEntraListenerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lc_entra_listener_dispose;
  object_class->finalize = lc_entra_listener_finalize;
}

static void
lc_entra_listener_init (LcEntraListener *self)
{
  self->code = dex_promise_new ();
  self->answered = dex_promise_new ();
}

LcEntraListener *
lc_entra_listener_new (LcSecret *state, GError **error)
{
  g_autoptr (LcEntraListener) self = g_object_new (LC_TYPE_ENTRA_LISTENER, NULL);
  g_autoptr (GError) local_error = NULL;

  self->state = lc_secret_ref (state);
  if (start (self, &local_error))
    return g_steal_pointer (&self);
  g_propagate_error (error, lc_error_convert (g_steal_pointer (&local_error)));
  return NULL;
}

const char *
lc_entra_listener_get_redirect_uri (LcEntraListener *self)
{
  return self->redirect_uri;
}

DexFuture *
lc_entra_listener_await_code (LcEntraListener *self)
{
  return dex_ref (DEX_FUTURE (self->code));
}

DexFuture *
lc_entra_listener_answer (LcEntraListener *self, gboolean success)
{
  if (self->waiting == NULL)
    return dex_future_new_for_boolean (TRUE);
  if (success)
    respond (self->waiting, SOUP_STATUS_OK, _ ("You Are Signed In"),
             _ ("You can close this page and go back to LabConnect."));
  else
    respond (self->waiting, SOUP_STATUS_OK, _ ("The Sign-In Failed"),
             _ ("LabConnect tells you why. You can close this page."));
  soup_server_message_unpause (self->waiting);
  g_clear_object (&self->waiting);
  return dex_future_any (dex_ref (DEX_FUTURE (self->answered)), lc_sleep (ANSWER_LIMIT), NULL);
}
