/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Environment settings: the template of a lab. CONTRACTS 10. There is one to a lab, "default". */

#include "rest-common.h"

#include "sb-util.h"

#include <string.h>

#define TYPE "Microsoft.LabServices/labaccounts/labs/environmentsettings"

static const char *const configuration_states[] = { "NotApplicable", "Completed", NULL };
static const char *const sizes[] = { "Basic", "Standard", "Performance", NULL };

static gint64
get_cores (const SbLab *lab)
{
  return g_str_equal (lab->size, "Basic") ? 1 : g_str_equal (lab->size, "Standard") ? 2 : 4;
}

/* The state of the template comes only to who expands down to it. */
static gboolean
wants_details (SbRequest *request)
{
  const char *expand = sb_request_get_query (request, "$expand");
  g_autofree char *lower = expand != NULL ? g_ascii_strdown (expand, -1) : NULL;

  return lower != NULL && strstr (lower, "vmstatedetails") != NULL;
}

static JsonObject *
describe_reference_vm (SbService *self, SbRequest *request, const SbLab *lab)
{
  g_autoptr (SbMachine) template =
      sb_store_find_template (sb_service_get_store (self), lab->id, NULL);
  JsonObject *vm = json_object_new ();
  JsonObject *details;
  g_autofree char *authority = NULL;
  g_autofree char *vm_id = NULL;

  json_object_set_string_member (vm, "userName", lab->login);
  if (template == NULL)
    return vm;

  vm_id = g_strdup_printf ("/virtualMachines/%s", template->host_name);
  json_object_set_string_member (vm, "vmResourceId", vm_id);
  if (wants_details (request))
    {
      authority = sb_labs_dup_ssh_authority (sb_service_get_labs (self), template);
      details = json_object_new ();
      json_object_set_string_member (details, "rdpAuthority", "");
      json_object_set_string_member (details, "sshAuthority", authority);
      json_object_set_string_member (details, "powerState", template->state);
      json_object_set_string_member (details, "lastKnownPowerState", template->state);
      json_object_set_object_member (vm, "vmStateDetails", details);
    }

  return vm;
}

static JsonObject *
describe_settings (SbService *self, SbRequest *request, const SbLab *lab)
{
  g_autofree char *path = sb_lab_dup_settings_path (lab);
  g_autofree char *resource_id = g_strdup_printf ("%s/resourcesettings/default", path);
  g_autofree char *image_id =
      g_strdup_printf ("%s/galleryimages/%s", lab->account_path, lab->image_name);
  JsonObject *item = sb_rest_resource (path, "default", TYPE, lab->location, "{}");
  JsonObject *properties = json_object_new ();
  JsonObject *resource = json_object_new ();

  json_object_set_string_member (resource, "id", resource_id);
  json_object_set_string_member (resource, "galleryImageResourceId", image_id);
  json_object_set_string_member (resource, "imageName", lab->image_name);
  json_object_set_string_member (resource, "size", lab->size);
  json_object_set_int_member (resource, "cores", get_cores (lab));
  json_object_set_object_member (resource, "referenceVm",
                                 describe_reference_vm (self, request, lab));
  json_object_set_string_member (properties, "publishingState", lab->publishing_state);
  json_object_set_string_member (properties, "configurationState", lab->configuration_state);
  json_object_set_string_member (properties, "title", lab->title);
  json_object_set_string_member (properties, "description", lab->description);
  json_object_set_object_member (properties, "resourceSettings", resource);
  sb_rest_add_time (properties, "lastChanged", lab->last_changed);
  sb_rest_add_time (properties, "lastPublished", lab->last_published);
  json_object_set_string_member (properties, "provisioningState", "Succeeded");
  json_object_set_string_member (properties, "uniqueIdentifier", lab->guid);
  sb_rest_add_last_operation (self, properties, path);
  json_object_set_object_member (item, "properties", properties);

  return item;
}

typedef struct
{
  SbService *service;
  const SbLab *lab;
} Settings;

static JsonArray *
load_settings (SbRequest *request, gpointer data, gint64 offset, gint64 limit, GError **error)
{
  Settings *where = data;
  JsonArray *items = json_array_new ();

  if (where->lab->has_settings && offset == 0)
    json_array_add_object_element (items, describe_settings (where->service, request, where->lab));

  return items;
}

static gboolean
list_settings (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_lab (self, request, error);

  return lab != NULL &&
         sb_request_reply_list (request, load_settings, &(Settings) { self, lab }, error);
}

static gboolean
get_settings (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_settings (self, request, error);

  if (lab == NULL)
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_settings (self, request, lab));
  return TRUE;
}

/* A template that is new needs its image and login; later only what the text says may change. */
static gboolean
read_resource (SbLab *lab, JsonObject *resource, gboolean is_whole, gboolean is_new, GError **error)
{
  const char *size = NULL, *image, *login, *password;
  JsonObject *vm;

  if (!sb_json_get_one_of (resource, "size", sizes, &size, error) ||
      !sb_json_get_text (resource, "galleryImageResourceId", FALSE, &image, error) ||
      !sb_json_get_object (resource, "referenceVm", is_whole, &vm, error) ||
      !sb_json_get_text (vm, "userName", is_whole, &login, error) ||
      !sb_json_get_text (vm, "password", FALSE, &password, error))
    return FALSE;
  if ((is_new && !sb_check_machine_login (login, error)) ||
      (password != NULL &&
       !sb_check_machine_password (password, is_new ? login : lab->login, error)))
    return FALSE;

  if (size != NULL)
    g_set_str (&lab->size, size);
  if (is_new)
    {
      g_set_str (&lab->login, login);
      g_free (lab->image_name);
      lab->image_name = image != NULL ? g_path_get_basename (image) : g_strdup ("");
    }

  return TRUE;
}

static gboolean
read_settings (SbLab *lab, JsonObject *body, gboolean is_whole, GError **error)
{
  const char *title, *description, *state = NULL;
  JsonObject *properties, *resource;
  gboolean is_new = !lab->has_settings;

  if (!sb_json_get_object (body, "properties", is_whole, &properties, error) ||
      !sb_json_get_text (properties, "title", FALSE, &title, error) ||
      !sb_json_get_text (properties, "description", FALSE, &description, error) ||
      !sb_json_get_one_of (properties, "configurationState", configuration_states, &state, error) ||
      !sb_json_get_object (properties, "resourceSettings", is_whole, &resource, error) ||
      (resource != NULL && !read_resource (lab, resource, is_whole, is_new, error)))
    return FALSE;

  if (title != NULL)
    g_set_str (&lab->title, title);
  if (description != NULL)
    g_set_str (&lab->description, description);
  if (state != NULL)
    g_set_str (&lab->configuration_state, state);
  lab->last_changed = sb_now ();

  return TRUE;
}

/* A password that came along is for the template machine: it is the only way to set one. */
static gboolean
set_password (SbService *self,
              SbRequest *request,
              const SbLab *lab,
              JsonObject *body,
              GError **error)
{
  SbStore *store = sb_service_get_store (self);
  JsonObject *properties, *resource, *vm;
  const char *password;
  g_autoptr (SbMachine) template = NULL;
  g_autoptr (SbOperation) operation = NULL;

  if (!sb_json_get_object (body, "properties", FALSE, &properties, error) ||
      !sb_json_get_object (properties, "resourceSettings", FALSE, &resource, error) ||
      !sb_json_get_object (resource, "referenceVm", FALSE, &vm, error) ||
      !sb_json_get_text (vm, "password", FALSE, &password, error))
    return FALSE;
  if (password == NULL)
    return TRUE;

  template = sb_store_find_template (store, lab->id, error);
  if (template == NULL)
    return FALSE;
  operation = sb_labs_reset_password (sb_service_get_labs (self), template->id, lab->login,
                                      password, &request->caller, error);

  return operation != NULL;
}

static gboolean
put_settings (SbService *self, SbRequest *request, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = body != NULL ? sb_rest_find_lab (self, request, error) : NULL;
  g_autoptr (SbMachine) template = NULL;
  gboolean is_new;

  if (lab == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (sb_request_get_param (request, "environmentSettingName"), "default") != 0)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_CONFLICT,
                           "A lab has one environment setting, with the name 'default'.");
      return FALSE;
    }

  is_new = !lab->has_settings;
  if (!read_settings (lab, body, TRUE, error))
    return FALSE;
  if (is_new)
    {
      lab->has_settings = TRUE;
      template = sb_labs_add_machine (sb_service_get_labs (self), lab, "template", TRUE, error);
      if (template == NULL)
        return FALSE;
    }
  if (!sb_store_save_lab (store, lab, error) || !set_password (self, request, lab, body, error))
    return FALSE;

  sb_request_reply_json (request, is_new ? SOUP_STATUS_CREATED : SOUP_STATUS_OK,
                         describe_settings (self, request, lab));
  return TRUE;
}

static gboolean
patch_settings (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = body != NULL ? sb_rest_find_settings (self, request, error) : NULL;

  if (lab == NULL || !read_settings (lab, body, FALSE, error) ||
      !sb_store_save_lab (sb_service_get_store (self), lab, error) ||
      !set_password (self, request, lab, body, error))
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_settings (self, request, lab));
  return TRUE;
}

static gboolean
delete_settings (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_settings (self, request, NULL);

  if (lab == NULL)
    {
      sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
      return TRUE;
    }

  return sb_rest_reply_operation (
      request, sb_labs_remove_settings (sb_service_get_labs (self), lab, &request->caller, error),
      error);
}

static SbMachine *
find_template (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_settings (self, request, error);

  return lab != NULL ? sb_store_find_template (sb_service_get_store (self), lab->id, error) : NULL;
}

static gboolean
start_template (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbMachine) template = find_template (self, request, error);

  return template != NULL &&
         sb_rest_reply_operation (request,
                                  sb_labs_start_machine (sb_service_get_labs (self), template->id,
                                                         &request->caller, error),
                                  error);
}

static gboolean
stop_template (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbMachine) template = find_template (self, request, error);

  return template != NULL &&
         sb_rest_reply_operation (request,
                                  sb_labs_stop_machine (sb_service_get_labs (self), template->id,
                                                        &request->caller, error),
                                  error);
}

/* No operation URL: the description has a plain 200, and publishingState tells how it goes. */
static gboolean
publish (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = body != NULL ? sb_rest_find_settings (self, request, error) : NULL;
  g_autoptr (SbOperation) operation = NULL;
  gboolean use_existing = FALSE;

  if (lab == NULL || !sb_json_get_bool (body, "useExistingImage", &use_existing, error))
    return FALSE;

  operation =
      sb_labs_publish (sb_service_get_labs (self), lab, use_existing, &request->caller, error);
  if (operation == NULL)
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_OK);
  return TRUE;
}

static gboolean
claim_any (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_settings (self, request, error);

  if (lab == NULL || !sb_labs_claim (sb_service_get_labs (self), request->person, lab, NULL, error))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_OK);
  return TRUE;
}

#define ROLE(method, template, handler)                                                            \
  { method, template, SB_ROUTE_ROLE, SB_VERSION_2018, handler }

const SbRoute sb_settings_routes[] = {
  ROLE ("GET", SB_LAB "/environmentsettings", list_settings),
  ROLE ("GET", SB_SETTINGS, get_settings),
  ROLE ("PUT", SB_SETTINGS, put_settings),
  ROLE ("PATCH", SB_SETTINGS, patch_settings),
  ROLE ("DELETE", SB_SETTINGS, delete_settings),
  ROLE ("POST", SB_SETTINGS "/start", start_template),
  ROLE ("POST", SB_SETTINGS "/stop", stop_template),
  ROLE ("POST", SB_SETTINGS "/publish", publish),
  ROLE ("POST", SB_SETTINGS "/claimAny", claim_any),
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
