/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "await.h"
#include "lc-entra-identity.h"
#include "lc-error.h"
#include "lc-lab-services-provider.h"
#include "lc-memory-store.h"
#include "local-lab.h"

/* The client's cloud side against the real local lab: the identity, the provider, the faults. */

#define PYTHON     "Data science with Python"
#define STATISTICS "Introduction to R"

static const char *sandbox_program;

/* One person's program. */
typedef struct
{
  LocalLab *lab;
  char *folder;
  LcCloud *cloud;
  LcAccountStore *accounts;
  LcSecretStore *secrets;
  LcEntraIdentity *identity;
  LcAccount *account;
  LcProvider *provider;
} Program;

static void
begin (Program *program, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  *program = (Program) { .lab = local_lab_start (sandbox_program) };
  if (program->lab == NULL)
    return;
  program->folder = g_dir_make_tmp ("labconnect-client-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (program->folder, "accounts.ini", NULL);
  program->cloud = lc_cloud_new_for_url (local_lab_get_url (program->lab), &error);
  g_assert_no_error (error);
  program->accounts = lc_account_store_new (path);
  program->secrets = lc_memory_store_new ();
  program->identity =
      lc_entra_identity_new (program->accounts, program->secrets, lc_settings_get_default ());
}

static void
end (Program *program, gconstpointer data)
{
  g_autofree char *path = NULL;

  if (program->lab == NULL)
    return;
  path = g_build_filename (program->folder, "accounts.ini", NULL);
  g_unlink (path);
  g_rmdir (program->folder);
  g_clear_object (&program->provider);
  g_clear_object (&program->account);
  g_object_unref (program->identity);
  g_object_unref (program->accounts);
  g_object_unref (program->secrets);
  g_object_unref (program->cloud);
  g_free (program->folder);
  local_lab_stop (program->lab);
}

static gboolean
has_lab (Program *program)
{
  if (program->lab != NULL)
    return TRUE;
  if (g_getenv ("LABCONNECT_REQUIRE_ALL") != NULL)
    g_error ("the local lab's machines need root rights and LABCONNECT_LAB_IMAGE");
  g_test_skip ("the local lab's machines need root rights and LABCONNECT_LAB_IMAGE");
  return FALSE;
}

static LcSignIn *
begin_sign_in (Program *program, LcSignInMethod method)
{
  LcSignIn *sign_in =
      lc_identity_sign_in (LC_IDENTITY (program->identity), program->cloud, NULL, method, NULL);

  await_condition (lc_sign_in_get_uri (sign_in) != NULL, 20);
  return sign_in;
}

static void
adopt (Program *program, LcSignIn *sign_in)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  await_future (lc_sign_in_await (sign_in), 20, &value, &error);
  g_assert_no_error (error);
  g_clear_object (&program->provider);
  g_set_object (&program->account, g_value_get_object (&value));
  program->provider = LC_PROVIDER (lc_lab_services_provider_new (
      program->account, lc_entra_identity_get_authorizer (program->identity, program->account)));
}

static void
sign_in (Program *program, const char *user_name, const char *password)
{
  g_autoptr (LcSignIn) sign_in = begin_sign_in (program, LC_SIGN_IN_BROWSER);
  g_autofree char *page =
      local_lab_sign_in (program->lab, lc_sign_in_get_uri (sign_in), NULL, user_name, password);

  g_assert_nonnull (strstr (page, "You Are Signed In"));
  adopt (program, sign_in);
}

static gpointer
resolve (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  await_future (future, 60, &value, &error);
  g_assert_no_error (error);
  return G_VALUE_HOLDS_OBJECT (&value) ? g_value_dup_object (&value) : NULL;
}

static void
assert_rejects (DexFuture *future, LcError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (future, 60, NULL, &error));
  g_assert_error (error, LC_ERROR, (int) code);
}

/* Nullable, transfer full. */
static LcLab *
find_lab (Program *program, const char *name)
{
  g_autoptr (GListModel) labs = resolve (lc_provider_list_labs (program->provider));

  for (guint i = 0; i < g_list_model_get_n_items (labs); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (labs, i);

      if (g_str_equal (lc_lab_get_name (lab), name))
        return g_steal_pointer (&lab);
    }
  return NULL;
}

static LcMachine *
find_machine (Program *program)
{
  g_autoptr (LcLab) lab = find_lab (program, PYTHON);

  g_assert_nonnull (lab);
  g_assert_cmpuint (g_list_model_get_n_items (lc_lab_get_machines (lab)), ==, 1);
  return g_list_model_get_item (lc_lab_get_machines (lab), 0);
}

static LcMachine *
look_again (Program *program, LcMachine *machine)
{
  return resolve (lc_provider_get_machine (program->provider, machine));
}

static LcMachineState
state_of (Program *program, LcMachine *machine)
{
  g_autoptr (LcMachine) fresh = look_again (program, machine);

  return lc_machine_get_state (fresh);
}

/* What sshd says to everybody who connects. */
static void
assert_sshd_answers (LcMachine *machine)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  char greeting[9] = { 0 };

  g_socket_client_set_timeout (client, 10);
  connection = g_socket_client_connect_to_host (client, lc_machine_get_host (machine),
                                                lc_machine_get_ssh_port (machine), NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), greeting, 8,
                           NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (greeting, ==, "SSH-2.0-");
}

static void
add_fault (Program *program, const char *rule)
{
  local_lab_control (program->lab, "/sandbox/faults", rule);
}

static void
test_sign_in (Program *program, gconstpointer data)
{
  g_autoptr (LcSignIn) attempt = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *right = NULL;
  g_autoptr (LcSecret) stored = NULL;

  if (!has_lab (program))
    return;
  attempt = begin_sign_in (program, LC_SIGN_IN_BROWSER);
  wrong = local_lab_sign_in (program->lab, lc_sign_in_get_uri (attempt), NULL, "ada@school.example",
                             "not this one");
  g_assert_nonnull (strstr (wrong, "<form"));
  right = local_lab_sign_in (program->lab, lc_sign_in_get_uri (attempt), NULL, "ada@school.example",
                             "engine-of-notes");
  g_assert_nonnull (strstr (right, "You Are Signed In"));
  adopt (program, attempt);
  g_assert_cmpstr (lc_account_get_user_name (program->account), ==, "ada@school.example");
  g_assert_cmpstr (lc_account_get_display_name (program->account), ==, "Ada Lovelace");
  stored = lc_memory_store_dup (LC_MEMORY_STORE (program->secrets), LC_SECRET_REFRESH_TOKEN,
                                lc_account_get_id (program->account), "");
  g_assert_nonnull (stored);
}

static void
test_device_code (Program *program, gconstpointer data)
{
  g_autoptr (LcSignIn) attempt = NULL;
  g_autofree char *page = NULL;

  if (!has_lab (program))
    return;
  attempt = begin_sign_in (program, LC_SIGN_IN_DEVICE_CODE);
  page = local_lab_sign_in (program->lab, lc_sign_in_get_uri (attempt),
                            lc_sign_in_get_user_code (attempt), "alan@school.example",
                            "apples-and-tape");
  adopt (program, attempt);
  g_assert_cmpstr (lc_account_get_user_name (program->account), ==, "alan@school.example");
}

static void
test_start_and_stop (Program *program, gconstpointer data)
{
  g_autoptr (LcMachine) machine = NULL;
  g_autoptr (LcMachine) running = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "ada@school.example", "engine-of-notes");
  machine = find_machine (program);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_STOPPED);
  g_assert_cmpint (lc_machine_get_system (machine), ==, LC_MACHINE_SYSTEM_LINUX);
  g_assert_cmpstr (lc_machine_get_login (machine), ==, "student");
  g_assert_cmpint (lc_machine_get_quota (machine), ==, 20 * 3600);
  g_assert_null (lc_machine_get_problem (machine));
  resolve (lc_provider_start_machine (program->provider, machine, NULL));
  running = look_again (program, machine);
  g_assert_cmpint (lc_machine_get_state (running), ==, LC_MACHINE_STATE_RUNNING);
  assert_sshd_answers (running);
  /* A second click. */
  resolve (lc_provider_start_machine (program->provider, machine, NULL));
  resolve (lc_provider_stop_machine (program->provider, machine, NULL));
  g_assert_cmpint (state_of (program, machine), ==, LC_MACHINE_STATE_STOPPED);
}

static void
test_quota (Program *program, gconstpointer data)
{
  g_autoptr (LcMachine) machine = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "ada@school.example", "engine-of-notes");
  machine = find_machine (program);
  resolve (lc_provider_start_machine (program->provider, machine, NULL));
  local_lab_control (program->lab, "/sandbox/clock", "{\"advanceSeconds\": 75600}");
  resolve (lc_provider_stop_machine (program->provider, machine, NULL));
  assert_rejects (lc_provider_start_machine (program->provider, machine, NULL),
                  LC_ERROR_QUOTA_EXHAUSTED);
}

static void
test_password (Program *program, gconstpointer data)
{
  g_autoptr (LcSecret) good = lc_secret_new ("Correct-horse-battery-1");
  g_autoptr (LcSecret) bad = lc_secret_new ("short");
  g_autoptr (LcMachine) machine = NULL;
  g_autoptr (LcMachine) fresh = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "alan@school.example", "apples-and-tape");
  machine = find_machine (program);
  g_assert_true (lc_machine_get_password_required (machine));
  resolve (lc_provider_start_machine (program->provider, machine, NULL));
  assert_rejects (lc_provider_reset_password (program->provider, machine, "student", bad, NULL),
                  LC_ERROR_INVALID_INPUT);
  resolve (lc_provider_reset_password (program->provider, machine, "student", good, NULL));
  fresh = look_again (program, machine);
  g_assert_false (lc_machine_get_password_required (fresh));
}

static void
test_join (Program *program, gconstpointer data)
{
  g_autoptr (LcLab) before = NULL;
  g_autoptr (LcLab) after = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "alan@school.example", "apples-and-tape");
  before = find_lab (program, STATISTICS);
  g_assert_null (before);
  assert_rejects (lc_provider_join_lab (program->provider, "no-such-code"), LC_ERROR_INVALID_INPUT);
  resolve (lc_provider_join_lab (program->provider, "statistics-2026"));
  after = find_lab (program, STATISTICS);
  g_assert_nonnull (after);
}

static void
test_teacher (Program *program, gconstpointer data)
{
  g_autoptr (LcLab) lab = NULL;
  g_autoptr (GListModel) machines = NULL;
  g_autoptr (LcMachine) template = NULL;
  g_autoptr (LcMachine) first = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "grace@school.example", "teach-with-pride");
  lab = find_lab (program, PYTHON);
  g_assert_nonnull (lab);
  machines = resolve (lc_provider_list_machines (program->provider, lab));
  g_assert_cmpuint (g_list_model_get_n_items (machines), ==, 4);
  template = g_list_model_get_item (machines, 0);
  first = g_list_model_get_item (machines, 1);
  g_assert_true (lc_machine_get_is_template (template));
  g_assert_nonnull (lc_machine_get_claimed_by (first));
  g_assert_cmpint (lc_machine_get_quota (first), ==, 20 * 3600);
  resolve (lc_provider_start_machine (program->provider, template, NULL));
  g_assert_cmpint (state_of (program, template), ==, LC_MACHINE_STATE_RUNNING);
  resolve (lc_provider_start_machine (program->provider, first, NULL));
  g_assert_cmpint (state_of (program, first), ==, LC_MACHINE_STATE_RUNNING);
  resolve (lc_provider_stop_machine (program->provider, first, NULL));
  resolve (lc_provider_stop_machine (program->provider, template, NULL));
  g_assert_cmpint (state_of (program, template), ==, LC_MACHINE_STATE_STOPPED);
}

/* Tokens run out, rotate, and go. */
static void
test_tokens (Program *program, gconstpointer data)
{
  g_autoptr (LcSecret) first = NULL;
  g_autoptr (LcSecret) second = NULL;
  g_autoptr (LcMachine) machine = NULL;
  g_autoptr (LcAuthorizer) authorizer = NULL;
  const char *id;

  if (!has_lab (program))
    return;
  sign_in (program, "ada@school.example", "engine-of-notes");
  id = lc_account_get_id (program->account);
  authorizer =
      g_object_ref (lc_entra_identity_get_authorizer (program->identity, program->account));
  first = lc_memory_store_dup (LC_MEMORY_STORE (program->secrets), LC_SECRET_REFRESH_TOKEN, id, "");
  /* The service's clock, not ours: the token is refused, renewed and used. */
  local_lab_control (program->lab, "/sandbox/clock", "{\"advanceSeconds\": 7200}");
  machine = find_machine (program);
  second =
      lc_memory_store_dup (LC_MEMORY_STORE (program->secrets), LC_SECRET_REFRESH_TOKEN, id, "");
  g_assert_false (lc_secret_equal (first, second));
  add_fault (program, "{\"action\": \"expired-token\", \"match\": {\"path\": \"listLabs\"}}");
  g_clear_object (&machine);
  machine = find_machine (program);
  resolve (lc_identity_sign_out (LC_IDENTITY (program->identity), program->account));
  g_assert_null (lc_account_store_find (program->accounts, id));
  g_assert_null (
      lc_memory_store_dup (LC_MEMORY_STORE (program->secrets), LC_SECRET_REFRESH_TOKEN, id, ""));
  assert_rejects (lc_authorizer_get_token (authorizer), LC_ERROR_AUTH_REQUIRED);
  assert_rejects (lc_provider_list_labs (program->provider), LC_ERROR_AUTH_REQUIRED);
}

/* What passes, passes unseen. */
static void
test_passing_faults (Program *program, gconstpointer data)
{
  const char *rules[] = {
    "{\"action\": \"throttle\", \"retryAfter\": 1, \"count\": 2}",
    "{\"action\": \"error\", \"status\": 503}",
    "{\"action\": \"cut\", \"match\": {\"path\": \"listAllEnvironments\"}}",
    "{\"action\": \"error\", \"status\": 500, \"match\": {\"method\": \"GET\"}}",
    "{\"action\": \"slow-operation\", \"seconds\": 3, \"match\": {\"path\": \"start\"}}",
  };
  g_autoptr (LcMachine) machine = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "ada@school.example", "engine-of-notes");
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_clear_object (&machine);
      add_fault (program, rules[i]);
      machine = find_machine (program);
      resolve (lc_provider_start_machine (program->provider, machine, NULL));
      resolve (lc_provider_stop_machine (program->provider, machine, NULL));
    }
}

static void
test_lasting_faults (Program *program, gconstpointer data)
{
  const struct
  {
    const char *rule;
    LcError code;
  } faults[] = {
    { "{\"action\": \"throttle\", \"retryAfter\": 3600, \"count\": 99}", LC_ERROR_RATE_LIMITED },
    { "{\"action\": \"invalid-json\", \"count\": 99}", LC_ERROR_PROTOCOL },
    { "{\"action\": \"cut\", \"count\": 99}", LC_ERROR_OFFLINE },
    { "{\"action\": \"error\", \"status\": 500, \"count\": 99}", LC_ERROR_REMOTE_FAILED },
  };
  g_autoptr (LcMachine) machine = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "ada@school.example", "engine-of-notes");
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      add_fault (program, faults[i].rule);
      assert_rejects (lc_provider_list_labs (program->provider), faults[i].code);
      local_lab_forget_faults (program->lab);
    }
  machine = find_machine (program);
  add_fault (program, "{\"action\": \"fail-operation\", \"code\": \"AllocationFailed\","
                      " \"message\": \"No room.\", \"match\": {\"path\": \"start\"}}");
  assert_rejects (lc_provider_start_machine (program->provider, machine, NULL),
                  LC_ERROR_REMOTE_FAILED);
}

static gboolean
cancel_cb (gpointer operation)
{
  lc_operation_cancel (operation);
  return G_SOURCE_REMOVE;
}

static void
test_cancel_while_it_hangs (Program *program, gconstpointer data)
{
  g_autoptr (LcMachine) machine = NULL;
  g_autoptr (LcOperation) operation = NULL;

  if (!has_lab (program))
    return;
  sign_in (program, "ada@school.example", "engine-of-notes");
  machine = find_machine (program);
  operation = lc_operation_new ("Starting", NULL);
  add_fault (program, "{\"action\": \"hang\", \"match\": {\"path\": \"start\"}}");
  g_timeout_add (300, cancel_cb, operation);
  assert_rejects (lc_provider_start_machine (program->provider, machine, operation),
                  LC_ERROR_CANCELLED);
  lc_operation_finish (operation, NULL);
  local_lab_forget_faults (program->lab);
}

#define ADD(path, function) g_test_add ("/cloud/" path, Program, NULL, begin, function, end)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  sandbox_program = argv[1];
  ADD ("sign-in", test_sign_in);
  ADD ("device-code", test_device_code);
  ADD ("start-and-stop", test_start_and_stop);
  ADD ("quota", test_quota);
  ADD ("password", test_password);
  ADD ("join", test_join);
  ADD ("teacher", test_teacher);
  ADD ("tokens", test_tokens);
  ADD ("passing-faults", test_passing_faults);
  ADD ("lasting-faults", test_lasting_faults);
  ADD ("cancel-while-it-hangs", test_cancel_while_it_hangs);
  return g_test_run ();
}
