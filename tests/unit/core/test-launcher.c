/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <await.h>
#include <lc-error.h>

#include "world.h"

static void
await_end (LcOperation *operation)
{
  await_condition (!lc_operation_is_running (operation), 20);
}

static LcOperation *
open_notebook (World *world, LcMachine *machine)
{
  LcOperation *operation = lc_launcher_open (world->launcher, machine, "notebook");

  await_end (operation);
  return operation;
}

static guint
count_connections (World *world)
{
  return g_list_model_get_n_items (lc_registry_get_connections (world->registry));
}

static LcSecret *
stored_password (World *world, const char *subject)
{
  return lc_memory_secret_store_peek (world->secrets, LC_SECRET_MACHINE_PASSWORD,
                                      lc_account_get_id (world->account), subject);
}

static void
store_password (World *world, const char *subject, const char *password)
{
  g_autoptr (LcSecret) secret = lc_secret_new (password);

  await_future (lc_secret_store_store (LC_SECRET_STORE (world->secrets), LC_SECRET_MACHINE_PASSWORD,
                                       lc_account_get_id (world->account), subject, "", secret),
                1, NULL, NULL);
}

static void
assert_log (World *world, const char *expected)
{
  g_autofree char *log = g_strjoinv (" ", (char **) lc_fake_prompt_get_log (world->prompt));

  g_assert_cmpstr (log, ==, expected);
}

static void
assert_steps (LcOperation *operation, const char *expected)
{
  GListModel *steps = lc_operation_get_steps (operation);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GEnumClass) klass = g_type_class_ref (LC_TYPE_STEP_STATE);

  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (LcStep) step = g_list_model_get_item (steps, i);

      g_string_append_printf (text, "%s%s:%s", i > 0 ? " " : "", lc_step_get_id (step),
                              g_enum_get_value (klass, lc_step_get_state (step))->value_nick);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* Stopped, nothing known: asked while it starts, everything kept, no trace left running. */
static void
test_one_click (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;

  lc_fake_provider_set_boot (world->provider, 50);
  lc_fake_prompt_push_password (world->prompt, "student", "secret", TRUE);
  lc_fake_connector_set_password (world->connector, "secret");
  operation = lc_launcher_open (world->launcher, machine, "notebook");
  await_condition (lc_machine_get_state (machine) == LC_MACHINE_STATE_STARTING, 5);
  await_end (operation);
  g_assert_no_error (lc_operation_get_error (operation));
  assert_steps (operation, "start-machine:done reach:done log-in:done open:done");
  assert_log (world, "credentials:first");
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_RUNNING);
  g_assert_cmpuint (count_connections (world), ==, 1);
  g_assert_nonnull (stored_password (world, "student@lab-1"));
  g_assert_cmpuint (g_list_model_get_n_items (lc_operation_get_running ()), ==, 0);
}

static void
test_stored_password (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;

  store_password (world, "student@lab-1", "secret");
  lc_fake_connector_set_password (world->connector, "secret");
  lc_machine_set_state (lc_fake_provider_get (world->provider, "lab-1"), LC_MACHINE_STATE_RUNNING);
  world_load (world, "lab-1");
  operation = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (operation));
  assert_steps (operation, "start-machine:skipped reach:done log-in:done open:done");
  assert_log (world, "");
  g_assert_cmpuint (lc_fake_provider_count (world->provider, "start"), ==, 0);
}

/* Wrong ones are asked for again, three times; the stored one goes only when another has worked. */
static void
test_wrong_password (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;

  store_password (world, "student@lab-1", "old");
  lc_fake_connector_set_password (world->connector, "new");
  for (guint i = 0; i < 3; i++)
    lc_fake_prompt_push_password (world->prompt, "student", "wrong", TRUE);
  operation = open_notebook (world, machine);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_AUTH_FAILED);
  assert_log (world,
              "credentials:password-wrong credentials:password-wrong credentials:password-wrong");
  g_assert_cmpstr (lc_secret_peek (stored_password (world, "student@lab-1")), ==, "old");

  g_clear_object (&operation);
  lc_fake_prompt_push_password (world->prompt, "student", "new", FALSE);
  operation = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (operation));
  g_assert_null (stored_password (world, "student@lab-1"));
}

/* The machine wants a new password at the log-in: it takes the place of the one that is kept, even
 * when nothing comes of the log-in. */
static void
test_expired_password (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (GError) broken = lc_error_new (LC_ERROR_REMOTE_FAILED, "The notebook does not start");
  g_autoptr (LcOperation) opened = NULL;
  g_autoptr (LcOperation) failed = NULL;

  store_password (world, "student@lab-1", "old");
  lc_fake_connector_set_password (world->connector, "old");
  lc_fake_connector_expire_password (world->connector, "new", FALSE);
  opened = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (opened));
  g_assert_cmpstr (lc_secret_peek (stored_password (world, "student@lab-1")), ==, "new");

  world_restart (world);
  machine = world_load (world, "lab-1");
  lc_fake_connector_expire_password (world->connector, "newer", FALSE);
  lc_fake_connector_fail (world->connector, 1, broken);
  failed = open_notebook (world, machine);
  g_assert_error (lc_operation_get_error (failed), LC_ERROR, LC_ERROR_REMOTE_FAILED);
  g_assert_cmpstr (lc_secret_peek (stored_password (world, "student@lab-1")), ==, "newer");
  assert_log (world, "");
}

/* That it has expired is found out late: it is gone through once more, and nobody is asked for the
 * old one. */
static void
test_password_expired_late (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;

  store_password (world, "student@lab-1", "old");
  lc_fake_connector_set_password (world->connector, "old");
  lc_fake_connector_expire_password (world->connector, "new", TRUE);
  operation = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (operation));
  assert_steps (operation, "start-machine:done reach:done log-in:done open:done");
  assert_log (world, "");
  g_assert_cmpstr (lc_secret_peek (stored_password (world, "student@lab-1")), ==, "new");
}

static void
test_locked_keyring (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) unlocked = NULL;
  g_autoptr (LcOperation) declined = NULL;

  store_password (world, "student@lab-1", "secret");
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_LOCKED);
  unlocked = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (unlocked));
  assert_log (world, "");

  world_restart (world);
  machine = world_load (world, "lab-2");
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_LOCKED);
  lc_memory_secret_store_set_unlocks (world->secrets, FALSE);
  lc_fake_prompt_push_password (world->prompt, "student", "typed", TRUE);
  declined = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (declined));
  assert_log (world, "credentials:first");
  g_assert_cmpuint (lc_memory_secret_store_count_unlocks (world->secrets), ==, 2);
}

/* The service wants a first password, and refuses the first try. */
static void
test_first_password (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GError) refusal =
      lc_error_new_with_details (LC_ERROR_INVALID_INPUT,
                                 &(LcErrorDetails) { .service_message = (char *) "Too short." },
                                 "refused");
  LcMachine *machine;
  g_autoptr (LcOperation) operation = NULL;

  lc_machine_set_password_required (lc_fake_provider_get (world->provider, "lab-1"), TRUE);
  machine = world_load (world, "lab-1");
  lc_fake_provider_fail (world->provider, "reset-password", 1, refusal);
  lc_fake_prompt_push_password (world->prompt, "student", "short", TRUE);
  lc_fake_prompt_push_password (world->prompt, "student", "Long-enough-1", TRUE);
  lc_fake_connector_set_password (world->connector, "Long-enough-1");
  operation = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (operation));
  assert_log (world, "new-password:first: new-password:password-refused:Too short.");
  assert_steps (operation, "start-machine:done set-password:done reach:done log-in:done open:done");
  g_assert_false (lc_machine_get_password_required (machine));
  g_assert_nonnull (stored_password (world, "student@lab-1"));
}

/* What the service refuses comes through unharmed, and the open question goes away. */
static void
test_quota (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GError) quota =
      lc_error_new_with_details (LC_ERROR_QUOTA_EXHAUSTED, &(LcErrorDetails) { .http_status = 409 },
                                 "No hours left");
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;

  lc_fake_provider_fail (world->provider, "start", 1, quota);
  operation = open_notebook (world, machine);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_QUOTA_EXHAUSTED);
  g_assert_cmpuint (lc_error_get_details (lc_operation_get_error (operation))->http_status, ==,
                    409);
  await_condition (lc_fake_prompt_count_open (world->prompt) == 0, 5);
  await_condition (lc_machine_get_state (machine) == LC_MACHINE_STATE_STOPPED, 5);
  assert_steps (operation, "start-machine:failed reach:pending log-in:pending open:pending");
}

static void
test_declined (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;

  lc_fake_prompt_push_cancel (world->prompt);
  operation = open_notebook (world, machine);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_CANCELLED);
  g_assert_cmpuint (count_connections (world), ==, 0);
}

typedef enum
{
  CANCEL_WHILE_STARTING,
  CANCEL_WHILE_ASKED,
  CANCEL_WHILE_CONNECTING,
} CancelWhen;

static gboolean
has_begun (LcOperation *operation, const char *id)
{
  LcStep *step = lc_operation_get_current_step (operation);

  return step != NULL && g_str_equal (lc_step_get_id (step), id);
}

static void
test_cancel (gconstpointer data)
{
  CancelWhen when = GPOINTER_TO_UINT (data);
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;
  g_autoptr (LcOperation) again = NULL;

  if (when == CANCEL_WHILE_STARTING)
    lc_fake_provider_set_boot (world->provider, 60000);
  if (when == CANCEL_WHILE_CONNECTING)
    lc_fake_connector_set_delay (world->connector, 60000);
  if (when != CANCEL_WHILE_ASKED)
    store_password (world, "student@lab-1", "secret");
  operation = lc_launcher_open (world->launcher, machine, "notebook");
  again = lc_launcher_open (world->launcher, machine, "notebook");
  g_assert_true (operation == again);
  if (when == CANCEL_WHILE_STARTING)
    await_condition (lc_fake_provider_count (world->provider, "start") == 1, 5);
  else if (when == CANCEL_WHILE_ASKED)
    await_condition (lc_fake_prompt_count_open (world->prompt) == 1, 5);
  else
    await_condition (has_begun (operation, "reach"), 5);

  lc_operation_cancel (operation);
  await_end (operation);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_CANCELLED);
  g_assert_cmpuint (lc_fake_prompt_count_open (world->prompt), ==, 0);
  g_assert_cmpuint (count_connections (world), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (lc_operation_get_running ()), ==, 0);
}

/* A launch in which every step waits a little: boot, first password, connecting, keyring. */
static LcOperation *
begin_slow_launch (World *world)
{
  LcMachine *machine;

  lc_machine_set_password_required (lc_fake_provider_get (world->provider, "lab-1"), TRUE);
  machine = world_load (world, "lab-1");
  lc_fake_provider_set_delay (world->provider, 1);
  lc_fake_provider_set_boot (world->provider, 1);
  lc_fake_connector_set_delay (world->connector, 1);
  lc_fake_connector_set_password (world->connector, "right");
  lc_fake_prompt_push_password (world->prompt, "student", "First-password-1", TRUE);
  lc_fake_prompt_push_password (world->prompt, "student", "right", TRUE);
  return lc_launcher_open (world->launcher, machine, "notebook");
}

/* Cancels after @n rounds of the main loop. Returns: whether it was early enough. */
static gboolean
cancel_after (guint n)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcOperation) operation = begin_slow_launch (world);
  g_autoptr (LcOperation) again = NULL;
  LcMachine *machine = lc_catalog_find_machine (world->catalog, NULL, "lab-1");

  for (guint i = 0; i < n && lc_operation_is_running (operation); i++)
    g_main_context_iteration (NULL, TRUE);
  if (!lc_operation_is_running (operation))
    return FALSE;

  lc_operation_cancel (operation);
  await_end (operation);
  /* Unless nothing was left to wait for. */
  if (lc_operation_get_error (operation) != NULL)
    {
      g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_CANCELLED);
      g_assert_cmpuint (count_connections (world), ==, 0);
    }
  await_condition (lc_fake_prompt_count_open (world->prompt) == 0, 5);
  await_condition (g_list_model_get_n_items (lc_operation_get_running ()) == 0, 5);

  /* And it can be done after all: answers enough for any question that may come. */
  for (guint i = 0; i < 3; i++)
    lc_fake_prompt_push_password (world->prompt, "student", "right", FALSE);
  lc_machine_set_state (lc_fake_provider_get (world->provider, "lab-1"), LC_MACHINE_STATE_STOPPED);
  again = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (again));
  g_assert_cmpuint (count_connections (world), ==, 1);
  return TRUE;
}

static void
test_cancel_anywhere (void)
{
  guint n = 0;

  while (cancel_after (n))
    n++;
  g_test_message ("cancelled at %u places", n);
  g_assert_cmpuint (n, >, 10);
}

typedef struct
{
  const char *path;
  const char *service_code;
  gboolean by_key;
  const char *log;
} Refusal;

/* The words with which lc_ssh_pool_connect() says why a login was refused. */
static const Refusal refusals[] = {
  { "/launcher/refused/key", "publickey", TRUE, "credentials:first credentials:key-refused" },
  { "/launcher/refused/method", "no-such-method", FALSE,
    "credentials:first credentials:method-refused" },
  { "/launcher/refused/passphrase", "passphrase", TRUE,
    "credentials:first passphrase:passphrase-wrong" },
  { "/launcher/refused/key-file", "key-file", TRUE,
    "credentials:first credentials:key-unreadable" },
  { "/launcher/refused/password", "password", FALSE,
    "credentials:first credentials:password-wrong" },
  { "/launcher/refused/key-without-word", NULL, TRUE, "credentials:first credentials:key-refused" },
  { "/launcher/refused/password-without-word", NULL, FALSE,
    "credentials:first credentials:password-wrong" },
};

static LcCredentials *
new_credentials (const Refusal *refusal, const char *secret)
{
  g_autoptr (LcSecret) text = lc_secret_new (secret);

  return refusal->by_key ? lc_credentials_new_key_file ("student", "/home/ada/.ssh/id", text, TRUE)
                         : lc_credentials_new_password ("student", text, TRUE);
}

static void
test_refused (gconstpointer data)
{
  const Refusal *refusal = data;
  const LcErrorDetails details = { .service_code = (char *) refusal->service_code };
  g_autoptr (GError) error =
      refusal->service_code != NULL
          ? lc_error_new_with_details (LC_ERROR_AUTH_FAILED, &details, "refused")
          : lc_error_new (LC_ERROR_AUTH_FAILED, "refused");
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcCredentials) first = new_credentials (refusal, "first");
  g_autoptr (LcCredentials) second = new_credentials (refusal, "second");
  g_autoptr (LcOperation) operation = NULL;
  LcSecret *kept;

  lc_fake_prompt_push_credentials (world->prompt, first);
  lc_fake_prompt_push_credentials (world->prompt, second);
  lc_fake_connector_fail (world->connector, 1, error);
  operation = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (operation));
  assert_log (world, refusal->log);

  kept = refusal->by_key
             ? lc_memory_secret_store_peek (world->secrets, LC_SECRET_KEY_PASSPHRASE,
                                            lc_account_get_id (world->account), "/home/ada/.ssh/id")
             : stored_password (world, "student@lab-1");
  g_assert_nonnull (kept);
  g_assert_cmpstr (lc_secret_peek (kept), ==, "second");
}

static void
test_second_click (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) first = NULL;
  g_autoptr (LcOperation) second = NULL;
  g_autoptr (LcConnection) connection = NULL;

  store_password (world, "student@lab-1", "secret");
  first = open_notebook (world, machine);
  second = open_notebook (world, machine);
  g_assert_no_error (lc_operation_get_error (second));
  g_assert_cmpuint (lc_fake_connector_count (world->connector), ==, 1);
  g_set_object (&connection, lc_registry_find_connection (world->registry, machine, "notebook"));
  g_assert_cmpuint (lc_fake_connection_get_shown (LC_FAKE_CONNECTION (connection)), ==, 1);

  /* Stopping the machine closes it. */
  g_clear_object (&second);
  second = lc_launcher_stop (world->launcher, machine);
  await_end (second);
  g_assert_no_error (lc_operation_get_error (second));
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_STOPPED);
  g_assert_cmpint (lc_connection_get_state (connection), ==, LC_CONNECTION_CLOSED);
  g_assert_cmpuint (count_connections (world), ==, 0);
}

/* A machine that is still stopping is waited for, then started. */
static void
test_stopping (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) start = lc_launcher_start (world->launcher, machine);
  g_autoptr (LcOperation) stop = NULL;
  g_autoptr (LcOperation) again = NULL;

  await_end (start);
  g_assert_no_error (lc_operation_get_error (start));
  lc_fake_provider_set_boot (world->provider, 400);
  stop = lc_launcher_stop (world->launcher, machine);
  await_condition (lc_machine_get_state (lc_fake_provider_get (world->provider, "lab-1")) ==
                       LC_MACHINE_STATE_STOPPING,
                   5);
  again = lc_launcher_start (world->launcher, machine);
  await_end (again);
  g_assert_no_error (lc_operation_get_error (again));
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_RUNNING);
}

static void
test_vanished (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcMachine) machine = g_object_ref (world_load (world, "lab-1"));
  g_autoptr (LcOperation) operation = NULL;

  lc_fake_provider_remove_machine (world->provider, "lab-1");
  operation = open_notebook (world, machine);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_NOT_FOUND);
}

static void
test_unknown_connector (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcOperation) operation =
      lc_launcher_open (world->launcher, world_load (world, "lab-1"), "teleport");

  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_UNSUPPORTED);
}

static void
test_reset_password (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcSecret) password = lc_secret_new ("Brand-new-1234");
  g_autoptr (LcOperation) operation =
      lc_launcher_reset_password (world->launcher, machine, "student", password, TRUE);

  await_end (operation);
  g_assert_no_error (lc_operation_get_error (operation));
  g_assert_true (lc_secret_equal (stored_password (world, "student@lab-1"), password));
  g_assert_true (lc_secret_equal (lc_fake_provider_get_password (world->provider), password));
}

/* The program ends in the middle of it. */
static void
test_dispose (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = lc_launcher_open (world->launcher, machine, "notebook");

  await_condition (lc_fake_prompt_count_open (world->prompt) == 1, 5);
  world_restart (world);
  await_end (operation);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/launcher/one-click", test_one_click);
  g_test_add_func ("/launcher/stored-password", test_stored_password);
  g_test_add_func ("/launcher/wrong-password", test_wrong_password);
  g_test_add_func ("/launcher/expired-password", test_expired_password);
  g_test_add_func ("/launcher/password-expired-late", test_password_expired_late);
  g_test_add_func ("/launcher/locked-keyring", test_locked_keyring);
  g_test_add_func ("/launcher/first-password", test_first_password);
  g_test_add_func ("/launcher/quota", test_quota);
  g_test_add_func ("/launcher/declined", test_declined);
  g_test_add_data_func ("/launcher/cancel/starting", GUINT_TO_POINTER (CANCEL_WHILE_STARTING),
                        test_cancel);
  g_test_add_data_func ("/launcher/cancel/asked", GUINT_TO_POINTER (CANCEL_WHILE_ASKED),
                        test_cancel);
  g_test_add_data_func ("/launcher/cancel/connecting", GUINT_TO_POINTER (CANCEL_WHILE_CONNECTING),
                        test_cancel);
  g_test_add_func ("/launcher/cancel/anywhere", test_cancel_anywhere);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    g_test_add_data_func (refusals[i].path, &refusals[i], test_refused);
  g_test_add_func ("/launcher/second-click", test_second_click);
  g_test_add_func ("/launcher/stopping", test_stopping);
  g_test_add_func ("/launcher/vanished", test_vanished);
  g_test_add_func ("/launcher/unknown-connector", test_unknown_connector);
  g_test_add_func ("/launcher/reset-password", test_reset_password);
  g_test_add_func ("/launcher/dispose", test_dispose);
  return g_test_run ();
}
