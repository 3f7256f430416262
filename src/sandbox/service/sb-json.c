/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-request.h"

static gboolean
wrong_type (const char *name, const char *expected, GError **error)
{
  g_set_error (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
               "The request content is invalid: '%s' must be %s.", name, expected);
  return FALSE;
}

/* The member when it is there and not null; %FALSE when it is missing but @required. */
static gboolean
get_member (JsonObject *object,
            const char *name,
            gboolean required,
            JsonNode **node,
            GError **error)
{
  *node = object != NULL ? json_object_get_member (object, name) : NULL;
  if (*node != NULL && JSON_NODE_HOLDS_NULL (*node))
    *node = NULL;

  if (*node == NULL && required)
    {
      g_set_error (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                   "The request content is invalid: the required property '%s' is missing.", name);
      return FALSE;
    }

  return TRUE;
}

gboolean
sb_json_get_text (JsonObject *object,
                  const char *name,
                  gboolean required,
                  const char **out,
                  GError **error)
{
  JsonNode *node;

  *out = NULL;
  if (!get_member (object, name, required, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return wrong_type (name, "a string", error);

  *out = json_node_get_string (node);
  return TRUE;
}

gboolean
sb_json_get_object (JsonObject *object,
                    const char *name,
                    gboolean required,
                    JsonObject **out,
                    GError **error)
{
  JsonNode *node;

  *out = NULL;
  if (!get_member (object, name, required, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return wrong_type (name, "an object", error);

  *out = json_node_get_object (node);
  return TRUE;
}

gboolean
sb_json_get_bool (JsonObject *object, const char *name, gboolean *out, GError **error)
{
  JsonNode *node;

  get_member (object, name, FALSE, &node, NULL);
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return wrong_type (name, "true or false", error);

  *out = json_node_get_boolean (node);
  return TRUE;
}

gboolean
sb_json_get_int (JsonObject *object,
                 const char *name,
                 gint64 min,
                 gint64 max,
                 gint64 *out,
                 GError **error)
{
  g_autofree char *expected = NULL;
  JsonNode *node;

  get_member (object, name, FALSE, &node, NULL);
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < min ||
      json_node_get_int (node) > max)
    {
      expected = g_strdup_printf ("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                                  min, max);
      return wrong_type (name, expected, error);
    }

  *out = json_node_get_int (node);
  return TRUE;
}

gboolean
sb_json_get_one_of (JsonObject *object,
                    const char *name,
                    const char *const *values,
                    const char **out,
                    GError **error)
{
  g_autofree char *names = NULL;
  g_autofree char *expected = NULL;
  const char *text = NULL;

  if (!sb_json_get_text (object, name, FALSE, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;

  for (guint i = 0; values[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (values[i], text) == 0)
        {
          *out = values[i];
          return TRUE;
        }
    }

  names = g_strjoinv (", ", (char **) values);
  expected = g_strdup_printf ("one of %s", names);
  return wrong_type (name, expected, error);
}

GStrv
sb_json_dup_texts (JsonObject *object, const char *name, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;
  JsonNode *node;

  if (!get_member (object, name, TRUE, &node, error))
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      wrong_type (name, "an array of strings", error);
      return NULL;
    }

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);

      if (json_node_get_value_type (item) != G_TYPE_STRING)
        {
          wrong_type (name, "an array of strings", error);
          return NULL;
        }
      g_strv_builder_add (builder, json_node_get_string (item));
    }

  return g_strv_builder_end (builder);
}
