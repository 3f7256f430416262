/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-http-request-private.h"

#include <string.h>

#include "lc-error.h"
#include "lc-wiped-buffer.h"

#define URI_FLAGS (G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED)

struct _LcHttpRequest
{
  GObject parent_instance;

  char *method;
  char *uri; /* absolute, as a service gave it; else path and query */
  GString *path;
  GString *query;
  gboolean malformed;
  gboolean idempotent;
  gboolean accept_errors;
  LcOperation *operation;

  const char *content_type;
  LcWipedBuffer fields;
  GBytes *body;
};

G_DEFINE_FINAL_TYPE (LcHttpRequest, lc_http_request, G_TYPE_OBJECT)

/* "." and ".." cannot be escaped: RFC 3986 lets any hop take them out of a path. */
static void
append_segment (LcHttpRequest *self, const char *segment)
{
  g_autofree char *escaped = g_uri_escape_string (segment, "!$&'()*+,;=:@", FALSE);

  if (g_str_equal (segment, ".") || g_str_equal (segment, "..") ||
      !g_utf8_validate (segment, -1, NULL))
    self->malformed = TRUE;
  g_string_append_printf (self->path, "/%s", escaped);
}

static void
append_json_string (LcWipedBuffer *buffer, const char *text)
{
  const char *start = text;

  lc_wiped_buffer_append (buffer, "\"", 1);
  for (const char *at = text; *at != '\0'; at++)
    {
      guchar c = *at;
      char escape[7];

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      lc_wiped_buffer_append (buffer, start, at - start);
      g_snprintf (escape, sizeof escape, "\\u%04x", c);
      lc_wiped_buffer_append (buffer, escape, 6);
      start = at + 1;
    }
  lc_wiped_buffer_append (buffer, start, strlen (start));
  lc_wiped_buffer_append (buffer, "\"", 1);
}

static void
append_form_value (LcWipedBuffer *buffer, const char *text)
{
  char *escaped = g_uri_escape_string (text, NULL, FALSE);

  lc_wiped_buffer_append (buffer, escaped, strlen (escaped));
  lc_wipe_string (escaped);
}

static void
lc_http_request_finalize (GObject *object)
{
  LcHttpRequest *self = LC_HTTP_REQUEST (object);

  g_free (self->method);
  g_free (self->uri);
  g_string_free (self->path, TRUE);
  g_string_free (self->query, TRUE);
  g_clear_object (&self->operation);
  lc_wiped_buffer_clear (&self->fields);
  g_clear_pointer (&self->body, g_bytes_unref);

  G_OBJECT_CLASS (lc_http_request_parent_class)->finalize (object);
}

static void
lc_http_request_class_init (LcHttpRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_http_request_finalize;
}

static void
lc_http_request_init (LcHttpRequest *self)
{
  self->path = g_string_new (NULL);
  self->query = g_string_new (NULL);
}

LcHttpRequest *
lc_http_request_new (const char *method, const char *path, ...)
{
  LcHttpRequest *self = g_object_new (LC_TYPE_HTTP_REQUEST, NULL);
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  const char *segment;
  va_list args;

  self->method = g_strdup (method);
  self->idempotent = g_str_equal (method, "GET");
  for (gsize i = 0; segments[i] != NULL; i++)
    if (*segments[i] != '\0')
      append_segment (self, segments[i]);
  va_start (args, path);
  while ((segment = va_arg (args, const char *)) != NULL)
    append_segment (self, segment);
  va_end (args);
  return self;
}

LcHttpRequest *
lc_http_request_new_for_uri (const char *method, const char *uri)
{
  LcHttpRequest *self = g_object_new (LC_TYPE_HTTP_REQUEST, NULL);

  self->method = g_strdup (method);
  self->idempotent = g_str_equal (method, "GET");
  self->uri = g_strdup (uri);
  return self;
}

void
lc_http_request_add_query (LcHttpRequest *self, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, "$()=:,;@/", FALSE);

  g_return_if_fail (LC_IS_HTTP_REQUEST (self));

  g_string_append_printf (self->query, "%s%s=%s", self->query->len > 0 ? "&" : "", name, escaped);
}

void
lc_http_request_add_member (LcHttpRequest *self, const char *name, const char *value)
{
  g_return_if_fail (LC_IS_HTTP_REQUEST (self));
  g_return_if_fail (self->body == NULL);

  self->content_type = "application/json";
  lc_wiped_buffer_append (&self->fields, self->fields.length > 0 ? "," : "{", 1);
  append_json_string (&self->fields, name);
  lc_wiped_buffer_append (&self->fields, ":", 1);
  append_json_string (&self->fields, value);
}

void
lc_http_request_add_secret_member (LcHttpRequest *self, const char *name, LcSecret *value)
{
  lc_http_request_add_member (self, name, lc_secret_peek (value));
}

void
lc_http_request_set_json (LcHttpRequest *self, JsonNode *node)
{
  LcWipedBuffer buffer = { 0 };
  char *text;

  g_return_if_fail (LC_IS_HTTP_REQUEST (self));

  text = json_to_string (node, FALSE);
  lc_wiped_buffer_append (&buffer, text, strlen (text));
  lc_wipe_string (text);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = lc_wiped_buffer_steal_bytes (&buffer);
  self->content_type = "application/json";
}

void
lc_http_request_add_field (LcHttpRequest *self, const char *name, const char *value)
{
  g_return_if_fail (LC_IS_HTTP_REQUEST (self));
  g_return_if_fail (self->body == NULL);

  self->content_type = "application/x-www-form-urlencoded";
  if (self->fields.length > 0)
    lc_wiped_buffer_append (&self->fields, "&", 1);
  append_form_value (&self->fields, name);
  lc_wiped_buffer_append (&self->fields, "=", 1);
  append_form_value (&self->fields, value);
}

void
lc_http_request_add_secret_field (LcHttpRequest *self, const char *name, LcSecret *value)
{
  lc_http_request_add_field (self, name, lc_secret_peek (value));
}

void
lc_http_request_set_idempotent (LcHttpRequest *self, gboolean idempotent)
{
  g_return_if_fail (LC_IS_HTTP_REQUEST (self));

  self->idempotent = idempotent;
}

void
lc_http_request_set_accept_errors (LcHttpRequest *self, gboolean accept_errors)
{
  g_return_if_fail (LC_IS_HTTP_REQUEST (self));

  self->accept_errors = accept_errors;
}

void
lc_http_request_set_operation (LcHttpRequest *self, LcOperation *operation)
{
  g_return_if_fail (LC_IS_HTTP_REQUEST (self));

  g_set_object (&self->operation, operation);
}

const char *
lc_http_request_get_method (LcHttpRequest *self)
{
  return self->method;
}

LcOperation *
lc_http_request_get_operation (LcHttpRequest *self)
{
  return self->operation;
}

GUri *
lc_http_request_build_uri (LcHttpRequest *self, GUri *base, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *path = NULL;
  const char *base_path = g_uri_get_path (base);
  int length = strlen (base_path);

  if (self->uri != NULL)
    {
      uri = g_uri_parse_relative (base, self->uri, URI_FLAGS, NULL);
      if (uri == NULL || !lc_uri_is_same_origin (uri, base))
        {
          g_propagate_error (error, lc_error_new (LC_ERROR_PROTOCOL,
                                                  "The service points to another host"));
          return NULL;
        }
      return g_steal_pointer (&uri);
    }
  if (self->malformed)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT, "An id has a segment that no "
                                                                      "address can have"));
      return NULL;
    }
  if (g_str_has_suffix (base_path, "/"))
    length--;
  path = g_strdup_printf ("%.*s%s", length, base_path, self->path->len > 0 ? self->path->str : "/");
  return g_uri_build (URI_FLAGS, g_uri_get_scheme (base), NULL, g_uri_get_host (base),
                      g_uri_get_port (base), path, self->query->len > 0 ? self->query->str : NULL,
                      NULL);
}

GBytes *
lc_http_request_get_body (LcHttpRequest *self, const char **content_type)
{
  if (self->body == NULL && self->fields.length > 0)
    {
      if (self->fields.data[0] == '{')
        lc_wiped_buffer_append (&self->fields, "}", 1);
      self->body = lc_wiped_buffer_steal_bytes (&self->fields);
    }
  *content_type = self->content_type;
  return self->body;
}

gboolean
lc_http_request_get_idempotent (LcHttpRequest *self)
{
  return self->idempotent;
}

gboolean
lc_http_request_get_accept_errors (LcHttpRequest *self)
{
  return self->accept_errors;
}

static int
effective_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port != -1)
    return port;
  return g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;
}

gboolean
lc_uri_is_same_origin (GUri *a, GUri *b)
{
  return g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b)) && g_uri_get_host (a) != NULL &&
         g_uri_get_host (b) != NULL &&
         g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 &&
         effective_port (a) == effective_port (b);
}
