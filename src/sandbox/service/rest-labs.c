/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labs of a lab account: CONTRACTS 10. */

#include "rest-common.h"

#include "sb-util.h"

#include <string.h>

#define TYPE          "Microsoft.LabServices/labaccounts/labs"
#define DEFAULT_USERS 10
#define MAX_USERS     400

static const char *const access_modes[] = { "Restricted", "Open", NULL };
static const char *const sizes[] = { "Basic", "Standard", "Performance", NULL };

static JsonObject *
describe_lab (SbService *self, const SbLab *lab)
{
  g_autofree char *path = sb_lab_dup_path (lab);
  JsonObject *item = sb_rest_resource (path, lab->name, TYPE, lab->location, lab->tags);
  JsonObject *properties = json_object_new ();

  json_object_set_int_member (properties, "maxUsersInLab", lab->max_users);
  json_object_set_int_member (properties, "userQuota", MAX_USERS);
  json_object_set_string_member (properties, "invitationCode", lab->invitation_code);
  json_object_set_string_member (properties, "createdByObjectId", lab->created_by);
  json_object_set_string_member (properties, "createdByUserPrincipalName", lab->created_by_name);
  sb_rest_add_time (properties, "createdDate", lab->created);
  sb_rest_add_duration (properties, "usageQuota", lab->quota);
  json_object_set_string_member (properties, "userAccessMode", lab->access_mode);
  json_object_set_string_member (properties, "provisioningState", "Succeeded");
  json_object_set_string_member (properties, "uniqueIdentifier", lab->guid);
  sb_rest_add_last_operation (self, properties, path);
  json_object_set_object_member (item, "properties", properties);

  return item;
}

typedef struct
{
  SbService *service;
  gint64 account;
} Labs;

static JsonArray *
load_labs (SbRequest *request, gpointer data, gint64 offset, gint64 limit, GError **error)
{
  Labs *where = data;
  g_autoptr (GPtrArray) labs = sb_store_list_labs (sb_service_get_store (where->service),
                                                   where->account, offset, limit, error);
  JsonArray *items;

  if (labs == NULL)
    return NULL;

  items = json_array_new ();
  for (guint i = 0; i < labs->len; i++)
    json_array_add_object_element (items, describe_lab (where->service, labs->pdata[i]));

  return items;
}

static gboolean
list_labs (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbAccount) account = sb_rest_find_account (self, request, error);

  return account != NULL &&
         sb_request_reply_list (request, load_labs, &(Labs) { self, account->id }, error);
}

static gboolean
get_lab (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_lab (self, request, error);

  if (lab == NULL)
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_lab (self, lab));
  return TRUE;
}

static SbLab *
lab_new (const SbAccount *account, const SbPerson *owner, const char *name)
{
  SbLab *lab = g_new0 (SbLab, 1);

  lab->account_id = account->id;
  lab->subscription_id = g_strdup (account->subscription_id);
  lab->account_path = sb_account_dup_path (account);
  lab->location = g_strdup (account->location);
  lab->name = g_strdup (name);
  lab->max_users = DEFAULT_USERS;
  lab->quota = 10 * SB_HOUR;
  lab->access_mode = g_strdup ("Restricted");
  lab->invitation_code = sb_random_token (12);
  lab->created_by = g_strdup (owner->id);
  lab->created_by_name = g_strdup (owner->user_name);
  lab->created = sb_now ();
  lab->tags = g_strdup ("{}");
  lab->guid = g_uuid_string_random ();
  lab->title = g_strdup (name);
  lab->description = g_strdup ("");
  lab->image_name = g_strdup ("");
  lab->size = g_strdup ("Basic");
  lab->login = g_strdup ("student");
  lab->publishing_state = g_strdup ("Draft");
  lab->configuration_state = g_strdup ("NotApplicable");
  lab->last_changed = sb_now ();

  return lab;
}

/* What PUT and PATCH may change. */
static gboolean
read_lab (SbLab *lab, JsonObject *body, GError **error)
{
  g_autofree char *tags = sb_rest_dup_tags (body, lab->tags, error);
  JsonObject *properties;
  const char *quota, *mode = NULL;

  if (tags == NULL || !sb_json_get_object (body, "properties", FALSE, &properties, error) ||
      !sb_json_get_int (properties, "maxUsersInLab", 0, MAX_USERS, &lab->max_users, error) ||
      !sb_json_get_text (properties, "usageQuota", FALSE, &quota, error) ||
      !sb_json_get_one_of (properties, "userAccessMode", access_modes, &mode, error))
    return FALSE;
  if (quota != NULL && !sb_parse_duration (quota, &lab->quota))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                           "'usageQuota' must be a duration of at most 9999 hours, such as PT10H.");
      return FALSE;
    }
  if (mode != NULL)
    g_set_str (&lab->access_mode, mode);
  g_set_str (&lab->tags, tags);

  return TRUE;
}

/* Saves a lab that has changed; a published one gets or loses machines for it. */
static gboolean
save_lab (SbService *self, SbLab *lab, GError **error)
{
  return sb_store_save_lab (sb_service_get_store (self), lab, error) &&
         (!g_str_equal (lab->publishing_state, "Published") ||
          sb_labs_scale (sb_service_get_labs (self), lab, error));
}

static gboolean
put_lab (SbService *self, SbRequest *request, GError **error)
{
  const char *name = sb_request_get_param (request, "labName");
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbAccount) account = body != NULL ? sb_rest_find_account (self, request, error) : NULL;
  g_autoptr (SbLab) lab = NULL;
  gboolean is_new;

  if (account == NULL)
    return FALSE;

  lab = sb_store_find_lab_by_name (sb_service_get_store (self), account->id, name, NULL);
  is_new = lab == NULL;
  if (is_new)
    {
      if (!sb_rest_check_name (name, error))
        return FALSE;
      lab = lab_new (account, request->person, name);
    }
  if (!read_lab (lab, body, error))
    return FALSE;
  if (is_new ? !sb_labs_create_lab (sb_service_get_labs (self), lab, error)
             : !save_lab (self, lab, error))
    return FALSE;

  sb_request_reply_json (request, is_new ? SOUP_STATUS_CREATED : SOUP_STATUS_OK,
                         describe_lab (self, lab));
  return TRUE;
}

static gboolean
patch_lab (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbLab) lab = body != NULL ? sb_rest_find_lab (self, request, error) : NULL;

  if (lab == NULL || !read_lab (lab, body, error) || !save_lab (self, lab, error))
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_lab (self, lab));
  return TRUE;
}

static gboolean
delete_lab (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_lab (self, request, NULL);

  if (lab == NULL)
    {
      sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
      return TRUE;
    }

  return sb_rest_reply_operation (
      request, sb_labs_remove_lab (sb_service_get_labs (self), lab, &request->caller, error),
      error);
}

/* The template that createLab describes, into @lab. */
static gboolean
read_template (SbService *self,
               const SbAccount *account,
               SbLab *lab,
               JsonObject *settings,
               GError **error)
{
  JsonObject *resource, *vm;
  const char *image_id, *login, *password, *size = NULL;
  g_autoptr (SbImage) image = NULL;
  g_autofree char *image_name = NULL;

  if (!sb_json_get_object (settings, "resourceSettingCreationParameters", TRUE, &resource, error) ||
      !sb_json_get_text (resource, "galleryImageResourceId", TRUE, &image_id, error) ||
      !sb_json_get_one_of (resource, "size", sizes, &size, error) ||
      !sb_json_get_object (resource, "referenceVmCreationParameters", TRUE, &vm, error) ||
      !sb_json_get_text (vm, "userName", TRUE, &login, error) ||
      !sb_json_get_text (vm, "password", TRUE, &password, error))
    return FALSE;

  image_name = g_path_get_basename (image_id);
  image = sb_store_find_image (sb_service_get_store (self), account->id, image_name, error);
  if (image == NULL || !sb_check_machine_login (login, error) ||
      !sb_check_machine_password (password, login, error))
    return FALSE;

  lab->has_settings = TRUE;
  g_set_str (&lab->image_name, image->name);
  g_set_str (&lab->login, login);
  if (size != NULL)
    g_set_str (&lab->size, size);

  return TRUE;
}

/* The password of the new template, in the background: the lab is there already. */
static gboolean
set_template_password (SbService *self,
                       SbRequest *request,
                       const SbLab *lab,
                       JsonObject *settings,
                       GError **error)
{
  JsonObject *resource =
      json_object_get_object_member (settings, "resourceSettingCreationParameters");
  JsonObject *vm = json_object_get_object_member (resource, "referenceVmCreationParameters");
  g_autoptr (SbMachine) template =
      sb_store_find_template (sb_service_get_store (self), lab->id, error);
  g_autoptr (SbOperation) operation = NULL;

  if (template != NULL)
    operation = sb_labs_reset_password (sb_service_get_labs (self), template->id, lab->login,
                                        json_object_get_string_member (vm, "password"),
                                        &request->caller, error);

  return operation != NULL;
}

static gboolean
create_lab (SbService *self, SbRequest *request, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbAccount) account = body != NULL ? sb_rest_find_account (self, request, error) : NULL;
  g_autoptr (SbLab) lab = NULL;
  g_autoptr (SbLab) other = NULL;
  g_autofree char *tags = NULL;
  const char *name;
  JsonObject *parameters, *settings;

  if (account == NULL || !sb_json_get_text (body, "name", TRUE, &name, error) ||
      !sb_json_get_object (body, "labCreationParameters", TRUE, &parameters, error) ||
      !sb_json_get_object (body, "environmentSettingCreationParameters", FALSE, &settings, error) ||
      !sb_rest_check_name (name, error))
    return FALSE;

  other = sb_store_find_lab_by_name (store, account->id, name, NULL);
  if (other != NULL)
    {
      g_set_error (error, SB_ERROR, SB_ERROR_CONFLICT, "There is a lab with the name '%s' already.",
                   name);
      return FALSE;
    }

  lab = lab_new (account, request->person, name);
  tags = sb_rest_dup_tags (body, NULL, error);
  if (tags == NULL ||
      !sb_json_get_int (parameters, "maxUsersInLab", 0, MAX_USERS, &lab->max_users, error) ||
      (settings != NULL && !read_template (self, account, lab, settings, error)))
    return FALSE;
  g_set_str (&lab->tags, tags);
  if (!sb_labs_create_lab (sb_service_get_labs (self), lab, error) ||
      (settings != NULL && !set_template_password (self, request, lab, settings, error)))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_OK);
  return TRUE;
}

static gboolean
add_users (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_auto (GStrv) emails = body != NULL ? sb_json_dup_texts (body, "emailAddresses", error) : NULL;
  g_autoptr (SbLab) lab = emails != NULL ? sb_rest_find_lab (self, request, error) : NULL;

  if (lab == NULL ||
      !sb_labs_add_users (sb_service_get_labs (self), lab, (const char *const *) emails, error))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_OK);
  return TRUE;
}

static gboolean
register_to_lab (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbLab) lab = sb_rest_find_lab (self, request, error);

  if (lab == NULL || !sb_labs_register (sb_service_get_labs (self), request->person, lab, error))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_OK);
  return TRUE;
}

#define ROLE(method, template, handler)                                                            \
  { method, template, SB_ROUTE_ROLE, SB_VERSION_2018, handler }

const SbRoute sb_lab_routes[] = {
  ROLE ("GET", SB_ACCOUNT "/labs", list_labs),
  ROLE ("POST", SB_ACCOUNT "/createLab", create_lab),
  ROLE ("GET", SB_LAB, get_lab),
  ROLE ("PUT", SB_LAB, put_lab),
  ROLE ("PATCH", SB_LAB, patch_lab),
  ROLE ("DELETE", SB_LAB, delete_lab),
  ROLE ("POST", SB_LAB "/addUsers", add_users),
  /* Whoever is in the roster, or anyone when the lab is open: the rules are those of the code. */
  { "POST", SB_LAB "/register", SB_ROUTE_TOKEN, SB_VERSION_2018, register_to_lab },
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
