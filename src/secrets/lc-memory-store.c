/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-memory-store.h"

#include "lc-error.h"

/* The name of an item; the table owns it. */
typedef struct
{
  LcSecretKind kind;
  char *account_id;
  char *subject;
} ItemKey;

struct _LcMemoryStore
{
  GObject parent_instance;

  GHashTable *items; /* ItemKey → LcSecret */
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

static ItemKey *
item_key_new (LcSecretKind kind, const char *account_id, const char *subject)
{
  ItemKey *key = g_new (ItemKey, 1);

  key->kind = kind;
  key->account_id = g_strdup (account_id != NULL ? account_id : "");
  key->subject = g_strdup (subject != NULL ? subject : "");
  return key;
}

static void
item_key_free (gpointer data)
{
  ItemKey *key = data;

  g_free (key->account_id);
  g_free (key->subject);
  g_free (key);
}

static guint
item_key_hash (gconstpointer data)
{
  const ItemKey *key = data;

  return g_str_hash (key->account_id) * 31 + g_str_hash (key->subject) + key->kind;
}

static gboolean
item_key_equal (gconstpointer a, gconstpointer b)
{
  const ItemKey *one = a;
  const ItemKey *other = b;

  return one->kind == other->kind && g_str_equal (one->account_id, other->account_id) &&
         g_str_equal (one->subject, other->subject);
}

static gboolean
belongs_to_account (gpointer key, gpointer value, gpointer account_id)
{
  return g_str_equal (((ItemKey *) key)->account_id, account_id);
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

  g_hash_table_replace (self->items, item_key_new (kind, account_id, subject),
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
  ItemKey *key = item_key_new (kind, account_id, subject);

  g_hash_table_remove (self->items, key);
  item_key_free (key);
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

static void
secret_store_iface_init (LcSecretStoreInterface *iface)
{
  iface->get_state = lc_memory_store_get_state;
  iface->unlock = lc_memory_store_unlock;
  iface->lookup = lc_memory_store_lookup;
  iface->store = lc_memory_store_store;
  iface->remove = lc_memory_store_remove;
  iface->remove_account = lc_memory_store_remove_account;
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
  self->items = g_hash_table_new_full (item_key_hash, item_key_equal, item_key_free,
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

  ItemKey *key = item_key_new (kind, account_id, subject);
  LcSecret *secret = g_hash_table_lookup (self->items, key);

  item_key_free (key);
  return secret != NULL ? lc_secret_ref (secret) : NULL;
}
