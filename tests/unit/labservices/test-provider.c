/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "fake-authorizer.h"
#include "lc-error.h"
#include "lc-lab-services-provider.h"
#include "mock-arm.h"

typedef struct
{
  MockArm *arm;
  LcProvider *provider;
  LcMachine *machine;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcCloud) cloud = NULL;
  g_autoptr (LcAccount) account = NULL;
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (0);

  fixture->arm = mock_arm_new ();
  cloud = lc_cloud_new_for_url (mock_server_get_uri (fixture->arm->server), &error);
  g_assert_no_error (error);
  account = lc_account_new (cloud, "tenant", "ada-1", "ada@school.example", NULL);
  fixture->provider =
      LC_PROVIDER (lc_lab_services_provider_new (account, LC_AUTHORIZER (authorizer)));
  fixture->machine =
      lc_machine_new (lc_account_get_id (account), ARM_LAB, ARM_MACHINE, "ml-lab-vm-7");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->provider);
  g_object_unref (fixture->machine);
  mock_arm_free (fixture->arm);
}

static gpointer
resolve_object (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  await_future (future, 20, &value, &error);
  g_assert_no_error (error);
  return g_value_dup_object (&value);
}

static void
assert_resolves (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  await_future (future, 20, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_rejects (DexFuture *future, LcError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (future, 20, NULL, &error));
  g_assert_error (error, LC_ERROR, (int) code);
}

static LcLab *
only_lab (Fixture *fixture)
{
  g_autoptr (GListModel) labs = resolve_object (lc_provider_list_labs (fixture->provider));

  g_assert_cmpuint (g_list_model_get_n_items (labs), ==, 1);
  return g_list_model_get_item (labs, 0);
}

static LcMachine *
only_machine (GListModel *machines)
{
  g_assert_cmpuint (g_list_model_get_n_items (machines), ==, 1);
  return g_list_model_get_item (machines, 0);
}

static void
assert_machine (LcMachine *machine)
{
  g_assert_cmpstr (lc_machine_get_id (machine), ==, ARM_MACHINE);
  g_assert_cmpstr (lc_machine_get_host (machine), ==, "lab.example");
  g_assert_cmpstr (lc_machine_get_login (machine), ==, "student");
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_STOPPED);
}

static void
test_student_labs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcLab) lab = only_lab (fixture);
  g_autoptr (LcMachine) machine = only_machine (lc_lab_get_machines (lab));

  g_assert_cmpstr (lc_lab_get_id (lab), ==, ARM_LAB);
  g_assert_true (lc_lab_get_loaded (lab));
  g_assert_cmpstr (lc_lab_get_description (lab), ==, "Mondays");
  assert_machine (machine);
  g_assert_cmpint (lc_machine_get_usage (machine), ==, 5400);
  g_assert_cmpint (lc_machine_get_quota (machine), ==, 36000);
  g_assert_false (lc_machine_get_password_required (machine));
  g_assert_false (mock_arm_was_asked (fixture->arm, "/listEnvironments"));
}

static void
test_bare_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcLab) lab = NULL;
  g_autoptr (LcMachine) machine = NULL;

  fixture->arm->bare_list_all = TRUE;
  lab = only_lab (fixture);
  machine = only_machine (lc_lab_get_machines (lab));
  assert_machine (machine);
}

static void
test_old_calls_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcLab) lab = NULL;
  g_autoptr (LcMachine) machine = NULL;

  fixture->arm->no_list_all = TRUE;
  lab = only_lab (fixture);
  machine = only_machine (lc_lab_get_machines (lab));
  assert_machine (machine);
}

static void
test_new_calls_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcLab) lab = NULL;
  g_autoptr (LcMachine) machine = NULL;

  fixture->arm->bare_list_all = TRUE;
  fixture->arm->no_list = TRUE;
  fixture->arm->no_list_labs = TRUE;
  fixture->arm->no_get = TRUE;
  lab = only_lab (fixture);
  g_assert_cmpstr (lc_lab_get_name (lab), ==, "python");
  g_clear_object (&lab);
  machine = resolve_object (lc_provider_get_machine (fixture->provider, fixture->machine));
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_STOPPED);
  g_assert_cmpint (lc_machine_get_quota (machine), ==, -1);
}

static void
test_no_machine (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcLab) lab = NULL;

  fixture->arm->no_machine = "LabIsFull";
  lab = only_lab (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (lc_lab_get_machines (lab)), ==, 0);
  g_assert_true (lc_lab_get_loaded (lab));
  g_assert_cmpstr (lc_lab_get_description (lab), ==, "All machines of this lab are taken.");
}

static void
test_no_lab (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) labs = NULL;

  fixture->arm->no_list_all = fixture->arm->no_list = fixture->arm->no_list_labs = TRUE;
  labs = resolve_object (lc_provider_list_labs (fixture->provider));
  g_assert_cmpuint (g_list_model_get_n_items (labs), ==, 0);
}

static void
test_teacher (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcLab) lab = NULL;
  g_autoptr (GListModel) machines = NULL;
  g_autoptr (LcMachine) template = NULL;
  g_autoptr (LcMachine) own = NULL;
  g_autoptr (LcMachine) again = NULL;

  fixture->arm->is_teacher = TRUE;
  lab = only_lab (fixture);
  g_assert_false (lc_lab_get_loaded (lab));
  machines = resolve_object (lc_provider_list_machines (fixture->provider, lab));
  g_assert_cmpuint (g_list_model_get_n_items (machines), ==, 2);
  template = g_list_model_get_item (machines, 0);
  own = g_list_model_get_item (machines, 1);
  g_assert_true (lc_machine_get_is_template (template));
  g_assert_cmpstr (lc_machine_get_id (template), ==, ARM_SETTING);
  g_assert_cmpstr (lc_machine_get_login (template), ==, "teacher");
  g_assert_cmpuint (lc_machine_get_ssh_port (template), ==, 49171);
  assert_machine (own);
  g_assert_null (lc_machine_get_claimed_by (own));
  g_assert_cmpint (lc_machine_get_quota (own), ==, 36000);
  again = resolve_object (lc_provider_get_machine (fixture->provider, template));
  g_assert_true (lc_machine_get_is_template (again));
  assert_resolves (lc_provider_start_machine (fixture->provider, template, NULL));
  g_assert_true (mock_arm_was_asked (fixture->arm, ARM_SETTING "/start"));
  assert_resolves (lc_provider_stop_machine (fixture->provider, own, NULL));
  g_assert_true (mock_arm_was_asked (fixture->arm, ARM_MACHINE "/stop"));
}

/* A list from last time, and an action before the labs were asked for again. */
static void
test_discovery_before_action (Fixture *fixture, gconstpointer data)
{
  fixture->arm->is_teacher = TRUE;
  assert_resolves (lc_provider_start_machine (fixture->provider, fixture->machine, NULL));
  g_assert_true (mock_arm_was_asked (fixture->arm, ARM_MACHINE "/start"));
}

static void
test_start_and_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcOperation) operation = lc_operation_new ("Starting", ARM_MACHINE);

  fixture->arm->polls_until_done = 1;
  assert_resolves (lc_provider_start_machine (fixture->provider, fixture->machine, operation));
  g_assert_cmpstr (fixture->arm->power, ==, "Running");
  assert_resolves (lc_provider_stop_machine (fixture->provider, fixture->machine, operation));
  g_assert_cmpstr (fixture->arm->power, ==, "Stopped");
  g_assert_false (mock_arm_was_asked (fixture->arm, "/getOperationStatus"));
  lc_operation_finish (operation, NULL);
}

static void
test_operation_status (Fixture *fixture, gconstpointer data)
{
  fixture->arm->operation_forbidden = TRUE;
  assert_resolves (lc_provider_start_machine (fixture->provider, fixture->machine, NULL));
  g_assert_true (mock_arm_was_asked (fixture->arm, "/getOperationStatus"));
}

static void
test_nothing_but_the_machine (Fixture *fixture, gconstpointer data)
{
  fixture->arm->no_operation_address = TRUE;
  assert_resolves (lc_provider_start_machine (fixture->provider, fixture->machine, NULL));
  g_assert_cmpstr (fixture->arm->power, ==, "Running");
  fixture->arm->no_operation_address = FALSE;
  fixture->arm->operation_forbidden = TRUE;
  fixture->arm->no_operation_status = TRUE;
  assert_resolves (lc_provider_stop_machine (fixture->provider, fixture->machine, NULL));
  g_assert_cmpstr (fixture->arm->power, ==, "Stopped");
}

static void
test_operation_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->arm->failure = "Failed";
  g_assert_false (await_future (
      lc_provider_start_machine (fixture->provider, fixture->machine, NULL), 20, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_REMOTE_FAILED);
  g_assert_cmpstr (lc_error_get_details (error)->service_message, ==, "The disk is broken.");
  g_clear_error (&error);
  fixture->arm->operation_forbidden = TRUE;
  g_assert_false (await_future (
      lc_provider_start_machine (fixture->provider, fixture->machine, NULL), 20, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_REMOTE_FAILED);
  g_assert_cmpstr (lc_error_get_details (error)->service_message, ==, "The disk is broken.");
}

static void
test_quota (Fixture *fixture, gconstpointer data)
{
  fixture->arm->action_status = 409;
  fixture->arm->action_answer =
      "{\"error\": {\"code\": \"QuotaExceeded\", \"message\": \"No hours.\"}}";
  assert_rejects (lc_provider_start_machine (fixture->provider, fixture->machine, NULL),
                  LC_ERROR_QUOTA_EXHAUSTED);
}

static void
test_busy_with_the_same (Fixture *fixture, gconstpointer data)
{
  fixture->arm->action_status = 409;
  fixture->arm->action_answer = "{\"error\": {\"code\": \"OperationInProgress\"}}";
  fixture->arm->power = "Running";
  assert_resolves (lc_provider_start_machine (fixture->provider, fixture->machine, NULL));
  assert_rejects (lc_provider_stop_machine (fixture->provider, fixture->machine, NULL),
                  LC_ERROR_CONFLICT);
}

static void
test_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcSecret) password = lc_secret_new ("Correct-horse-1");
  g_autoptr (LcMachine) machine = NULL;
  const MockRequest *request;

  fixture->arm->no_password = TRUE;
  fixture->arm->power = "Running";
  machine = resolve_object (lc_provider_get_machine (fixture->provider, fixture->machine));
  g_assert_true (lc_machine_get_password_required (machine));
  assert_resolves (
      lc_provider_reset_password (fixture->provider, machine, "student", password, NULL));
  g_assert_true (mock_arm_was_asked (fixture->arm, "/resetPassword"));
  request =
      mock_server_get_request (fixture->arm->server, mock_server_count (fixture->arm->server) - 2);
  g_assert_cmpstr (request->body, ==,
                   "{\"environmentId\":\"" ARM_MACHINE "\",\"username\":\"student\","
                   "\"password\":\"Correct-horse-1\"}");
  fixture->arm->action_status = 400;
  fixture->arm->action_answer =
      "{\"error\": {\"code\": \"InvalidPassword\", \"message\": \"Too short.\"}}";
  assert_rejects (lc_provider_reset_password (fixture->provider, machine, "student", password,
                                              NULL),
                  LC_ERROR_INVALID_INPUT);
}

static void
test_join (Fixture *fixture, gconstpointer data)
{
  const MockRequest *request;

  assert_resolves (
      lc_provider_join_lab (fixture->provider, "https://labs.azure.com/register/ab12cd34"));
  request = mock_server_get_request (fixture->arm->server, 0);
  g_assert_cmpstr (request->body, ==, "{\"registrationCode\":\"ab12cd34\"}");
  assert_rejects (lc_provider_join_lab (fixture->provider, "two words"), LC_ERROR_INVALID_INPUT);
}

static void
test_nonsense (Fixture *fixture, gconstpointer data)
{
  const char *bodies[] = {
    "",
    "[]",
    "{\"environments\": {}}",
    "{\"environments\": [{\"id\": 7}]}",
    "<html>",
    "{\"environments\": [{\"id\": \"" ARM_MACHINE "\", \"totalUsage\": \"much\"}]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      fixture->arm->broken = bodies[i];
      assert_rejects (lc_provider_list_labs (fixture->provider), LC_ERROR_PROTOCOL);
    }
}

/* Somebody closes the window while the list is on its way. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  DexFuture *future = lc_provider_list_labs (fixture->provider);
  g_autoptr (LcLab) lab = NULL;

  await_condition (mock_server_count (fixture->arm->server) > 0, 10);
  dex_clear (&future);
  lab = only_lab (fixture);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/provider/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("student-labs", test_student_labs);
  ADD ("bare-list", test_bare_list);
  ADD ("old-calls-only", test_old_calls_only);
  ADD ("new-calls-only", test_new_calls_only);
  ADD ("no-machine", test_no_machine);
  ADD ("no-lab", test_no_lab);
  ADD ("teacher", test_teacher);
  ADD ("discovery-before-action", test_discovery_before_action);
  ADD ("start-and-stop", test_start_and_stop);
  ADD ("operation-status", test_operation_status);
  ADD ("nothing-but-the-machine", test_nothing_but_the_machine);
  ADD ("operation-fails", test_operation_fails);
  ADD ("quota", test_quota);
  ADD ("busy-with-the-same", test_busy_with_the_same);
  ADD ("password", test_password);
  ADD ("join", test_join);
  ADD ("nonsense", test_nonsense);
  ADD ("dropped", test_dropped);
  return g_test_run ();
}
