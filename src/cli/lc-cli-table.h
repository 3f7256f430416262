/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcCliTable:
 *
 * Rows of text with aligned columns, for standard output. What comes from a service is printed
 * without its control characters, which a terminal would obey.
 */
typedef struct _LcCliTable LcCliTable;

/* @...: the column titles, ended by %NULL */
LcCliTable *lc_cli_table_new (const char *first, ...) G_GNUC_NULL_TERMINATED;

/* @...: as many cells as there are columns; %NULL is an empty one */
void lc_cli_table_add (LcCliTable *self, ...);

/* Returns: (transfer full): the lines */
char *lc_cli_table_format (LcCliTable *self);
void lc_cli_table_free (LcCliTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcCliTable, lc_cli_table_free)

G_END_DECLS
