/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rest-common.h"

#include "sb-util.h"

#include <string.h>

static SbAccount *
find_account (SbService *self, GHashTable *params, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  const char *subscription = g_hash_table_lookup (params, "subscriptionId");
  const char *group = g_hash_table_lookup (params, "resourceGroupName");
  const char *name = g_hash_table_lookup (params, "labAccountName");
  SbAccount *account = sb_store_find_account (store, subscription, group, name, NULL);

  if (account != NULL)
    return account;

  if (!sb_store_has_group (store, subscription, group))
    g_set_error (error, SB_ERROR, SB_ERROR_GROUP_NOT_FOUND,
                 "Resource group '%.100s' could not be found.", group);
  else
    g_set_error (error, SB_ERROR, SB_ERROR_NOT_FOUND,
                 "The Resource 'Microsoft.LabServices/labaccounts/%.100s' under resource group "
                 "'%.100s' was not found.",
                 name, group);
  return NULL;
}

static SbLab *
find_lab (SbService *self, GHashTable *params, GError **error)
{
  g_autoptr (SbAccount) account = find_account (self, params, error);
  const char *name = g_hash_table_lookup (params, "labName");
  SbLab *lab;

  if (account == NULL)
    return NULL;

  lab = sb_store_find_lab_by_name (sb_service_get_store (self), account->id, name, NULL);
  if (lab == NULL)
    g_set_error (error, SB_ERROR, SB_ERROR_NOT_FOUND,
                 "The Resource 'Microsoft.LabServices/labaccounts/%s/labs/%.100s' under resource "
                 "group '%s' was not found.",
                 account->name, name, account->resource_group);
  return lab;
}

static SbMachine *
find_machine (SbService *self, GHashTable *params, GError **error)
{
  g_autoptr (SbLab) lab = find_lab (self, params, error);
  const char *name = g_hash_table_lookup (params, "environmentName");
  const char *settings = g_hash_table_lookup (params, "environmentSettingName");
  SbMachine *machine = NULL;

  if (lab == NULL)
    return NULL;

  if (g_ascii_strcasecmp (settings, "default") == 0)
    machine = sb_store_find_machine_by_name (sb_service_get_store (self), lab->id, name, NULL);
  if (machine == NULL)
    g_set_error (error, SB_ERROR, SB_ERROR_NOT_FOUND,
                 "The Resource 'environments/%.100s' of the lab '%s' was not found.", name,
                 lab->name);
  return machine;
}

SbAccount *
sb_rest_find_account (SbService *self, SbRequest *request, GError **error)
{
  return find_account (self, request->params, error);
}

SbLab *
sb_rest_find_lab (SbService *self, SbRequest *request, GError **error)
{
  return find_lab (self, request->params, error);
}

SbLab *
sb_rest_find_settings (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = find_lab (self, request->params, error);
  const char *name = sb_request_get_param (request, "environmentSettingName");

  if (lab == NULL)
    return NULL;
  if (lab->has_settings && g_ascii_strcasecmp (name, "default") == 0)
    return g_steal_pointer (&lab);

  g_set_error (error, SB_ERROR, SB_ERROR_NOT_FOUND,
               "The Resource 'environmentsettings/%.100s' of the lab '%s' was not found.", name,
               lab->name);
  return NULL;
}

SbMachine *
sb_rest_find_machine (SbService *self, SbRequest *request, GError **error)
{
  return find_machine (self, request->params, error);
}

SbLab *
sb_rest_find_lab_at (SbService *self, const char *path, GError **error)
{
  g_autoptr (GHashTable) params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (sb_path_match (SB_LAB, path, params))
    return find_lab (self, params, error);

  g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                       "This is not the resource id of a lab.");
  return NULL;
}

SbMachine *
sb_rest_find_machine_at (SbService *self, const char *path, GError **error)
{
  g_autoptr (GHashTable) params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (sb_path_match (SB_ENVIRONMENT, path, params))
    return find_machine (self, params, error);

  g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                       "This is not the resource id of an environment.");
  return NULL;
}

JsonObject *
sb_rest_resource (const char *id,
                  const char *name,
                  const char *type,
                  const char *location,
                  const char *tags)
{
  JsonObject *resource = json_object_new ();

  json_object_set_string_member (resource, "id", id);
  json_object_set_string_member (resource, "name", name);
  json_object_set_string_member (resource, "type", type);
  if (location != NULL)
    json_object_set_string_member (resource, "location", location);
  if (tags != NULL)
    json_object_set_member (resource, "tags", json_from_string (tags, NULL));

  return resource;
}

void
sb_rest_add_last_operation (SbService *self, JsonObject *properties, const char *target)
{
  g_autoptr (SbOperation) operation =
      sb_store_find_last_operation (sb_service_get_store (self), target, NULL);
  g_autofree char *url = NULL;
  JsonObject *result;

  if (operation == NULL)
    return;

  url = g_strdup_printf ("http://127.0.0.1:%u/subscriptions/%s" SB_PROVIDER
                         "/locations/%s/operations/%s?api-version=" SB_VERSION_2018,
                         sb_service_get_port (self), operation->subscription_id,
                         operation->location, operation->id);
  result = json_object_new ();
  json_object_set_string_member (result, "status", operation->status);
  if (operation->error_code != NULL)
    {
      json_object_set_string_member (result, "errorCode", operation->error_code);
      json_object_set_string_member (result, "errorMessage", operation->error_message);
    }
  json_object_set_string_member (result, "requestUri", operation->uri);
  json_object_set_string_member (result, "httpMethod", operation->method);
  json_object_set_string_member (result, "operationUrl", url);
  json_object_set_object_member (properties, "latestOperationResult", result);
}

void
sb_rest_add_time (JsonObject *object, const char *name, gint64 time)
{
  g_autofree char *text = NULL;

  if (time <= 0)
    return;

  text = sb_format_time (time);
  json_object_set_string_member (object, name, text);
}

void
sb_rest_add_duration (JsonObject *object, const char *name, gint64 duration)
{
  g_autofree char *text = sb_format_duration (duration);

  json_object_set_string_member (object, name, text);
}

gboolean
sb_rest_reply_operation (SbRequest *request, SbOperation *operation, GError **error)
{
  g_autoptr (SbOperation) owned = operation;

  if (operation == NULL)
    return FALSE;

  if (g_str_equal (operation->status, "InProgress"))
    sb_request_reply_operation (request, operation);
  else
    sb_request_reply_empty (request, SOUP_STATUS_OK);

  return TRUE;
}

char *
sb_rest_dup_tags (JsonObject *body, const char *old, GError **error)
{
  JsonObject *tags;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GList) values = NULL;

  if (!sb_json_get_object (body, "tags", FALSE, &tags, error))
    return NULL;
  if (tags == NULL)
    return g_strdup (old != NULL ? old : "{}");

  values = json_object_get_values (tags);
  for (GList *at = values; at != NULL; at = at->next)
    {
      if (json_node_get_value_type (at->data) != G_TYPE_STRING)
        {
          g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                               "The value of a tag must be a string.");
          return NULL;
        }
    }

  node = json_node_init_object (json_node_alloc (), tags);
  return json_to_string (node, FALSE);
}

gboolean
sb_rest_check_name (const char *name, GError **error)
{
  static const char allowed[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.() ";
  gsize length = strlen (name);

  if (length >= 1 && length <= 100 && strspn (name, allowed) == length && *name != ' ' &&
      name[length - 1] != ' ')
    return TRUE;

  g_set_error_literal (
      error, SB_ERROR, SB_ERROR_INVALID_PARAMETER,
      "A name must have 1 to 100 characters: letters, digits, spaces inside, and -_.().");
  return FALSE;
}
