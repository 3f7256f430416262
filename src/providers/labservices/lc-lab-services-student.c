/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-student.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-lab-services-decode.h"
#include "lc-lab-services-error.h"

/* What Microsoft's samples use; who it is about is in the token. */
#define USER            "NoUsername"
#define PREVIEW_VERSION "2019-01-01-preview"

static LcMachine *
find_machine (GPtrArray *machines, const char *id)
{
  for (guint i = 0; i < machines->len; i++)
    {
      LcMachine *machine = g_ptr_array_index (machines, i);

      if (g_ascii_strcasecmp (lc_machine_get_id (machine), id) == 0)
        return machine;
    }
  return NULL;
}

/* In the place of a machine that the person does not have (CONTRACTS 7): why there is none,
 * nullable. */
static const char *
explain_missing (LcJsonReader *environment)
{
  const char *state = lc_json_reader_get_string (environment, "provisioningState");
  g_autoptr (LcJsonReader) details =
      lc_json_reader_get_member (environment, "virtualMachineDetails");

  if (state == NULL || lc_json_reader_exists (details))
    return NULL;
  if (g_ascii_strcasecmp (state, "LabIsFull") == 0)
    return _ ("All machines of this lab are taken.");
  if (g_ascii_strcasecmp (state, "NotYetProvisioned") == 0)
    return _ ("The machines of this lab are not ready yet.");
  return NULL;
}

static void
learn_description (LcLabServicesSession *self, LcJsonReader *environment, const char *missing)
{
  const char *name = lc_json_reader_get_string (environment, "name");
  const char *description =
      missing != NULL ? missing : lc_json_reader_get_string (environment, "description");
  LcLabServicesLab *lab =
      lc_lab_services_session_add_lab (self, lc_json_reader_get_string (environment, "id"));

  if (lab == NULL)
    return;
  if (name != NULL && *name != '\0')
    g_set_str (&lab->name, name);
  if (description != NULL && *description != '\0')
    g_set_str (&lab->description, description);
}

/* Adds the machines that are not in the list yet. @complete: (out): whether all came with details
 */
static gboolean
add_machines (LcLabServicesSession *self,
              LcJsonReader *root,
              GPtrArray *machines,
              gboolean *complete,
              GError **error)
{
  g_autoptr (LcJsonReader) list = lc_json_reader_get_member (root, "environments");
  guint length = lc_json_reader_get_length (list);

  *complete = TRUE;
  for (guint i = 0; i < length; i++)
    {
      g_autoptr (LcJsonReader) item = lc_json_reader_get_element (list, i);
      const char *missing = explain_missing (item);
      g_autoptr (LcMachine) machine = NULL;

      learn_description (self, item, missing);
      if (missing == NULL)
        machine = lc_lab_services_decode_details (item, self->account_id);
      if (machine == NULL)
        continue;
      if (!lc_lab_services_has_details (item))
        *complete = FALSE;
      lc_lab_services_session_complete (self, machine);
      if (find_machine (machines, lc_machine_get_id (machine)) == NULL)
        g_ptr_array_add (machines, g_steal_pointer (&machine));
    }
  return lc_json_reader_check (root, error);
}

static LcJsonReader *
await_list (LcLabServicesSession *self, const char *action, const char *lab_id, GError **error)
{
  gboolean preview = g_str_equal (action, "listAllEnvironments");
  LcHttpRequest *request =
      lc_lab_services_student_request (action, preview ? PREVIEW_VERSION : LC_LAB_SERVICES_VERSION);

  lc_http_request_set_idempotent (request, TRUE);
  if (lab_id != NULL && !preview)
    lc_http_request_add_member (request, "labId", lab_id);
  else if (!preview)
    {
      g_autoptr (JsonNode) empty = json_node_init_object (json_node_alloc (), json_object_new ());

      json_object_unref (json_node_get_object (empty));
      lc_http_request_set_json (request, empty);
    }
  return lc_lab_services_session_await_json (self, request, error);
}

/* %TRUE also when the service refuses: then nothing was added. */
static gboolean
await_machines_of (LcLabServicesSession *self,
                   const char *action,
                   const char *lab_id,
                   GPtrArray *machines,
                   gboolean *complete,
                   GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LcJsonReader) root = await_list (self, action, lab_id, &local_error);

  *complete = FALSE;
  if (root != NULL)
    return add_machines (self, root, machines, complete, error);
  if (lc_lab_services_is_refusal (local_error))
    {
      g_debug ("%s is not offered: %s", action, local_error->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

LcHttpRequest *
lc_lab_services_student_request (const char *action, const char *api_version)
{
  LcHttpRequest *request =
      lc_http_request_new ("POST", "/providers/Microsoft.LabServices/users", USER, action, NULL);

  lc_http_request_add_query (request, "api-version", api_version);
  return request;
}

gboolean
lc_lab_services_student_await_labs (LcLabServicesSession *self, GError **error)
{
  LcHttpRequest *request = lc_lab_services_student_request ("listLabs", LC_LAB_SERVICES_VERSION);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LcJsonReader) root = NULL;
  g_autoptr (LcJsonReader) list = NULL;

  lc_http_request_set_idempotent (request, TRUE);
  root = lc_lab_services_session_await_json (self, request, &local_error);
  if (root == NULL)
    {
      if (lc_lab_services_is_refusal (local_error))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  list = lc_json_reader_get_member (root, "labs");
  for (guint i = 0; i < lc_json_reader_get_length (list); i++)
    {
      g_autoptr (LcJsonReader) item = lc_json_reader_get_element (list, i);
      LcLabServicesLab *lab =
          lc_lab_services_session_add_lab (self, lc_json_reader_get_string (item, "id"));
      const char *name = lc_json_reader_get_string (item, "name");

      if (lab == NULL)
        continue;
      if (name != NULL && *name != '\0')
        g_set_str (&lab->name, name);
      lab->quota = lc_json_reader_get_duration (item, "usageQuota", -1);
    }
  return lc_json_reader_check (root, error);
}

/* listAllEnvironments may come without connection details; listEnvironments, where it is still
 * offered, has them (CONTRACTS 7). */
GPtrArray *
lc_lab_services_student_await_machines (LcLabServicesSession *self,
                                        const char *lab_id,
                                        GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) detailed = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean complete;

  if (!await_machines_of (self, "listAllEnvironments", NULL, all, &complete, error))
    return NULL;
  if (!complete &&
      !await_machines_of (self, "listEnvironments", lab_id, detailed, &complete, error))
    return NULL;
  for (guint i = 0; i < all->len; i++)
    {
      LcMachine *machine = g_ptr_array_index (all, i);

      if (find_machine (detailed, lc_machine_get_id (machine)) == NULL)
        g_ptr_array_add (detailed, g_object_ref (machine));
    }
  for (guint i = detailed->len; lab_id != NULL && i > 0; i--)
    {
      LcMachine *machine = g_ptr_array_index (detailed, i - 1);

      if (g_ascii_strcasecmp (lc_machine_get_lab_id (machine), lab_id) != 0)
        g_ptr_array_remove_index (detailed, i - 1);
    }
  return g_steal_pointer (&detailed);
}

LcMachine *
lc_lab_services_student_await_machine (LcLabServicesSession *self, const char *id, GError **error)
{
  LcHttpRequest *request =
      lc_lab_services_student_request ("getEnvironment", LC_LAB_SERVICES_VERSION);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GPtrArray) machines = NULL;
  g_autoptr (LcJsonReader) root = NULL;
  LcMachine *machine;

  lc_http_request_add_query (request, "$expand", "properties($expand=environment)");
  lc_http_request_add_member (request, "environmentId", id);
  lc_http_request_set_idempotent (request, TRUE);
  root = lc_lab_services_session_await_json (self, request, &local_error);
  if (root != NULL)
    {
      g_autoptr (LcJsonReader) item = lc_json_reader_get_member (root, "environment");
      g_autoptr (LcMachine) found = lc_lab_services_decode_details (item, self->account_id);

      if (!lc_json_reader_check (root, error))
        return NULL;
      if (found != NULL)
        {
          lc_lab_services_session_complete (self, found);
          return g_steal_pointer (&found);
        }
    }
  else if (!lc_lab_services_is_refusal (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  machines = lc_lab_services_student_await_machines (self, NULL, error);
  if (machines == NULL)
    return NULL;
  machine = find_machine (machines, id);
  if (machine == NULL)
    g_propagate_error (error, lc_error_new (LC_ERROR_NOT_FOUND, "The machine is gone"));
  return machine != NULL ? g_object_ref (machine) : NULL;
}
