/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-launcher.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/**
 * LcComposition:
 *
 * All parts of a running program, made in the right order: the accounts, profiles and known hosts
 * of this person, the keyring, Entra ID, the Lab Services provider, the connectors, and the catalog
 * and the launcher over them. Main thread, one per program; call dex_init() first.
 */
#define LC_TYPE_COMPOSITION (lc_composition_get_type ())
G_DECLARE_FINAL_TYPE (LcComposition, lc_composition, LC, COMPOSITION, GObject)

/* @prompt: how this program asks the person */
LcComposition *lc_composition_new (LcPrompt *prompt);

/* All transfer none. */
LcRegistry *lc_composition_get_registry (LcComposition *self);
LcCatalog *lc_composition_get_catalog (LcComposition *self);
LcLauncher *lc_composition_get_launcher (LcComposition *self);
LcSshPool *lc_composition_get_ssh_pool (LcComposition *self);

G_END_DECLS
