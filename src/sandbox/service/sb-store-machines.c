/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-store-private.h"

#define MACHINE                                                                                    \
  "SELECT m.id, m.lab_id, '/subscriptions/' || a.subscription_id || '/resourceGroups/' ||"         \
  " a.resource_group || '/providers/Microsoft.LabServices/labaccounts/' || a.name || '/labs/' ||"  \
  " l.name, m.name, m.host_name, m.is_template, m.has_disk, m.login, m.claimed_by, p.user_name,"   \
  " m.state, m.usage, m.counted, m.password_reset, m.is_password_seeded, m.guid"                   \
  " FROM machines m JOIN labs l ON l.id = m.lab_id JOIN accounts a ON a.id = l.account_id"         \
  " LEFT JOIN people p ON p.id = m.claimed_by"

static gpointer
read_machine (SbRows *rows)
{
  SbMachine *machine = g_new0 (SbMachine, 1);

  machine->id = sb_rows_int (rows, 0);
  machine->lab_id = sb_rows_int (rows, 1);
  machine->lab_path = sb_rows_dup (rows, 2);
  machine->name = sb_rows_dup (rows, 3);
  machine->host_name = sb_rows_dup (rows, 4);
  machine->is_template = sb_rows_int (rows, 5) != 0;
  machine->has_disk = sb_rows_int (rows, 6) != 0;
  machine->login = sb_rows_dup (rows, 7);
  machine->claimed_by = sb_rows_dup (rows, 8);
  machine->claimed_by_name = sb_rows_dup (rows, 9);
  machine->state = sb_rows_dup (rows, 10);
  machine->usage = sb_rows_int (rows, 11);
  machine->counted = sb_rows_int (rows, 12);
  machine->password_reset = sb_rows_int (rows, 13);
  machine->is_password_seeded = sb_rows_int (rows, 14) != 0;
  machine->guid = sb_rows_dup (rows, 15);

  return machine;
}

static GPtrArray *
take_machines (SbRows *rows, GError **error)
{
  return sb_store_take_all (rows, read_machine, (GDestroyNotify) sb_machine_free, error);
}

gboolean
sb_store_save_machine (SbStore *self, SbMachine *machine, GError **error)
{
  SbDatabase *database = sb_store_get_database (self);

  if (machine->id == 0)
    {
      if (!sb_database_run (database, error,
                            "INSERT INTO machines (lab_id, name, host_name, is_template, login,"
                            " guid) VALUES (?, ?, ?, ?, ?, ?)",
                            "ittitt", machine->lab_id, machine->name, machine->host_name,
                            (gint64) machine->is_template, machine->login, machine->guid))
        return FALSE;
      machine->id = sb_database_get_last_id (database);
    }

  return sb_database_run (database, error,
                          "UPDATE machines SET has_disk = ?, login = ?, claimed_by = ?, state = ?,"
                          " usage = ?, counted = ?, password_reset = ?, is_password_seeded = ?"
                          " WHERE id = ?",
                          "itttiiiii", (gint64) machine->has_disk, machine->login,
                          machine->claimed_by, machine->state, machine->usage, machine->counted,
                          machine->password_reset, (gint64) machine->is_password_seeded,
                          machine->id);
}

gboolean
sb_store_remove_machine (SbStore *self, gint64 id, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error, "DELETE FROM machines WHERE id = ?",
                          "i", id);
}

SbMachine *
sb_store_find_machine (SbStore *self, gint64 id, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               MACHINE " WHERE m.id = ?", "i", id),
                            read_machine, "machine", error);
}

SbMachine *
sb_store_find_machine_by_name (SbStore *self, gint64 lab, const char *name, GError **error)
{
  return sb_store_take_one (
      sb_database_query (sb_store_get_database (self), error,
                         MACHINE " WHERE m.lab_id = ? AND m.name = ? AND m.is_template = 0", "it",
                         lab, name),
      read_machine, "environment", error);
}

SbMachine *
sb_store_find_machine_by_host (SbStore *self, const char *host_name, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               MACHINE " WHERE m.host_name = ?", "t", host_name),
                            read_machine, "machine", error);
}

SbMachine *
sb_store_find_template (SbStore *self, gint64 lab, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               MACHINE " WHERE m.lab_id = ? AND m.is_template = 1",
                                               "i", lab),
                            read_machine, "template machine", error);
}

SbMachine *
sb_store_find_free_machine (SbStore *self, gint64 lab, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               MACHINE
                                               " WHERE m.lab_id = ? AND m.is_template = 0"
                                               " AND m.claimed_by IS NULL AND m.state = 'Stopped'"
                                               " ORDER BY m.id LIMIT 1",
                                               "i", lab),
                            read_machine, "free machine", error);
}

GPtrArray *
sb_store_list_machines (SbStore *self, gint64 lab, gint64 offset, gint64 limit, GError **error)
{
  return take_machines (sb_database_query (sb_store_get_database (self), error,
                                           MACHINE " WHERE m.lab_id = ?1 AND m.is_template = 0"
                                                   " ORDER BY m.id LIMIT ?3 OFFSET ?2",
                                           "iii", lab, offset, limit),
                        error);
}

GPtrArray *
sb_store_list_machines_of (SbStore *self, const char *person_id, GError **error)
{
  return take_machines (
      sb_database_query (sb_store_get_database (self), error,
                         MACHINE " WHERE m.claimed_by = ? AND m.is_template = 0 ORDER BY m.id", "t",
                         person_id),
      error);
}

GPtrArray *
sb_store_list_active_machines (SbStore *self, GError **error)
{
  return take_machines (sb_database_query (sb_store_get_database (self), error,
                                           MACHINE " WHERE m.state <> 'Stopped' ORDER BY m.id", ""),
                        error);
}

gint64
sb_store_count_machines (SbStore *self, gint64 lab)
{
  g_autoptr (SbRows) rows = NULL;

  rows = sb_database_query (sb_store_get_database (self), NULL,
                            "SELECT count (*) FROM machines WHERE lab_id = ? AND is_template = 0",
                            "i", lab);

  return rows != NULL && sb_rows_next (rows, NULL) ? sb_rows_int (rows, 0) : 0;
}
