/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-lab.h"

G_BEGIN_DECLS

/* The file with the last-known list: labs and machines without secrets. Another version's file, or
 * a damaged one, reads as an empty list. Main thread. */
typedef struct _LcCatalogCache LcCatalogCache;

/* @path: (nullable): %NULL keeps nothing */
LcCatalogCache *lc_catalog_cache_open (const char *path);

/* Writes what is still to be written. */
void lc_catalog_cache_close (LcCatalogCache *self);

/* Returns: (transfer full) (nullable) (element-type LcLab): the labs, all marked stale; %NULL when
 * there is no file */
GListModel *lc_catalog_cache_load (LcCatalogCache *self);

/* Writes @labs in a few seconds, if that changes the file. @labs: borrowed, must live as long as
 * @self */
void lc_catalog_cache_save_later (LcCatalogCache *self, GListModel *labs);

/* The form of the file. */
GBytes *lc_catalog_cache_pack (GListModel *labs);
GListModel *lc_catalog_cache_unpack (GBytes *bytes);

G_END_DECLS
