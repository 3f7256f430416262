/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-request.h"

#include <stdlib.h>
#include <string.h>

#include "sb-util.h"

#define PAGE_SIZE 100
#define MAX_DEPTH 64

/* What a subscription may still ask in this hour, as ARM tells it. Nothing is refused for it. */
static guint remaining_reads = 1199;
static guint remaining_writes = 1199;

static void
add_arm_headers (SbRequest *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  SoupMessageHeaders *asked = soup_server_message_get_request_headers (self->message);
  const char *client_id = soup_message_headers_get_one (asked, "x-ms-client-request-id");
  const char *echo = soup_message_headers_get_one (asked, "x-ms-return-client-request-id");
  g_autofree char *time = sb_format_time (sb_now ());
  g_autofree char *routing = g_strdup_printf ("LOCAL:%.19s:%s", time, self->id);
  gboolean is_read = g_str_equal (self->method, "GET");
  guint *remaining = is_read ? &remaining_reads : &remaining_writes;
  g_autofree char *count = NULL;

  *remaining = *remaining > 100 ? *remaining - 1 : 1199;
  count = g_strdup_printf ("%u", *remaining);
  soup_message_headers_replace (headers, "x-ms-request-id", self->id);
  soup_message_headers_replace (headers, "x-ms-correlation-request-id", self->id);
  soup_message_headers_replace (headers, "x-ms-routing-request-id", routing);
  soup_message_headers_replace (headers,
                                is_read ? "x-ms-ratelimit-remaining-subscription-reads"
                                        : "x-ms-ratelimit-remaining-subscription-writes",
                                count);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (client_id != NULL && strlen (client_id) <= 64 && g_strcmp0 (echo, "true") == 0)
    soup_message_headers_replace (headers, "x-ms-client-request-id", client_id);
}

/* A body whose depth would make a recursive parser dig is refused before it is parsed. */
static gboolean
is_shallow (const char *text, gsize length)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        in_string = !in_string;
      else if (!in_string && (text[i] == '{' || text[i] == '['))
        depth++;
      else if (!in_string && (text[i] == '}' || text[i] == ']') && depth > 0)
        depth--;
      if (depth > MAX_DEPTH)
        return FALSE;
    }

  return TRUE;
}

static gboolean
parse_count (const char *text, gint64 min, gint64 *out)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, (guint64) min, G_MAXINT32, &value, NULL))
    return FALSE;

  *out = (gint64) value;
  return TRUE;
}

/* "offset" or "offset.left": where the next page begins and how many items $top still allows. */
static gboolean
get_bounds (SbRequest *self, gint64 *offset, gint64 *left, GError **error)
{
  const char *token = sb_request_get_query (self, "$skiptoken");
  const char *top = sb_request_get_query (self, "$top");
  g_auto (GStrv) parts = NULL;

  *offset = 0;
  *left = -1;
  if (top != NULL && token == NULL && !parse_count (top, 1, left))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_PARAMETER,
                           "'$top' must be a positive whole number.");
      return FALSE;
    }
  if (token == NULL)
    return TRUE;

  parts = g_strsplit (token, ".", 2);
  if (parts[0] == NULL || !parse_count (parts[0], 0, offset) ||
      (parts[1] != NULL && !parse_count (parts[1], 1, left)))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_PARAMETER,
                           "The '$skiptoken' is invalid.");
      return FALSE;
    }

  return TRUE;
}

static char *
dup_next_link (SbRequest *self, gint64 offset, gint64 left)
{
  g_autoptr (GString) link = g_string_new (self->base);
  GHashTableIter iter;
  gpointer name, value;

  g_string_append (link, self->path);
  g_string_append_printf (link, "?$skiptoken=%" G_GINT64_FORMAT, offset);
  if (left > 0)
    g_string_append_printf (link, ".%" G_GINT64_FORMAT, left);

  g_hash_table_iter_init (&iter, self->query);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *escaped_name = g_uri_escape_string (name, "$", TRUE);
      g_autofree char *escaped = g_uri_escape_string (value, NULL, TRUE);

      if (!g_str_equal (name, "$skiptoken"))
        g_string_append_printf (link, "&%s=%s", escaped_name, escaped);
    }

  return g_string_free (g_steal_pointer (&link), FALSE);
}

/* The value at "properties/email" or "name" of an item, as text. */
static char *
dup_value_at (JsonObject *item, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  JsonNode *node = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GList) members = json_object_get_members (item);
      const char *found = NULL;

      for (GList *at = members; at != NULL && found == NULL; at = at->next)
        {
          if (g_ascii_strcasecmp (at->data, names[i]) == 0)
            found = at->data;
        }
      node = found != NULL ? json_object_get_member (item, found) : NULL;
      if (names[i + 1] == NULL || node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
        return node != NULL && names[i + 1] == NULL &&
                       json_node_get_value_type (node) == G_TYPE_STRING
                   ? json_node_dup_string (node)
                   : NULL;
      item = json_node_get_object (node);
    }

  return NULL;
}

/* The one form of $filter that the service's clients use: "path eq 'text'". */
static JsonArray *
filter_items (JsonArray *items, const char *filter, GError **error)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("^\\s*([A-Za-z/]+)\\s+eq\\s+'((?:[^']|'')*)'\\s*$", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GString) wanted = NULL;
  JsonArray *kept;

  if (!g_regex_match (regex, filter, 0, &match))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_PARAMETER,
                           "The '$filter' is not understood: write \"property eq 'value'\".");
      return NULL;
    }

  path = g_match_info_fetch (match, 1);
  wanted = g_string_new_take (g_match_info_fetch (match, 2));
  g_string_replace (wanted, "''", "'", 0);
  kept = json_array_new ();
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonObject *item = json_array_get_object_element (items, i);
      g_autofree char *value = dup_value_at (item, path);

      if (value != NULL && g_ascii_strcasecmp (value, wanted->str) == 0)
        json_array_add_object_element (kept, json_object_ref (item));
    }

  return kept;
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer path)
{
  g_autofree char *left = dup_value_at ((JsonObject *) a, path);
  g_autofree char *right = dup_value_at ((JsonObject *) b, path);

  return g_strcmp0 (left, right);
}

static JsonArray *
order_items (JsonArray *items, const char *order)
{
  g_auto (GStrv) words = g_strsplit_set (order, " ", 2);
  gboolean is_descending =
      words[0] != NULL && words[1] != NULL && g_ascii_strcasecmp (words[1], "desc") == 0;
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  JsonArray *result = json_array_new ();

  for (guint i = 0; i < json_array_get_length (items); i++)
    g_ptr_array_add (sorted, json_array_get_object_element (items, i));
  if (words[0] != NULL)
    g_ptr_array_sort_values_with_data (sorted, compare_items, words[0]);
  for (guint i = 0; i < sorted->len; i++)
    json_array_add_object_element (
        result, json_object_ref (sorted->pdata[is_descending ? sorted->len - 1 - i : i]));

  return result;
}

static JsonArray *
load_filtered (SbRequest *self,
               SbLoadItems load,
               gpointer data,
               gint64 offset,
               gint64 limit,
               GError **error)
{
  const char *filter = sb_request_get_query (self, "$filter");
  const char *order = sb_request_get_query (self, "$orderby");
  g_autoptr (JsonArray) items = load (self, data, 0, -1, error);
  JsonArray *page;

  if (items != NULL && filter != NULL)
    {
      JsonArray *kept = filter_items (items, filter, error);

      json_array_unref (items);
      items = kept;
    }
  if (items == NULL)
    return NULL;
  if (order != NULL)
    {
      JsonArray *ordered = order_items (items, order);

      json_array_unref (items);
      items = ordered;
    }

  page = json_array_new ();
  for (gint64 i = offset; i < offset + limit && i < json_array_get_length (items); i++)
    json_array_add_object_element (page, json_object_ref (
                                             json_array_get_object_element (items, (guint) i)));

  return page;
}

static GHashTable *
keep_utf8 (GHashTable *form)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, form);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (!g_utf8_validate (name, -1, NULL) || !g_utf8_validate (value, -1, NULL))
        g_hash_table_iter_remove (&iter);
    }

  return form;
}

SbRequest *
sb_request_new (SoupServerMessage *message, guint port)
{
  SbRequest *self = g_new0 (SbRequest, 1);
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);
  const char *host =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Host");

  self->message = g_object_ref (message);
  self->method = soup_server_message_get_method (message);
  self->path = g_uri_get_path (uri);
  self->query = query != NULL ? keep_utf8 (soup_form_decode (query))
                              : g_hash_table_new (g_str_hash, g_str_equal);
  self->params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->base = host != NULL ? g_strdup_printf ("http://%s", host)
                            : g_strdup_printf ("http://127.0.0.1:%u", port);
  self->uri =
      g_strdup_printf ("%s%s%s", self->path, query != NULL ? "?" : "", query != NULL ? query : "");
  self->id = g_uuid_string_random ();
  self->caller.method = self->method;
  self->caller.uri = self->uri;
  self->caller.person_id = "";

  return self;
}

void
sb_request_free (SbRequest *self)
{
  g_object_unref (self->message);
  g_hash_table_unref (self->query);
  g_hash_table_unref (self->params);
  g_clear_pointer (&self->person, sb_person_free);
  g_free (self->base);
  g_free (self->uri);
  g_free (self->id);
  g_free (self);
}

const char *
sb_request_get_query (SbRequest *self, const char *name)
{
  return g_hash_table_lookup (self->query, name);
}

const char *
sb_request_get_param (SbRequest *self, const char *name)
{
  return g_hash_table_lookup (self->params, name);
}

JsonObject *
sb_request_dup_json (SbRequest *self, GError **error)
{
  SoupMessageBody *body = soup_server_message_get_request_body (self->message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) problem = NULL;
  JsonNode *root = NULL;

  if (length == 0)
    return json_object_new ();

  parser = json_parser_new_immutable ();
  json_parser_set_strict (parser, TRUE);
  if (g_utf8_validate_len (text, length, NULL) && is_shallow (text, length) &&
      json_parser_load_from_data (parser, text, (gssize) length, &problem))
    root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return json_node_dup_object (root);

  g_set_error (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
               "The request content was invalid and could not be deserialized: '%s'.",
               problem != NULL ? problem->message : "a JSON object is expected");
  return NULL;
}

GHashTable *
sb_request_dup_form (SbRequest *self)
{
  SoupMessageBody *body = soup_server_message_get_request_body (self->message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data != NULL ? data : "", length);

  return keep_utf8 (soup_form_decode (text));
}

void
sb_request_reply_json (SbRequest *self, guint status, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  char *text = json_to_string (node, FALSE);

  json_object_unref (object);
  add_arm_headers (self);
  soup_server_message_set_status (self->message, status, NULL);
  soup_server_message_set_response (self->message, "application/json; charset=utf-8",
                                    SOUP_MEMORY_TAKE, text, strlen (text));
}

void
sb_request_reply_empty (SbRequest *self, guint status)
{
  add_arm_headers (self);
  soup_server_message_set_status (self->message, status, NULL);
  if (status != SOUP_STATUS_NO_CONTENT)
    soup_server_message_set_response (self->message, NULL, SOUP_MEMORY_STATIC, NULL, 0);
}

void
sb_request_reply_html (SbRequest *self, guint status, char *html)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);

  soup_server_message_set_status (self->message, status, NULL);
  soup_server_message_set_response (self->message, "text/html; charset=utf-8", SOUP_MEMORY_TAKE,
                                    html, strlen (html));
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  /* form-action also governs where a form's answer may lead to: the program's loopback address. */
  soup_message_headers_replace (headers, "Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                                "form-action 'self' http://localhost:*; base-uri 'none'; "
                                "frame-ancestors 'none'");
}

void
sb_request_reply_error (SbRequest *self, const GError *error)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  JsonObject *envelope = json_object_new ();
  JsonObject *body = json_object_new ();
  guint status = sb_error_get_status (error);

  if (status >= 500)
    g_warning ("%s %s: %s", self->method, self->path, error->message);
  if (status == 401)
    {
      g_autofree char *challenge =
          g_strdup_printf ("Bearer authorization_uri=\"%s/common\", error=\"invalid_token\", "
                           "error_description=\"%s\"",
                           self->base, error->message);

      soup_message_headers_replace (headers, "WWW-Authenticate", challenge);
    }

  json_object_set_string_member (body, "code", sb_error_get_code (error));
  json_object_set_string_member (body, "message", error->message);
  json_object_set_object_member (envelope, "error", body);
  sb_request_reply_json (self, status, envelope);
}

void
sb_request_reply_operation (SbRequest *self, const SbOperation *operation)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  const char *version = sb_request_get_query (self, "api-version");
  g_autofree char *where =
      g_strdup_printf ("%s/subscriptions/%s/providers/Microsoft.LabServices"
                       "/locations/%s",
                       self->base, operation->subscription_id, operation->location);
  g_autofree char *status =
      g_strdup_printf ("%s/operations/%s?api-version=%s", where, operation->id, version);
  g_autofree char *result =
      g_strdup_printf ("%s/operationResults/%s?api-version=%s", where, operation->id, version);

  soup_message_headers_replace (headers, "Azure-AsyncOperation", status);
  soup_message_headers_replace (headers, "Location", result);
  sb_request_reply_empty (self, SOUP_STATUS_ACCEPTED);
}

gboolean
sb_request_reply_list (SbRequest *self, SbLoadItems load, gpointer data, GError **error)
{
  gboolean is_filtered = sb_request_get_query (self, "$filter") != NULL ||
                         sb_request_get_query (self, "$orderby") != NULL;
  g_autoptr (JsonArray) items = NULL;
  JsonObject *list;
  gint64 offset, left, size;
  gboolean has_more;

  if (!get_bounds (self, &offset, &left, error))
    return FALSE;

  size = left > 0 ? MIN (left, PAGE_SIZE) : PAGE_SIZE;
  if (is_filtered)
    items = load_filtered (self, load, data, offset, size + 1, error);
  else
    items = load (self, data, offset, size + 1, error);
  if (items == NULL)
    return FALSE;

  has_more = json_array_get_length (items) > size && left != size;
  if (json_array_get_length (items) > size)
    json_array_remove_element (items, (guint) size);

  list = json_object_new ();
  json_object_set_array_member (list, "value", json_array_ref (items));
  if (has_more)
    {
      g_autofree char *link = dup_next_link (self, offset + size, left > 0 ? left - size : -1);

      json_object_set_string_member (list, "nextLink", link);
    }
  sb_request_reply_json (self, SOUP_STATUS_OK, list);

  return TRUE;
}

gboolean
sb_path_match (const char *template, const char *path, GHashTable *params)
{
  g_auto (GStrv) wanted = g_strsplit (template, "/", -1);
  g_auto (GStrv) given = g_strsplit (path, "/", 64);
  guint length = g_strv_length (wanted);

  if (length != g_strv_length (given))
    return FALSE;

  for (guint i = 0; i < length; i++)
    {
      g_autofree char *segment = g_uri_unescape_string (given[i], "/");
      gsize name_length = strlen (wanted[i]);

      if (segment == NULL || !g_utf8_validate (segment, -1, NULL))
        return FALSE;
      if (wanted[i][0] != '{')
        {
          if (g_ascii_strcasecmp (wanted[i], segment) != 0)
            return FALSE;
          continue;
        }
      if (*segment == '\0' || strlen (segment) > 260)
        return FALSE;
      if (params != NULL)
        g_hash_table_replace (params, g_strndup (wanted[i] + 1, name_length - 2),
                              g_steal_pointer (&segment));
    }

  return TRUE;
}
