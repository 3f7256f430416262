/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules of a lab, with machines that are nothing but names. */

#include <glib/gstdio.h>

#include "sb-fake-backend.h"
#include "sb-labs.h"
#include "sb-resources.h"
#include "sb-seed.h"
#include "sb-util.h"

typedef struct
{
  char *path;
  SbStore *store;
  SbFakeBackend *backend;
  SbLabs *labs;
  SbPerson *ada;
  SbMachine *machine; /* Ada's */
} Fixture;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *is_done = user_data;
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  g_assert_no_error (error);
  *is_done = TRUE;
}

static void
reload (Fixture *fixture)
{
  g_autoptr (GPtrArray) machines =
      sb_store_list_machines_of (fixture->store, fixture->ada->id, NULL);

  g_clear_pointer (&fixture->machine, sb_machine_free);
  fixture->machine = g_ptr_array_steal_index (machines, 0);
}

static void
open_labs (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->store = sb_store_open (fixture->path, &error);
  g_assert_no_error (error);
  fixture->labs = sb_labs_new (fixture->store, SB_MACHINE_BACKEND (fixture->backend), &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SbSeed) seed = sb_seed_load (NULL, NULL);
  gboolean is_done = FALSE;
  int fd;

  fd = g_file_open_tmp ("sandbox-XXXXXX.db", &fixture->path, NULL);
  g_close (fd, NULL);
  fixture->backend = sb_fake_backend_new ();
  open_labs (fixture);
  sb_seed_apply (seed, fixture->store, fixture->labs, done_cb, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  fixture->ada = sb_store_find_person_by_name (fixture->store, "ada@school.example", NULL);
  reload (fixture);
}

/* What is under way holds the labs: without their heartbeat, which needs the store. */
static void
close_labs (Fixture *fixture)
{
  g_object_run_dispose (G_OBJECT (fixture->labs));
  g_clear_object (&fixture->labs);
  g_clear_pointer (&fixture->store, sb_store_close);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const ends[] = { "", "-wal", "-shm" };

  close_labs (fixture);
  g_clear_object (&fixture->backend);
  g_clear_pointer (&fixture->ada, sb_person_free);
  g_clear_pointer (&fixture->machine, sb_machine_free);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *file = g_strconcat (fixture->path, ends[i], NULL);


      g_unlink (file);
    }
  g_clear_pointer (&fixture->path, g_free);
}

static SbCaller
caller_of (Fixture *fixture)
{
  return (SbCaller) { .person_id = fixture->ada->id, .method = "POST", .uri = "/test" };
}

/* Lets the operation end and gives it back. */
static SbOperation *
finish (Fixture *fixture, SbOperation *operation)
{
  g_autofree char *id = g_strdup (operation->id);

  while (g_str_equal (operation->status, "InProgress"))
    {
      sb_operation_free (operation);
      g_main_context_iteration (NULL, TRUE);
      operation = sb_store_find_operation (fixture->store, id, NULL);
    }
  reload (fixture);

  return operation;
}

static void
start (Fixture *fixture)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (SbOperation) operation =
      sb_labs_start_machine (fixture->labs, fixture->machine->id, &caller, &error);

  g_assert_no_error (error);
  operation = finish (fixture, g_steal_pointer (&operation));
  g_assert_cmpstr (operation->status, ==, "Succeeded");
  g_assert_cmpstr (fixture->machine->state, ==, "Running");
}

static SbLab *
find_lab (Fixture *fixture)
{
  return sb_store_find_lab (fixture->store, fixture->machine->lab_id, NULL);
}

static void
test_start_and_stop (Fixture *fixture, gconstpointer data)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (SbOperation) operation = NULL;
  g_autoptr (GError) error = NULL;

  operation = sb_labs_start_machine (fixture->labs, fixture->machine->id, &caller, &error);
  g_assert_no_error (error);
  reload (fixture);
  g_assert_cmpstr (fixture->machine->state, ==, "Starting");
  g_assert_null (sb_labs_stop_machine (fixture->labs, fixture->machine->id, &caller, &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_IN_PROGRESS);
  g_clear_error (&error);
  operation = finish (fixture, g_steal_pointer (&operation));
  g_assert_true (sb_fake_backend_is_running (fixture->backend, fixture->machine->host_name));

  /* What is so already is an operation that has ended. */
  sb_operation_free (g_steal_pointer (&operation));
  operation = sb_labs_start_machine (fixture->labs, fixture->machine->id, &caller, &error);
  g_assert_cmpstr (operation->status, ==, "Succeeded");

  sb_operation_free (g_steal_pointer (&operation));
  operation = sb_labs_stop_machine (fixture->labs, fixture->machine->id, &caller, &error);
  operation = finish (fixture, g_steal_pointer (&operation));
  g_assert_cmpstr (operation->status, ==, "Succeeded");
  g_assert_cmpstr (fixture->machine->state, ==, "Stopped");
}

static void
test_start_fails (Fixture *fixture, gconstpointer data)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (SbOperation) operation = NULL;

  sb_fake_backend_fail_next (fixture->backend, "No room.");
  operation = sb_labs_start_machine (fixture->labs, fixture->machine->id, &caller, NULL);
  operation = finish (fixture, g_steal_pointer (&operation));
  g_assert_cmpstr (operation->status, ==, "Failed");
  g_assert_cmpstr (operation->error_message, ==, "No room.");
  g_assert_cmpstr (fixture->machine->state, ==, "Stopped");
  start (fixture);
}

static void
test_usage_and_quota (Fixture *fixture, gconstpointer data)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (GError) error = NULL;

  start (fixture);
  sb_clock_advance (3 * SB_HOUR);
  sb_labs_count_usage (fixture->labs);
  reload (fixture);
  g_assert_cmpint (fixture->machine->usage / SB_MINUTE, ==, 180);

  /* It passes its 20 hours and is stopped. */
  sb_clock_advance (17 * SB_HOUR);
  sb_labs_count_usage (fixture->labs);
  while (!g_str_equal (fixture->machine->state, "Stopped"))
    {
      g_main_context_iteration (NULL, TRUE);
      reload (fixture);
    }
  g_assert_cmpint (fixture->machine->usage / SB_MINUTE, ==, 1200);
  g_assert_null (sb_labs_start_machine (fixture->labs, fixture->machine->id, &caller, &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_QUOTA_EXCEEDED);

  /* At rest nothing is counted. */
  sb_clock_advance (SB_HOUR);
  sb_labs_count_usage (fixture->labs);
  reload (fixture);
  g_assert_cmpint (fixture->machine->usage / SB_MINUTE, ==, 1200);
}

static void
test_crash (Fixture *fixture, gconstpointer data)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (SbOperation) operation = NULL;
  g_autoptr (SbOperation) found = NULL;

  start (fixture);
  sb_clock_advance (SB_HOUR);
  sb_labs_count_usage (fixture->labs);
  caller.delay = 60000;
  operation = sb_labs_stop_machine (fixture->labs, fixture->machine->id, &caller, NULL);
  g_assert_cmpstr (operation->status, ==, "InProgress");

  /* Another process opens the state: nothing was said to this one. */
  close_labs (fixture);
  open_labs (fixture);
  reload (fixture);
  g_assert_cmpstr (fixture->machine->state, ==, "Stopped");
  g_assert_cmpint (fixture->machine->usage / SB_MINUTE, ==, 60);
  found = sb_store_find_operation (fixture->store, operation->id, NULL);
  g_assert_cmpstr (found->status, ==, "Failed");
  g_assert_cmpstr (found->error_code, ==, "ServiceRestarted");
}

static void
test_lost_disk (Fixture *fixture, gconstpointer data)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (SbOperation) operation = NULL;

  sb_fake_backend_lose_disk (fixture->backend, fixture->machine->host_name);
  start (fixture);
  g_assert_true (sb_fake_backend_has_disk (fixture->backend, fixture->machine->host_name));

  sb_fake_backend_power_off (fixture->backend, fixture->machine->host_name);
  sb_fake_backend_lose_disk (fixture->backend, fixture->machine->host_name);
  operation = sb_labs_remove_machine (fixture->labs, fixture->machine, &caller, NULL);
  while (g_str_equal (operation->status, "InProgress"))
    {
      g_autofree char *id = g_strdup (operation->id);

      g_main_context_iteration (NULL, TRUE);
      sb_operation_free (operation);
      operation = sb_store_find_operation (fixture->store, id, NULL);
    }
  g_assert_cmpstr (operation->status, ==, "Succeeded");
}

static void
test_powers_off (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  sb_clock_advance (SB_HOUR);
  sb_fake_backend_power_off (fixture->backend, fixture->machine->host_name);
  reload (fixture);
  g_assert_cmpstr (fixture->machine->state, ==, "Stopped");
  g_assert_cmpint (fixture->machine->usage / SB_MINUTE, ==, 60);
}

static void
test_password (Fixture *fixture, gconstpointer data)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (SbOperation) operation = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = fixture->machine->id;

  g_assert_true (fixture->machine->is_password_seeded);
  g_assert_null (
      sb_labs_reset_password (fixture->labs, id, "student", "too-easy", &caller, &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_INVALID_PASSWORD);
  g_clear_error (&error);
  g_assert_null (
      sb_labs_reset_password (fixture->labs, id, "root", "Difference-Engine-2", &caller, &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_INVALID_USER_NAME);

  operation =
      sb_labs_reset_password (fixture->labs, id, NULL, "Difference-Engine-2", &caller, NULL);
  operation = finish (fixture, g_steal_pointer (&operation));
  g_assert_cmpstr (operation->status, ==, "Succeeded");
  g_assert_false (fixture->machine->is_password_seeded);
}

static void
test_publish (Fixture *fixture, gconstpointer data)
{
  SbCaller caller = caller_of (fixture);
  g_autoptr (SbLab) lab = find_lab (fixture);
  g_autoptr (SbOperation) operation = NULL;
  g_autoptr (SbMachine) template = sb_store_find_template (fixture->store, lab->id, NULL);

  start (fixture);
  g_assert_cmpstr (sb_fake_backend_get_template (fixture->backend, fixture->machine->host_name), ==,
                   "");
  operation = sb_labs_publish (fixture->labs, lab, FALSE, &caller, NULL);
  sb_lab_free (g_steal_pointer (&lab));
  lab = find_lab (fixture);
  g_assert_cmpstr (lab->publishing_state, ==, "Publishing");
  operation = finish (fixture, g_steal_pointer (&operation));
  g_assert_cmpstr (operation->status, ==, "Succeeded");

  sb_lab_free (g_steal_pointer (&lab));
  lab = find_lab (fixture);
  g_assert_cmpstr (lab->publishing_state, ==, "Published");
  g_assert_true (lab->is_frozen);
  g_assert_cmpstr (fixture->machine->state, ==, "Stopped");
  g_assert_cmpint (fixture->machine->password_reset, ==, 0);
  g_assert_cmpstr (sb_fake_backend_get_template (fixture->backend, fixture->machine->host_name), ==,
                   template->host_name);
}

static void
test_roster (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SbLab) lab = find_lab (fixture);
  g_autoptr (SbPerson) grace =
      sb_store_find_person_by_name (fixture->store, "grace@school.example", NULL);
  static const char *const emails[] = { "Grace@School.example", NULL };
  static const char *const nonsense[] = { "not an address", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (sb_labs_register (fixture->labs, grace, lab, &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_NOT_IN_ROSTER);
  g_clear_error (&error);
  g_assert_false (sb_labs_add_users (fixture->labs, lab, nonsense, &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_INVALID_CONTENT);
  g_clear_error (&error);

  /* All three machines are taken: registered all the same, and a fourth machine serves her. */
  g_assert_true (sb_labs_add_users (fixture->labs, lab, emails, &error));
  g_assert_true (sb_labs_register (fixture->labs, grace, lab, &error));
  g_assert_false (sb_labs_claim (fixture->labs, grace, lab, NULL, &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_LAB_FULL);
  g_clear_error (&error);
  lab->max_users = 4;
  g_assert_true (sb_labs_scale (fixture->labs, lab, &error));
  g_assert_true (sb_labs_claim (fixture->labs, grace, lab, NULL, &error));
  g_assert_false (sb_labs_claim (fixture->labs, grace, lab, "vm-1", &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_CONFLICT);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) machines = NULL;

  g_assert_true (
      sb_seed_many (fixture->store, fixture->labs, "big", 5000, "ada@school.example", &error));
  g_assert_no_error (error);
  machines = sb_store_list_machines_of (fixture->store, fixture->ada->id, NULL);
  g_assert_cmpuint (machines->len, ==, 5002);
  g_assert_false (sb_fake_backend_has_disk (fixture->backend,
                                            ((SbMachine *) machines->pdata[5001])->host_name));
  g_assert_false (sb_seed_many (fixture->store, fixture->labs, "big", 1, NULL, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_resources_register (sb_get_resource ());

#define ADD(name, function)                                                                        \
  g_test_add ("/sandbox/labs/" name, Fixture, NULL, set_up, function, tear_down)

  ADD ("start-and-stop", test_start_and_stop);
  ADD ("start-fails", test_start_fails);
  ADD ("usage-and-quota", test_usage_and_quota);
  ADD ("crash", test_crash);
  ADD ("lost-disk", test_lost_disk);
  ADD ("powers-off", test_powers_off);
  ADD ("password", test_password);
  ADD ("publish", test_publish);
  ADD ("roster", test_roster);
  ADD ("many", test_many);

  return g_test_run ();
}
