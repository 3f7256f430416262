/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-fake-keys.h"

#include <lc-error.h>

struct _LcFakeKeys
{
  GObject parent_instance;
  GListStore *found;
  guint made;
  guint refusals;
};

static void keys_iface_init (LcKeysInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcFakeKeys,
                               lc_fake_keys,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_KEYS, keys_iface_init))

static DexFuture *
list (LcKeys *keys)
{
  return dex_future_new_for_object (LC_FAKE_KEYS (keys)->found);
}

static void
announce_steps (LcKeys *keys, LcOperation *operation)
{
  lc_operation_add_step (operation, "log-in", "Log in");
}

static DexFuture *
make (LcKeys *keys, LcMachine *machine, LcCredentials *credentials, LcOperation *operation)
{
  LcFakeKeys *self = LC_FAKE_KEYS (keys);
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
keys_iface_init (LcKeysInterface *iface)
{
  iface->list = list;
  iface->announce_steps = announce_steps;
  iface->make = make;
}

static void
lc_fake_keys_finalize (GObject *object)
{
  g_object_unref (LC_FAKE_KEYS (object)->found);
  G_OBJECT_CLASS (lc_fake_keys_parent_class)->finalize (object);
}

static void
lc_fake_keys_class_init (LcFakeKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_fake_keys_finalize;
}

static void
lc_fake_keys_init (LcFakeKeys *self)
{
  self->found = g_list_store_new (LC_TYPE_KEY);
}

LcFakeKeys *
lc_fake_keys_new (void)
{
  return g_object_new (LC_TYPE_FAKE_KEYS, NULL);
}

void
lc_fake_keys_add (LcFakeKeys *self, LcKey *key)
{
  g_list_store_append (self->found, key);
  g_object_unref (key);
}

void
lc_fake_keys_set_refusals (LcFakeKeys *self, guint refusals)
{
  self->refusals = refusals;
}

guint
lc_fake_keys_count_made (LcFakeKeys *self)
{
  return self->made;
}
