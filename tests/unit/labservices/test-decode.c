/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lc-error.h"
#include "lc-lab-services-decode.h"
#include "lc-lab-services-error.h"
#include "lc-lab-services-invitation.h"

#define LAB     "/subscriptions/s/resourceGroups/r/providers/Microsoft.LabServices/labaccounts/a/labs/l"
#define SETTING LAB "/environmentsettings/default"
#define MACHINE SETTING "/environments/vm-1"

static LcMachine *
decode (const char *text)
{
  g_autoptr (LcJsonReader) reader = lc_json_reader_new (text, strlen (text), NULL);

  g_assert_nonnull (reader);
  return lc_lab_services_decode_details (reader, "account");
}

static void
test_ids (void)
{
  const char *bad[] = {
    NULL,
    "",
    "labs/l",
    "/labs/l",
    LAB "/../../x",
    LAB "//x",
    LAB "/\n",
    "/subscriptions/s/resourceGroups/r/providers/Microsoft.LabServices/labs/l/virtualMachines/1",
  };
  g_autofree char *lab = lc_lab_services_dup_lab_id (MACHINE);
  g_autofree char *same = lc_lab_services_dup_lab_id (LAB);
  g_autofree char *upper = lc_lab_services_dup_lab_id (
      "/SUBSCRIPTIONS/s/resourcegroups/r/providers/microsoft.labservices/LABACCOUNTS/a/LABS/l/x");
  g_autofree char *long_id = g_strnfill (3000, 'x');
  g_autofree char *too_long = g_strconcat (LAB, "/", long_id, NULL);

  g_assert_cmpstr (lab, ==, LAB);
  g_assert_cmpstr (same, ==, LAB);
  g_assert_nonnull (upper);
  g_assert_null (lc_lab_services_dup_lab_id (too_long));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (lc_lab_services_dup_lab_id (bad[i]));
  g_assert_true (lc_lab_services_is_setting_id (SETTING));
  g_assert_false (lc_lab_services_is_setting_id (MACHINE));
  g_assert_false (lc_lab_services_is_setting_id (LAB));
}

static void
test_states (void)
{
  const struct
  {
    const char *power;
    const char *provisioning;
    LcMachineState state;
  } states[] = {
    { "Running", "Succeeded", LC_MACHINE_STATE_RUNNING },
    { "running", NULL, LC_MACHINE_STATE_RUNNING },
    { "Stopped", "Updating", LC_MACHINE_STATE_STOPPED },
    { "Deallocated", NULL, LC_MACHINE_STATE_STOPPED },
    { "Starting", NULL, LC_MACHINE_STATE_STARTING },
    { "Stopping", NULL, LC_MACHINE_STATE_STOPPING },
    { "Restarting", NULL, LC_MACHINE_STATE_UPDATING },
    { "UpgradingVmAgent", NULL, LC_MACHINE_STATE_UPDATING },
    { "Corrupted", NULL, LC_MACHINE_STATE_FAILED },
    { "Stopped", "Failed", LC_MACHINE_STATE_FAILED },
    { "Stopped", "Creating", LC_MACHINE_STATE_CREATING },
    { NULL, "NotYetProvisioned", LC_MACHINE_STATE_CREATING },
    { "Running", "Deleting", LC_MACHINE_STATE_DELETING },
    { "SomethingNew", "Succeeded", LC_MACHINE_STATE_UNKNOWN },
    { NULL, NULL, LC_MACHINE_STATE_UNKNOWN },
    { "", "", LC_MACHINE_STATE_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    g_assert_cmpint (lc_lab_services_parse_state (states[i].power, states[i].provisioning), ==,
                     states[i].state);
}

static void
test_linux (void)
{
  g_autoptr (LcMachine) machine = decode (
      "{\"id\": \"" MACHINE "\", \"totalUsage\": \"P1DT1H\", \"passwordLastReset\": \"2026-01-02\","
      " \"virtualMachineDetails\": {\"sshAuthority\": \"ml-lab.example:49170\", \"rdpAuthority\":"
      " \"\", \"userName\": \"student\", \"lastKnownPowerState\": \"Running\"}}");

  g_assert_cmpstr (lc_machine_get_name (machine), ==, "vm-1");
  g_assert_cmpstr (lc_machine_get_lab_id (machine), ==, LAB);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_RUNNING);
  g_assert_cmpint (lc_machine_get_system (machine), ==, LC_MACHINE_SYSTEM_LINUX);
  g_assert_cmpstr (lc_machine_get_host (machine), ==, "ml-lab.example");
  g_assert_cmpuint (lc_machine_get_ssh_port (machine), ==, 49170);
  g_assert_cmpstr (lc_machine_get_login (machine), ==, "student");
  g_assert_cmpint (lc_machine_get_usage (machine), ==, 90000);
  g_assert_cmpint (lc_machine_get_quota (machine), ==, -1);
  g_assert_false (lc_machine_get_password_required (machine));
}

static void
test_windows (void)
{
  g_autoptr (LcMachine) machine =
      decode ("{\"id\": \"" MACHINE "\", \"virtualMachineDetails\": {\"rdpAuthority\": \"h:50000\","
              " \"sshAuthority\": \"\", \"userName\": \"student\"}}");

  g_assert_cmpint (lc_machine_get_system (machine), ==, LC_MACHINE_SYSTEM_WINDOWS);
  g_assert_cmpstr (lc_machine_get_rdp_host (machine), ==, "h");
  g_assert_null (lc_machine_get_host (machine));
  g_assert_true (lc_machine_get_password_required (machine));
}

/* A service that means harm, or has a bad day. */
static void
test_hostile (void)
{
  g_autoptr (LcMachine) machine = decode (
      "{\"id\": \"" MACHINE "\", \"virtualMachineDetails\": {\"sshAuthority\":"
      " \"-oProxyCommand=x:22\", \"rdpAuthority\": \"h:99999\", \"userName\": \"$(reboot)\"}}");
  g_autoptr (LcMachine) bare = decode ("{\"id\": \"" MACHINE "\"}");

  g_assert_null (lc_machine_get_host (machine));
  g_assert_null (lc_machine_get_rdp_host (machine));
  g_assert_null (lc_machine_get_login (machine));
  g_assert_cmpint (lc_machine_get_system (machine), ==, LC_MACHINE_SYSTEM_UNKNOWN);
  g_assert_cmpint (lc_machine_get_state (bare), ==, LC_MACHINE_STATE_UNKNOWN);
  g_assert_false (lc_machine_get_password_required (bare));
  g_assert_null (decode ("{}"));
  g_assert_null (decode ("{\"id\": \"nonsense\"}"));
  g_assert_null (decode ("[]"));
  g_assert_null (decode ("{\"id\": 7}"));
}

static void
test_problem (void)
{
  g_autoptr (LcMachine) failed =
      decode ("{\"id\": \"" MACHINE "\", \"latestOperationResult\": {\"status\": \"Failed\","
              " \"errorCode\": \"Code\", \"errorMessage\": \"Words.\"}}");
  g_autoptr (LcMachine) wordless =
      decode ("{\"id\": \"" MACHINE "\", \"latestOperationResult\": {\"status\": \"Failed\","
              " \"errorCode\": \"Code\"}}");
  g_autoptr (LcMachine) fine =
      decode ("{\"id\": \"" MACHINE "\", \"latestOperationResult\": {\"status\": \"Succeeded\","
              " \"errorMessage\": \"Old words.\"}}");

  g_assert_cmpstr (lc_machine_get_problem (failed), ==, "Words.");
  g_assert_cmpstr (lc_machine_get_problem (wordless), ==, "Code");
  g_assert_null (lc_machine_get_problem (fine));
}

static void
test_invitations (void)
{
  const struct
  {
    const char *text;
    const char *code;
  } invitations[] = {
    { "ab12cd34", "ab12cd34" },
    { "  ab12cd34\n", "ab12cd34" },
    { "https://labs.azure.com/register/ab12cd34", "ab12cd34" },
    { "https://labs.azure.com/register/ab12cd34/", "ab12cd34" },
    { "http://127.0.0.1:4280/register/ab12cd34?x=1", "ab12cd34" },
    { "", NULL },
    { "abc", NULL },
    { "two words", NULL },
    { "https://labs.azure.com/", NULL },
    { "https://labs.azure.com/virtualmachines", NULL },
    { "https://labs.azure.com/register/", NULL },
    { "https://labs.azure.com/register/a%20b%20c", NULL },
    { "../../etc", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (invitations); i++)
    {
      g_autofree char *code = lc_lab_services_parse_invitation (invitations[i].text);

      g_assert_cmpstr (code, ==, invitations[i].code);
    }
}

static void
test_errors (void)
{
  const struct
  {
    const char *code;
    const char *message;
    LcError error;
  } errors[] = {
    { "QuotaExceeded", "All hours of this lab are used.", LC_ERROR_QUOTA_EXHAUSTED },
    { "UsageQuotaExhausted", NULL, LC_ERROR_QUOTA_EXHAUSTED },
    { "Other", "The usage quota of this user is exceeded.", LC_ERROR_QUOTA_EXHAUSTED },
    { "QuotaExceeded", "The family has not enough cores.", LC_ERROR_REMOTE_FAILED },
    { "OperationInProgress", "Busy", LC_ERROR_CONFLICT },
    { "Whatever", "Something", LC_ERROR_REMOTE_FAILED },
    { NULL, NULL, LC_ERROR_REMOTE_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GError) error =
          lc_lab_services_operation_error (errors[i].code, errors[i].message);

      g_assert_error (error, LC_ERROR, (int) errors[i].error);
      g_assert_cmpstr (lc_error_get_details (error)->service_message, ==, errors[i].message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/ids", test_ids);
  g_test_add_func ("/decode/states", test_states);
  g_test_add_func ("/decode/linux", test_linux);
  g_test_add_func ("/decode/windows", test_windows);
  g_test_add_func ("/decode/hostile", test_hostile);
  g_test_add_func ("/decode/problem", test_problem);
  g_test_add_func ("/decode/invitations", test_invitations);
  g_test_add_func ("/decode/errors", test_errors);
  return g_test_run ();
}
