/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-fake-host-keys.h"

#include <lc-error.h>

struct _LcFakeHostKeys
{
  GObject parent_instance;
  GPtrArray *keys; /* LcTrustedKey */
  gboolean fails;
};

static void host_key_store_init (LcHostKeyStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcFakeHostKeys,
                               lc_fake_host_keys,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_HOST_KEY_STORE, host_key_store_init))

static gpointer
copy (gconstpointer key, gpointer user_data)
{
  return lc_trusted_key_copy (key);
}

static gboolean
works (LcFakeHostKeys *self, GError **error)
{
  if (self->fails)
    g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "There is no such file"));
  return !self->fails;
}

static GPtrArray *
list (LcHostKeyStore *store, GError **error)
{
  LcFakeHostKeys *self = LC_FAKE_HOST_KEYS (store);

  return works (self, error) ? g_ptr_array_copy (self->keys, copy, NULL) : NULL;
}

static gboolean
add (LcHostKeyStore *store, const LcTrustedKey *key, GError **error)
{
  LcFakeHostKeys *self = LC_FAKE_HOST_KEYS (store);

  if (!works (self, error))
    return FALSE;
  g_ptr_array_add (self->keys, lc_trusted_key_copy (key));
  lc_host_key_store_changed (store);
  return TRUE;
}

static gboolean
remove_key (LcHostKeyStore *store, const LcTrustedKey *key, GError **error)
{
  LcFakeHostKeys *self = LC_FAKE_HOST_KEYS (store);

  if (!works (self, error))
    return FALSE;
  for (guint i = 0; i < self->keys->len; i++)
    {
      LcTrustedKey *candidate = g_ptr_array_index (self->keys, i);

      if (g_str_equal (candidate->alias, key->alias) &&
          lc_host_key_equal (candidate->key, key->key))
        g_ptr_array_remove_index (self->keys, i--);
    }
  lc_host_key_store_changed (store);
  return TRUE;
}

static void
host_key_store_init (LcHostKeyStoreInterface *iface)
{
  iface->list = list;
  iface->add = add;
  iface->remove = remove_key;
}

static void
lc_fake_host_keys_finalize (GObject *object)
{
  g_ptr_array_unref (LC_FAKE_HOST_KEYS (object)->keys);

  G_OBJECT_CLASS (lc_fake_host_keys_parent_class)->finalize (object);
}

static void
lc_fake_host_keys_class_init (LcFakeHostKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_fake_host_keys_finalize;
}

static void
lc_fake_host_keys_init (LcFakeHostKeys *self)
{
  self->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_trusted_key_free);
}

LcFakeHostKeys *
lc_fake_host_keys_new (void)
{
  return g_object_new (LC_TYPE_FAKE_HOST_KEYS, NULL);
}

void
lc_fake_host_keys_fail (LcFakeHostKeys *self, gboolean fails)
{
  self->fails = fails;
}

guint
lc_fake_host_keys_count (LcFakeHostKeys *self)
{
  return self->keys->len;
}
