/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person without any role may call: CONTRACTS 7. The token tells who it is; the user name
 * in the path is not read ("NoUsername" in Microsoft's samples). */

#include "rest-common.h"

#include "sb-util.h"

#include <string.h>

#define USERS SB_PROVIDER "/users/{userName}"

/* The machine of the caller that "environmentId" names. */
static SbMachine *
find_own_machine (SbService *self, SbRequest *request, JsonObject *body, GError **error)
{
  const char *id;
  g_autoptr (SbMachine) machine = NULL;
  g_autoptr (GError) problem = NULL;

  if (!sb_json_get_text (body, "environmentId", TRUE, &id, error))
    return NULL;

  machine = sb_rest_find_machine_at (self, id, &problem);
  if (machine != NULL && g_strcmp0 (machine->claimed_by, request->person->id) == 0)
    return g_steal_pointer (&machine);

  /* Whether it is there is no business of others. */
  if (machine != NULL || sb_error_get_status (problem) == SOUP_STATUS_NOT_FOUND)
    g_set_error (error, SB_ERROR, SB_ERROR_NOT_FOUND, "The Resource '%.400s' was not found.", id);
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static JsonObject *
describe_machine_details (SbService *self, const SbMachine *machine)
{
  g_autofree char *authority = sb_labs_dup_ssh_authority (sb_service_get_labs (self), machine);
  JsonObject *details = json_object_new ();

  json_object_set_string_member (details, "provisioningState", "Succeeded");
  json_object_set_string_member (details, "rdpAuthority", "");
  json_object_set_string_member (details, "sshAuthority", authority);
  json_object_set_string_member (details, "privateIpAddress", "127.0.0.1");
  json_object_set_string_member (details, "userName", machine->login);
  json_object_set_string_member (details, "lastKnownPowerState", machine->state);

  return details;
}

static JsonObject *
describe_environment (SbService *self, const SbMachine *machine, const SbLab *lab, gboolean preview)
{
  g_autofree char *path = sb_machine_dup_path (machine);
  JsonObject *environment = json_object_new ();

  json_object_set_string_member (environment, "id", path);
  json_object_set_string_member (environment, "name", lab->name);
  json_object_set_string_member (environment, "description", lab->description);
  json_object_set_string_member (environment, "provisioningState", "Succeeded");
  json_object_set_string_member (environment, "environmentState", "Created");
  sb_rest_add_duration (environment, "totalUsage",
                        sb_labs_get_usage (sb_service_get_labs (self), machine));
  sb_rest_add_time (environment, "passwordLastReset", machine->password_reset);
  json_object_set_object_member (environment, "virtualMachineDetails",
                                 describe_machine_details (self, machine));
  sb_rest_add_last_operation (self, environment, path);
  if (preview)
    json_object_set_string_member (environment, "lastKnownPowerState", machine->state);

  return environment;
}

/* A lab in which the person is registered but has no machine. */
static JsonObject *
describe_missing (const SbLab *lab, gboolean preview)
{
  g_autofree char *settings = sb_lab_dup_settings_path (lab);
  g_autofree char *id = g_strdup_printf ("%s/environments/none", settings);
  gboolean is_published = g_str_equal (lab->publishing_state, "Published");
  JsonObject *environment = json_object_new ();

  json_object_set_string_member (environment, "id", id);
  json_object_set_string_member (environment, "name", lab->name);
  json_object_set_string_member (environment, "description", lab->description);
  json_object_set_string_member (environment, "provisioningState",
                                 is_published ? "LabIsFull" : "NotYetProvisioned");
  json_object_set_string_member (environment, "environmentState", "Creating");
  sb_rest_add_duration (environment, "totalUsage", 0);
  if (preview)
    json_object_set_string_member (environment, "lastKnownPowerState", "Unknown");

  return environment;
}

static JsonArray *
list_environments (SbService *self,
                   SbRequest *request,
                   const SbLab *only,
                   gboolean preview,
                   GError **error)
{
  SbStore *store = sb_service_get_store (self);
  g_autoptr (GPtrArray) machines = sb_store_list_machines_of (store, request->person->id, error);
  g_autoptr (GPtrArray) labs = NULL;
  g_autoptr (JsonArray) items = json_array_new ();

  if (machines == NULL)
    return NULL;
  labs = sb_store_list_labs_of (store, request->person->user_name, error);
  if (labs == NULL)
    return NULL;

  for (guint i = 0; i < labs->len; i++)
    {
      const SbLab *lab = labs->pdata[i];
      gboolean has_machine = FALSE;

      if (only != NULL && only->id != lab->id)
        continue;
      for (guint j = 0; j < machines->len; j++)
        {
          const SbMachine *machine = machines->pdata[j];

          if (machine->lab_id != lab->id)
            continue;
          json_array_add_object_element (items, describe_environment (self, machine, lab, preview));
          has_machine = TRUE;
        }
      if (!has_machine)
        json_array_add_object_element (items, describe_missing (lab, preview));
    }

  return g_steal_pointer (&items);
}

static gboolean
reply_environments (SbRequest *request, JsonArray *items)
{
  JsonObject *answer;

  if (items == NULL)
    return FALSE;

  answer = json_object_new ();
  json_object_set_array_member (answer, "environments", items);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
student_list_environments (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = NULL;
  const char *id;

  if (body == NULL || !sb_json_get_text (body, "labId", FALSE, &id, error))
    return FALSE;
  if (id != NULL)
    {
      lab = sb_rest_find_lab_at (self, id, error);
      if (lab == NULL)
        return FALSE;
    }

  return reply_environments (request, list_environments (self, request, lab, FALSE, error));
}

static gboolean
student_list_all_environments (SbService *self, SbRequest *request, GError **error)
{
  return reply_environments (request, list_environments (self, request, NULL, TRUE, error));
}

static gboolean
student_list_labs (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (GPtrArray) labs =
      sb_store_list_labs_of (sb_service_get_store (self), request->person->user_name, error);
  JsonObject *answer;
  JsonArray *items;

  if (labs == NULL)
    return FALSE;

  items = json_array_new ();
  for (guint i = 0; i < labs->len; i++)
    {
      const SbLab *lab = labs->pdata[i];
      g_autofree char *path = sb_lab_dup_path (lab);
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "id", path);
      json_object_set_string_member (item, "name", lab->name);
      json_object_set_string_member (item, "provisioningState", "Succeeded");
      sb_rest_add_duration (item, "usageQuota", lab->quota);
      json_array_add_object_element (items, item);
    }
  answer = json_object_new ();
  json_object_set_array_member (answer, "labs", items);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
student_get_environment (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbMachine) machine = NULL;
  g_autoptr (SbLab) lab = NULL;
  JsonObject *answer;

  if (body != NULL)
    machine = find_own_machine (self, request, body, error);
  if (machine != NULL)
    lab = sb_store_find_lab (sb_service_get_store (self), machine->lab_id, error);
  if (lab == NULL)
    return FALSE;

  answer = json_object_new ();
  json_object_set_object_member (answer, "environment",
                                 describe_environment (self, machine, lab, FALSE));
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
student_register (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = NULL;
  const char *code;

  if (body == NULL || !sb_json_get_text (body, "registrationCode", TRUE, &code, error))
    return FALSE;

  lab = sb_store_find_lab_by_code (sb_service_get_store (self), code, NULL);
  if (lab == NULL)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_REGISTRATION_CODE,
                           "There is no lab with this registration code.");
      return FALSE;
    }
  if (!sb_labs_register (sb_service_get_labs (self), request->person, lab, error))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_OK);
  return TRUE;
}

static gboolean
student_start (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbMachine) machine = NULL;

  if (body != NULL)
    machine = find_own_machine (self, request, body, error);
  if (machine == NULL)
    return FALSE;

  return sb_rest_reply_operation (request,
                                  sb_labs_start_machine (sb_service_get_labs (self), machine->id,
                                                         &request->caller, error),
                                  error);
}

static gboolean
student_stop (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbMachine) machine = NULL;

  if (body != NULL)
    machine = find_own_machine (self, request, body, error);
  if (machine == NULL)
    return FALSE;

  return sb_rest_reply_operation (request,
                                  sb_labs_stop_machine (sb_service_get_labs (self), machine->id,
                                                        &request->caller, error),
                                  error);
}

static gboolean
student_reset_password (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbMachine) machine = NULL;
  const char *login, *password;

  if (body != NULL)
    machine = find_own_machine (self, request, body, error);
  if (machine == NULL || !sb_json_get_text (body, "username", FALSE, &login, error) ||
      !sb_json_get_text (body, "password", TRUE, &password, error))
    return FALSE;

  return sb_rest_reply_operation (request,
                                  sb_labs_reset_password (sb_service_get_labs (self), machine->id,
                                                          login, password, &request->caller, error),
                                  error);
}

/* The operation that a URL of ours names, when the caller began it. */
static SbOperation *
find_operation (SbService *self, SbRequest *request, const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GHashTable) params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (SbOperation) operation = NULL;

  if (uri != NULL && (sb_path_match (SB_IN_SUBSCRIPTION "/locations/{l}/operations/{name}",
                                     g_uri_get_path (uri), params) ||
                      sb_path_match (SB_IN_SUBSCRIPTION "/locations/{l}/operationResults/{name}",
                                     g_uri_get_path (uri), params)))
    operation = sb_store_find_operation (sb_service_get_store (self),
                                         g_hash_table_lookup (params, "name"), NULL);
  if (operation != NULL && g_strcmp0 (operation->person_id, request->person->id) == 0)
    return g_steal_pointer (&operation);

  g_set_error_literal (error, SB_ERROR, SB_ERROR_NOT_FOUND, "There is no such operation.");
  return NULL;
}

static gboolean
student_get_operation_status (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbOperation) operation = NULL;
  const char *url;
  JsonObject *answer;

  if (body == NULL || !sb_json_get_text (body, "operationUrl", TRUE, &url, error))
    return FALSE;
  operation = find_operation (self, request, url, error);
  if (operation == NULL)
    return FALSE;

  answer = json_object_new ();
  json_object_set_string_member (answer, "status", operation->status);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
student_get_operation_batch_status (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_auto (GStrv) urls = body != NULL ? sb_json_dup_texts (body, "urls", error) : NULL;
  JsonObject *answer;
  JsonArray *items;

  if (urls == NULL)
    return FALSE;

  items = json_array_new ();
  for (guint i = 0; urls[i] != NULL; i++)
    {
      g_autoptr (SbOperation) operation = find_operation (self, request, urls[i], NULL);
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "operationUrl", urls[i]);
      json_object_set_string_member (item, "status",
                                     operation != NULL ? operation->status : "NotFound");
      json_array_add_object_element (items, item);
    }
  answer = json_object_new ();
  json_object_set_array_member (answer, "items", items);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
student_get_personal_preferences (SbService *self, SbRequest *request, GError **error)
{
  static const char *const changes[] = { "Add", "Remove", NULL };
  SbStore *store = sb_service_get_store (self);
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  const char *account, *lab, *change = NULL;
  g_auto (GStrv) ids = NULL;
  g_autofree char *id = NULL;
  JsonObject *answer;
  JsonArray *favorites;

  if (body == NULL || !sb_json_get_text (body, "labAccountResourceId", FALSE, &account, error) ||
      !sb_json_get_text (body, "labResourceId", FALSE, &lab, error) ||
      !sb_json_get_one_of (body, "addRemove", changes, &change, error))
    return FALSE;
  if (change != NULL && account != NULL && lab != NULL &&
      !sb_store_set_favorite (store, request->person->id, account, lab, g_str_equal (change, "Add"),
                              error))
    return FALSE;

  ids = sb_store_dup_favorites (store, request->person->id, account, error);
  if (ids == NULL)
    return FALSE;

  favorites = json_array_new ();
  for (guint i = 0; ids[i] != NULL; i++)
    json_array_add_string_element (favorites, ids[i]);
  id = g_strdup_printf (SB_PROVIDER "/users/%s", request->person->user_name);
  answer = json_object_new ();
  json_object_set_string_member (answer, "id", id);
  json_object_set_array_member (answer, "favoriteLabResourceIds", favorites);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

#define STUDENT(action, handler) { "POST", USERS action, SB_ROUTE_TOKEN, SB_VERSION_2018, handler }

const SbRoute sb_student_routes[] = {
  STUDENT ("/getEnvironment", student_get_environment),
  STUDENT ("/getOperationBatchStatus", student_get_operation_batch_status),
  STUDENT ("/getOperationStatus", student_get_operation_status),
  STUDENT ("/getPersonalPreferences", student_get_personal_preferences),
  STUDENT ("/listEnvironments", student_list_environments),
  STUDENT ("/listLabs", student_list_labs),
  STUDENT ("/register", student_register),
  STUDENT ("/resetPassword", student_reset_password),
  STUDENT ("/startEnvironment", student_start),
  STUDENT ("/stopEnvironment", student_stop),
  { "POST", USERS "/listAllEnvironments", SB_ROUTE_TOKEN, SB_VERSION_PREVIEW,
    student_list_all_environments },
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
