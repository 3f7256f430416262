/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-launcher.h"
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
  LcSecretStore *secrets;
  LcConnector *notebook;
  GtkWindow *window; /* weak */

  /* What the service says. */
  GListStore *labs;  /* of LcLab */
  GError *failure;   /* instead */
  gboolean hang;     /* or nothing at all */
  LcSignIn *sign_in; /* the last one begun */
} UiWorld;

UiWorld *ui_world_new (void);
void ui_world_free (UiWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiWorld, ui_world_free)

LcAccount *ui_world_add_account (UiWorld *world, const char *user_name);

/* Returns: (transfer none): a lab of the first account that the service knows */
LcLab *ui_world_add_lab (UiWorld *world, const char *name);

/* Machines of that lab are to be set with lc_lab_set_machines(). Returns: (transfer full) */
LcMachine *ui_world_make_machine (LcLab *lab, const char *name, LcMachineState state);

/* "Data science with Python" with a machine in each state worth seeing, and a second lab. */
void ui_world_fill (UiWorld *world);

/* Shows the window at that size, and waits until the catalog has what the service says. */
void ui_world_show (UiWorld *world, int width, int height);

/* Opens a connection that does nothing. Returns: (transfer none) */
LcConnection *ui_world_add_connection (UiWorld *world, LcMachine *machine);
LcMachine *ui_world_find (UiWorld *world, const char *name);
void ui_world_set_secret_state (UiWorld *world, LcSecretStoreState state);

/* The first widget below @root (and in the dialogs on it) of that type, whose name or label is
 * @name. @name: (nullable). Returns: (nullable) */
gpointer ui_find (gpointer root, GType type, const char *name);

/* Draws what the window shows into a file. */
void ui_screenshot (GtkWindow *window, const char *path);

G_END_DECLS
