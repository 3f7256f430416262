/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-memory-store.h"

#include "lc-error.h"
#include "lc-secret-item.h"

struct _LcMemoryStore
{
  GObject parent_instance;

  GHashTable *items; /* LcSecretItem → LcSecret */
};

enum
{
  PROP_0,
  PROP_STATE,
};

static void secret_store_iface_init (LcSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcMemoryStore,
                               lc_memory_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_SECRET_STORE,
                                                      secret_store_iface_init))

static guint
item_hash (gconstpointer data)
{
  const LcSecretItem *item = data;

  return g_str_hash (item->account_id) * 31 + g_str_hash (item->subject) + item->kind;
}

static gboolean
item_equal (gconstpointer one, gconstpointer other)
{
  return lc_secret_item_equal (one, other);
}

static gboolean
belongs_to_account (gpointer key, gpointer value, gpointer account_id)
{
  return g_str_equal (((LcSecretItem *) key)->account_id, account_id);
}

static LcSecretStoreState
lc_memory_store_get_state (LcSecretStore *store)
{
  return LC_SECRET_STORE_SESSION_ONLY;
}

static DexFuture *
lc_memory_store_unlock (LcSecretStore *store)
{
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_memory_store_lookup (LcSecretStore *store,
                        LcSecretKind kind,
                        const char *account_id,
                        const char *subject)
{
  LcSecret *secret = lc_memory_store_dup (LC_MEMORY_STORE (store), kind, account_id, subject);

  if (secret == NULL)
    return dex_future_new_for_error (lc_error_new (LC_ERROR_NOT_FOUND, "No such secret"));

  return dex_future_new_take_boxed (LC_TYPE_SECRET, secret);
}

static DexFuture *
lc_memory_store_store (LcSecretStore *store,
                       LcSecretKind kind,
                       const char *account_id,
                       const char *subject,
                       const char *label,
                       LcSecret *secret)
{
  LcMemoryStore *self = LC_MEMORY_STORE (store);

  g_hash_table_replace (self->items, lc_secret_item_new (kind, account_id, subject, label),
                        lc_secret_ref (secret));
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_memory_store_remove (LcSecretStore *store,
                        LcSecretKind kind,
                        const char *account_id,
                        const char *subject)
{
  LcMemoryStore *self = LC_MEMORY_STORE (store);
  g_autoptr (LcSecretItem) item = lc_secret_item_new (kind, account_id, subject, NULL);

  g_hash_table_remove (self->items, item);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_memory_store_remove_account (LcSecretStore *store, const char *account_id)
{
  LcMemoryStore *self = LC_MEMORY_STORE (store);

  g_hash_table_foreach_remove (self->items, belongs_to_account,
                               (gpointer) (account_id != NULL ? account_id : ""));
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_memory_store_list (LcSecretStore *store, LcSecretKind kind)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_item_free);

  lc_memory_store_collect (LC_MEMORY_STORE (store), kind, items);
  g_ptr_array_sort (items, lc_secret_item_compare);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, items);
}

static void
secret_store_iface_init (LcSecretStoreInterface *iface)
{
  iface->get_state = lc_memory_store_get_state;
  iface->unlock = lc_memory_store_unlock;
  iface->lookup = lc_memory_store_lookup;
  iface->store = lc_memory_store_store;
  iface->remove = lc_memory_store_remove;
  iface->remove_account = lc_memory_store_remove_account;
  iface->list = lc_memory_store_list;
}

static void
lc_memory_store_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, LC_SECRET_STORE_SESSION_ONLY);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_memory_store_finalize (GObject *object)
{
  LcMemoryStore *self = LC_MEMORY_STORE (object);

  g_hash_table_unref (self->items);

  G_OBJECT_CLASS (lc_memory_store_parent_class)->finalize (object);
}

static void
lc_memory_store_class_init (LcMemoryStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lc_memory_store_get_property;
  object_class->finalize = lc_memory_store_finalize;

  g_object_class_override_property (object_class, PROP_STATE, "state");
}

static void
lc_memory_store_init (LcMemoryStore *self)
{
  self->items = g_hash_table_new_full (item_hash, item_equal, (GDestroyNotify) lc_secret_item_free,
                                       (GDestroyNotify) lc_secret_unref);
}

LcSecretStore *
lc_memory_store_new (void)
{
  return g_object_new (LC_TYPE_MEMORY_STORE, NULL);
}

LcSecret *
lc_memory_store_dup (LcMemoryStore *self,
                     LcSecretKind kind,
                     const char *account_id,
                     const char *subject)
{
  g_return_val_if_fail (LC_IS_MEMORY_STORE (self), NULL);

  g_autoptr (LcSecretItem) item = lc_secret_item_new (kind, account_id, subject, NULL);
  LcSecret *secret = g_hash_table_lookup (self->items, item);

  return secret != NULL ? lc_secret_ref (secret) : NULL;
}

void
lc_memory_store_collect (LcMemoryStore *self, LcSecretKind kind, GPtrArray *items)
{
  g_return_if_fail (LC_IS_MEMORY_STORE (self));

  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (((LcSecretItem *) item)->kind == kind)
      g_ptr_array_add (items, lc_secret_item_copy (item));
}
