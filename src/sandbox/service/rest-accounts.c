/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lab accounts and their gallery images: CONTRACTS 10. */

#include "rest-common.h"

#include "sb-util.h"

#define TYPE "Microsoft.LabServices/labaccounts"

static const char *const size_names[] = { "Basic", "Standard", "Performance", NULL };

static JsonObject *
describe_size (const char *name, const char *vm_size, gint64 cores, gint64 memory)
{
  JsonObject *size = json_object_new ();
  JsonObject *info = json_object_new ();
  JsonArray *infos = json_array_new ();

  json_object_set_string_member (info, "computeSize", vm_size);
  json_object_set_double_member (info, "price", 0.0);
  json_object_set_int_member (info, "numberOfCores", cores);
  json_object_set_double_member (info, "memory", (double) memory);
  json_array_add_object_element (infos, info);
  json_object_set_string_member (size, "name", name);
  json_object_set_array_member (size, "vmSizes", infos);
  json_object_set_double_member (size, "maxPrice", 0.0);
  json_object_set_int_member (size, "minNumberOfCores", cores);
  json_object_set_double_member (size, "minMemory", (double) memory);

  return size;
}

static JsonObject *
describe_account (SbService *self, const SbAccount *account)
{
  g_autofree char *path = sb_account_dup_path (account);
  JsonObject *item = sb_rest_resource (path, account->name, TYPE, account->location, account->tags);
  JsonObject *properties = json_object_new ();
  JsonObject *sizes = json_object_new ();
  JsonArray *list = json_array_new ();

  json_array_add_object_element (list, describe_size ("Basic", "local-small", 1, 1));
  json_array_add_object_element (list, describe_size ("Standard", "local-medium", 2, 2));
  json_array_add_object_element (list, describe_size ("Performance", "local-large", 4, 4));
  json_object_set_array_member (sizes, "environmentSizes", list);
  json_object_set_object_member (properties, "sizeConfiguration", sizes);
  json_object_set_boolean_member (properties, "enabledRegionSelection", account->region_selection);
  json_object_set_string_member (properties, "provisioningState", "Succeeded");
  json_object_set_string_member (properties, "uniqueIdentifier", account->guid);
  sb_rest_add_last_operation (self, properties, path);
  json_object_set_object_member (item, "properties", properties);

  return item;
}

static JsonObject *
describe_image (const SbImage *image)
{
  g_autofree char *path = g_strdup_printf ("%s/galleryimages/%s", image->account_path, image->name);
  JsonObject *item = sb_rest_resource (path, image->name, TYPE "/galleryimages", NULL, NULL);
  JsonObject *properties = json_object_new ();
  JsonObject *reference = json_object_new ();

  json_object_set_string_member (reference, "publisher", image->publisher);
  json_object_set_string_member (reference, "offer", image->offer);
  json_object_set_string_member (reference, "sku", image->sku);
  json_object_set_string_member (reference, "version", image->version);
  json_object_set_string_member (reference, "osType", image->os_type);
  json_object_set_string_member (properties, "author", image->author);
  json_object_set_string_member (properties, "description", image->description);
  sb_rest_add_time (properties, "createdDate", image->created);
  json_object_set_object_member (properties, "imageReference", reference);
  json_object_set_boolean_member (properties, "isEnabled", image->is_enabled);
  json_object_set_boolean_member (properties, "isOverride", image->is_override);
  json_object_set_boolean_member (properties, "isPlanAuthorized", TRUE);
  json_object_set_string_member (properties, "provisioningState", "Succeeded");
  json_object_set_string_member (properties, "uniqueIdentifier", image->guid);
  json_object_set_object_member (item, "properties", properties);

  return item;
}

/* A list over a subscription has what the caller may see of it, so it is cut after that. */
static JsonArray *
load_accounts (SbRequest *request, gpointer data, gint64 offset, gint64 limit, GError **error)
{
  SbService *self = data;
  SbStore *store = sb_service_get_store (self);
  g_autoptr (GPtrArray) accounts = NULL;
  JsonArray *items;
  gint64 seen = 0;

  accounts = sb_store_list_accounts (store, sb_request_get_param (request, "subscriptionId"),
                                     sb_request_get_param (request, "resourceGroupName"), error);
  if (accounts == NULL)
    return NULL;

  items = json_array_new ();
  for (guint i = 0; i < accounts->len && limit != 0; i++)
    {
      const SbAccount *account = accounts->pdata[i];
      g_autofree char *path = sb_account_dup_path (account);

      if (!sb_store_has_role_under (store, request->person->id, path) || seen++ < offset)
        continue;
      json_array_add_object_element (items, describe_account (self, account));
      limit--;
    }

  return items;
}

static gboolean
list_accounts (SbService *self, SbRequest *request, GError **error)
{
  return sb_request_reply_list (request, load_accounts, self, error);
}

static gboolean
get_account (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbAccount) account = sb_rest_find_account (self, request, error);

  if (account == NULL)
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_account (self, account));
  return TRUE;
}

/* What PUT and PATCH have in common: the properties that may change. */
static gboolean
update_account (SbService *self, SbAccount *account, JsonObject *body, GError **error)
{
  g_autofree char *tags = sb_rest_dup_tags (body, account->tags, error);
  JsonObject *properties;

  if (tags == NULL || !sb_json_get_object (body, "properties", FALSE, &properties, error) ||
      !sb_json_get_bool (properties, "enabledRegionSelection", &account->region_selection, error))
    return FALSE;

  g_set_str (&account->tags, tags);
  return sb_store_save_account (sb_service_get_store (self), account, error);
}

static gboolean
put_account (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbAccount) account = sb_rest_find_account (self, request, NULL);
  const char *location;
  gboolean is_new = account == NULL;

  if (body == NULL || !sb_json_get_text (body, "location", is_new, &location, error) ||
      !sb_rest_check_name (sb_request_get_param (request, "labAccountName"), error))
    return FALSE;

  if (is_new)
    {
      account = g_new0 (SbAccount, 1);
      account->subscription_id = g_strdup (sb_request_get_param (request, "subscriptionId"));
      account->resource_group = g_strdup (sb_request_get_param (request, "resourceGroupName"));
      account->name = g_strdup (sb_request_get_param (request, "labAccountName"));
      account->location = g_strdup (location);
      account->tags = g_strdup ("{}");
      account->guid = g_uuid_string_random ();
    }
  if (!update_account (self, account, body, error))
    return FALSE;

  sb_request_reply_json (request, is_new ? SOUP_STATUS_CREATED : SOUP_STATUS_OK,
                         describe_account (self, account));
  return TRUE;
}

static gboolean
patch_account (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbAccount) account = body != NULL ? sb_rest_find_account (self, request, error) : NULL;

  if (account == NULL || !update_account (self, account, body, error))
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_account (self, account));
  return TRUE;
}

static gboolean
delete_account (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbAccount) account = sb_rest_find_account (self, request, NULL);

  if (account == NULL)
    {
      sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
      return TRUE;
    }

  return sb_rest_reply_operation (
      request,
      sb_labs_remove_account (sb_service_get_labs (self), account, &request->caller, error), error);
}

static gboolean
get_regional_availability (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbAccount) account = sb_rest_find_account (self, request, error);
  JsonArray *regions, *sizes;
  JsonObject *answer, *region;

  if (account == NULL)
    return FALSE;

  sizes = json_array_new ();
  for (guint i = 0; size_names[i] != NULL; i++)
    {
      JsonObject *size = json_object_new ();

      json_object_set_string_member (size, "sizeCategory", size_names[i]);
      json_object_set_boolean_member (size, "isAvailable", TRUE);
      json_array_add_object_element (sizes, size);
    }
  region = json_object_new ();
  json_object_set_string_member (region, "region", account->location);
  json_object_set_array_member (region, "sizeAvailabilities", sizes);
  regions = json_array_new ();
  json_array_add_object_element (regions, region);
  answer = json_object_new ();
  json_object_set_array_member (answer, "regionalAvailability", regions);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static SbImage *
find_image (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbAccount) account = sb_rest_find_account (self, request, error);

  return account == NULL
             ? NULL
             : sb_store_find_image (sb_service_get_store (self), account->id,
                                    sb_request_get_param (request, "galleryImageName"), error);
}

typedef struct
{
  SbService *service;
  gint64 account;
} Images;

static JsonArray *
load_images (SbRequest *request, gpointer data, gint64 offset, gint64 limit, GError **error)
{
  Images *where = data;
  g_autoptr (GPtrArray) images = sb_store_list_images (sb_service_get_store (where->service),
                                                       where->account, offset, limit, error);
  JsonArray *items;

  if (images == NULL)
    return NULL;

  items = json_array_new ();
  for (guint i = 0; i < images->len; i++)
    json_array_add_object_element (items, describe_image (images->pdata[i]));

  return items;
}

static gboolean
list_images (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbAccount) account = sb_rest_find_account (self, request, error);

  return account != NULL &&
         sb_request_reply_list (request, load_images, &(Images) { self, account->id }, error);
}

static gboolean
get_image (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbImage) image = find_image (self, request, error);

  if (image == NULL)
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_image (image));
  return TRUE;
}

static gboolean
update_image (SbService *self, gint64 account, SbImage *image, JsonObject *body, GError **error)
{
  JsonObject *properties;

  return sb_json_get_object (body, "properties", FALSE, &properties, error) &&
         sb_json_get_bool (properties, "isEnabled", &image->is_enabled, error) &&
         sb_json_get_bool (properties, "isOverride", &image->is_override, error) &&
         sb_store_save_image (sb_service_get_store (self), account, image, error);
}

static gboolean
put_image (SbService *self, SbRequest *request, GError **error)
{
  const char *name = sb_request_get_param (request, "galleryImageName");
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbAccount) account = body != NULL ? sb_rest_find_account (self, request, error) : NULL;
  g_autoptr (SbImage) image = NULL;
  gboolean is_new;

  if (account == NULL || !sb_rest_check_name (name, error))
    return FALSE;

  image = sb_store_find_image (sb_service_get_store (self), account->id, name, NULL);
  is_new = image == NULL;
  if (is_new)
    {
      image = g_new0 (SbImage, 1);
      image->account_path = sb_account_dup_path (account);
      image->name = g_strdup (name);
      image->author = g_strdup ("");
      image->description = g_strdup (name);
      image->publisher = g_strdup ("debian");
      image->offer = g_strdup ("debian-13");
      image->sku = g_strdup (name);
      image->version = g_strdup ("latest");
      image->os_type = g_strdup ("Linux");
      image->is_enabled = TRUE;
      image->created = sb_now ();
      image->guid = g_uuid_string_random ();
    }
  if (!update_image (self, account->id, image, body, error))
    return FALSE;

  sb_request_reply_json (request, is_new ? SOUP_STATUS_CREATED : SOUP_STATUS_OK,
                         describe_image (image));
  return TRUE;
}

static gboolean
patch_image (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) body = sb_request_dup_json (request, error);
  g_autoptr (SbImage) image = body != NULL ? find_image (self, request, error) : NULL;

  if (image == NULL || !update_image (self, 0, image, body, error))
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_image (image));
  return TRUE;
}

static gboolean
delete_image (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbImage) image = find_image (self, request, NULL);

  if (image != NULL && !sb_store_remove_image (sb_service_get_store (self), image->id, error))
    return FALSE;

  sb_request_reply_empty (request, image != NULL ? SOUP_STATUS_OK : SOUP_STATUS_NO_CONTENT);
  return TRUE;
}

#define ROLE(method, template, handler)                                                            \
  { method, template, SB_ROUTE_ROLE, SB_VERSION_2018, handler }
#define IMAGE SB_ACCOUNT "/galleryimages/{galleryImageName}"

const SbRoute sb_account_routes[] = {
  { "GET", SB_IN_SUBSCRIPTION "/labaccounts", SB_ROUTE_TOKEN, SB_VERSION_2018, list_accounts },
  { "GET", SB_IN_GROUP "/labaccounts", SB_ROUTE_TOKEN, SB_VERSION_2018, list_accounts },
  ROLE ("GET", SB_ACCOUNT, get_account),
  ROLE ("PUT", SB_ACCOUNT, put_account),
  ROLE ("PATCH", SB_ACCOUNT, patch_account),
  ROLE ("DELETE", SB_ACCOUNT, delete_account),
  ROLE ("POST", SB_ACCOUNT "/getRegionalAvailability", get_regional_availability),
  ROLE ("GET", SB_ACCOUNT "/galleryimages", list_images),
  ROLE ("GET", IMAGE, get_image),
  ROLE ("PUT", IMAGE, put_image),
  ROLE ("PATCH", IMAGE, patch_image),
  ROLE ("DELETE", IMAGE, delete_image),
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
