/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-libsecret.h"

#include "lc-async.h"
#include "lc-secret-item.h"

#define PORTAL_NAME   "org.freedesktop.portal.Desktop"
#define PORTAL_PATH   "/org/freedesktop/portal/desktop"
#define PORTAL_SECRET "org.freedesktop.portal.Secret"

static const SecretSchema schema = {
  .name = "com.example.LabConnect",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = {
      { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "subject", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

static const char *
kind_name (LcSecretKind kind)
{
  switch (kind)
    {
    case LC_SECRET_REFRESH_TOKEN:
      return "refresh-token";
    case LC_SECRET_MACHINE_PASSWORD:
      return "machine-password";
    case LC_SECRET_KEY_PASSPHRASE:
      return "key-passphrase";
    case LC_SECRET_MACHINE_KEY:
      return "machine-key";
    default:
      g_return_val_if_reached ("unknown");
    }
}

/* Ends the wait for any asynchronous call: the promise resolves to its result. */
static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;

  dex_promise_resolve_object (promise, g_object_ref (result));
}

static GAsyncResult *
await_result (DexPromise *promise, guint milliseconds, GError **error)
{
  return dex_await_object (lc_with_timeout (DEX_FUTURE (promise), milliseconds), error);
}

GHashTable *
lc_libsecret_attributes (LcSecretKind kind, const char *account_id, const char *subject)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (attributes, (gpointer) "account",
                       g_strdup (account_id != NULL ? account_id : ""));
  if (subject != NULL)
    {
      g_hash_table_insert (attributes, (gpointer) "kind", g_strdup (kind_name (kind)));
      g_hash_table_insert (attributes, (gpointer) "subject", g_strdup (subject));
    }

  return g_steal_pointer (&attributes);
}

/* The rule is libsecret's own (secret-backend.c, since 0.19): in a sandbox with a Secret portal it
 * keeps a file, whatever the environment says. */
gboolean
lc_libsecret_uses_service (void)
{
  const char *backend = g_getenv ("SECRET_BACKEND");
  gboolean asked_for_file =
      backend != NULL && *backend != '\0' && !g_str_equal (backend, "service");
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) version = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) && g_getenv ("SNAP_NAME") == NULL)
    return !asked_for_file;

  bus =
      dex_await_object (lc_with_timeout (dex_bus_get (G_BUS_TYPE_SESSION), LC_LIBSECRET_CALL_LIMIT),
                        &error);
  if (bus != NULL)
    version = dex_await_variant (
        dex_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, "org.freedesktop.DBus.Properties",
                                  "Get", g_variant_new ("(ss)", PORTAL_SECRET, "version"),
                                  G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE,
                                  LC_LIBSECRET_CALL_LIMIT),
        &error);
  if (version == NULL)
    {
      g_debug ("No Secret portal: %s", error->message);
      return !asked_for_file;
    }

  return FALSE;
}

gboolean
lc_libsecret_is_absent (const GError *error)
{
  if (error->domain == G_IO_ERROR)
    return error->code != G_IO_ERROR_CANCELLED && error->code != G_IO_ERROR_DBUS_ERROR;

  if (error->domain != G_DBUS_ERROR)
    return FALSE;

  switch (error->code)
    {
    case G_DBUS_ERROR_SERVICE_UNKNOWN:
    case G_DBUS_ERROR_NAME_HAS_NO_OWNER:
    case G_DBUS_ERROR_NO_REPLY:
    case G_DBUS_ERROR_NO_SERVER:
    case G_DBUS_ERROR_DISCONNECTED:
    case G_DBUS_ERROR_ACCESS_DENIED:
    case G_DBUS_ERROR_TIMEOUT:
    case G_DBUS_ERROR_TIMED_OUT:
    case G_DBUS_ERROR_SPAWN_EXEC_FAILED:
    case G_DBUS_ERROR_SPAWN_FORK_FAILED:
    case G_DBUS_ERROR_SPAWN_CHILD_EXITED:
    case G_DBUS_ERROR_SPAWN_CHILD_SIGNALED:
    case G_DBUS_ERROR_SPAWN_FAILED:
    case G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND:
      return TRUE;

    default:
      return FALSE;
    }
}

static LcSecret *
retrieve (SecretRetrievable *item, GError **error)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autoptr (GAsyncResult) result = NULL;
  SecretValue *value = NULL;
  LcSecret *secret = NULL;
  const char *data = NULL;
  gsize length = 0;

  secret_retrievable_retrieve_secret (item, dex_promise_get_cancellable (promise), result_cb,
                                      dex_ref (promise));
  result = await_result (promise, LC_LIBSECRET_CALL_LIMIT, error);
  if (result == NULL)
    return NULL;

  value = secret_retrievable_retrieve_secret_finish (item, result, error);
  if (value == NULL)
    return NULL;

  data = secret_value_get (value, &length);
  secret = lc_secret_new_for_data (data, length);
  secret_value_unref (value);
  return secret;
}

/* Returns: whether it could be asked; @items without their secrets */
static gboolean
search (GHashTable *attributes, GList **items, GError **error)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autoptr (GAsyncResult) result = NULL;
  GError *local_error = NULL;

  secret_password_searchv (&schema, attributes, SECRET_SEARCH_ALL,
                           dex_promise_get_cancellable (promise), result_cb, dex_ref (promise));
  result = await_result (promise, LC_LIBSECRET_CALL_LIMIT, error);
  if (result == NULL)
    return FALSE;

  *items = secret_password_search_finish (result, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  return TRUE;
}

static gboolean
is_locked (gpointer item)
{
  return SECRET_IS_ITEM (item) && secret_item_get_locked (item);
}

gboolean
lc_libsecret_search (GHashTable *attributes, LcSecret **secret, GList **locked, GError **error)
{
  g_autolist (GObject) items = NULL;

  *secret = NULL;
  *locked = NULL;
  if (!search (attributes, &items, error))
    return FALSE;

  for (GList *iter = items; iter != NULL; iter = iter->next)
    {
      if (is_locked (iter->data))
        *locked = g_list_prepend (*locked, g_object_ref (iter->data));
      else if (*secret == NULL)
        {
          *secret = retrieve (iter->data, error);
          if (*secret == NULL)
            {
              g_clear_list (locked, g_object_unref);
              return FALSE;
            }
        }
    }

  return TRUE;
}

static LcSecretItem *
describe (SecretRetrievable *item, LcSecretKind kind)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  g_autofree char *label = secret_retrievable_get_label (item);

  return lc_secret_item_new (kind,
                             attributes != NULL ? g_hash_table_lookup (attributes, "account") : "",
                             attributes != NULL ? g_hash_table_lookup (attributes, "subject") : "",
                             label);
}

gboolean
lc_libsecret_list (LcSecretKind kind, GPtrArray *items, GList **locked, GError **error)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autolist (GObject) found = NULL;

  *locked = NULL;
  g_hash_table_insert (attributes, (gpointer) "kind", (gpointer) kind_name (kind));
  if (!search (attributes, &found, error))
    return FALSE;

  for (GList *iter = found; iter != NULL; iter = iter->next)
    {
      if (is_locked (iter->data))
        *locked = g_list_prepend (*locked, g_object_ref (iter->data));
      else
        g_ptr_array_add (items, describe (iter->data, kind));
    }

  return TRUE;
}

gboolean
lc_libsecret_store (GHashTable *attributes,
                    SecretCollection *collection,
                    const char *label,
                    LcSecret *secret,
                    GError **error)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autoptr (GAsyncResult) result = NULL;
  SecretValue *value = NULL;

  /* The collection's own path, not its alias: KeePassXC does not answer at alias paths
   * (keepassxc issues 13524, 13568). */
  const char *path = collection != NULL ? g_dbus_proxy_get_object_path (G_DBUS_PROXY (collection))
                                        : SECRET_COLLECTION_DEFAULT;

  value = secret_value_new (lc_secret_peek (secret), (gssize) lc_secret_get_length (secret),
                            "text/plain");
  secret_password_storev_binary (&schema, attributes, path, label, value,
                                 dex_promise_get_cancellable (promise), result_cb,
                                 dex_ref (promise));
  secret_value_unref (value);

  result = await_result (promise, LC_LIBSECRET_PROMPT_LIMIT, error);
  return result != NULL && secret_password_store_finish (result, error);
}

gboolean
lc_libsecret_clear (GHashTable *attributes, GError **error)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autoptr (GAsyncResult) result = NULL;
  GError *local_error = NULL;

  secret_password_clearv (&schema, attributes, dex_promise_get_cancellable (promise), result_cb,
                          dex_ref (promise));
  result = await_result (promise, LC_LIBSECRET_CALL_LIMIT, error);
  if (result == NULL)
    return FALSE;

  secret_password_clear_finish (result, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  return TRUE;
}

static SecretService *
get_service (GError **error)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autoptr (GAsyncResult) result = NULL;

  secret_service_get (SECRET_SERVICE_NONE, dex_promise_get_cancellable (promise), result_cb,
                      dex_ref (promise));
  result = await_result (promise, LC_LIBSECRET_CALL_LIMIT, error);
  return result != NULL ? secret_service_get_finish (result, error) : NULL;
}

SecretCollection *
lc_libsecret_dup_default_collection (GError **error)
{
  g_autoptr (SecretService) service = get_service (error);
  g_autoptr (GAsyncResult) result = NULL;
  DexPromise *promise = NULL;

  if (service == NULL)
    return NULL;

  promise = dex_promise_new_cancellable ();
  secret_collection_for_alias (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                               dex_promise_get_cancellable (promise), result_cb, dex_ref (promise));
  result = await_result (promise, LC_LIBSECRET_CALL_LIMIT, error);
  return result != NULL ? secret_collection_for_alias_finish (result, error) : NULL;
}

int
lc_libsecret_unlock (GList *objects, GError **error)
{
  g_autoptr (SecretService) service = get_service (error);
  g_autoptr (GAsyncResult) result = NULL;
  DexPromise *promise = NULL;

  if (service == NULL)
    return -1;

  promise = dex_promise_new_cancellable ();
  secret_service_unlock (service, objects, dex_promise_get_cancellable (promise), result_cb,
                         dex_ref (promise));
  result = await_result (promise, LC_LIBSECRET_PROMPT_LIMIT, error);
  return result != NULL ? secret_service_unlock_finish (service, result, NULL, error) : -1;
}
