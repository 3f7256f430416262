/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-database.h"

#include <sqlite3.h>
#include <stdarg.h>

#include "sb-error.h"

struct _SbDatabase
{
  sqlite3 *handle;
  GHashTable *statements; /* SQL text -> sqlite3_stmt */
  guint depth;
  gboolean is_doomed; /* an inner part was rolled back */
};

struct _SbRows
{
  SbDatabase *database;
  sqlite3_stmt *statement;
};

static void
set_error (SbDatabase *self, GError **error)
{
  g_set_error (error, SB_ERROR, SB_ERROR_INTERNAL, "The state cannot be read or written: %s.",
               sqlite3_errmsg (self->handle));
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static sqlite3_stmt *
prepare (SbDatabase *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    {
      sqlite3_reset (statement);
      sqlite3_clear_bindings (statement);
      return statement;
    }

  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
      SQLITE_OK)
    {
      set_error (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, g_strdup (sql), statement);

  return statement;
}

static void
bind (sqlite3_stmt *statement, const char *binds, va_list values)
{
  for (int i = 0; binds[i] != '\0'; i++)
    {
      if (binds[i] == 't')
        sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_TRANSIENT);
      else
        sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
    }
}

SbDatabase *
sb_database_open (const char *path, GError **error)
{
  SbDatabase *self = g_new0 (SbDatabase, 1);

  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  if (sqlite3_open_v2 (path, &self->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
          SQLITE_OK ||
      !sb_database_script (self,
                           "PRAGMA journal_mode = WAL;"
                           "PRAGMA synchronous = NORMAL;"
                           "PRAGMA foreign_keys = ON;",
                           error))
    {
      if (error != NULL && *error == NULL)
        set_error (self, error);
      sb_database_close (self);
      return NULL;
    }

  return self;
}

void
sb_database_close (SbDatabase *self)
{
  g_hash_table_unref (self->statements);
  sqlite3_close_v2 (self->handle);
  g_free (self);
}

gboolean
sb_database_run (SbDatabase *self, GError **error, const char *sql, const char *binds, ...)
{
  sqlite3_stmt *statement = prepare (self, sql, error);
  va_list values;
  int result;

  if (statement == NULL)
    return FALSE;

  va_start (values, binds);
  bind (statement, binds, values);
  va_end (values);
  result = sqlite3_step (statement);
  if (result != SQLITE_DONE && result != SQLITE_ROW)
    set_error (self, error);
  sqlite3_reset (statement);

  return result == SQLITE_DONE || result == SQLITE_ROW;
}

SbRows *
sb_database_query (SbDatabase *self, GError **error, const char *sql, const char *binds, ...)
{
  sqlite3_stmt *statement = prepare (self, sql, error);
  SbRows *rows;
  va_list values;

  if (statement == NULL)
    return NULL;

  va_start (values, binds);
  bind (statement, binds, values);
  va_end (values);
  rows = g_new0 (SbRows, 1);
  rows->database = self;
  rows->statement = statement;

  return rows;
}

gboolean
sb_database_script (SbDatabase *self, const char *sql, GError **error)
{
  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (self, error);
  return FALSE;
}

gint64
sb_database_get_last_id (SbDatabase *self)
{
  return sqlite3_last_insert_rowid (self->handle);
}

gboolean
sb_database_begin (SbDatabase *self, GError **error)
{
  if (self->depth == 0 && !sb_database_script (self, "BEGIN IMMEDIATE", error))
    return FALSE;

  self->depth++;
  return TRUE;
}

gboolean
sb_database_commit (SbDatabase *self, GError **error)
{
  g_return_val_if_fail (self->depth > 0, FALSE);

  if (--self->depth > 0)
    return TRUE;
  if (!self->is_doomed && sb_database_script (self, "COMMIT", error))
    return TRUE;

  if (self->is_doomed)
    g_set_error_literal (error, SB_ERROR, SB_ERROR_INTERNAL, "A part of the change failed.");
  self->is_doomed = FALSE;
  sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

void
sb_database_rollback (SbDatabase *self)
{
  g_return_if_fail (self->depth > 0);

  self->depth--;
  self->is_doomed = self->depth > 0;
  if (self->depth == 0)
    sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
sb_rows_next (SbRows *self, GError **error)
{
  int result = sqlite3_step (self->statement);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    set_error (self->database, error);

  return result == SQLITE_ROW;
}

const char *
sb_rows_text (SbRows *self, int column)
{
  return (const char *) sqlite3_column_text (self->statement, column);
}

char *
sb_rows_dup (SbRows *self, int column)
{
  return g_strdup (sb_rows_text (self, column));
}

gint64
sb_rows_int (SbRows *self, int column)
{
  return sqlite3_column_int64 (self->statement, column);
}

void
sb_rows_free (SbRows *self)
{
  sqlite3_reset (self->statement);
  g_free (self);
}
