/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-memory-secret-store.h"

#include <lc-error.h>
#include <lc-secret-item.h>

struct _LcMemorySecretStore
{
  GObject parent_instance;
  LcSecretStoreState state;
  GHashTable *items;  /* "kind|account|subject" → LcSecret */
  GHashTable *labels; /* likewise → string */
  gboolean refuses;
  guint unlocks;
};

static void secret_store_init (LcSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcMemorySecretStore,
                               lc_memory_secret_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_SECRET_STORE, secret_store_init))

enum
{
  PROP_STATE = 1
};

static char *
make_key (LcSecretKind kind, const char *account_id, const char *subject)
{
  return g_strdup_printf ("%d|%s|%s", kind, account_id, subject);
}

static DexFuture *
locked (void)
{
  return dex_future_new_for_error (lc_error_new (LC_ERROR_KEYRING_LOCKED, "The keyring is locked"));
}

static LcSecretStoreState
get_state (LcSecretStore *store)
{
  return LC_MEMORY_SECRET_STORE (store)->state;
}

static DexFuture *
unlock (LcSecretStore *store)
{
  LcMemorySecretStore *self = LC_MEMORY_SECRET_STORE (store);

  self->unlocks++;
  if (self->refuses)
    return locked ();
  lc_memory_secret_store_set_state (self, LC_SECRET_STORE_READY);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lookup (LcSecretStore *store, LcSecretKind kind, const char *account_id, const char *subject)
{
  LcMemorySecretStore *self = LC_MEMORY_SECRET_STORE (store);
  LcSecret *secret = lc_memory_secret_store_peek (self, kind, account_id, subject);

  if (self->state == LC_SECRET_STORE_LOCKED)
    return locked ();
  if (secret == NULL)
    return dex_future_new_for_error (lc_error_new (LC_ERROR_NOT_FOUND, "Nothing is stored"));
  return dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_ref (secret));
}

static DexFuture *
store_secret (LcSecretStore *store,
              LcSecretKind kind,
              const char *account_id,
              const char *subject,
              const char *label,
              LcSecret *secret)
{
  LcMemorySecretStore *self = LC_MEMORY_SECRET_STORE (store);

  if (self->state == LC_SECRET_STORE_LOCKED)
    return locked ();
  g_hash_table_replace (self->items, make_key (kind, account_id, subject), lc_secret_ref (secret));
  g_hash_table_replace (self->labels, make_key (kind, account_id, subject), g_strdup (label));
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
remove_secret (LcSecretStore *store, LcSecretKind kind, const char *account_id, const char *subject)
{
  LcMemorySecretStore *self = LC_MEMORY_SECRET_STORE (store);
  g_autofree char *key = make_key (kind, account_id, subject);

  if (self->state == LC_SECRET_STORE_LOCKED)
    return locked ();
  g_hash_table_remove (self->items, key);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
remove_account (LcSecretStore *store, const char *account_id)
{
  LcMemorySecretStore *self = LC_MEMORY_SECRET_STORE (store);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_auto (GStrv) parts = g_strsplit (key, "|", 3);

      if (g_str_equal (parts[1], account_id))
        g_hash_table_iter_remove (&iter);
    }
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
list (LcSecretStore *store, LcSecretKind kind)
{
  LcMemorySecretStore *self = LC_MEMORY_SECRET_STORE (store);
  GPtrArray *items = NULL;
  GHashTableIter iter;
  gpointer key;

  if (self->state == LC_SECRET_STORE_LOCKED)
    return locked ();
  items = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_item_free);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_auto (GStrv) parts = g_strsplit (key, "|", 3);

      if (g_ascii_strtoll (parts[0], NULL, 10) == (gint64) kind)
        g_ptr_array_add (items, lc_secret_item_new (kind, parts[1], parts[2],
                                                    g_hash_table_lookup (self->labels, key)));
    }
  g_ptr_array_sort (items, lc_secret_item_compare);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, items);
}

static void
secret_store_init (LcSecretStoreInterface *iface)
{
  iface->get_state = get_state;
  iface->unlock = unlock;
  iface->lookup = lookup;
  iface->store = store_secret;
  iface->remove = remove_secret;
  iface->remove_account = remove_account;
  iface->list = list;
}

static void
lc_memory_secret_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_enum (value, LC_MEMORY_SECRET_STORE (object)->state);
}

static void
lc_memory_secret_store_finalize (GObject *object)
{
  g_hash_table_unref (LC_MEMORY_SECRET_STORE (object)->items);
  g_hash_table_unref (LC_MEMORY_SECRET_STORE (object)->labels);
  G_OBJECT_CLASS (lc_memory_secret_store_parent_class)->finalize (object);
}

static void
lc_memory_secret_store_class_init (LcMemorySecretStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lc_memory_secret_store_get_property;
  object_class->finalize = lc_memory_secret_store_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
}

static void
lc_memory_secret_store_init (LcMemorySecretStore *self)
{
  self->items =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) lc_secret_unref);
  self->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

LcMemorySecretStore *
lc_memory_secret_store_new (void)
{
  return g_object_new (LC_TYPE_MEMORY_SECRET_STORE, NULL);
}

void
lc_memory_secret_store_set_state (LcMemorySecretStore *self, LcSecretStoreState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

void
lc_memory_secret_store_set_unlocks (LcMemorySecretStore *self, gboolean unlocks)
{
  self->refuses = !unlocks;
}

LcSecret *
lc_memory_secret_store_peek (LcMemorySecretStore *self,
                             LcSecretKind kind,
                             const char *account_id,
                             const char *subject)
{
  g_autofree char *key = make_key (kind, account_id, subject);

  return g_hash_table_lookup (self->items, key);
}

guint
lc_memory_secret_store_count (LcMemorySecretStore *self)
{
  return g_hash_table_size (self->items);
}

guint
lc_memory_secret_store_count_unlocks (LcMemorySecretStore *self)
{
  return self->unlocks;
}
