/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-lab.h"

G_BEGIN_DECLS

/* The last-known list on disk: a serialised GVariant, since it may hold thousands of machines. */

/* Returns: (transfer full): what is to be written; @labs may be of several accounts */
GBytes *lc_catalog_cache_pack (GListModel *labs);

/* Returns: (transfer full) (element-type LcLab): the labs in @bytes, all stale; an empty list when
 * the bytes are not a cache of this version */
GListModel *lc_catalog_cache_unpack (GBytes *bytes);

G_END_DECLS
