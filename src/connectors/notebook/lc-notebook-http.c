/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-notebook-http.h"

#include <gio/gio.h>
#include <string.h>

#include "lc-async.h"
#include "lc-error.h"

#define LIMIT_MS  10000
#define MAX_REPLY (64 * 1024)
#define CHUNK     8192

typedef struct
{
  guint16 port;
  char *path;
  LcSecret *token;
} Request;

G_DEFINE_BOXED_TYPE (LcNotebookReply,
                     lc_notebook_reply,
                     lc_notebook_reply_copy,
                     lc_notebook_reply_free)

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->path);
  g_clear_pointer (&request->token, lc_secret_unref);
  g_free (request);
}

/* HTTP/1.0: the answer ends with the connection and is never chunked (RFC 9112, 6.1). */
static GBytes *
make_request (Request *request)
{
  char *text = NULL;

  text = g_strdup_printf ("GET %s HTTP/1.0\r\n"
                          "Host: 127.0.0.1:%u\r\n"
                          "Accept: application/json, text/html\r\n"
                          "%s%s%s"
                          "\r\n",
                          request->path, request->port,
                          request->token != NULL ? "Authorization: token " : "",
                          request->token != NULL ? lc_secret_peek (request->token) : "",
                          request->token != NULL ? "\r\n" : "");

  return g_bytes_new_with_free_func (text, strlen (text), (GDestroyNotify) lc_wipe_string, text);
}

static gboolean
write_all (GOutputStream *output, GBytes *bytes, GError **error)
{
  gsize offset = 0;

  while (offset < g_bytes_get_size (bytes))
    {
      g_autoptr (GBytes) rest =
          g_bytes_new_from_bytes (bytes, offset, g_bytes_get_size (bytes) - offset);
      gint64 n =
          dex_await_int64 (dex_output_stream_write_bytes (output, rest, G_PRIORITY_DEFAULT), error);

      if (n <= 0)
        return FALSE;
      offset += (gsize) n;
    }

  return TRUE;
}

static gboolean
read_all (GInputStream *input, GByteArray *reply, GError **error)
{
  while (reply->len < MAX_REPLY)
    {
      g_autoptr (GBytes) chunk =
          dex_await_boxed (dex_input_stream_read_bytes (input, CHUNK, G_PRIORITY_DEFAULT), error);

      if (chunk == NULL)
        return FALSE;
      if (g_bytes_get_size (chunk) == 0)
        break;
      g_byte_array_append (reply, g_bytes_get_data (chunk, NULL), (guint) g_bytes_get_size (chunk));
    }

  return TRUE;
}

static DexFuture *
get_fiber (gpointer data)
{
  Request *request = data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, request->port);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GBytes) bytes = make_request (request);
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autoptr (LcNotebookReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection =
      dex_await_object (dex_socket_client_connect (client, G_SOCKET_CONNECTABLE (address)), &error);
  if (connection == NULL ||
      !write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes, &error) ||
      !read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), text, &error))
    {
      if (lc_error_is_cancelled (error))
        return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));

      return dex_future_new_for_error (
          lc_error_new (LC_ERROR_OFFLINE, "The tunnel closed: %s",
                        error != NULL ? error->message : "nothing was written"));
    }

  if (text->len == 0)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_OFFLINE, "The tunnel closed without an answer"));

  reply = lc_notebook_reply_parse ((const char *) text->data, text->len);
  if (reply == NULL)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_PROTOCOL, "What answers through the tunnel does not speak HTTP"));

  return dex_future_new_take_boxed (LC_TYPE_NOTEBOOK_REPLY, g_steal_pointer (&reply));
}

static DexFuture *
convert_cb (DexFuture *failed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (failed, &error);
  return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
}

/* The value of a header in the head, which is a copy ended by NUL and whose lines end with "\n". */
static char *
find_header (const char *head, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (head, "\n", -1);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon == NULL)
        continue;
      *colon = '\0';
      if (g_ascii_strcasecmp (lines[i], name) == 0)
        return g_strdup (g_strstrip (colon + 1));
    }

  return NULL;
}

LcNotebookReply *
lc_notebook_reply_copy (LcNotebookReply *self)
{
  LcNotebookReply *copy = g_new0 (LcNotebookReply, 1);

  copy->status = self->status;
  copy->location = g_strdup (self->location);
  copy->body = g_strdup (self->body);
  return copy;
}

void
lc_notebook_reply_free (LcNotebookReply *self)
{
  g_free (self->location);
  g_free (self->body);
  g_free (self);
}

LcNotebookReply *
lc_notebook_reply_parse (const char *data, gsize length)
{
  const char *end = g_strstr_len (data, (gssize) length, "\r\n\r\n");
  g_autofree char *head = NULL;
  LcNotebookReply *reply = NULL;
  guint status = 0;

  /* "HTTP/1.x NNN" */
  if (end == NULL || end - data < 12 || strncmp (data, "HTTP/1.", 7) != 0 || data[8] != ' ')
    return NULL;
  for (guint i = 9; i < 12; i++)
    {
      if (!g_ascii_isdigit (data[i]))
        return NULL;
      status = status * 10 + (guint) (data[i] - '0');
    }
  if (status < 100 || status > 599)
    return NULL;

  head = g_strndup (data, (gsize) (end - data));
  reply = g_new0 (LcNotebookReply, 1);
  reply->status = status;
  reply->location = find_header (head, "Location");
  reply->body = g_strndup (end + 4, length - (gsize) (end + 4 - data));
  return reply;
}

DexFuture *
lc_notebook_get (guint16 port, const char *path, LcSecret *token)
{
  Request *request = g_new0 (Request, 1);

  request->port = port;
  request->path = g_strdup (path);
  request->token = token != NULL ? lc_secret_ref (token) : NULL;
  return dex_future_catch (lc_with_timeout (lc_spawn (get_fiber, request, request_free), LIMIT_MS),
                           convert_cb, NULL, NULL);
}
