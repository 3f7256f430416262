/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <await.h>
#include <lc-error.h>
#include <lc-key-maker.h>

#include "world.h"

/* Keys as the test wants them. */
#define FAKE_TYPE_KEYS (fake_keys_get_type ())
G_DECLARE_FINAL_TYPE (FakeKeys, fake_keys, FAKE, KEYS, GObject)

struct _FakeKeys
{
  GObject parent_instance;
  guint made;
  guint refusals; /* of the password, before it works */
};

static void fake_keys_iface_init (LcKeysInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeKeys,
                               fake_keys,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_KEYS, fake_keys_iface_init))

static void
announce_steps (LcKeys *keys, LcOperation *operation)
{
  lc_operation_add_step (operation, "log-in", "Log in");
}

static DexFuture *
make (LcKeys *keys, LcMachine *machine, LcCredentials *credentials, LcOperation *operation)
{
  FakeKeys *self = FAKE_KEYS (keys);
  LcErrorDetails details = { .service_code = (char *) "password" };

  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_RUNNING);
  if (self->refusals > 0)
    {
      self->refusals--;
      return dex_future_new_for_error (
          lc_error_new_with_details (LC_ERROR_AUTH_FAILED, &details, "Wrong password"));
    }
  self->made++;
  return dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_new ("the key"));
}

static void
fake_keys_iface_init (LcKeysInterface *iface)
{
  iface->announce_steps = announce_steps;
  iface->make = make;
}

static void
fake_keys_class_init (FakeKeysClass *klass)
{
}

static void
fake_keys_init (FakeKeys *self)
{
}

static void
await_end (LcOperation *operation)
{
  await_condition (!lc_operation_is_running (operation), 10);
}

static void
test_makes (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (FakeKeys) keys = g_object_new (FAKE_TYPE_KEYS, NULL);
  LcMachine *machine = world_load (world, "lab-1");
  g_autoptr (LcOperation) operation = NULL;
  g_autoptr (LcOperation) open = NULL;
  LcSecret *kept;

  lc_registry_set_keys (world->registry, LC_KEYS (keys));
  keys->refusals = 1;
  lc_fake_prompt_push_password (world->prompt, "student", "wrong", FALSE);
  lc_fake_prompt_push_password (world->prompt, "student", "right", FALSE);
  operation = lc_key_maker_run (world->registry, world->catalog, machine, NULL);
  await_end (operation);
  g_assert_no_error (lc_operation_get_error (operation));
  g_assert_cmpuint (keys->made, ==, 1);
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
  g_autoptr (FakeKeys) keys = g_object_new (FAKE_TYPE_KEYS, NULL);
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
  g_assert_cmpuint (keys->made, ==, 0);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_STOPPED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/key-maker/makes", test_makes);
  g_test_add_func ("/key-maker/no-keyring", test_no_keyring);
  return g_test_run ();
}
