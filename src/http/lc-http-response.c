/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-http-response.h"

#include <string.h>

#include "lc-error.h"
#include "lc-http-response-private.h"

struct _LcHttpResponse
{
  GObject parent_instance;

  guint status;
  SoupMessageHeaders *headers;
  GByteArray *body;
};

G_DEFINE_FINAL_TYPE (LcHttpResponse, lc_http_response, G_TYPE_OBJECT)

static LcError
code_for_status (guint status)
{
  switch (status)
    {
    case 400:
    case 422:
      return LC_ERROR_INVALID_INPUT;
    case 401:
      return LC_ERROR_AUTH_REQUIRED;
    case 403:
      return LC_ERROR_FORBIDDEN;
    case 404:
    case 410:
      return LC_ERROR_NOT_FOUND;
    case 408:
    case 504:
      return LC_ERROR_TIMED_OUT;
    case 409:
    case 412:
    case 423:
      return LC_ERROR_CONFLICT;
    case 429:
      return LC_ERROR_RATE_LIMITED;
    case 405:
    case 501:
      return LC_ERROR_UNSUPPORTED;
    default:
      return status >= 500 ? LC_ERROR_REMOTE_FAILED : LC_ERROR_PROTOCOL;
    }
}

/* The envelope of CONTRACTS 4, or its inside without the envelope. */
static void
read_envelope (LcJsonReader *root, LcErrorDetails *details)
{
  g_autoptr (LcJsonReader) member = lc_json_reader_get_member (root, "error");
  g_autoptr (LcJsonReader) inside = NULL;
  g_autoptr (LcJsonReader) inner_list = NULL;
  g_autoptr (LcJsonReader) inner = NULL;

  inside = lc_json_reader_ref (lc_json_reader_exists (member) ? member : root);
  details->service_code = g_strdup (lc_json_reader_get_string (inside, "code"));
  details->service_message = g_strdup (lc_json_reader_get_string (inside, "message"));
  inner_list = lc_json_reader_get_member (inside, "details");
  inner = lc_json_reader_get_element (inner_list, 0);
  if (details->service_code == NULL)
    details->service_code = g_strdup (lc_json_reader_get_string (inner, "code"));
  if (details->service_message == NULL)
    details->service_message = g_strdup (lc_json_reader_get_string (inner, "message"));
}

static void
lc_http_response_finalize (GObject *object)
{
  LcHttpResponse *self = LC_HTTP_RESPONSE (object);

  if (self->body->len > 0)
    explicit_bzero (self->body->data, self->body->len);
  g_byte_array_unref (self->body);
  soup_message_headers_unref (self->headers);

  G_OBJECT_CLASS (lc_http_response_parent_class)->finalize (object);
}

static void
lc_http_response_class_init (LcHttpResponseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_http_response_finalize;
}

static void
lc_http_response_init (LcHttpResponse *self)
{
}

LcHttpResponse *
lc_http_response_new (guint status, SoupMessageHeaders *headers, GByteArray *body)
{
  LcHttpResponse *self = g_object_new (LC_TYPE_HTTP_RESPONSE, NULL);

  self->status = status;
  self->headers = soup_message_headers_ref (headers);
  self->body = body;
  return self;
}

guint
lc_http_response_get_status (LcHttpResponse *self)
{
  return self->status;
}

const char *
lc_http_response_get_header (LcHttpResponse *self, const char *name)
{
  return soup_message_headers_get_one (self->headers, name);
}

const char *
lc_http_response_get_request_id (LcHttpResponse *self)
{
  const char *id = lc_http_response_get_header (self, "x-ms-request-id");

  return id != NULL ? id : lc_http_response_get_header (self, "x-ms-correlation-request-id");
}

gsize
lc_http_response_get_body_length (LcHttpResponse *self)
{
  return self->body->len;
}

LcJsonReader *
lc_http_response_read_json (LcHttpResponse *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LcJsonReader) reader = NULL;

  reader = lc_json_reader_new ((const char *) self->body->data, self->body->len, &local_error);
  if (reader == NULL)
    {
      LcErrorDetails details = {
        .http_status = self->status,
        .request_id = (char *) lc_http_response_get_request_id (self),
      };

      g_propagate_error (error, lc_error_new_with_details (LC_ERROR_PROTOCOL, &details, "%s",
                                                           local_error->message));
    }
  return g_steal_pointer (&reader);
}

/* RFC 9110, 10.2.3: seconds, or a date. */
guint
lc_http_response_get_retry_after (LcHttpResponse *self)
{
  const char *text = lc_http_response_get_header (self, "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds;
  gint64 wait;

  if (text == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &seconds, NULL))
    return seconds;
  date = soup_date_time_new_from_http_string (text);
  if (date == NULL)
    return 0;
  wait = g_date_time_to_unix (date) - g_get_real_time () / G_USEC_PER_SEC;
  return CLAMP (wait, 0, G_MAXINT32);
}

GError *
lc_http_response_dup_error (LcHttpResponse *self)
{
  LcErrorDetails details = { .http_status = self->status };
  g_autoptr (LcJsonReader) root = NULL;
  GError *error;

  details.request_id = g_strdup (lc_http_response_get_request_id (self));
  root = lc_json_reader_new ((const char *) self->body->data, self->body->len, NULL);
  if (root != NULL)
    read_envelope (root, &details);
  error = lc_error_new_with_details (code_for_status (self->status), &details,
                                     "The service answered %u%s%s", self->status,
                                     details.service_code != NULL ? ": " : "",
                                     details.service_code != NULL ? details.service_code : "");
  g_free (details.service_code);
  g_free (details.service_message);
  g_free (details.request_id);
  return error;
}

char *
lc_http_response_dup_claims (LcHttpResponse *self)
{
  const char *header = lc_http_response_get_header (self, "WWW-Authenticate");
  const char *bearer = header != NULL ? strcasestr (header, "Bearer ") : NULL;
  g_autoptr (GHashTable) parameters = NULL;
  g_autoptr (GString) base64 = NULL;
  g_autofree char *claims = NULL;
  const char *value;
  gsize length;

  if (bearer == NULL)
    return NULL;
  parameters = soup_header_parse_param_list (bearer + strlen ("Bearer "));
  value = parameters != NULL ? g_hash_table_lookup (parameters, "claims") : NULL;
  if (value == NULL || strlen (value) > 16 * 1024)
    {
      g_clear_pointer (&parameters, soup_header_free_param_list);
      return NULL;
    }
  base64 = g_string_new (value);
  g_clear_pointer (&parameters, soup_header_free_param_list);
  g_string_replace (base64, "-", "+", 0);
  g_string_replace (base64, "_", "/", 0);
  while (base64->len % 4 != 0)
    g_string_append_c (base64, '=');
  claims = (char *) g_base64_decode (base64->str, &length);
  claims = g_realloc (claims, length + 1);
  claims[length] = '\0';
  if (strlen (claims) != length || length == 0 || claims[0] != '{' ||
      !g_utf8_validate (claims, length, NULL))
    return NULL;
  return g_steal_pointer (&claims);
}

void
lc_http_response_foreach_header (LcHttpResponse *self,
                                 SoupMessageHeadersForeachFunc func,
                                 gpointer user_data)
{
  soup_message_headers_foreach (self->headers, func, user_data);
}
