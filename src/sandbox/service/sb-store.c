/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-store.h"

struct _SbStore
{
  SbDatabase *database;
};

#define SCHEMA_VERSION 1

/* One script per version of the schema, each takes it from the one before. */
static const char *const migrations[SCHEMA_VERSION] = { "/sandbox/schema.sql" };

static gint64
get_version (SbStore *self, GError **error)
{
  g_autoptr (SbRows) rows = sb_database_query (self->database, error, "PRAGMA user_version", "");

  return rows != NULL && sb_rows_next (rows, error) ? sb_rows_int (rows, 0) : -1;
}

static gboolean
run_migration (SbStore *self, const char *resource, GError **error)
{
  g_autoptr (GBytes) script = g_resources_lookup_data (resource, 0, error);

  if (script == NULL || !sb_database_begin (self->database, error))
    return FALSE;

  /* Resource data ends with a NUL that its size does not count. */
  if (!sb_database_script (self->database, g_bytes_get_data (script, NULL), error))
    {
      sb_database_rollback (self->database);
      return FALSE;
    }

  return sb_database_commit (self->database, error);
}

static gboolean
migrate (SbStore *self, GError **error)
{
  gint64 version = get_version (self, error);

  if (version < 0)
    return FALSE;
  if (version > SCHEMA_VERSION)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INTERNAL,
                           "The state folder was written by a newer version of this program.");
      return FALSE;
    }

  for (gint64 i = version; i < SCHEMA_VERSION; i++)
    {
      if (!run_migration (self, migrations[i], error))
        return FALSE;
    }

  return TRUE;
}

SbStore *
sb_store_open (const char *path, GError **error)
{
  g_autoptr (SbStore) self = g_new0 (SbStore, 1);

  self->database = sb_database_open (path, error);
  if (self->database == NULL || !migrate (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
sb_store_close (SbStore *self)
{
  g_clear_pointer (&self->database, sb_database_close);
  g_free (self);
}

SbDatabase *
sb_store_get_database (SbStore *self)
{
  return self->database;
}

char *
sb_store_dup_meta (SbStore *self, const char *key, GError **error)
{
  g_autoptr (SbRows) rows =
      sb_database_query (self->database, error, "SELECT value FROM meta WHERE key = ?", "t", key);

  return rows != NULL && sb_rows_next (rows, error) ? sb_rows_dup (rows, 0) : NULL;
}

gboolean
sb_store_set_meta (SbStore *self, const char *key, const char *value, GError **error)
{
  return sb_database_run (self->database, error,
                          "INSERT INTO meta (key, value) VALUES (?, ?)"
                          " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                          "tt", key, value);
}
