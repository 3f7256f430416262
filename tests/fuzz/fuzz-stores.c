/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files with accounts and with what is remembered of each machine. What was read is written and
 * read again without loss. */

#include <lc-account-store.h>
#include <lc-profile-store.h>

#include "fuzz.h"

#define MACHINE "/subscriptions/1/labs/l/environments/m"

static void
check_accounts (const char *path)
{
  g_autoptr (LcAccountStore) store = lc_account_store_new (path);
  guint n_accounts = g_list_model_get_n_items (G_LIST_MODEL (store));

  for (guint i = 0; i < n_accounts; i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (G_LIST_MODEL (store), i);
      g_autoptr (LcAccountStore) again = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (lc_account_store_find (store, lc_account_get_id (account)) == account);
      g_assert_true (lc_account_store_add (store, account, &error));
      g_assert_no_error (error);
      again = lc_account_store_new (path);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, n_accounts);
      g_assert_nonnull (lc_account_store_find (again, lc_account_get_id (account)));
    }
}

static void
check_profiles (const char *path)
{
  g_autoptr (LcProfileStore) store = lc_profile_store_new (path);
  g_autoptr (LcProfileStore) again = NULL;
  g_autofree char *login = lc_profile_store_dup_login (store, MACHINE);
  g_autofree char *key_path = lc_profile_store_dup_key (store, MACHINE);
  g_autofree char *login_again = NULL;
  g_autofree char *key_path_again = NULL;
  guint16 port = lc_profile_store_get_local_port (store, MACHINE, "notebook");
  guint incarnation = lc_profile_store_get_incarnation (store, MACHINE);

  lc_profile_store_count_reset (store, MACHINE);
  if (login != NULL)
    lc_profile_store_set_login (store, MACHINE, login, lc_profile_store_get_method (store, MACHINE),
                                key_path);
  again = lc_profile_store_new (path);
  login_again = lc_profile_store_dup_login (again, MACHINE);
  key_path_again = lc_profile_store_dup_key (again, MACHINE);
  g_assert_cmpstr (login_again, ==, login);
  if (login != NULL)
    g_assert_cmpstr (key_path_again, ==, key_path);
  g_assert_cmpuint (lc_profile_store_get_local_port (again, MACHINE, "notebook"), ==, port);
  g_assert_cmpuint (lc_profile_store_get_incarnation (again, MACHINE), ==, incarnation + 1);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  check_accounts (fuzz_write_file (data, size));
  check_profiles (fuzz_write_file (data, size));
  return 0;
}
