/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-registry.h"

G_BEGIN_DECLS

typedef enum
{
  LC_CATALOG_EMPTY,   /* nothing known, nobody asked yet */
  LC_CATALOG_LOADING, /* asking for the first time; what is shown is the last-known list */
  LC_CATALOG_READY,
  LC_CATALOG_OFFLINE, /* no network; what is shown is the last-known list */
  LC_CATALOG_FAILED,  /* see "error" */
} LcCatalogState;

#define LC_TYPE_CATALOG_STATE (lc_catalog_state_get_type ())
GType lc_catalog_state_get_type (void);

/**
 * LcCatalog:
 *
 * All labs of all accounts, as a #GListModel of #LcLab, kept fresh. It shows the last-known list at
 * once (from a cache file, marked stale), asks every provider, then polls: every 3 s while a
 * machine is in a state that passes, every 60 s otherwise, not at all while inactive or offline;
 * failures back off. It follows #GNetworkMonitor. One provider's failure never hides the labs of
 * another. Main thread.
 *
 * Properties: state, error (nullable boxed), active, updated-at (nullable #GDateTime).
 */
#define LC_TYPE_CATALOG (lc_catalog_get_type ())
G_DECLARE_FINAL_TYPE (LcCatalog, lc_catalog, LC, CATALOG, GObject)

/* @cache_path: (nullable): where the last-known list is kept; no secrets in it */
LcCatalog *lc_catalog_new (LcRegistry *registry, const char *cache_path);
LcCatalogState lc_catalog_get_state (LcCatalog *self);
const GError *lc_catalog_get_error (LcCatalog *self);
GDateTime *lc_catalog_get_updated_at (LcCatalog *self);

/* Whether somebody looks: polling runs only then. Initially %FALSE. */
void lc_catalog_set_active (LcCatalog *self, gboolean active);
gboolean lc_catalog_get_active (LcCatalog *self);

/* Asks all providers now. Resolves to %TRUE when all answered, rejects with the first failure; the
 * list shows what came. */
DexFuture *lc_catalog_refresh (LcCatalog *self) G_GNUC_WARN_UNUSED_RESULT;

/* Asks for one lab's machines now, and polls it while it is the one that is looked at. @lab:
 * (nullable) */
void lc_catalog_set_current_lab (LcCatalog *self, LcLab *lab);

/* Asks for one machine now and brings it up to date in place. Resolves to the #LcMachine. */
DexFuture *lc_catalog_refresh_machine (LcCatalog *self,
                                       LcMachine *machine) G_GNUC_WARN_UNUSED_RESULT;

/* Nullable, transfer none: by id, or by name when exactly one has it. @account_id: (nullable):
 * whose list it is in, since two accounts may see the same machine; %NULL for the first one's */
LcMachine *
lc_catalog_find_machine (LcCatalog *self, const char *account_id, const char *id_or_name);

G_END_DECLS
