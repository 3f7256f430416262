/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "await.h"
#include "lc-error.h"
#include "lc-keyring.h"
#include "lc-secret-item.h"

/* The backend that libsecret takes in a sandbox, without any bus. SECRET_FILE_TEST_* are
 * libsecret's own, for tests. */
static void
test_round_trip (void)
{
  g_autoptr (LcSecretStore) store = lc_keyring_new ();
  g_autoptr (LcSecret) secret = lc_secret_new ("the refresh token");
  g_auto (GValue) kept = G_VALUE_INIT;
  g_auto (GValue) found = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (
      lc_secret_store_lookup (store, LC_SECRET_REFRESH_TOKEN, "account", ""), 20, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
  g_clear_error (&error);

  await_future (lc_secret_store_store (store, LC_SECRET_REFRESH_TOKEN, "account", "", "Label",
                                       secret),
                20, &kept, &error);
  g_assert_no_error (error);
  g_assert_true (g_value_get_boolean (&kept));
  g_assert_cmpint (lc_secret_store_get_state (store), ==, LC_SECRET_STORE_READY);

  await_future (lc_secret_store_lookup (store, LC_SECRET_REFRESH_TOKEN, "account", ""), 20, &found,
                &error);
  g_assert_no_error (error);
  g_assert_true (lc_secret_equal (g_value_get_boxed (&found), secret));

  await_future (lc_secret_store_remove_account (store, "account"), 20, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (await_future (
      lc_secret_store_lookup (store, LC_SECRET_REFRESH_TOKEN, "account", ""), 20, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
}

static void
test_list (void)
{
  g_autoptr (LcSecretStore) store = lc_keyring_new ();
  g_autoptr (LcSecret) secret = lc_secret_new ("the password");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  GPtrArray *items;
  LcSecretItem *item;

  await_future (lc_secret_store_store (store, LC_SECRET_MACHINE_PASSWORD, "account", "student@vm",
                                       "LabConnect: password of student on vm", secret),
                20, NULL, &error);
  g_assert_no_error (error);
  await_future (lc_secret_store_store (store, LC_SECRET_REFRESH_TOKEN, "account", "", "Label",
                                       secret),
                20, NULL, &error);
  g_assert_no_error (error);

  await_future (lc_secret_store_list (store, LC_SECRET_MACHINE_PASSWORD), 20, &value, &error);
  g_assert_no_error (error);
  items = g_value_get_boxed (&value);
  g_assert_cmpuint (items->len, ==, 1);
  item = g_ptr_array_index (items, 0);
  g_assert_cmpstr (item->account_id, ==, "account");
  g_assert_cmpstr (item->subject, ==, "student@vm");
  g_assert_cmpstr (item->label, ==, "LabConnect: password of student on vm");
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("lc-keyring-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "test.keyring", NULL);
  int status = 0;

  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "master password", TRUE);
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/keyring-file/round-trip", test_round_trip);
  g_test_add_func ("/keyring-file/list", test_list);
  status = g_test_run ();

  g_unlink (path);
  g_rmdir (folder);
  return status;
}
