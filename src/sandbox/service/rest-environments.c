/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Environments: the machines of a lab, as its instructor sees them. CONTRACTS 10. */

#include "rest-common.h"

#include "sb-util.h"

#define TYPE "Microsoft.LabServices/labaccounts/labs/environmentsettings/environments"

static JsonObject *
describe_network (SbService *self, const SbMachine *machine)
{
  g_autofree char *authority = sb_labs_dup_ssh_authority (sb_service_get_labs (self), machine);
  JsonObject *network = json_object_new ();

  json_object_set_string_member (network, "privateIpAddress", "127.0.0.1");
  json_object_set_string_member (network, "sshAuthority", authority);
  json_object_set_string_member (network, "rdpAuthority", "");
  json_object_set_string_member (network, "username", machine->login);

  return network;
}

static JsonObject *
describe_environment (SbService *self, const SbMachine *machine)
{
  g_autofree char *path = sb_machine_dup_path (machine);
  g_autofree char *settings =
      g_strdup_printf ("%s/environmentsettings/default/resourcesettings/default",
                       machine->lab_path);
  g_autofree char *vm_id = g_strdup_printf ("/virtualMachines/%s", machine->host_name);
  JsonObject *item = sb_rest_resource (path, machine->name, TYPE, NULL, NULL);
  JsonObject *properties = json_object_new ();
  JsonObject *sets = json_object_new ();

  json_object_set_string_member (sets, "vmResourceId", vm_id);
  json_object_set_string_member (sets, "resourceSettingId", settings);
  json_object_set_object_member (properties, "resourceSets", sets);
  json_object_set_boolean_member (properties, "isClaimed", machine->claimed_by != NULL);
  if (machine->claimed_by != NULL)
    {
      json_object_set_string_member (properties, "claimedByUserObjectId", machine->claimed_by);
      json_object_set_string_member (properties, "claimedByUserPrincipalId",
                                     machine->claimed_by_name);
      json_object_set_string_member (properties, "claimedByUserName", machine->claimed_by_name);
    }
  json_object_set_string_member (properties, "lastKnownPowerState", machine->state);
  json_object_set_object_member (properties, "networkInterface", describe_network (self, machine));
  sb_rest_add_duration (properties, "totalUsage",
                        sb_labs_get_usage (sb_service_get_labs (self), machine));
  sb_rest_add_time (properties, "passwordLastReset", machine->password_reset);
  json_object_set_string_member (properties, "provisioningState", "Succeeded");
  json_object_set_string_member (properties, "uniqueIdentifier", machine->guid);
  sb_rest_add_last_operation (self, properties, path);
  json_object_set_object_member (item, "properties", properties);

  return item;
}

typedef struct
{
  SbService *service;
  gint64 lab;
} Environments;

static JsonArray *
load_environments (SbRequest *request, gpointer data, gint64 offset, gint64 limit, GError **error)
{
  Environments *where = data;
  g_autoptr (GPtrArray) machines = sb_store_list_machines (sb_service_get_store (where->service),
                                                           where->lab, offset, limit, error);
  JsonArray *items;

  if (machines == NULL)
    return NULL;

  items = json_array_new ();
  for (guint i = 0; i < machines->len; i++)
    json_array_add_object_element (items,
                                   describe_environment (where->service, machines->pdata[i]));

  return items;
}

static gboolean
list_environments (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_settings (self, request, error);

  return lab != NULL && sb_request_reply_list (request, load_environments,
                                               &(Environments) { self, lab->id }, error);
}

static gboolean
get_environment (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbMachine) machine = sb_rest_find_machine (self, request, error);

  if (machine == NULL)
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_environment (self, machine));
  return TRUE;
}

/* All that a body may say of an environment is read-only or fixed: it is checked and that is it. */
static gboolean
check_environment (JsonObject *body, GError **error)
{
  JsonObject *properties, *sets;
  const char *text;

  return sb_json_get_object (body, "properties", FALSE, &properties, error) &&
         sb_json_get_object (properties, "resourceSets", FALSE, &sets, error) &&
         sb_json_get_text (sets, "vmResourceId", FALSE, &text, error);
}

static gboolean
put_environment (SbService *self, SbRequest *request, GError **error)
{
  const char *name = sb_request_get_param (request, "environmentName");
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = body != NULL ? sb_rest_find_settings (self, request, error) : NULL;
  g_autoptr (SbMachine) machine = NULL;
  gboolean is_new;

  if (lab == NULL || !check_environment (body, error))
    return FALSE;

  machine = sb_store_find_machine_by_name (sb_service_get_store (self), lab->id, name, NULL);
  is_new = machine == NULL;
  if (is_new)
    {
      if (!sb_rest_check_name (name, error))
        return FALSE;
      if (!g_str_equal (lab->publishing_state, "Published"))
        {
          g_set_error_literal (error, SB_ERROR, SB_ERROR_NOT_PUBLISHED,
                               "The lab must be published before it can have environments.");
          return FALSE;
        }
      machine = sb_labs_add_machine (sb_service_get_labs (self), lab, name, FALSE, error);
      if (machine == NULL)
        return FALSE;
    }

  sb_request_reply_json (request, is_new ? SOUP_STATUS_CREATED : SOUP_STATUS_OK,
                         describe_environment (self, machine));
  return TRUE;
}

static gboolean
patch_environment (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbMachine) machine = body != NULL ? sb_rest_find_machine (self, request, error) : NULL;

  if (machine == NULL || !check_environment (body, error))
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_environment (self, machine));
  return TRUE;
}

static gboolean
delete_environment (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbMachine) machine = sb_rest_find_machine (self, request, NULL);

  if (machine == NULL)
    {
      sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
      return TRUE;
    }

  return sb_rest_reply_operation (
      request,
      sb_labs_remove_machine (sb_service_get_labs (self), machine, &request->caller, error), error);
}

static gboolean
start_environment (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbMachine) machine = sb_rest_find_machine (self, request, error);

  return machine != NULL &&
         sb_rest_reply_operation (request,
                                  sb_labs_start_machine (sb_service_get_labs (self), machine->id,
                                                         &request->caller, error),
                                  error);
}

static gboolean
stop_environment (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbMachine) machine = sb_rest_find_machine (self, request, error);

  return machine != NULL &&
         sb_rest_reply_operation (request,
                                  sb_labs_stop_machine (sb_service_get_labs (self), machine->id,
                                                        &request->caller, error),
                                  error);
}

static gboolean
claim_environment (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_settings (self, request, error);

  if (lab == NULL || !sb_labs_claim (sb_service_get_labs (self), request->person, lab,
                                     sb_request_get_param (request, "environmentName"), error))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_OK);
  return TRUE;
}

static gboolean
reset_password (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbMachine) machine = body != NULL ? sb_rest_find_machine (self, request, error) : NULL;
  const char *id, *login, *password;

  /* The description wants the id in the body too, though the path has it. */
  if (machine == NULL || !sb_json_get_text (body, "environmentId", TRUE, &id, error) ||
      !sb_json_get_text (body, "username", FALSE, &login, error) ||
      !sb_json_get_text (body, "password", TRUE, &password, error))
    return FALSE;

  return sb_rest_reply_operation (request,
                                  sb_labs_reset_password (sb_service_get_labs (self), machine->id,
                                                          login, password, &request->caller, error),
                                  error);
}

#define ROLE(method, template, handler)                                                            \
  { method, template, SB_ROUTE_ROLE, SB_VERSION_2018, handler }

const SbRoute sb_environment_routes[] = {
  ROLE ("GET", SB_SETTINGS "/environments", list_environments),
  ROLE ("GET", SB_ENVIRONMENT, get_environment),
  ROLE ("PUT", SB_ENVIRONMENT, put_environment),
  ROLE ("PATCH", SB_ENVIRONMENT, patch_environment),
  ROLE ("DELETE", SB_ENVIRONMENT, delete_environment),
  ROLE ("POST", SB_ENVIRONMENT "/start", start_environment),
  ROLE ("POST", SB_ENVIRONMENT "/stop", stop_environment),
  ROLE ("POST", SB_ENVIRONMENT "/claim", claim_environment),
  ROLE ("POST", SB_ENVIRONMENT "/resetPassword", reset_password),
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
