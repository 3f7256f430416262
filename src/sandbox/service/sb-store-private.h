/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-store.h"

G_BEGIN_DECLS

typedef gpointer (*SbReadRow) (SbRows *rows);

/* The first row, or SB_ERROR_NOT_FOUND that names @what. Takes @rows (may be %NULL: @error is
 * set). */
gpointer sb_store_take_one (SbRows *rows, SbReadRow read, const char *what, GError **error);

/* All rows. Takes @rows. */
GPtrArray *sb_store_take_all (SbRows *rows, SbReadRow read, GDestroyNotify destroy, GError **error);

G_END_DECLS
