/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "lc-error.h"
#include "lc-memory-store.h"
#include "lc-secret-item.h"

static LcSecret *
lookup (LcSecretStore *store, LcSecretKind kind, const char *account_id, const char *subject)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  if (!await_future (lc_secret_store_lookup (store, kind, account_id, subject), 5, &value, &error))
    {
      g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
      return NULL;
    }

  return g_value_dup_boxed (&value);
}

static void
store_text (LcSecretStore *store,
            LcSecretKind kind,
            const char *account_id,
            const char *subject,
            const char *text)
{
  g_autoptr (LcSecret) secret = lc_secret_new (text);

  g_assert_true (await_future (
      lc_secret_store_store (store, kind, account_id, subject, "a label", secret), 5, NULL, NULL));
}

static void
test_items (void)
{
  g_autoptr (LcSecretStore) store = lc_memory_store_new ();
  g_autoptr (LcSecret) first = NULL;
  g_autoptr (LcSecret) second = NULL;

  g_assert_cmpint (lc_secret_store_get_state (store), ==, LC_SECRET_STORE_SESSION_ONLY);
  g_assert_null (lookup (store, LC_SECRET_REFRESH_TOKEN, "a", ""));

  store_text (store, LC_SECRET_REFRESH_TOKEN, "a", "", "old");
  store_text (store, LC_SECRET_REFRESH_TOKEN, "a", "", "token");
  store_text (store, LC_SECRET_MACHINE_PASSWORD, "a", "student@vm", "password");

  first = lookup (store, LC_SECRET_REFRESH_TOKEN, "a", "");
  second = lookup (store, LC_SECRET_MACHINE_PASSWORD, "a", "student@vm");
  g_assert_cmpstr (lc_secret_peek (first), ==, "token");
  g_assert_cmpstr (lc_secret_peek (second), ==, "password");
  g_assert_null (lookup (store, LC_SECRET_MACHINE_PASSWORD, "a", "root@vm"));
  g_assert_null (lookup (store, LC_SECRET_MACHINE_PASSWORD, "b", "student@vm"));
  g_assert_null (lookup (store, LC_SECRET_KEY_PASSPHRASE, "a", "student@vm"));
}

static void
test_remove (void)
{
  g_autoptr (LcSecretStore) store = lc_memory_store_new ();
  g_autoptr (LcSecret) kept = NULL;

  store_text (store, LC_SECRET_REFRESH_TOKEN, "a", "", "one");
  store_text (store, LC_SECRET_MACHINE_PASSWORD, "a", "student@vm", "two");
  store_text (store, LC_SECRET_REFRESH_TOKEN, "b", "", "three");

  g_assert_true (await_future (
      lc_secret_store_remove (store, LC_SECRET_MACHINE_PASSWORD, "a", "nobody"), 5, NULL, NULL));
  g_assert_true (await_future (lc_secret_store_remove_account (store, "a"), 5, NULL, NULL));
  g_assert_null (lookup (store, LC_SECRET_REFRESH_TOKEN, "a", ""));
  g_assert_null (lookup (store, LC_SECRET_MACHINE_PASSWORD, "a", "student@vm"));

  kept = lookup (store, LC_SECRET_REFRESH_TOKEN, "b", "");
  g_assert_cmpstr (lc_secret_peek (kept), ==, "three");
}

/* What is there, by its label, without what it is. */
static void
test_list (void)
{
  g_autoptr (LcSecretStore) store = lc_memory_store_new ();
  g_autoptr (LcSecret) secret = lc_secret_new ("password");
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) none = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  GPtrArray *items;
  LcSecretItem *first;

  store_text (store, LC_SECRET_REFRESH_TOKEN, "a", "", "token");
  store_text (store, LC_SECRET_MACHINE_PASSWORD, "a", "student@vm", "password");
  await_future (lc_secret_store_store (store, LC_SECRET_MACHINE_PASSWORD, "b", "root@vm",
                                       "A first label", secret),
                5, NULL, &error);
  g_assert_no_error (error);

  await_future (lc_secret_store_list (store, LC_SECRET_MACHINE_PASSWORD), 5, &value, &error);
  g_assert_no_error (error);
  items = g_value_get_boxed (&value);
  g_assert_cmpuint (items->len, ==, 2);
  first = g_ptr_array_index (items, 0);
  g_assert_cmpint (first->kind, ==, LC_SECRET_MACHINE_PASSWORD);
  g_assert_cmpstr (first->account_id, ==, "b");
  g_assert_cmpstr (first->subject, ==, "root@vm");
  g_assert_cmpstr (first->label, ==, "A first label");

  await_future (lc_secret_store_list (store, LC_SECRET_KEY_PASSPHRASE), 5, &none, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (((GPtrArray *) g_value_get_boxed (&none))->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/memory-store/items", test_items);
  g_test_add_func ("/memory-store/remove", test_remove);
  g_test_add_func ("/memory-store/list", test_list);

  return g_test_run ();
}
