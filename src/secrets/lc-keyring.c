/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-keyring.h"

#include "lc-async.h"
#include "lc-error.h"
#include "lc-libsecret.h"
#include "lc-memory-store.h"
#include "lc-secret-item.h"

#define SERVICE_NAME "org.freedesktop.secrets"

struct _LcKeyring
{
  GObject parent_instance;

  LcSecretStoreState state;
  LcMemoryStore *memory;
  SecretCollection *collection; /* nullable: the default one, when the service is used */
  GList *locked_items;          /* met by looking up: to be unlocked with the collection */
  DexFuture *check;             /* the last look at the service */
  guint watch_id;
};

/* What a fiber works on. */
typedef struct
{
  LcKeyring *keyring;
  LcSecretKind kind;
  char *account_id;
  char *subject;
  char *label;
  LcSecret *secret;
} Request;

enum
{
  PROP_0,
  PROP_STATE,
};

static void secret_store_iface_init (LcSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcKeyring,
                               lc_keyring,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_SECRET_STORE,
                                                      secret_store_iface_init))

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->keyring);
  g_free (request->account_id);
  g_free (request->subject);
  g_free (request->label);
  g_clear_pointer (&request->secret, lc_secret_unref);
  g_free (request);
}

static Request *
request_new (LcKeyring *self, LcSecretKind kind, const char *account_id, const char *subject)
{
  Request *request = g_new0 (Request, 1);

  request->keyring = g_object_ref (self);
  request->kind = kind;
  request->account_id = g_strdup (account_id);
  request->subject = g_strdup (subject);
  return request;
}

static void
set_state (LcKeyring *self, LcSecretStoreState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

static DexFuture *
reject (GError *error)
{
  if (error->domain == SECRET_ERROR && error->code == SECRET_ERROR_IS_LOCKED)
    {
      g_error_free (error);
      error = lc_error_new (LC_ERROR_KEYRING_LOCKED, "The keyring is locked");
    }

  return dex_future_new_for_error (lc_error_convert (error));
}

static DexFuture *
reject_locked (const char *message)
{
  return dex_future_new_for_error (lc_error_new (LC_ERROR_KEYRING_LOCKED, "%s", message));
}

static void
locked_changed_cb (LcKeyring *self)
{
  if (self->state == LC_SECRET_STORE_SESSION_ONLY)
    return;

  set_state (self, secret_collection_get_locked (self->collection) ? LC_SECRET_STORE_LOCKED
                                                                   : LC_SECRET_STORE_READY);
}

static void
set_collection (LcKeyring *self, SecretCollection *collection)
{
  if (self->collection != NULL)
    g_signal_handlers_disconnect_by_data (self->collection, self);

  if (g_set_object (&self->collection, collection) && collection != NULL)
    g_debug ("Default collection: %s", g_dbus_proxy_get_object_path (G_DBUS_PROXY (collection)));

  if (collection != NULL)
    g_signal_connect_swapped (collection, "notify::locked", G_CALLBACK (locked_changed_cb), self);
}

/* Takes what a look at the keyring told over into the state. Returns whether there is one. */
static gboolean
take_look (LcKeyring *self, GError **error)
{
  g_autoptr (SecretCollection) collection = NULL;
  GError *local_error = NULL;

  if (!lc_libsecret_uses_service ())
    {
      g_autoptr (GHashTable) attributes = lc_libsecret_attributes (LC_SECRET_REFRESH_TOKEN, "", "");
      g_autoptr (LcSecret) secret = NULL;
      g_autolist (GObject) locked = NULL;

      if (!lc_libsecret_search (attributes, &secret, &locked, error))
        return FALSE;

      set_state (self, LC_SECRET_STORE_READY);
      return TRUE;
    }

  collection = lc_libsecret_dup_default_collection (&local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  set_collection (self, collection);
  set_state (self, collection != NULL && secret_collection_get_locked (collection)
                       ? LC_SECRET_STORE_LOCKED
                       : LC_SECRET_STORE_READY);
  return TRUE;
}

static DexFuture *
check_fiber (gpointer data)
{
  LcKeyring *self = data;
  g_autoptr (GError) error = NULL;

  if (!take_look (self, &error))
    {
      if (lc_error_is_cancelled (error))
        return dex_future_new_for_error (g_steal_pointer (&error));

      g_message ("No keyring, secrets stay in memory: %s", error->message);
      set_collection (self, NULL);
      set_state (self, LC_SECRET_STORE_SESSION_ONLY);
    }

  return dex_future_new_for_boolean (TRUE);
}

static void
start_check (LcKeyring *self)
{
  dex_clear (&self->check);
  self->check = lc_spawn (check_fiber, g_object_ref (self), g_object_unref);
}

static gboolean
await_check (LcKeyring *self, GError **error)
{
  return dex_await (dex_ref (self->check), error);
}

static void
note_absence (LcKeyring *self, const GError *error)
{
  g_message ("The keyring does not answer, secrets stay in memory: %s", error->message);
  set_state (self, LC_SECRET_STORE_SESSION_ONLY);
}

static void
name_appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  start_check (user_data);
}

static DexFuture *
lookup_fiber (gpointer data)
{
  Request *request = data;
  LcKeyring *self = request->keyring;
  g_autoptr (GHashTable) attributes = NULL;
  g_autoptr (LcSecret) secret = NULL;
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) locked = NULL;

  if (!await_check (self, &error))
    return reject (g_steal_pointer (&error));

  secret = lc_memory_store_dup (self->memory, request->kind, request->account_id, request->subject);
  if (secret != NULL)
    return dex_future_new_take_boxed (LC_TYPE_SECRET, g_steal_pointer (&secret));

  if (self->state != LC_SECRET_STORE_SESSION_ONLY)
    {
      attributes = lc_libsecret_attributes (request->kind, request->account_id, request->subject);
      if (!lc_libsecret_search (attributes, &secret, &locked, &error))
        {
          if (!lc_libsecret_is_absent (error))
            return reject (g_steal_pointer (&error));
          note_absence (self, error);
        }
    }

  if (secret != NULL)
    return dex_future_new_take_boxed (LC_TYPE_SECRET, g_steal_pointer (&secret));

  if (locked != NULL)
    {
      g_clear_list (&self->locked_items, g_object_unref);
      self->locked_items = g_steal_pointer (&locked);
      return reject_locked ("The secret is in a locked collection");
    }

  if (self->state == LC_SECRET_STORE_LOCKED)
    return reject_locked ("The keyring is locked");

  return dex_future_new_for_error (lc_error_new (LC_ERROR_NOT_FOUND, "No such secret"));
}

static DexFuture *
keep_in_memory (Request *request)
{
  g_autoptr (DexFuture) kept =
      lc_secret_store_store (LC_SECRET_STORE (request->keyring->memory), request->kind,
                             request->account_id, request->subject, request->label,
                             request->secret);

  return dex_future_new_for_boolean (FALSE);
}

static DexFuture *
store_fiber (gpointer data)
{
  Request *request = data;
  LcKeyring *self = request->keyring;
  g_autoptr (GHashTable) attributes = NULL;
  g_autoptr (DexFuture) forgotten = NULL;
  g_autoptr (GError) error = NULL;

  if (!await_check (self, &error))
    return reject (g_steal_pointer (&error));
  if (self->state == LC_SECRET_STORE_SESSION_ONLY)
    return keep_in_memory (request);

  attributes = lc_libsecret_attributes (request->kind, request->account_id, request->subject);
  if (!lc_libsecret_store (attributes, self->collection, request->label, request->secret, &error))
    {
      if (lc_error_is_cancelled (error))
        return reject (g_steal_pointer (&error));

      if (lc_libsecret_is_absent (error))
        note_absence (self, error);
      else
        g_message ("The keyring took no secret, it stays in memory: %s", error->message);

      return keep_in_memory (request);
    }

  forgotten = lc_secret_store_remove (LC_SECRET_STORE (self->memory), request->kind,
                                      request->account_id, request->subject);
  if (self->collection == NULL)
    start_check (self); /* the first item makes the default collection */

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
remove_fiber (gpointer data)
{
  Request *request = data;
  LcKeyring *self = request->keyring;
  g_autoptr (GHashTable) attributes = NULL;
  g_autoptr (LcSecret) secret = NULL;
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) locked = NULL;

  if (!await_check (self, &error))
    return reject (g_steal_pointer (&error));
  if (self->state == LC_SECRET_STORE_SESSION_ONLY)
    return dex_future_new_for_boolean (TRUE);

  attributes = lc_libsecret_attributes (request->kind, request->account_id, request->subject);
  if (!lc_libsecret_clear (attributes, &error) ||
      !lc_libsecret_search (attributes, &secret, &locked, &error))
    {
      if (!lc_libsecret_is_absent (error))
        return reject (g_steal_pointer (&error));

      note_absence (self, error);
      return dex_future_new_for_boolean (TRUE);
    }

  if (locked != NULL)
    {
      g_clear_list (&self->locked_items, g_object_unref);
      self->locked_items = g_steal_pointer (&locked);
      return reject_locked ("A locked collection keeps its secrets");
    }

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
unlock_fiber (gpointer data)
{
  LcKeyring *self = data;
  g_autolist (GObject) objects = NULL;
  g_autoptr (GError) error = NULL;
  int n_unlocked = 0;

  start_check (self);
  if (!await_check (self, &error))
    return reject (g_steal_pointer (&error));

  objects = g_steal_pointer (&self->locked_items);
  if (self->state == LC_SECRET_STORE_LOCKED)
    objects = g_list_prepend (objects, g_object_ref (self->collection));
  if (objects == NULL)
    return dex_future_new_for_boolean (TRUE);

  n_unlocked = lc_libsecret_unlock (objects, &error);
  if (n_unlocked < 0)
    return reject (g_steal_pointer (&error));
  if (n_unlocked == 0)
    return reject_locked ("The keyring stays locked");

  start_check (self);
  if (!await_check (self, &error))
    return reject (g_steal_pointer (&error));

  return dex_future_new_for_boolean (TRUE);
}

/* What was kept in memory while the keyring was locked goes before an older one in it. */
static void
add_kept_in_memory (LcKeyring *self, LcSecretKind kind, GPtrArray *items)
{
  g_autoptr (GPtrArray) kept =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_item_free);

  lc_memory_store_collect (self->memory, kind, kept);
  for (guint i = 0; i < kept->len; i++)
    {
      LcSecretItem *item = g_ptr_array_index (kept, i);
      guint index;

      if (g_ptr_array_find_with_equal_func (items, item, (GEqualFunc) lc_secret_item_equal, &index))
        g_ptr_array_remove_index (items, index);
      g_ptr_array_add (items, lc_secret_item_copy (item));
    }
}

static DexFuture *
list_fiber (gpointer data)
{
  Request *request = data;
  LcKeyring *self = request->keyring;
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_item_free);
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) locked = NULL;

  if (!await_check (self, &error))
    return reject (g_steal_pointer (&error));
  if (self->state == LC_SECRET_STORE_LOCKED)
    return reject_locked ("The keyring is locked");

  if (self->state != LC_SECRET_STORE_SESSION_ONLY &&
      !lc_libsecret_list (request->kind, items, &locked, &error))
    {
      if (!lc_libsecret_is_absent (error))
        return reject (g_steal_pointer (&error));
      note_absence (self, error);
    }
  if (locked != NULL)
    {
      g_clear_list (&self->locked_items, g_object_unref);
      self->locked_items = g_steal_pointer (&locked);
      return reject_locked ("Secrets are in a locked collection");
    }

  add_kept_in_memory (self, request->kind, items);
  g_ptr_array_sort (items, lc_secret_item_compare);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&items));
}

static LcSecretStoreState
lc_keyring_get_state (LcSecretStore *store)
{
  return LC_KEYRING (store)->state;
}

static DexFuture *
lc_keyring_unlock (LcSecretStore *store)
{
  return lc_spawn (unlock_fiber, g_object_ref (store), g_object_unref);
}

static DexFuture *
lc_keyring_lookup (LcSecretStore *store,
                   LcSecretKind kind,
                   const char *account_id,
                   const char *subject)
{
  return lc_spawn (lookup_fiber,
                   request_new (LC_KEYRING (store), kind, account_id,
                                subject != NULL ? subject : ""),
                   request_free);
}

static DexFuture *
lc_keyring_store (LcSecretStore *store,
                  LcSecretKind kind,
                  const char *account_id,
                  const char *subject,
                  const char *label,
                  LcSecret *secret)
{
  Request *request =
      request_new (LC_KEYRING (store), kind, account_id, subject != NULL ? subject : "");

  request->label = g_strdup (label);
  request->secret = lc_secret_ref (secret);
  return lc_spawn (store_fiber, request, request_free);
}

static DexFuture *
lc_keyring_remove (LcSecretStore *store,
                   LcSecretKind kind,
                   const char *account_id,
                   const char *subject)
{
  LcKeyring *self = LC_KEYRING (store);
  g_autoptr (DexFuture) forgotten =
      lc_secret_store_remove (LC_SECRET_STORE (self->memory), kind, account_id, subject);

  return lc_spawn (remove_fiber,
                   request_new (self, kind, account_id, subject != NULL ? subject : ""),
                   request_free);
}

static DexFuture *
lc_keyring_remove_account (LcSecretStore *store, const char *account_id)
{
  LcKeyring *self = LC_KEYRING (store);
  g_autoptr (DexFuture) forgotten =
      lc_secret_store_remove_account (LC_SECRET_STORE (self->memory), account_id);

  /* Without a subject the request means every item of the account. */
  return lc_spawn (remove_fiber, request_new (self, LC_SECRET_REFRESH_TOKEN, account_id, NULL),
                   request_free);
}

static DexFuture *
lc_keyring_list (LcSecretStore *store, LcSecretKind kind)
{
  return lc_spawn (list_fiber, request_new (LC_KEYRING (store), kind, NULL, NULL), request_free);
}

static void
secret_store_iface_init (LcSecretStoreInterface *iface)
{
  iface->get_state = lc_keyring_get_state;
  iface->unlock = lc_keyring_unlock;
  iface->lookup = lc_keyring_lookup;
  iface->store = lc_keyring_store;
  iface->remove = lc_keyring_remove;
  iface->remove_account = lc_keyring_remove_account;
  iface->list = lc_keyring_list;
}

static void
lc_keyring_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LcKeyring *self = LC_KEYRING (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_keyring_constructed (GObject *object)
{
  LcKeyring *self = LC_KEYRING (object);

  G_OBJECT_CLASS (lc_keyring_parent_class)->constructed (object);

  start_check (self);
  self->watch_id =
      g_bus_watch_name (G_BUS_TYPE_SESSION, SERVICE_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                        name_appeared_cb, NULL, self, NULL);
}

static void
lc_keyring_dispose (GObject *object)
{
  LcKeyring *self = LC_KEYRING (object);

  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  dex_clear (&self->check);
  set_collection (self, NULL);
  g_clear_list (&self->locked_items, g_object_unref);
  g_clear_object (&self->memory);

  G_OBJECT_CLASS (lc_keyring_parent_class)->dispose (object);
}

static void
lc_keyring_class_init (LcKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lc_keyring_get_property;
  object_class->constructed = lc_keyring_constructed;
  object_class->dispose = lc_keyring_dispose;

  g_object_class_override_property (object_class, PROP_STATE, "state");
}

static void
lc_keyring_init (LcKeyring *self)
{
  self->state = LC_SECRET_STORE_READY;
  self->memory = LC_MEMORY_STORE (lc_memory_store_new ());
}

LcSecretStore *
lc_keyring_new (void)
{
  return g_object_new (LC_TYPE_KEYRING, NULL);
}
