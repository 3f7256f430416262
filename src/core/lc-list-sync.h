/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef const char *(*LcItemId) (gpointer item);
typedef void (*LcItemUpdate) (gpointer item, gpointer fresh);

/**
 * lc_list_sync:
 * @store: what the user interface watches
 * @fresh: the items as they are now
 * @get_id: the id of an item; ids are compared without case, the first of several equal ones counts
 * @update: brings an item that stays up to date
 *
 * Removes, inserts and moves as little as possible; order follows @fresh. Linear in the length of
 * the lists when the order has not changed.
 */
void lc_list_sync (GListStore *store, GListModel *fresh, LcItemId get_id, LcItemUpdate update);

G_END_DECLS
