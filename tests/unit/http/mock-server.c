/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock-server.h"

#include <string.h>

struct _MockServer
{
  SoupServer *server;
  MockHandler handler;
  gpointer user_data;
  char *uri;
  GPtrArray *requests;
  GPtrArray *hanging;
};

static void
request_free (gpointer data)
{
  MockRequest *request = data;

  g_free (request->method);
  g_free (request->path);
  g_free (request->query);
  g_free (request->body);
  g_free (request->authorization);
  g_free (request->content_type);
  g_free (request->content_length);
  g_free (request->user_agent);
  g_free (request);
}

static MockRequest *
record (SoupServerMessage *message)
{
  MockRequest *request = g_new0 (MockRequest, 1);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);

  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = g_strdup (g_uri_get_path (uri));
  request->query = g_strdup (g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "");
  request->body = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  request->authorization = g_strdup (soup_message_headers_get_one (headers, "Authorization"));
  request->content_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  request->content_length = g_strdup (soup_message_headers_get_one (headers, "Content-Length"));
  request->user_agent = g_strdup (soup_message_headers_get_one (headers, "User-Agent"));
  return request;
}

static void
request_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  MockServer *self = user_data;
  MockRequest *request = record (message);

  g_ptr_array_add (self->requests, request);
  self->handler (self, message, request, self->requests->len - 1, self->user_data);
}

MockServer *
mock_server_new (MockHandler handler, gpointer user_data)
{
  MockServer *self = g_new0 (MockServer, 1);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  self->handler = handler;
  self->user_data = user_data;
  self->requests = g_ptr_array_new_with_free_func (request_free);
  self->hanging = g_ptr_array_new_with_free_func (g_object_unref);
  soup_server_listen (self->server, address, 0, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->uri = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  return self;
}

void
mock_server_free (MockServer *self)
{
  soup_server_disconnect (self->server);
  g_ptr_array_unref (self->hanging);
  g_object_unref (self->server);
  g_ptr_array_unref (self->requests);
  g_free (self->uri);
  g_free (self);
}

const char *
mock_server_get_uri (MockServer *self)
{
  return self->uri;
}

guint
mock_server_count (MockServer *self)
{
  return self->requests->len;
}

const MockRequest *
mock_server_get_request (MockServer *self, guint index)
{
  g_assert_cmpuint (index, <, self->requests->len);
  return g_ptr_array_index (self->requests, index);
}

void
mock_reply (SoupServerMessage *message, guint status, const char *json)
{
  soup_server_message_set_status (message, status, NULL);
  if (json != NULL)
    soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_COPY,
                                      json, strlen (json));
}

void
mock_set_header (SoupServerMessage *message, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), name, value);
}

void
mock_hang (MockServer *self, SoupServerMessage *message)
{
  soup_server_message_pause (message);
  g_ptr_array_add (self->hanging, g_object_ref (message));
}

void
mock_reply_raw (SoupServerMessage *message, const char *bytes, gsize length)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), bytes, length, NULL, NULL,
                             &error);
  g_assert_no_error (error);
  g_io_stream_close (stream, NULL, &error);
  g_assert_no_error (error);
}

char *
mock_request_dup_field (const MockRequest *request, const char *name)
{
  g_autoptr (GHashTable) fields = soup_form_decode (request->body);

  return g_strdup (g_hash_table_lookup (fields, name));
}
