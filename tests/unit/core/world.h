/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-fake-connector.h>
#include <lc-fake-identity.h>
#include <lc-fake-prompt.h>
#include <lc-fake-provider.h>
#include <lc-launcher.h>
#include <lc-memory-secret-store.h>

/* One account with one fake provider, its lab "lab" with three machines "lab-1" … "lab-3", a
 * connector "notebook", all in a folder of its own. */
typedef struct
{
  char *folder;
  char *cache_path;
  LcAccountStore *accounts;
  LcProfileStore *profiles;
  LcMemorySecretStore *secrets;
  LcFakePrompt *prompt;
  LcAccount *account;
  LcFakeProvider *provider;
  LcFakeConnector *connector;
  LcRegistry *registry;
  LcCatalog *catalog;
  LcLauncher *launcher;
} World;

World *world_new (void);
void world_free (World *world);

/* Loads the list; returns a machine of the catalog (transfer none). */
LcMachine *world_load (World *world, const char *machine_id);

/* A second life of the program: registry, catalog and launcher are made anew. */
void world_restart (World *world);

/* Another account, not yet signed in, with a new provider without labs, in place of the first. */
void world_use_account (World *world, LcAccount *account);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
