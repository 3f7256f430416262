/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <await.h>
#include <glib/gstdio.h>
#include <lc-error.h>

#include "world.h"

static void
test_accounts (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *path = g_build_filename (world->folder, "accounts.ini", NULL);
  g_autoptr (LcAccount) again = lc_fake_account_new ("ada@school.example");
  g_autoptr (LcAccount) bob = lc_fake_account_new ("bob@school.example");
  g_autoptr (LcAccountStore) second = NULL;
  GStatBuf status;

  /* The same person signing in twice is one account. */
  g_assert_true (lc_account_store_add (world->accounts, again, NULL));
  g_assert_true (lc_account_store_add (world->accounts, bob, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (world->accounts)), ==, 2);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  second = lc_account_store_new (path);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (second)), ==, 2);
  g_assert_nonnull (lc_account_store_find (second, "BOB@school.example"));
  g_assert_nonnull (lc_account_store_find (second, lc_account_get_id (bob)));
  g_assert_true (lc_account_store_remove (second, lc_account_get_id (bob), NULL));
  g_assert_null (lc_account_store_find (second, "bob@school.example"));
}

/* What cannot be read is set aside, not overwritten. */
static void
test_unreadable (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *path = g_build_filename (world->folder, "odd.ini", NULL);
  g_autofree char *aside = g_strconcat (path, ".unreadable", NULL);
  g_autoptr (LcAccountStore) store = NULL;
  g_autofree char *kept = NULL;

  g_file_set_contents (path, "not a key file\n", -1, NULL);
  store = lc_account_store_new (path);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
  g_assert_true (lc_account_store_add (store, world->account, NULL));
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "not a key file\n");
}

static void
test_unwritable (void)
{
  g_autoptr (LcAccountStore) store = lc_account_store_new ("/proc/labconnect/accounts.ini");
  g_autoptr (LcAccount) account = lc_fake_account_new ("ada@school.example");
  g_autoptr (GError) error = NULL;

  g_assert_false (lc_account_store_add (store, account, &error));
  g_assert_true (error->domain == LC_ERROR);
  g_assert_nonnull (lc_account_store_find (store, "ada@school.example"));
}

static void
test_profiles (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *path = g_build_filename (world->folder, "profiles.ini", NULL);
  const char *id = "/subscriptions/[x]/vm\n1";
  g_autoptr (LcProfileStore) second = NULL;
  g_autofree char *login = NULL;
  g_autofree char *key_path = NULL;

  lc_profile_store_set_login (world->profiles, id, "student", LC_AUTH_METHOD_KEY_FILE, "/k y");
  lc_profile_store_set_local_port (world->profiles, id, "notebook", 45871);
  lc_profile_store_count_reset (world->profiles, id);
  lc_profile_store_count_reset (world->profiles, id);
  second = lc_profile_store_new (path);
  login = lc_profile_store_dup_login (second, "/SUBSCRIPTIONS/[x]/vm\n1");
  key_path = lc_profile_store_dup_key (second, id);
  g_assert_cmpstr (login, ==, "student");
  g_assert_cmpstr (key_path, ==, "/k y");
  g_assert_cmpint (lc_profile_store_get_method (second, id), ==, LC_AUTH_METHOD_KEY_FILE);
  g_assert_cmpuint (lc_profile_store_get_local_port (second, id, "notebook"), ==, 45871);
  g_assert_cmpuint (lc_profile_store_get_incarnation (second, id), ==, 2);
  g_assert_cmpuint (lc_profile_store_get_incarnation (second, "other"), ==, 0);
}

/* What a method has no use for does not come back with another one. */
static void
test_profile_methods (void)
{
  g_autoptr (World) world = world_new ();
  LcProfileStore *profiles = world->profiles;
  g_autofree char *fingerprint = NULL;

  g_assert_cmpint (lc_profile_store_get_method (profiles, "vm"), ==, LC_AUTH_METHOD_PASSWORD);
  lc_profile_store_set_login (profiles, "vm", "ada", LC_AUTH_METHOD_KEY_FILE, "/key");
  lc_profile_store_set_login (profiles, "vm", "ada", LC_AUTH_METHOD_AGENT, "SHA256:x");
  g_assert_cmpint (lc_profile_store_get_method (profiles, "vm"), ==, LC_AUTH_METHOD_AGENT);
  fingerprint = lc_profile_store_dup_key (profiles, "vm");
  g_assert_cmpstr (fingerprint, ==, "SHA256:x");
  lc_profile_store_set_login (profiles, "vm", "ada", LC_AUTH_METHOD_STORED_KEY, NULL);
  g_assert_cmpint (lc_profile_store_get_method (profiles, "vm"), ==, LC_AUTH_METHOD_STORED_KEY);
  g_assert_null (lc_profile_store_dup_key (profiles, "vm"));
  lc_profile_store_set_login (profiles, "vm", "ada", LC_AUTH_METHOD_KEY_FILE, NULL);
  g_assert_null (lc_profile_store_dup_key (profiles, "vm"));
}

static void
test_cloud_urls (void)
{
  const char *bad[] = {
    "http://example.org",   "ftp://127.0.0.1",      "https://", "x", "https://u:p@h.example",
    "https://h.example/?q", "http://127.0.0.1.evil"
  };
  g_autoptr (LcCloud) local = lc_cloud_new_for_url ("http://127.0.0.1:4280/", NULL);
  g_autoptr (LcCloud) six = lc_cloud_new_for_url ("http://[::1]:4280", NULL);
  g_autoptr (LcCloud) azure = lc_cloud_for_id ("azure", NULL);
  g_autofree char *scope = lc_cloud_dup_scope (azure);

  g_assert_cmpstr (lc_cloud_get_id (local), ==, "http://127.0.0.1:4280");
  g_assert_true (lc_cloud_is_local (local));
  g_assert_true (lc_cloud_is_local (six));
  g_assert_false (lc_cloud_is_local (azure));
  g_assert_cmpstr (scope, ==, "https://management.azure.com/.default");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lc_cloud_new_for_url (bad[i], &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
    }
}

static void
write_cloud (const char *folder, const char *name, const char *url, int pid)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text =
      g_strdup_printf ("[Cloud]\nName=Local Lab\nAuthority=%s\nResourceManager=%s\nProcessId=%d\n",
                       url, url, pid);

  g_file_set_contents (path, text, -1, NULL);
}

/* A service that runs appears, one that has died or is elsewhere does not. */
static void
test_cloud_files (void)
{
  g_autofree char *folder =
      g_build_filename (g_get_user_runtime_dir (), "labconnect", "clouds", NULL);
  g_autoptr (GListModel) clouds = NULL;
  g_autofree char *path = g_build_filename (folder, "lab.cloud", NULL);

  g_mkdir_with_parents (folder, 0700);
  write_cloud (folder, "dead.cloud", "http://127.0.0.1:1", G_MAXINT);
  write_cloud (folder, "far.cloud", "https://far.example", getpid ());
  clouds = lc_cloud_list ();
  g_assert_cmpuint (g_list_model_get_n_items (clouds), ==, 3);
  write_cloud (folder, "lab.cloud", "http://127.0.0.1:4280", getpid ());
  await_condition (g_list_model_get_n_items (clouds) == 4, 10);
  g_remove (path);
  await_condition (g_list_model_get_n_items (clouds) == 3, 10);
}

static void
test_connections (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  GListModel *connections = lc_registry_get_connections (world->registry);
  g_autoptr (LcConnection) one = LC_CONNECTION (lc_fake_connection_new (machine, "notebook"));
  g_autoptr (LcConnection) two = LC_CONNECTION (lc_fake_connection_new (machine, "notebook"));
  g_autoptr (GError) lost = lc_error_new (LC_ERROR_OFFLINE, "lost");

  lc_registry_add_connection (world->registry, one);
  lc_connection_set_closed (one, lost);
  g_assert_cmpuint (g_list_model_get_n_items (connections), ==, 1);
  g_assert_null (lc_registry_find_connection (world->registry, machine, "notebook"));
  lc_registry_add_connection (world->registry, two);
  g_assert_cmpuint (g_list_model_get_n_items (connections), ==, 1);
  g_assert_true (await_future (lc_registry_close_all (world->registry), 5, NULL, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (connections), ==, 0);
  g_assert_null (lc_connection_dup_uri (two));
}

int
main (int argc, char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/stores/accounts", test_accounts);
  g_test_add_func ("/stores/unreadable", test_unreadable);
  g_test_add_func ("/stores/unwritable", test_unwritable);
  g_test_add_func ("/stores/profiles", test_profiles);
  g_test_add_func ("/stores/profiles/methods", test_profile_methods);
  g_test_add_func ("/stores/cloud-urls", test_cloud_urls);
  g_test_add_func ("/stores/cloud-files", test_cloud_files);
  g_test_add_func ("/stores/connections", test_connections);
  return g_test_run ();
}
