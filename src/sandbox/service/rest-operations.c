/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Long-running operations (CONTRACTS 4) and what the provider offers. */

#include "rest-common.h"

/* Who began it may follow it, and who may read where it happens. */
static SbOperation *
find_operation (SbService *self, SbRequest *request, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  g_autoptr (SbOperation) operation =
      sb_store_find_operation (store, sb_request_get_param (request, "operationName"), NULL);
  g_autofree char *role = NULL;

  if (operation != NULL &&
      g_ascii_strcasecmp (operation->subscription_id,
                          sb_request_get_param (request, "subscriptionId")) == 0)
    role = sb_store_dup_role (store, request->person->id, operation->target, NULL);
  if (role != NULL && (*role != '\0' || g_str_equal (operation->person_id, request->person->id)))
    return g_steal_pointer (&operation);

  g_set_error_literal (error, SB_ERROR, SB_ERROR_NOT_FOUND, "There is no such operation.");
  return NULL;
}

/* What Azure-AsyncOperation names: always 200, with the status in the body. */
static gboolean
get_operation (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbOperation) operation = find_operation (self, request, error);
  JsonObject *answer, *problem;

  if (operation == NULL)
    return FALSE;

  answer = json_object_new ();
  json_object_set_string_member (answer, "name", operation->id);
  json_object_set_string_member (answer, "status", operation->status);
  sb_rest_add_time (answer, "startTime", operation->started);
  sb_rest_add_time (answer, "endTime", operation->ended);
  if (operation->error_code != NULL)
    {
      problem = json_object_new ();
      json_object_set_string_member (problem, "code", operation->error_code);
      json_object_set_string_member (problem, "message", operation->error_message);
      json_object_set_object_member (answer, "error", problem);
    }
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

/* What Location names: 202 while it runs, then its end as a status. */
static gboolean
get_operation_result (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbOperation) operation = find_operation (self, request, error);

  if (operation == NULL)
    return FALSE;

  if (g_str_equal (operation->status, "InProgress"))
    {
      sb_request_reply_operation (request, operation);
      return TRUE;
    }
  if (g_str_equal (operation->status, "Succeeded"))
    {
      sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
      return TRUE;
    }

  g_set_error_literal (error, SB_FAULT, (int) g_quark_from_string (operation->error_code),
                       operation->error_message);
  return FALSE;
}

static gboolean
list_provider_operations (SbService *self, SbRequest *request, GError **error)
{
  static const struct
  {
    const char *name;
    const char *resource;
    const char *operation;
  } offered[] = {
    { "Microsoft.LabServices/labAccounts/read", "Lab Account", "Read lab accounts" },
    { "Microsoft.LabServices/labAccounts/createLab/action", "Lab Account", "Create a lab" },
    { "Microsoft.LabServices/users/Register/action", "User", "Register" },
    { "Microsoft.LabServices/users/ListAllEnvironments/action", "User", "List all environments" },
    { "Microsoft.LabServices/users/StartEnvironment/action", "User", "Start an environment" },
    { "Microsoft.LabServices/users/StopEnvironment/action", "User", "Stop an environment" },
    { "Microsoft.LabServices/users/ResetPassword/action", "User", "Reset a password" },
  };
  JsonArray *items = json_array_new ();
  JsonObject *answer = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (offered); i++)
    {
      JsonObject *item = json_object_new ();
      JsonObject *display = json_object_new ();

      json_object_set_string_member (display, "provider", "Microsoft Lab Services");
      json_object_set_string_member (display, "resource", offered[i].resource);
      json_object_set_string_member (display, "operation", offered[i].operation);
      json_object_set_string_member (display, "description", offered[i].operation);
      json_object_set_string_member (item, "name", offered[i].name);
      json_object_set_object_member (item, "display", display);
      json_array_add_object_element (items, item);
    }
  json_object_set_array_member (answer, "value", items);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

const SbRoute sb_operation_routes[] = {
  { "GET", SB_PROVIDER "/operations", SB_ROUTE_TOKEN, SB_VERSION_2018, list_provider_operations },
  { "GET", SB_IN_SUBSCRIPTION "/locations/{locationName}/operations/{operationName}",
    SB_ROUTE_TOKEN, SB_VERSION_2018, get_operation },
  { "GET", SB_IN_SUBSCRIPTION "/locations/{locationName}/operationResults/{operationName}",
    SB_ROUTE_TOKEN, SB_VERSION_2018, get_operation_result },
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
