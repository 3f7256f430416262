/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api-description.h"
#include "await.h"
#include "fake-authorizer.h"
#include "lc-lab-services-provider.h"
#include "mock-arm.h"

/* Every request that the Lab Services provider can send, against the published description. */

static const char *const descriptions[] = {
  "labservices-2018-10-15.json",
  "resources-subscriptions-2022-12-01.json",
};

/* From Microsoft's samples only (CONTRACTS 7). */
static gboolean
is_unpublished (const MockRequest *request)
{
  return g_str_has_suffix (request->path, "/users/NoUsername/listAllEnvironments") &&
         g_str_equal (request->method, "POST") && *request->body == '\0' &&
         g_str_equal (request->query, "api-version=2019-01-01-preview");
}

static void
await_result (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  await_future (future, 20, NULL, &error);
  g_assert_no_error (error);
}

static LcProvider *
new_provider (MockArm *arm)
{
  g_autoptr (LcCloud) cloud = lc_cloud_new_for_url (mock_server_get_uri (arm->server), NULL);
  g_autoptr (LcAccount) account =
      lc_account_new (cloud, "tenant", "ada-1", "ada@school.example", NULL);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (0);

  return LC_PROVIDER (lc_lab_services_provider_new (account, LC_AUTHORIZER (authorizer)));
}

static void
ask_everything (MockArm *arm)
{
  g_autoptr (LcProvider) provider = new_provider (arm);
  const char *account = lc_account_get_id (lc_provider_get_account (provider));
  g_autoptr (LcLab) lab = lc_lab_new (account, ARM_LAB, "python");
  g_autoptr (LcMachine) machine = lc_machine_new (account, ARM_LAB, ARM_MACHINE, "vm");
  g_autoptr (LcMachine) template = lc_machine_new (account, ARM_LAB, ARM_SETTING, "template");
  g_autoptr (LcSecret) password = lc_secret_new ("Correct-horse-1");

  await_result (lc_provider_list_labs (provider));
  await_result (lc_provider_list_machines (provider, lab));
  await_result (lc_provider_get_machine (provider, machine));
  await_result (lc_provider_start_machine (provider, machine, NULL));
  await_result (lc_provider_reset_password (provider, machine, "student", password, NULL));
  await_result (lc_provider_stop_machine (provider, machine, NULL));
  await_result (lc_provider_join_lab (provider, "ab12cd34"));
  if (arm->is_teacher)
    {
      await_result (lc_provider_get_machine (provider, template));
      await_result (lc_provider_start_machine (provider, template, NULL));
      await_result (lc_provider_stop_machine (provider, template, NULL));
    }
}

static void
check_request (const MockRequest *request, gboolean full)
{
  gboolean known = is_unpublished (request);

  for (gsize i = 0; i < G_N_ELEMENTS (descriptions) && !known; i++)
    {
      g_autoptr (ApiDescription) api = api_description_load (descriptions[i], full);
      g_autofree char *complaint = NULL;

      g_assert_nonnull (api);
      known = api_description_check (api, request, &complaint);
      if (complaint != NULL)
        g_error ("%s %s?%s: %s", request->method, request->path, request->query, complaint);
    }
  if (!known)
    g_error ("%s %s: there is no such call", request->method, request->path);
}

/* The addresses of operations are the service's own. */
static void
check_all (MockArm *arm, gboolean full)
{
  for (guint i = 0; i < mock_server_count (arm->server); i++)
    {
      const MockRequest *request = mock_server_get_request (arm->server, i);

      if (strstr (request->query, "sig=x") == NULL)
        check_request (request, full);
      g_assert_cmpstr (request->authorization, ==, "Bearer token-1");
    }
}

static void
test_student (gconstpointer data)
{
  gboolean full = GPOINTER_TO_INT (data);
  g_autoptr (MockArm) arm = mock_arm_new ();

  arm->bare_list_all = TRUE;
  arm->operation_forbidden = TRUE;
  ask_everything (arm);
  g_assert_true (mock_arm_was_asked (arm, "/listEnvironments"));
  g_assert_true (mock_arm_was_asked (arm, "/getOperationStatus"));
  check_all (arm, full);
}

static void
test_teacher (gconstpointer data)
{
  gboolean full = GPOINTER_TO_INT (data);
  g_autoptr (MockArm) arm = mock_arm_new ();

  arm->is_teacher = TRUE;
  ask_everything (arm);
  check_all (arm, full);
}

static char *
complaint_about (const char *path, const char *query, const char *body)
{
  g_autoptr (ApiDescription) api = api_description_load (descriptions[0], FALSE);
  MockRequest request = {
    .method = (char *) "POST",
    .path = (char *) path,
    .query = (char *) query,
    .body = (char *) body,
    .content_type = (char *) "application/json",
  };
  char *complaint;

  return api_description_check (api, &request, &complaint) ? complaint : g_strdup ("no such call");
}

/* The check itself must be able to fail. */
static void
test_planted_faults (void)
{
  const char *start = "/providers/Microsoft.LabServices/users/NoUsername/startEnvironment";
  const char *version = "api-version=2018-10-15";
  const struct
  {
    const char *path;
    const char *query;
    const char *body;
    const char *complaint;
  } requests[] = {
    { start, version, "{\"environmentId\": \"x\"}", NULL },
    { start, version, "{}", "member environmentId is missing" },
    { start, version, "{\"environmentId\": 3}", "member environmentId is not a string" },
    { start, version, "{\"environmentId\": \"x\", \"y\": 1}", "there is no member y" },
    { start, version, "", "the body is missing" },
    { start, "api-version=2017-01-01", "{\"environmentId\": \"x\"}",
      "api-version is not 2018-10-15" },
    { start, "api-version=2018-10-15&x=1", "{\"environmentId\": \"x\"}",
      "there is no query field x" },
    { "/providers/Microsoft.LabServices/users/NoUsername/begin", version, "", "no such call" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *complaint =
          complaint_about (requests[i].path, requests[i].query, requests[i].body);

      g_assert_cmpstr (complaint, ==, requests[i].complaint);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/requests/planted-faults", test_planted_faults);
  g_test_add_data_func ("/requests/student", GINT_TO_POINTER (FALSE), test_student);
  g_test_add_data_func ("/requests/teacher", GINT_TO_POINTER (FALSE), test_teacher);
  if (g_getenv ("LABCONNECT_API_DIR") != NULL)
    {
      g_test_add_data_func ("/requests/full/student", GINT_TO_POINTER (TRUE), test_student);
      g_test_add_data_func ("/requests/full/teacher", GINT_TO_POINTER (TRUE), test_teacher);
    }
  return g_test_run ();
}
