/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-fake-host-keys.h"
#include "lc-fake-identity.h"
#include "lc-fake-keys.h"
#include "lc-fake-provider.h"
#include "lc-launcher.h"
#include "lc-memory-secret-store.h"
#include "lc-window.h"

G_BEGIN_DECLS

/**
 * UiWorld:
 *
 * All that a window needs, without a network: labs and machines that the test makes up, a sign-in
 * that the test ends, a keyring in memory.
 */
typedef struct
{
  char *folder; /* of the files that it writes */
  AdwApplication *application;
  LcPrompt *prompt;
  LcRegistry *registry;
  LcCatalog *catalog;
  LcLauncher *launcher;
  LcAccountStore *accounts;
  LcFakeIdentity *identity;
  LcMemorySecretStore *secrets;
  LcFakeKeys *keys;
  LcFakeHostKeys *host_keys;
  LcConnector *notebook;
  GtkWindow *window; /* weak */
} UiWorld;

UiWorld *ui_world_new (void);
void ui_world_free (UiWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiWorld, ui_world_free)

/* Returns: (transfer none): a new account and its service */
LcFakeProvider *ui_world_add_account (UiWorld *world, const char *user_name);

/* "Data Science with Python" with a machine "vm-1" to "vm-7" in each state worth seeing, and two
 * more labs, for a first account. */
void ui_world_fill (UiWorld *world);

/* Shows the window at that size, and waits until the catalog has what the service says; hanging:
 * until it was asked. */
void ui_world_show (UiWorld *world, int width, int height);
void ui_world_show_hanging (UiWorld *world, int width, int height);

/* Opens a connection that does nothing. Returns: (transfer none) */
LcConnection *ui_world_add_connection (UiWorld *world, LcMachine *machine);

/* Transfer none: what the catalog knows of it; the service's own is lc_fake_provider_get(). */
LcMachine *ui_world_find (UiWorld *world, const char *id);

/* Activates an action of the window, such as "connections" or "machine-start('vm-1')". */
void ui_world_activate (UiWorld *world, const char *action);

/* The first widget that is shown below @root, of that type, whose title, label or tooltip is @name.
 * @name: (nullable). Returns: (nullable) */
gpointer ui_find (gpointer root, GType type, const char *name);

/* Draws what the window shows into a file. */
void ui_screenshot (GtkWindow *window, const char *path);

G_END_DECLS
