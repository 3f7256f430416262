/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-provider.h"

G_BEGIN_DECLS

/**
 * LcCatalogFeed:
 *
 * One provider's part of the catalog: its labs, the request that is under way, when to ask again.
 * Signal "changed": asking, error, due or the freshness of what it holds has changed. Main thread.
 */
#define LC_TYPE_CATALOG_FEED (lc_catalog_feed_get_type ())
G_DECLARE_FINAL_TYPE (LcCatalogFeed, lc_catalog_feed, LC, CATALOG_FEED, GObject)

#define LC_CATALOG_NEVER G_MAXINT64

/* @known: (nullable) (element-type LcLab): the last-known list, from which it takes its labs */
LcCatalogFeed *lc_catalog_feed_new (LcProvider *provider, GListModel *known);

/* Asks no more; what is under way is dropped and can change nothing. */
void lc_catalog_feed_stop (LcCatalogFeed *self);

LcProvider *lc_catalog_feed_get_provider (LcCatalogFeed *self);
GListModel *lc_catalog_feed_get_labs (LcCatalogFeed *self);
gboolean lc_catalog_feed_is_asking (LcCatalogFeed *self);
gboolean lc_catalog_feed_has_answered (LcCatalogFeed *self);
const GError *lc_catalog_feed_get_error (LcCatalogFeed *self); /* of the last request */

/* Monotonic time at which to ask again, LC_CATALOG_NEVER while a request is under way or somebody
 * has to sign in first. */
gint64 lc_catalog_feed_get_due (LcCatalogFeed *self);

/* Asks soon: one of its machines is changing. */
void lc_catalog_feed_hasten (LcCatalogFeed *self);

/* Whether asking makes sense now: always when the service is on this computer. */
void lc_catalog_feed_set_network_available (LcCatalogFeed *self, gboolean available);
gboolean lc_catalog_feed_is_reachable (LcCatalogFeed *self);

/* Asks now; an older request loses. Resolves to %TRUE. */
DexFuture *lc_catalog_feed_refresh (LcCatalogFeed *self) G_GNUC_WARN_UNUSED_RESULT;

/* The lab that is looked at, when it is one of these: its machines are asked for now and with every
 * refresh. @lab: (nullable) */
void lc_catalog_feed_set_current_lab (LcCatalogFeed *self, LcLab *lab);

G_END_DECLS
