/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Subscriptions and tenants, 2022-12-01: CONTRACTS 5. */

#include "rest-common.h"

#define VERSION "2022-12-01"

/* Both lists are whole: their "nextLink" is required all the same. */
static void
reply_whole_list (SbRequest *request, JsonArray *items)
{
  JsonObject *answer = json_object_new ();

  json_object_set_array_member (answer, "value", items);
  json_object_set_string_member (answer, "nextLink", "");
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);
}

static JsonObject *
describe_subscription (const SbSubscription *subscription)
{
  g_autofree char *path = g_strdup_printf ("/subscriptions/%s", subscription->id);
  JsonObject *item = json_object_new ();
  JsonObject *policies = json_object_new ();

  json_object_set_string_member (policies, "locationPlacementId", "Internal_2014-09-01");
  json_object_set_string_member (policies, "quotaId", "Internal_2014-09-01");
  json_object_set_string_member (policies, "spendingLimit", "Off");
  json_object_set_string_member (item, "id", path);
  json_object_set_string_member (item, "subscriptionId", subscription->id);
  json_object_set_string_member (item, "tenantId", subscription->tenant_id);
  json_object_set_string_member (item, "displayName", subscription->name);
  json_object_set_string_member (item, "state", "Enabled");
  json_object_set_object_member (item, "subscriptionPolicies", policies);
  json_object_set_string_member (item, "authorizationSource", "RoleBased");

  return item;
}

/* Without a role in it a subscription does not exist for the caller. */
static gboolean
is_visible (SbService *self, SbRequest *request, const SbSubscription *subscription)
{
  g_autofree char *path = g_strdup_printf ("/subscriptions/%s", subscription->id);

  return sb_store_has_role_under (sb_service_get_store (self), request->person->id, path);
}

static gboolean
list_subscriptions (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (GPtrArray) all = sb_store_list_subscriptions (sb_service_get_store (self), error);
  JsonArray *items;

  if (all == NULL)
    return FALSE;

  items = json_array_new ();
  for (guint i = 0; i < all->len; i++)
    {
      if (is_visible (self, request, all->pdata[i]))
        json_array_add_object_element (items, describe_subscription (all->pdata[i]));
    }
  reply_whole_list (request, items);

  return TRUE;
}

static SbSubscription *
find_visible (SbService *self, SbRequest *request, GError **error)
{
  const char *id = sb_request_get_param (request, "subscriptionId");
  g_autoptr (SbSubscription) subscription =
      sb_store_find_subscription (sb_service_get_store (self), id, NULL);

  if (subscription != NULL && is_visible (self, request, subscription))
    return g_steal_pointer (&subscription);

  g_set_error (error, SB_ERROR, SB_ERROR_SUBSCRIPTION_NOT_FOUND,
               "The subscription '%.64s' could not be found.", id);
  return NULL;
}

static gboolean
get_subscription (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbSubscription) subscription = find_visible (self, request, error);

  if (subscription == NULL)
    return FALSE;

  sb_request_reply_json (request, SOUP_STATUS_OK, describe_subscription (subscription));
  return TRUE;
}

static gboolean
list_locations (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbSubscription) subscription = find_visible (self, request, error);
  g_autofree char *id = NULL;
  JsonArray *items;
  JsonObject *answer, *item, *metadata;

  if (subscription == NULL)
    return FALSE;

  id = g_strdup_printf ("/subscriptions/%s/locations/local", subscription->id);
  metadata = json_object_new ();
  json_object_set_string_member (metadata, "regionType", "Physical");
  json_object_set_string_member (metadata, "regionCategory", "Recommended");
  json_object_set_string_member (metadata, "geographyGroup", "Local");
  json_object_set_string_member (metadata, "physicalLocation", "This computer");
  item = json_object_new ();
  json_object_set_string_member (item, "id", id);
  json_object_set_string_member (item, "subscriptionId", subscription->id);
  json_object_set_string_member (item, "name", "local");
  json_object_set_string_member (item, "type", "Region");
  json_object_set_string_member (item, "displayName", "This computer");
  json_object_set_string_member (item, "regionalDisplayName", "This computer");
  json_object_set_object_member (item, "metadata", metadata);
  items = json_array_new ();
  json_array_add_object_element (items, item);
  answer = json_object_new ();
  json_object_set_array_member (answer, "value", items);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
list_tenants (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (SbTenant) tenant =
      sb_store_find_tenant (sb_service_get_store (self), request->person->tenant_id, error);
  g_autofree char *path = NULL;
  JsonArray *items;
  JsonObject *item;

  if (tenant == NULL)
    return FALSE;

  path = g_strdup_printf ("/tenants/%s", tenant->id);
  item = json_object_new ();
  json_object_set_string_member (item, "id", path);
  json_object_set_string_member (item, "tenantId", tenant->id);
  json_object_set_string_member (item, "tenantCategory", "Home");
  json_object_set_string_member (item, "displayName", tenant->name);
  json_object_set_string_member (item, "defaultDomain", tenant->domain);
  json_object_set_string_member (item, "tenantType", "AAD");
  items = json_array_new ();
  json_array_add_object_element (items, item);
  reply_whole_list (request, items);

  return TRUE;
}

#define TOKEN(template, handler) { "GET", template, SB_ROUTE_TOKEN, VERSION, handler }

const SbRoute sb_subscription_routes[] = {
  TOKEN ("/subscriptions", list_subscriptions),
  TOKEN ("/subscriptions/{subscriptionId}", get_subscription),
  TOKEN ("/subscriptions/{subscriptionId}/locations", list_locations),
  TOKEN ("/tenants", list_tenants),
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
