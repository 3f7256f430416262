/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-store-private.h"

#include "sb-util.h"

#define USER                                                                                       \
  "SELECT u.id, u.lab_id, '/subscriptions/' || a.subscription_id || '/resourceGroups/' ||"         \
  " a.resource_group || '/providers/Microsoft.LabServices/labaccounts/' || a.name || '/labs/' ||"  \
  " l.name, u.name, u.email, p.id, p.tenant_id, p.given_name, p.family_name, u.registered,"        \
  " (SELECT coalesce (sum (m.usage), 0) FROM machines m"                                           \
  "  WHERE m.lab_id = u.lab_id AND m.claimed_by = p.id)"                                           \
  " FROM users u JOIN labs l ON l.id = u.lab_id JOIN accounts a ON a.id = l.account_id"            \
  " LEFT JOIN people p ON p.user_name = u.email"

#define OPERATION                                                                                  \
  "SELECT id, target, subscription_id, location, person_id, method, uri, status, error_code,"      \
  " error_message, started, ended FROM operations"

static gpointer
read_user (SbRows *rows)
{
  SbUser *user = g_new0 (SbUser, 1);

  user->id = sb_rows_int (rows, 0);
  user->lab_id = sb_rows_int (rows, 1);
  user->lab_path = sb_rows_dup (rows, 2);
  user->name = sb_rows_dup (rows, 3);
  user->email = sb_rows_dup (rows, 4);
  user->person_id = sb_rows_dup (rows, 5);
  user->tenant_id = sb_rows_dup (rows, 6);
  user->given_name = sb_rows_dup (rows, 7);
  user->family_name = sb_rows_dup (rows, 8);
  user->registered = sb_rows_int (rows, 9);
  user->usage = sb_rows_int (rows, 10);

  return user;
}

static gpointer
read_operation (SbRows *rows)
{
  SbOperation *operation = g_new0 (SbOperation, 1);

  operation->id = sb_rows_dup (rows, 0);
  operation->target = sb_rows_dup (rows, 1);
  operation->subscription_id = sb_rows_dup (rows, 2);
  operation->location = sb_rows_dup (rows, 3);
  operation->person_id = sb_rows_dup (rows, 4);
  operation->method = sb_rows_dup (rows, 5);
  operation->uri = sb_rows_dup (rows, 6);
  operation->status = sb_rows_dup (rows, 7);
  operation->error_code = sb_rows_dup (rows, 8);
  operation->error_message = sb_rows_dup (rows, 9);
  operation->started = sb_rows_int (rows, 10);
  operation->ended = sb_rows_int (rows, 11);

  return operation;
}

gboolean
sb_store_save_user (SbStore *self, SbUser *user, GError **error)
{
  SbDatabase *database = sb_store_get_database (self);

  if (user->id != 0)
    return sb_database_run (database, error, "UPDATE users SET registered = ? WHERE id = ?", "ii",
                            user->registered, user->id);

  if (!sb_database_run (database, error,
                        "INSERT INTO users (lab_id, name, email, registered) VALUES (?, ?, ?, ?)",
                        "itti", user->lab_id, user->name, user->email, user->registered))
    return FALSE;

  user->id = sb_database_get_last_id (database);
  return TRUE;
}

gboolean
sb_store_remove_user (SbStore *self, gint64 id, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error, "DELETE FROM users WHERE id = ?",
                          "i", id);
}

SbUser *
sb_store_find_user (SbStore *self, gint64 lab, const char *name, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               USER " WHERE u.lab_id = ? AND u.name = ?", "it", lab,
                                               name),
                            read_user, "user", error);
}

SbUser *
sb_store_find_user_by_email (SbStore *self, gint64 lab, const char *email, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               USER " WHERE u.lab_id = ? AND u.email = ?", "it",
                                               lab, email),
                            read_user, "user", error);
}

GPtrArray *
sb_store_list_users (SbStore *self, gint64 lab, gint64 offset, gint64 limit, GError **error)
{
  return sb_store_take_all (
      sb_database_query (sb_store_get_database (self), error,
                         USER " WHERE u.lab_id = ?1 ORDER BY u.id LIMIT ?3 OFFSET ?2", "iii", lab,
                         offset, limit),
      read_user, (GDestroyNotify) sb_user_free, error);
}

gint64
sb_store_count_users (SbStore *self, gint64 lab)
{
  g_autoptr (SbRows) rows = NULL;

  rows = sb_database_query (sb_store_get_database (self), NULL,
                            "SELECT count (*) FROM users WHERE lab_id = ?", "i", lab);

  return rows != NULL && sb_rows_next (rows, NULL) ? sb_rows_int (rows, 0) : 0;
}

gboolean
sb_store_add_operation (SbStore *self, const SbOperation *operation, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT INTO operations (id, target, subscription_id, location,"
                          " person_id, method, uri, status, started)"
                          " VALUES (?, ?, ?, ?, ?, ?, ?, 'InProgress', ?)",
                          "ttttttti", operation->id, operation->target, operation->subscription_id,
                          operation->location, operation->person_id, operation->method,
                          operation->uri, operation->started);
}

gboolean
sb_store_end_operation (SbStore *self,
                        const char *id,
                        const char *error_code,
                        const char *error_message,
                        GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "UPDATE operations SET status = ?, error_code = ?, error_message = ?,"
                          " ended = ? WHERE id = ?",
                          "tttit", error_code == NULL ? "Succeeded" : "Failed", error_code,
                          error_message, sb_now (), id);
}

SbOperation *
sb_store_find_operation (SbStore *self, const char *id, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               OPERATION " WHERE id = ?", "t", id),
                            read_operation, "operation", error);
}

SbOperation *
sb_store_find_last_operation (SbStore *self, const char *target, GError **error)
{
  return sb_store_take_one (
      sb_database_query (sb_store_get_database (self), error,
                         OPERATION " WHERE target = ? ORDER BY started DESC, rowid DESC LIMIT 1",
                         "t", target),
      read_operation, "operation", error);
}

gboolean
sb_store_fail_unfinished (SbStore *self, GError **error)
{
  SbDatabase *database = sb_store_get_database (self);

  return sb_database_run (database, error,
                          "UPDATE operations SET status = 'Failed', ended = ?,"
                          " error_code = 'ServiceRestarted', error_message ="
                          " 'The service was restarted before the operation ended. Try again.'"
                          " WHERE status = 'InProgress'",
                          "i", sb_now ()) &&
         sb_database_run (database, error,
                          "UPDATE labs SET publishing_state = 'PublishFailed'"
                          " WHERE publishing_state IN ('Publishing', 'Scaling')",
                          "") &&
         sb_database_run (database, error, "DELETE FROM operations WHERE started < ?", "i",
                          sb_now () - SB_DAY);
}
