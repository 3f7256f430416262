/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The roster of a lab: CONTRACTS 10. */

#include "rest-common.h"

#define TYPE "Microsoft.LabServices/labaccounts/labs/users"

static JsonObject *
describe_user (const SbUser *user)
{
  g_autofree char *path = g_strdup_printf ("%s/users/%s", user->lab_path, user->name);
  JsonObject *item = sb_rest_resource (path, user->name, TYPE, NULL, NULL);
  JsonObject *properties = json_object_new ();

  json_object_set_string_member (properties, "email", user->email);
  if (user->person_id != NULL)
    {
      json_object_set_string_member (properties, "familyName", user->family_name);
      json_object_set_string_member (properties, "givenName", user->given_name);
      json_object_set_string_member (properties, "tenantId", user->tenant_id);
    }
  sb_rest_add_duration (properties, "totalUsage", user->usage);
  json_object_set_string_member (properties, "provisioningState", "Succeeded");
  json_object_set_string_member (properties, "uniqueIdentifier", user->name);
  json_object_set_object_member (item, "properties", properties);

  return item;
}

static SbUser *
find_user (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_lab (self, request, error);

  return lab == NULL ? NULL
                     : sb_store_find_user (sb_service_get_store (self), lab->id,
                                           sb_request_get_param (request, "userName"), error);
}

typedef struct
{
  SbService *service;
  gint64 lab;
} Users;

static JsonArray *
load_users (SbRequest *request, gpointer data, gint64 offset, gint64 limit, GError **error)
{
  Users *where = data;
  g_autoptr (GPtrArray) users =
      sb_store_list_users (sb_service_get_store (where->service), where->lab, offset, limit, error);
  JsonArray *items;

  if (users == NULL)
    return NULL;

  items = json_array_new ();
  for (guint i = 0; i < users->len; i++)
    json_array_add_object_element (items, describe_user (users->pdata[i]));

  return items;
}

static gboolean
list_users (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_lab (self, request, error);

  return lab != NULL &&
         sb_request_reply_list (request, load_users, &(Users) { self, lab->id }, error);
}

static gboolean
get_user (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbUser) user = find_user (self, request, error);

  if (user == NULL)
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_user (user));
  return TRUE;
}

/* "email" is read-only in the description, so a user that is PUT is named by the address: addUsers
 * is how users come in. */
static gboolean
put_user (SbService *self, SbRequest *request, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  const char *name = sb_request_get_param (request, "userName");
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = body != NULL ? sb_rest_find_lab (self, request, error) : NULL;
  g_autoptr (SbUser) user = NULL;
  JsonObject *properties;
  gboolean is_new;

  if (lab == NULL || !sb_json_get_object (body, "properties", FALSE, &properties, error))
    return FALSE;

  user = sb_store_find_user (store, lab->id, name, NULL);
  is_new = user == NULL;
  if (is_new)
    {
      if (!sb_labs_add_user (sb_service_get_labs (self), lab, name, name, error))
        return FALSE;
      user = sb_store_find_user_by_email (store, lab->id, name, error);
      if (user == NULL)
        return FALSE;
    }

  sb_request_reply_json (request, is_new ? SOUP_STATUS_CREATED : SOUP_STATUS_OK,
                         describe_user (user));
  return TRUE;
}

static gboolean
patch_user (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbUser) user = body != NULL ? find_user (self, request, error) : NULL;
  JsonObject *properties;

  if (user == NULL || !sb_json_get_object (body, "properties", FALSE, &properties, error))
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_user (user));
  return TRUE;
}

static gboolean
delete_user (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_lab (self, request, NULL);
  g_autoptr (SbUser) user = lab != NULL ? find_user (self, request, NULL) : NULL;

  if (user == NULL)
    {
      sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
      return TRUE;
    }

  return sb_rest_reply_operation (
      request, sb_labs_remove_user (sb_service_get_labs (self), lab, user, &request->caller, error),
      error);
}

#define ROLE(method, template, handler)                                                            \
  { method, template, SB_ROUTE_ROLE, SB_VERSION_2018, handler }

const SbRoute sb_user_routes[] = {
  ROLE ("GET", SB_LAB "/users", list_users),
  ROLE ("GET", SB_LAB "/users/{userName}", get_user),
  ROLE ("PUT", SB_LAB "/users/{userName}", put_user),
  ROLE ("PATCH", SB_LAB "/users/{userName}", patch_user),
  ROLE ("DELETE", SB_LAB "/users/{userName}", delete_user),
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
