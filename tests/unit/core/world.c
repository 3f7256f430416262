/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <await.h>
#include <glib/gstdio.h>

static LcProvider *
make_provider (LcAccount *account, gpointer user_data)
{
  World *world = user_data;

  if (g_str_equal (lc_account_get_id (account), lc_account_get_id (world->account)))
    return g_object_ref (LC_PROVIDER (world->provider));
  return LC_PROVIDER (lc_fake_provider_new ("fake", account));
}

static void
assemble (World *world)
{
  g_autoptr (LcFakeIdentity) identity = lc_fake_identity_new (world->accounts);

  world->registry =
      lc_registry_new (world->accounts, world->profiles, LC_SECRET_STORE (world->secrets),
                       LC_IDENTITY (identity), LC_PROMPT (world->prompt));
  lc_registry_add_provider_factory (world->registry, make_provider, world, NULL);
  lc_registry_add_connector (world->registry, LC_CONNECTOR (world->connector));
  world->catalog = lc_catalog_new (world->registry, world->cache_path);
  world->launcher = lc_launcher_new (world->registry, world->catalog);
}

static void
take_apart (World *world)
{
  g_clear_object (&world->launcher);
  g_clear_object (&world->catalog);
  g_clear_object (&world->registry);
  /* What was under way ends. */
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
}

World *
world_new (void)
{
  World *world = g_new0 (World, 1);
  g_autofree char *accounts_path = NULL;
  g_autofree char *profiles_path = NULL;

  world->folder = g_dir_make_tmp ("labconnect-core-XXXXXX", NULL);
  accounts_path = g_build_filename (world->folder, "accounts.ini", NULL);
  profiles_path = g_build_filename (world->folder, "profiles.ini", NULL);
  world->cache_path = g_build_filename (world->folder, "catalog.gvariant", NULL);
  world->accounts = lc_account_store_new (accounts_path);
  world->profiles = lc_profile_store_new (profiles_path);
  world->secrets = lc_memory_secret_store_new ();
  world->prompt = lc_fake_prompt_new ();
  world->account = lc_fake_account_new ("ada@school.example");
  world->provider = lc_fake_provider_new ("fake", world->account);
  world->connector = lc_fake_connector_new ("notebook");
  lc_fake_provider_add_lab (world->provider, "lab", "Data science", 3, TRUE);
  lc_account_store_add (world->accounts, world->account, NULL);
  assemble (world);
  return world;
}

void
world_restart (World *world)
{
  take_apart (world);
  assemble (world);
}

void
world_free (World *world)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  take_apart (world);
  g_clear_object (&world->accounts);
  g_clear_object (&world->profiles);
  g_clear_object (&world->secrets);
  g_clear_object (&world->prompt);
  g_clear_object (&world->account);
  g_clear_object (&world->provider);
  g_clear_object (&world->connector);
  dir = g_dir_open (world->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (world->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (world->folder);
  g_free (world->folder);
  g_free (world->cache_path);
  g_free (world);
}

void
world_use_account (World *world, LcAccount *account)
{
  g_set_object (&world->account, account);
  g_clear_object (&world->provider);
  world->provider = lc_fake_provider_new ("fake", account);
}

LcMachine *
world_load (World *world, const char *machine_id)
{
  g_autoptr (GError) error = NULL;
  LcMachine *machine;

  await_future (lc_catalog_refresh (world->catalog), 10, NULL, &error);
  g_assert_no_error (error);
  machine = lc_catalog_find_machine (world->catalog, NULL, machine_id);
  g_assert_nonnull (machine);
  return machine;
}
