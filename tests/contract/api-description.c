/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "api-description.h"

struct _ApiDescription
{
  JsonNode *node;
  JsonObject *root;
};

static JsonNode *
load (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static JsonNode *
load_from (const char *name, gboolean full)
{
  const char *api = g_getenv ("LABCONNECT_API_DIR");
  g_autofree char *fixtures = g_test_build_filename (G_TEST_DIST, "contract", "fixtures", NULL);

  if (full)
    return api != NULL ? load (api, name) : NULL;
  return load (fixtures, name);
}

/* "#/definitions/X" and the like. */
static JsonObject *
resolve (ApiDescription *self, JsonObject *object)
{
  const char *reference = json_object_get_string_member_with_default (object, "$ref", NULL);
  g_auto (GStrv) parts = NULL;
  JsonObject *at = self->root;

  if (reference == NULL)
    return object;
  parts = g_strsplit (reference, "/", -1);
  g_assert_cmpstr (parts[0], ==, "#");
  for (gsize i = 1; parts[i] != NULL; i++)
    at = json_object_get_object_member (at, parts[i]);
  return at;
}

static gboolean
path_matches (const char *template, const char *path)
{
  g_auto (GStrv) wanted = g_strsplit (template, "/", -1);
  g_auto (GStrv) got = g_strsplit (path, "/", -1);

  if (g_strv_length (wanted) != g_strv_length (got))
    return FALSE;
  for (gsize i = 0; wanted[i] != NULL; i++)
    if (*wanted[i] == '{' ? *got[i] == '\0' : g_ascii_strcasecmp (wanted[i], got[i]) != 0)
      return FALSE;
  return TRUE;
}

/* The description of the call; nullable. */
static JsonObject *
find_call (ApiDescription *self, const MockRequest *request)
{
  JsonObject *paths = json_object_get_object_member (self->root, "paths");
  g_autoptr (GList) templates = json_object_get_members (paths);
  g_autofree char *method = g_ascii_strdown (request->method, -1);

  for (GList *item = templates; item != NULL; item = item->next)
    {
      JsonObject *methods = json_object_get_object_member (paths, item->data);

      if (path_matches (item->data, request->path) && json_object_has_member (methods, method))
        return json_object_get_object_member (methods, method);
    }
  return NULL;
}

static JsonObject *
find_parameter (ApiDescription *self, JsonObject *call, const char *in, const char *name)
{
  JsonArray *parameters = json_object_get_array_member (call, "parameters");

  for (guint i = 0; i < json_array_get_length (parameters); i++)
    {
      JsonObject *parameter = resolve (self, json_array_get_object_element (parameters, i));

      if (g_str_equal (json_object_get_string_member (parameter, "in"), in) &&
          (name == NULL || g_str_equal (json_object_get_string_member (parameter, "name"), name)))
        return parameter;
    }
  return NULL;
}

static char *
check_query (ApiDescription *self, JsonObject *call, const MockRequest *request)
{
  g_autoptr (GHashTable) query = soup_form_decode (request->query);
  JsonObject *info = json_object_get_object_member (self->root, "info");
  const char *version = json_object_get_string_member (info, "version");
  GHashTableIter iter;
  gpointer name;

  if (g_strcmp0 (g_hash_table_lookup (query, "api-version"), version) != 0)
    return g_strdup_printf ("api-version is not %s", version);
  g_hash_table_iter_init (&iter, query);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (find_parameter (self, call, "query", name) == NULL)
      return g_strdup_printf ("there is no query field %s", (char *) name);
  return NULL;
}

static char *
check_member (JsonObject *properties, JsonObject *body, const char *name)
{
  JsonObject *property;
  JsonNode *value = json_object_get_member (body, name);

  if (!json_object_has_member (properties, name))
    return g_strdup_printf ("there is no member %s", name);
  property = json_object_get_object_member (properties, name);
  if (g_strcmp0 (json_object_get_string_member_with_default (property, "type", NULL), "string") ==
          0 &&
      (!JSON_NODE_HOLDS_VALUE (value) || json_node_get_value_type (value) != G_TYPE_STRING))
    return g_strdup_printf ("member %s is not a string", name);
  return NULL;
}

static char *
check_object (JsonObject *definition, JsonObject *body)
{
  g_autoptr (GList) members = json_object_get_members (body);

  for (GList *item = members; item != NULL; item = item->next)
    {
      char *complaint =
          check_member (json_object_get_object_member (definition, "properties"), body, item->data);

      if (complaint != NULL)
        return complaint;
    }
  if (json_object_has_member (definition, "required"))
    {
      JsonArray *required = json_object_get_array_member (definition, "required");

      for (guint i = 0; i < json_array_get_length (required); i++)
        if (!json_object_has_member (body, json_array_get_string_element (required, i)))
          return g_strdup_printf ("member %s is missing",
                                  json_array_get_string_element (required, i));
    }
  return NULL;
}

static char *
check_body (ApiDescription *self, JsonObject *call, const MockRequest *request)
{
  JsonObject *parameter = find_parameter (self, call, "body", NULL);
  g_autoptr (JsonNode) body = NULL;
  JsonObject *schema;

  if (parameter == NULL)
    return *request->body != '\0' ? g_strdup ("there is a body") : NULL;
  if (*request->body == '\0')
    return json_object_get_boolean_member_with_default (parameter, "required", FALSE)
               ? g_strdup ("the body is missing")
               : NULL;
  if (g_strcmp0 (request->content_type, "application/json") != 0)
    return g_strdup ("the body is not said to be JSON");
  body = json_from_string (request->body, NULL);
  if (body == NULL || !JSON_NODE_HOLDS_OBJECT (body))
    return g_strdup ("the body is not an object");
  schema = json_object_get_object_member (parameter, "schema");
  return check_object (resolve (self, schema), json_node_get_object (body));
}

ApiDescription *
api_description_load (const char *name, gboolean full)
{
  JsonNode *node = load_from (name, full);
  ApiDescription *self;

  if (node == NULL)
    return NULL;
  self = g_new0 (ApiDescription, 1);
  self->node = node;
  self->root = json_node_get_object (node);
  return self;
}

void
api_description_free (ApiDescription *self)
{
  json_node_unref (self->node);
  g_free (self);
}

gboolean
api_description_check (ApiDescription *self, const MockRequest *request, char **complaint)
{
  JsonObject *call = find_call (self, request);

  *complaint = NULL;
  if (call == NULL)
    return FALSE;
  *complaint = check_query (self, call, request);
  if (*complaint == NULL)
    *complaint = check_body (self, call, request);
  return TRUE;
}

JsonNode *
api_example_load (const char *name, gboolean full)
{
  g_autofree char *path = g_build_filename (full ? "examples" : "", name, NULL);

  return load_from (path, full);
}
