/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words: every error code has some, every state has some, and there is always the right button. */

#include <libdex.h>
#include <locale.h>

#include "lc-error-text.h"
#include "lc-error.h"
#include "lc-format.h"
#include "lc-machine-text.h"
#include "ui-connector.h"

static void
test_error_table_is_complete (void)
{
  g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (lc_error_text_get_n_codes (), ==, LC_ERROR_INVALID_INPUT + 1);
  for (guint code = 0; code <= LC_ERROR_INVALID_INPUT; code++)
    {
      g_autoptr (GError) error = lc_error_new (code, "English words for a log");
      const char *title = lc_error_text_get_title (error);
      const char *hint = lc_error_text_get_hint (error);

      g_assert_nonnull (title);
      g_assert_nonnull (hint);
      g_assert_cmpuint (strlen (title), >, 3);
      g_assert_cmpuint (strlen (hint), >, 10);
      g_assert_false (g_str_has_suffix (title, "."));
      g_assert_true (g_str_has_suffix (hint, "."));
      g_assert_null (strstr (hint, error->message));
      g_assert_true (g_hash_table_add (titles, (gpointer) title));
    }
}

static void
test_error_action_labels (void)
{
  g_autoptr (GError) expired = lc_error_new (LC_ERROR_AUTH_REQUIRED, "401");
  g_autoptr (GError) forbidden = lc_error_new (LC_ERROR_FORBIDDEN, "403");

  g_assert_cmpint (lc_error_text_get_action (expired), ==, LC_ERROR_ACTION_SIGN_IN);
  g_assert_cmpstr (lc_error_text_get_action_label (LC_ERROR_ACTION_SIGN_IN), ==, "_Sign In");
  g_assert_cmpint (lc_error_text_get_action (forbidden), ==, LC_ERROR_ACTION_NONE);
  g_assert_null (lc_error_text_get_action_label (LC_ERROR_ACTION_NONE));
}

static void
test_error_situations (void)
{
  static const struct
  {
    LcError code;
    const char *service_code;
    const char *title;
  } cases[] = {
    { LC_ERROR_CONFLICT, "machine-stopped", "The Machine Was Stopped" },
    { LC_ERROR_CONFLICT, "no-more-sessions", "Too Much Is Open on the Machine" },
    { LC_ERROR_CONFLICT, "IncorrectState", "Busy at the Moment" },
    { LC_ERROR_FORBIDDEN, "forwarding-forbidden", "The Machine Forbids Tunnels" },
    { LC_ERROR_FORBIDDEN, "machine-stopped", "Not Allowed" },
    { LC_ERROR_UNSUPPORTED, "no-common-algorithm", "No Common Encryption" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LcErrorDetails details = { .service_code = (char *) cases[i].service_code };
      g_autoptr (GError) error = lc_error_new_with_details (cases[i].code, &details, "For a log");

      g_assert_cmpstr (lc_error_text_get_title (error), ==, cases[i].title);
      g_assert_true (g_str_has_suffix (lc_error_text_get_hint (error), "."));
    }
}

static void
test_foreign_error (void)
{
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "errno text");

  g_assert_cmpstr (lc_error_text_get_title (foreign), ==, "Something Went Wrong");
  g_assert_null (lc_error_text_get_service_message (foreign));
}

/* A key that is revoked is not one that has merely changed. */
static void
test_revoked_key (void)
{
  LcErrorDetails details = { .service_code = (char *) "host-key-revoked" };
  LcErrorDetails other = { .service_code = (char *) "host-key-changed" };
  g_autoptr (GError) revoked =
      lc_error_new_with_details (LC_ERROR_HOST_KEY_CHANGED, &details, "Revoked");
  g_autoptr (GError) changed =
      lc_error_new_with_details (LC_ERROR_HOST_KEY_CHANGED, &other, "Changed");
  g_autoptr (GError) elsewhere =
      lc_error_new_with_details (LC_ERROR_FORBIDDEN, &details, "Of another kind");

  g_assert_cmpstr (lc_error_text_get_title (revoked), ==, "This Machine Must Not Be Trusted");
  g_assert_nonnull (strstr (lc_error_text_get_hint (revoked), "revoked"));
  g_assert_cmpint (lc_error_text_get_action (revoked), ==, LC_ERROR_ACTION_NONE);
  g_assert_cmpstr (lc_error_text_get_title (changed), ==, "This Machine Is Not the One You Know");
  g_assert_cmpstr (lc_error_text_get_title (elsewhere), ==, "Not Allowed");
}

static void
test_service_message (void)
{
  LcErrorDetails details = { .service_message = (char *) "Quota <b>used</b> up" };
  LcErrorDetails empty = { .service_message = (char *) "" };
  g_autoptr (GError) with =
      lc_error_new_with_details (LC_ERROR_QUOTA_EXHAUSTED, &details, "HTTP 409");
  g_autoptr (GError) without =
      lc_error_new_with_details (LC_ERROR_QUOTA_EXHAUSTED, &empty, "HTTP 409");

  g_assert_cmpstr (lc_error_text_get_service_message (with), ==, "Quota <b>used</b> up");
  g_assert_null (lc_error_text_get_service_message (without));
}

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_format (void)
{
  assert_text (lc_format_elapsed (0.0), "0:00");
  assert_text (lc_format_elapsed (7.9), "0:07");
  assert_text (lc_format_elapsed (3723.0), "1:02:03");
  assert_text (lc_format_elapsed (-5.0), "0:00");
  assert_text (lc_format_usage (12600, 36000), "3.5 of 10 hours");
  assert_text (lc_format_usage (0, 3600), "0 of 1 hour");
  assert_text (lc_format_usage (5400, -1), "1.5 hours used");
  assert_text (lc_format_usage (3600, -1), "1 hour used");
  assert_text (lc_format_usage (-1, 36000), "0 of 10 hours");
  assert_text (lc_format_rates (1234567, 3000), "1.2\302\240MB/s down, 3.0\302\240kB/s up");
  assert_text (lc_format_latency (1), "Latency below 1 ms");
  assert_text (lc_format_latency (1499), "Latency 1 ms");
  assert_text (lc_format_latency (12500), "Latency 13 ms");
}

static void
test_time_of_day (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) earlier = g_date_time_add_days (now, -3);
  g_autofree char *today = lc_format_time_of_day (now);
  g_autofree char *before = lc_format_time_of_day (earlier);

  g_assert_cmpuint (strlen (today), ==, strlen ("14:05"));
  g_assert_cmpuint (strlen (before), >, strlen (today));
}

static void
test_states (void)
{
  g_autoptr (GHashTable) words = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) icons = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint state = LC_MACHINE_STATE_UNKNOWN; state <= LC_MACHINE_STATE_DELETING; state++)
    {
      g_assert_true (g_hash_table_add (words, (gpointer) lc_machine_state_text (state)));
      if (!lc_machine_state_is_transitional (state))
        g_assert_true (g_hash_table_add (icons, (gpointer) lc_machine_state_icon (state)));
    }
}

typedef struct
{
  LcMachineState state;
  LcMachineSystem system;
  LcMachineActions actions;
  LcPrimaryKind kind;
  const char *label;
} PrimaryCase;

static const PrimaryCase primary_cases[] = {
  { LC_MACHINE_STATE_RUNNING, LC_MACHINE_SYSTEM_LINUX, LC_MACHINE_CAN_STOP, LC_PRIMARY_OPEN,
    "Open Notebook" },
  { LC_MACHINE_STATE_STOPPED, LC_MACHINE_SYSTEM_LINUX, LC_MACHINE_CAN_START, LC_PRIMARY_OPEN,
    "Open Notebook" },
  { LC_MACHINE_STATE_STOPPED, LC_MACHINE_SYSTEM_LINUX, 0, LC_PRIMARY_NONE, NULL },
  { LC_MACHINE_STATE_STOPPED, LC_MACHINE_SYSTEM_WINDOWS, LC_MACHINE_CAN_START, LC_PRIMARY_START,
    "Start" },
  { LC_MACHINE_STATE_RUNNING, LC_MACHINE_SYSTEM_WINDOWS, LC_MACHINE_CAN_STOP, LC_PRIMARY_NONE,
    NULL },
  { LC_MACHINE_STATE_STARTING, LC_MACHINE_SYSTEM_LINUX, LC_MACHINE_CAN_START, LC_PRIMARY_BUSY,
    "Starting…" },
  { LC_MACHINE_STATE_STOPPING, LC_MACHINE_SYSTEM_LINUX, LC_MACHINE_CAN_START, LC_PRIMARY_BUSY,
    "Stopping…" },
  { LC_MACHINE_STATE_FAILED, LC_MACHINE_SYSTEM_WINDOWS, LC_MACHINE_CAN_START, LC_PRIMARY_START,
    "Start" },
  { LC_MACHINE_STATE_DELETING, LC_MACHINE_SYSTEM_LINUX, LC_MACHINE_CAN_START, LC_PRIMARY_BUSY,
    "Being deleted…" },
};

static void
test_primary (void)
{
  g_autoptr (GListStore) connectors = g_list_store_new (LC_TYPE_CONNECTOR);
  g_autoptr (LcConnector) notebook = ui_connector_new ("notebook", "Open Notebook", "x");
  g_autoptr (LcOperation) operation = lc_operation_new ("Opening", "id");

  g_list_store_append (connectors, notebook);
  for (guint i = 0; i < G_N_ELEMENTS (primary_cases); i++)
    {
      const PrimaryCase *wanted = &primary_cases[i];
      g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", "id", "vm");
      LcPrimary primary;

      lc_machine_set_state (machine, wanted->state);
      lc_machine_set_system (machine, wanted->system);
      lc_machine_set_actions (machine, wanted->actions);
      primary = lc_primary_for_machine (machine, G_LIST_MODEL (connectors), NULL);
      g_assert_cmpint (primary.kind, ==, wanted->kind);
      g_assert_cmpstr (primary.label, ==, wanted->label);
      g_assert_true ((primary.connector != NULL) == (wanted->kind == LC_PRIMARY_OPEN));

      primary = lc_primary_for_machine (machine, G_LIST_MODEL (connectors), operation);
      g_assert_cmpint (primary.kind, ==, LC_PRIMARY_BUSY);
    }
  lc_operation_finish (operation, NULL);
}

static void
test_summary (void)
{
  g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", "id", "vm");

  lc_machine_set_state (machine, LC_MACHINE_STATE_RUNNING);
  lc_machine_set_system (machine, LC_MACHINE_SYSTEM_LINUX);
  assert_text (lc_machine_dup_summary (machine), "Running · Linux");
  lc_machine_set_claimed_by (machine, "grace@school.example");
  lc_machine_set_is_template (machine, TRUE);
  lc_machine_set_stale (machine, TRUE);
  assert_text (
      lc_machine_dup_summary (machine),
      "Running · Template machine · Used by grace@school.example · Linux · Last known state");
  assert_text (lc_machine_dup_accessible_label (machine),
               "vm, Running · Template machine · Used by grace@school.example · Linux · "
               "Last known state");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/texts/error-table-is-complete", test_error_table_is_complete);
  g_test_add_func ("/texts/error-action-labels", test_error_action_labels);
  g_test_add_func ("/texts/error-situations", test_error_situations);
  g_test_add_func ("/texts/foreign-error", test_foreign_error);
  g_test_add_func ("/texts/revoked-key", test_revoked_key);
  g_test_add_func ("/texts/service-message", test_service_message);
  g_test_add_func ("/texts/format", test_format);
  g_test_add_func ("/texts/time-of-day", test_time_of_day);
  g_test_add_func ("/texts/states", test_states);
  g_test_add_func ("/texts/primary", test_primary);
  g_test_add_func ("/texts/summary", test_summary);

  return g_test_run ();
}
