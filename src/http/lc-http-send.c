/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-http-send.h"

#include <string.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-http-response.h"

#define CHUNK (64 * 1024)

typedef struct
{
  SoupSession *session;
  SoupMessage *message;
} Send;

static void
send_free (gpointer data)
{
  Send *send = data;

  g_object_unref (send->session);
  g_object_unref (send->message);
  g_free (send);
}

static GError *
convert_error (GError *error)
{
  if (error->domain == SOUP_SESSION_ERROR)
    {
      GError *converted = lc_error_new (LC_ERROR_PROTOCOL, "%s", error->message);

      g_error_free (error);
      return converted;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    {
      g_error_free (error);
      return lc_error_new (LC_ERROR_OFFLINE, "The connection ended in the middle of the answer");
    }
  return lc_error_convert (error);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  g_autoptr (GError) error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (stream != NULL)
    dex_promise_resolve_object (promise, stream);
  else
    dex_promise_reject (promise, g_steal_pointer (&error));
}

static DexFuture *
send_headers (SoupSession *session, SoupMessage *message)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  soup_session_send_async (session, message, G_PRIORITY_DEFAULT,
                           dex_promise_get_cancellable (promise), sent_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static gboolean
read_body (GInputStream *stream, GByteArray *body, GError **error)
{
  for (;;)
    {
      g_autoptr (GBytes) chunk =
          dex_await_boxed (dex_input_stream_read_bytes (stream, CHUNK, G_PRIORITY_DEFAULT), error);
      gsize length;
      const guint8 *data;

      if (chunk == NULL)
        return FALSE;
      data = g_bytes_get_data (chunk, &length);
      if (length == 0)
        return TRUE;
      if (body->len + length > LC_HTTP_MAX_BODY)
        {
          g_propagate_error (error, lc_error_new (LC_ERROR_PROTOCOL, "The answer is too long"));
          return FALSE;
        }
      g_byte_array_append (body, data, length);
      explicit_bzero ((guint8 *) data, length);
    }
}

static DexFuture *
send_fiber (gpointer data)
{
  Send *send = data;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GByteArray) body = NULL;
  g_autoptr (GError) error = NULL;

  stream = dex_await_object (send_headers (send->session, send->message), &error);
  if (stream == NULL)
    return dex_future_new_for_error (convert_error (g_steal_pointer (&error)));
  body = g_byte_array_new ();
  if (!read_body (stream, body, &error))
    return dex_future_new_for_error (convert_error (g_steal_pointer (&error)));
  return dex_future_new_take_object (lc_http_response_new (
      soup_message_get_status (send->message), soup_message_get_response_headers (send->message),
      g_steal_pointer (&body)));
}

DexFuture *
lc_http_send_message (SoupSession *session, SoupMessage *message)
{
  Send *send = g_new0 (Send, 1);

  send->session = g_object_ref (session);
  send->message = g_object_ref (message);
  return lc_spawn (send_fiber, send, send_free);
}
