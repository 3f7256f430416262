/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-json-reader.h"

#include <math.h>
#include <string.h>

#include "lc-duration.h"
#include "lc-error.h"

/* The whole text, shared by all readers of it. */
typedef struct
{
  JsonNode *root;
  char *complaint;
} Document;

struct _LcJsonReader
{
  Document *document;
  JsonNode *node; /* nullable, belongs to the document */
  char *path;
};

G_DEFINE_BOXED_TYPE (LcJsonReader, lc_json_reader, lc_json_reader_ref, lc_json_reader_unref)

static void
clear_document (gpointer data)
{
  Document *document = data;

  g_clear_pointer (&document->root, json_node_unref);
  g_free (document->complaint);
}

static void
clear_reader (gpointer data)
{
  LcJsonReader *reader = data;

  g_rc_box_release_full (reader->document, clear_document);
  g_free (reader->path);
}

static LcJsonReader *
new_reader (Document *document, JsonNode *node, char *path)
{
  LcJsonReader *self = g_rc_box_new0 (LcJsonReader);

  self->document = g_rc_box_acquire (document);
  self->node = node;
  self->path = path;
  return self;
}

static char *
member_path (LcJsonReader *self, const char *name)
{
  if (*self->path == '\0')
    return g_strdup (name);
  return g_strdup_printf ("%s.%s", self->path, name);
}

static void
complain (LcJsonReader *self, const char *path, const char *expected)
{
  if (self->document->complaint == NULL)
    self->document->complaint =
        g_strdup_printf ("%s: expected %s", *path != '\0' ? path : "document", expected);
}

/* Recursion in the parser is as deep as the text is. */
static gboolean
is_too_deep (const char *data, gsize length)
{
  gboolean in_string = FALSE;
  int depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string)
        {
          if (data[i] == '\\')
            i++;
          else if (data[i] == '"')
            in_string = FALSE;
          continue;
        }
      if (data[i] == '"')
        in_string = TRUE;
      else if ((data[i] == '{' || data[i] == '[') && ++depth > LC_JSON_MAX_DEPTH)
        return TRUE;
      else if (data[i] == '}' || data[i] == ']')
        depth--;
    }
  return FALSE;
}

/* The member's node; %NULL when there is none, or null. */
static JsonNode *
find_member (LcJsonReader *self, const char *name)
{
  JsonNode *node;

  if (self->node == NULL || JSON_NODE_HOLDS_NULL (self->node))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (self->node))
    {
      complain (self, self->path, "object");
      return NULL;
    }
  node = json_object_get_member (json_node_get_object (self->node), name);
  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static JsonNode *
find_value (LcJsonReader *self, const char *name, GType type, const char *expected)
{
  JsonNode *node = find_member (self, name);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    {
      lc_json_reader_complain (self, name, expected);
      return NULL;
    }
  return node;
}

LcJsonReader *
lc_json_reader_new (const char *data, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  Document *document;
  LcJsonReader *self;

  json_parser_set_strict (parser, TRUE);
  if (length > G_MAXSSIZE || !g_utf8_validate_len (data != NULL ? data : "", length, NULL) ||
      is_too_deep (data, length) || length == 0 ||
      !json_parser_load_from_data (parser, data, length, NULL) ||
      json_parser_get_root (parser) == NULL)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_PROTOCOL, "The answer is not JSON"));
      return NULL;
    }
  document = g_rc_box_new0 (Document);
  document->root = json_parser_steal_root (parser);
  self = new_reader (document, document->root, g_strdup (""));
  g_rc_box_release_full (document, clear_document);
  return self;
}

LcJsonReader *
lc_json_reader_ref (LcJsonReader *self)
{
  return g_rc_box_acquire (self);
}

void
lc_json_reader_unref (LcJsonReader *self)
{
  g_rc_box_release_full (self, clear_reader);
}

LcJsonReader *
lc_json_reader_get_member (LcJsonReader *self, const char *name)
{
  return new_reader (self->document, find_member (self, name), member_path (self, name));
}

guint
lc_json_reader_get_length (LcJsonReader *self)
{
  if (self->node == NULL || JSON_NODE_HOLDS_NULL (self->node))
    return 0;
  if (!JSON_NODE_HOLDS_ARRAY (self->node))
    {
      complain (self, self->path, "array");
      return 0;
    }
  return json_array_get_length (json_node_get_array (self->node));
}

LcJsonReader *
lc_json_reader_get_element (LcJsonReader *self, guint index)
{
  JsonNode *node = NULL;

  if (index < lc_json_reader_get_length (self))
    node = json_array_get_element (json_node_get_array (self->node), index);
  return new_reader (self->document, node, g_strdup_printf ("%s[%u]", self->path, index));
}

gboolean
lc_json_reader_exists (LcJsonReader *self)
{
  return self->node != NULL && !JSON_NODE_HOLDS_NULL (self->node);
}

const char *
lc_json_reader_get_string (LcJsonReader *self, const char *name)
{
  JsonNode *node = find_value (self, name, G_TYPE_STRING, "string");

  return node != NULL ? json_node_get_string (node) : NULL;
}

gint64
lc_json_reader_get_int (LcJsonReader *self, const char *name, gint64 fallback)
{
  JsonNode *node = find_member (self, name);

  if (node == NULL)
    return fallback;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    return json_node_get_int (node);
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      double number = json_node_get_double (node);

      if (number == floor (number) && fabs (number) < 9e15)
        return number;
    }
  lc_json_reader_complain (self, name, "integer");
  return fallback;
}

gboolean
lc_json_reader_get_boolean (LcJsonReader *self, const char *name, gboolean fallback)
{
  JsonNode *node = find_value (self, name, G_TYPE_BOOLEAN, "boolean");

  return node != NULL ? json_node_get_boolean (node) : fallback;
}

gint64
lc_json_reader_get_duration (LcJsonReader *self, const char *name, gint64 fallback)
{
  const char *text = lc_json_reader_get_string (self, name);
  gint64 seconds;

  if (text == NULL)
    return fallback;
  if (lc_parse_duration (text, &seconds))
    return seconds;
  lc_json_reader_complain (self, name, "duration");
  return fallback;
}

LcSecret *
lc_json_reader_take_secret (LcJsonReader *self, const char *name)
{
  const char *text = lc_json_reader_get_string (self, name);
  LcSecret *secret;

  if (text == NULL || *text == '\0')
    return NULL;
  secret = lc_secret_new (text);
  /* json-glib has no way to do it; the string is this document's own. */
  explicit_bzero ((char *) text, strlen (text));
  return secret;
}

const char *
lc_json_reader_require_string (LcJsonReader *self, const char *name)
{
  const char *text = lc_json_reader_get_string (self, name);

  if (text != NULL && *text != '\0')
    return text;
  lc_json_reader_complain (self, name, "string");
  return "";
}

void
lc_json_reader_complain (LcJsonReader *self, const char *name, const char *expected)
{
  g_autofree char *path = member_path (self, name);

  complain (self, path, expected);
}

gboolean
lc_json_reader_check (LcJsonReader *self, GError **error)
{
  if (self->document->complaint == NULL)
    return TRUE;
  g_propagate_error (error, lc_error_new (LC_ERROR_PROTOCOL, "%s", self->document->complaint));
  return FALSE;
}
