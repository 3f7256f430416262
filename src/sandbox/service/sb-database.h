/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SbDatabase:
 *
 * SQLite with what the store needs of it: bound values only, statements prepared once, errors as
 * GError, migrations. A failure (full disk, damaged file) is an SB_ERROR_INTERNAL.
 */
typedef struct _SbDatabase SbDatabase;
typedef struct _SbRows SbRows;

/* @path may be ":memory:". */
SbDatabase *sb_database_open (const char *path, GError **error);
void sb_database_close (SbDatabase *self);

/**
 * sb_database_run:
 * @binds: one letter for each "?" in @sql: "t" text (const char *, %NULL allowed), "i" gint64
 *
 * Runs a statement that gives no rows.
 */
gboolean
sb_database_run (SbDatabase *self, GError **error, const char *sql, const char *binds, ...);

/* As sb_database_run(), for statements that give rows. Free with sb_rows_free() before the same
 * statement is used again. */
SbRows *
sb_database_query (SbDatabase *self, GError **error, const char *sql, const char *binds, ...);

/* Several statements at once, without values: the schema. */
gboolean sb_database_script (SbDatabase *self, const char *sql, GError **error);

/* Row id of the last INSERT. */
gint64 sb_database_get_last_id (SbDatabase *self);

/* They nest: only the outermost pair counts, and an inner rollback makes the outer commit fail. */
gboolean sb_database_begin (SbDatabase *self, GError **error);
gboolean sb_database_commit (SbDatabase *self, GError **error);
void sb_database_rollback (SbDatabase *self);

/* %FALSE at the end, and on failure, which sets @error. */
gboolean sb_rows_next (SbRows *self, GError **error);
const char *sb_rows_text (SbRows *self, int column);
char *sb_rows_dup (SbRows *self, int column);
gint64 sb_rows_int (SbRows *self, int column);
void sb_rows_free (SbRows *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbDatabase, sb_database_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbRows, sb_rows_free)

G_END_DECLS
