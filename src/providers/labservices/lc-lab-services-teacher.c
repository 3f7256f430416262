/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-teacher.h"


#include "lc-async.h"
#include "lc-lab-services-decode.h"
#include "lc-lab-services-error.h"

#define SUBSCRIPTIONS_VERSION "2022-12-01"
#define EXPAND_SETTING                                                                             \
  "properties($expand=resourceSettings($expand=referenceVm($expand=vmStateDetails)))"
#define EXPAND_ENVIRONMENT "properties($expand=networkInterface)"

static LcHttpRequest *
new_request (const char *parent, const char *child, const char *expand)
{
  LcHttpRequest *request = lc_http_request_new ("GET", parent, child, NULL);

  lc_http_request_add_query (request, "api-version", LC_LAB_SERVICES_VERSION);
  if (expand != NULL)
    lc_http_request_add_query (request, "$expand", expand);
  return request;
}

/* A list that the person may not see, or that went away meanwhile, is an empty one. @request:
 * (transfer full) */
static GPtrArray *
await_list (LcLabServicesSession *self, LcHttpRequest *request, GError **error)
{
  g_autoptr (LcHttpRequest) owned = request;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GPtrArray) items =
      dex_await_boxed (lc_http_client_list (self->client, owned), &local_error);

  if (items != NULL)
    return g_steal_pointer (&items);
  if (g_error_matches (local_error, LC_ERROR, LC_ERROR_FORBIDDEN) ||
      g_error_matches (local_error, LC_ERROR, LC_ERROR_NOT_FOUND))
    return g_ptr_array_new ();
  g_propagate_error (error, lc_lab_services_refine_error (g_steal_pointer (&local_error)));
  return NULL;
}

static gboolean
is_usable_subscription (LcJsonReader *item)
{
  const char *state = lc_json_reader_get_string (item, "state");

  return state == NULL || (g_ascii_strcasecmp (state, "Disabled") != 0 &&
                           g_ascii_strcasecmp (state, "Deleted") != 0);
}

static gboolean
await_labs_of_account (LcLabServicesSession *self, const char *account, GError **error)
{
  g_autoptr (GPtrArray) labs = await_list (self, new_request (account, "labs", NULL), error);

  if (labs == NULL)
    return FALSE;
  for (guint i = 0; i < labs->len; i++)
    {
      LcJsonReader *item = g_ptr_array_index (labs, i);
      g_autoptr (LcJsonReader) inner = lc_json_reader_get_member (item, "properties");
      LcLabServicesLab *lab =
          lc_lab_services_session_add_lab (self, lc_json_reader_get_string (item, "id"));
      const char *name = lc_json_reader_get_string (item, "name");

      if (lab != NULL)
        {
          if (name != NULL && *name != '\0')
            g_set_str (&lab->name, name);
          lab->quota = lc_json_reader_get_duration (inner, "usageQuota", lab->quota);
          lab->is_managed = TRUE;
        }
      if (!lc_json_reader_check (item, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
await_labs_of_subscription (LcLabServicesSession *self, const char *subscription, GError **error)
{
  LcHttpRequest *request = lc_http_request_new ("GET", "/subscriptions", subscription, "providers",
                                                "Microsoft.LabServices", "labaccounts", NULL);
  g_autoptr (GPtrArray) accounts = NULL;

  lc_http_request_add_query (request, "api-version", LC_LAB_SERVICES_VERSION);
  accounts = await_list (self, request, error);
  if (accounts == NULL)
    return FALSE;
  for (guint i = 0; i < accounts->len; i++)
    {
      LcJsonReader *item = g_ptr_array_index (accounts, i);
      const char *id = lc_json_reader_require_string (item, "id");

      if (!lc_json_reader_check (item, error) || !await_labs_of_account (self, id, error))
        return FALSE;
    }
  return TRUE;
}

static LcMachine *
take_machine (LcLabServicesSession *self, LcJsonReader *item, gboolean is_setting)
{
  LcMachine *machine =
      is_setting ? lc_lab_services_decode_setting (item, self->account_id)
                 : lc_lab_services_decode_environment (item, self->account_id, self->object_id);

  if (machine != NULL && !is_setting)
    lc_lab_services_session_complete (self, machine);
  return machine;
}

/* "2018 lists may repeat items" (CONTRACTS 4). @seen: ids in lower case */
static void
add_machine (GPtrArray *machines, GHashTable *seen, LcMachine *machine)
{
  if (machine != NULL && g_hash_table_add (seen, g_utf8_strdown (lc_machine_get_id (machine), -1)))
    g_ptr_array_add (machines, machine);
  else
    g_clear_object (&machine);
}

static gboolean
await_setting (LcLabServicesSession *self,
               LcJsonReader *setting,
               GPtrArray *machines,
               GHashTable *seen,
               GError **error)
{
  const char *id = lc_json_reader_require_string (setting, "id");
  g_autoptr (GPtrArray) environments = NULL;

  add_machine (machines, seen, take_machine (self, setting, TRUE));
  if (!lc_json_reader_check (setting, error))
    return FALSE;
  environments = await_list (self, new_request (id, "environments", EXPAND_ENVIRONMENT), error);
  if (environments == NULL)
    return FALSE;
  for (guint i = 0; i < environments->len; i++)
    {
      LcJsonReader *item = g_ptr_array_index (environments, i);

      add_machine (machines, seen, take_machine (self, item, FALSE));
      if (!lc_json_reader_check (item, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
lc_lab_services_teacher_await_labs (LcLabServicesSession *self, GError **error)
{
  LcHttpRequest *request = lc_http_request_new ("GET", "/subscriptions", NULL);
  g_autoptr (GPtrArray) subscriptions = NULL;

  lc_http_request_add_query (request, "api-version", SUBSCRIPTIONS_VERSION);
  subscriptions = await_list (self, request, error);
  if (subscriptions == NULL)
    return FALSE;
  for (guint i = 0; i < subscriptions->len; i++)
    {
      LcJsonReader *item = g_ptr_array_index (subscriptions, i);
      const char *id = lc_json_reader_require_string (item, "subscriptionId");

      if (!lc_json_reader_check (item, error))
        return FALSE;
      if (is_usable_subscription (item) && !await_labs_of_subscription (self, id, error))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
lc_lab_services_teacher_await_machines (LcLabServicesSession *self,
                                        const char *lab_id,
                                        GError **error)
{
  g_autoptr (GPtrArray) machines = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) settings =
      await_list (self, new_request (lab_id, "environmentsettings", EXPAND_SETTING), error);

  if (settings == NULL)
    return NULL;
  for (guint i = 0; i < settings->len; i++)
    if (!await_setting (self, g_ptr_array_index (settings, i), machines, seen, error))
      return NULL;
  return g_steal_pointer (&machines);
}

LcMachine *
lc_lab_services_teacher_await_machine (LcLabServicesSession *self, const char *id, GError **error)
{
  gboolean is_setting = lc_lab_services_is_setting_id (id);
  LcHttpRequest *request = new_request (id, NULL, is_setting ? EXPAND_SETTING : EXPAND_ENVIRONMENT);
  g_autoptr (LcJsonReader) root = lc_lab_services_session_await_json (self, request, error);
  g_autoptr (LcMachine) machine = NULL;

  if (root == NULL)
    return NULL;
  machine = take_machine (self, root, is_setting);
  if (!lc_json_reader_check (root, error))
    return NULL;
  if (machine == NULL)
    g_propagate_error (error, lc_error_new (LC_ERROR_NOT_FOUND, "There is no machine here"));
  return g_steal_pointer (&machine);
}
