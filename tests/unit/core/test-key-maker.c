/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <await.h>
#include <lc-error.h>
#include <lc-fake-keys.h>
#include <lc-key-maker.h>

#include "world.h"

static void
await_end (LcOperation *operation)
{
  await_condition (!lc_operation_is_running (operation), 10);
}

static void
test_makes (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcFakeKeys) keys = lc_fake_keys_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;
  g_autoptr (LcOperation) open = NULL;
  LcSecret *kept;

  lc_registry_set_keys (world->registry, LC_KEYS (keys));
  lc_fake_keys_set_refusals (keys, 1);
  lc_fake_prompt_push_password (world->prompt, "student", "wrong", FALSE);
  lc_fake_prompt_push_password (world->prompt, "student", "right", FALSE);
  operation = lc_key_maker_run (world->registry, world->catalog, machine, NULL);
  await_end (operation);
  g_assert_no_error (lc_operation_get_error (operation));
  g_assert_cmpuint (lc_fake_keys_count_made (keys), ==, 1);
  kept = lc_memory_secret_store_peek (world->secrets, LC_SECRET_MACHINE_KEY,
                                      lc_machine_get_account_id (machine), "student@lab-1");
  g_assert_nonnull (kept);
  g_assert_cmpstr (lc_secret_peek (kept), ==, "the key");
  g_assert_cmpint (lc_profile_store_get_method (world->profiles, "lab-1"), ==,
                   LC_AUTH_METHOD_STORED_KEY);

  /* And that is how it is connected to from now on, without a question. */
  open = lc_launcher_open (world->launcher, machine, "notebook");
  await_end (open);
  g_assert_no_error (lc_operation_get_error (open));
  g_assert_cmpuint (lc_fake_prompt_count_open (world->prompt), ==, 0);
}

static void
test_no_keyring (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcFakeKeys) keys = lc_fake_keys_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;

  lc_registry_set_keys (world->registry, LC_KEYS (keys));
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_SESSION_ONLY);
  g_assert_false (lc_key_maker_is_possible (world->registry));
  operation = lc_key_maker_run (world->registry, world->catalog, machine, NULL);
  await_end (operation);
  g_assert_error (lc_operation_get_error (operation), LC_ERROR, LC_ERROR_UNSUPPORTED);
  g_assert_cmpstr (lc_error_get_details (lc_operation_get_error (operation))->service_code, ==,
                   "no-keyring");
  g_assert_cmpuint (lc_fake_keys_count_made (keys), ==, 0);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_STOPPED);
}

/* What the person has asked for in the form: once it works with the password, and only then. */
static void
test_wanted (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcFakeKeys) keys = lc_fake_keys_new ();
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcSecret) password = lc_secret_new ("right");
  g_autoptr (LcCredentials) plain = lc_credentials_new_password ("student", password, FALSE);
  g_autoptr (LcCredentials) wanting = lc_credentials_want_key (plain);
  g_autoptr (LcOperation) open = NULL;

  g_assert_false (lc_credentials_get_wants_key (plain));
  lc_registry_set_keys (world->registry, LC_KEYS (keys));
  open = lc_launcher_open_with_credentials (world->launcher, machine, "notebook", wanting);
  await_end (open);
  g_assert_no_error (lc_operation_get_error (open));
  await_condition (
      lc_profile_store_get_method (world->profiles, "lab-1") == LC_AUTH_METHOD_STORED_KEY, 10);
  g_assert_cmpuint (lc_fake_keys_count_made (keys), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/key-maker/makes", test_makes);
  g_test_add_func ("/key-maker/no-keyring", test_no_keyring);
  g_test_add_func ("/key-maker/wanted", test_wanted);
  return g_test_run ();
}
