/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-store-private.h"

#define PATH_OF_ACCOUNT                                                                            \
  "'/subscriptions/' || a.subscription_id || '/resourceGroups/' || a.resource_group ||"            \
  " '/providers/Microsoft.LabServices/labaccounts/' || a.name"

#define ACCOUNT                                                                                    \
  "SELECT id, subscription_id, resource_group, name, location, region_selection, tags, guid"       \
  " FROM accounts"

#define IMAGE                                                                                      \
  "SELECT i.id, " PATH_OF_ACCOUNT ", i.name, i.author, i.description, i.publisher, i.offer,"       \
  " i.sku, i.version, i.os_type, i.is_enabled, i.is_override, i.created, i.guid"                   \
  " FROM images i JOIN accounts a ON a.id = i.account_id"

#define LAB                                                                                        \
  "SELECT l.id, l.account_id, a.subscription_id, " PATH_OF_ACCOUNT ", a.location, l.name,"         \
  " l.max_users, l.quota, l.access_mode, l.invitation_code, l.created_by, p.user_name,"            \
  " l.created, l.tags, l.guid, l.has_settings, l.title, l.description, l.image_name, l.size,"      \
  " l.login, l.publishing_state, l.configuration_state, l.is_frozen, l.last_changed,"              \
  " l.last_published"                                                                              \
  " FROM labs l JOIN accounts a ON a.id = l.account_id JOIN people p ON p.id = l.created_by"

static gpointer
read_account (SbRows *rows)
{
  SbAccount *account = g_new0 (SbAccount, 1);

  account->id = sb_rows_int (rows, 0);
  account->subscription_id = sb_rows_dup (rows, 1);
  account->resource_group = sb_rows_dup (rows, 2);
  account->name = sb_rows_dup (rows, 3);
  account->location = sb_rows_dup (rows, 4);
  account->region_selection = sb_rows_int (rows, 5) != 0;
  account->tags = sb_rows_dup (rows, 6);
  account->guid = sb_rows_dup (rows, 7);

  return account;
}

static gpointer
read_image (SbRows *rows)
{
  SbImage *image = g_new0 (SbImage, 1);

  image->id = sb_rows_int (rows, 0);
  image->account_path = sb_rows_dup (rows, 1);
  image->name = sb_rows_dup (rows, 2);
  image->author = sb_rows_dup (rows, 3);
  image->description = sb_rows_dup (rows, 4);
  image->publisher = sb_rows_dup (rows, 5);
  image->offer = sb_rows_dup (rows, 6);
  image->sku = sb_rows_dup (rows, 7);
  image->version = sb_rows_dup (rows, 8);
  image->os_type = sb_rows_dup (rows, 9);
  image->is_enabled = sb_rows_int (rows, 10) != 0;
  image->is_override = sb_rows_int (rows, 11) != 0;
  image->created = sb_rows_int (rows, 12);
  image->guid = sb_rows_dup (rows, 13);

  return image;
}

static gpointer
read_lab (SbRows *rows)
{
  SbLab *lab = g_new0 (SbLab, 1);

  lab->id = sb_rows_int (rows, 0);
  lab->account_id = sb_rows_int (rows, 1);
  lab->subscription_id = sb_rows_dup (rows, 2);
  lab->account_path = sb_rows_dup (rows, 3);
  lab->location = sb_rows_dup (rows, 4);
  lab->name = sb_rows_dup (rows, 5);
  lab->max_users = sb_rows_int (rows, 6);
  lab->quota = sb_rows_int (rows, 7);
  lab->access_mode = sb_rows_dup (rows, 8);
  lab->invitation_code = sb_rows_dup (rows, 9);
  lab->created_by = sb_rows_dup (rows, 10);
  lab->created_by_name = sb_rows_dup (rows, 11);
  lab->created = sb_rows_int (rows, 12);
  lab->tags = sb_rows_dup (rows, 13);
  lab->guid = sb_rows_dup (rows, 14);
  lab->has_settings = sb_rows_int (rows, 15) != 0;
  lab->title = sb_rows_dup (rows, 16);
  lab->description = sb_rows_dup (rows, 17);
  lab->image_name = sb_rows_dup (rows, 18);
  lab->size = sb_rows_dup (rows, 19);
  lab->login = sb_rows_dup (rows, 20);
  lab->publishing_state = sb_rows_dup (rows, 21);
  lab->configuration_state = sb_rows_dup (rows, 22);
  lab->is_frozen = sb_rows_int (rows, 23) != 0;
  lab->last_changed = sb_rows_int (rows, 24);
  lab->last_published = sb_rows_int (rows, 25);

  return lab;
}

static gpointer
read_text (SbRows *rows)
{
  return sb_rows_dup (rows, 0);
}

gboolean
sb_store_save_account (SbStore *self, SbAccount *account, GError **error)
{
  SbDatabase *database = sb_store_get_database (self);

  if (account->id != 0)
    return sb_database_run (database, error,
                            "UPDATE accounts SET region_selection = ?, tags = ? WHERE id = ?",
                            "iti", (gint64) account->region_selection, account->tags, account->id);

  if (!sb_database_run (database, error,
                        "INSERT INTO accounts (subscription_id, resource_group, name, location,"
                        " region_selection, tags, guid) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "ttttitt", account->subscription_id, account->resource_group, account->name,
                        account->location, (gint64) account->region_selection, account->tags,
                        account->guid))
    return FALSE;

  account->id = sb_database_get_last_id (database);
  return TRUE;
}

gboolean
sb_store_remove_account (SbStore *self, gint64 id, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error, "DELETE FROM accounts WHERE id = ?",
                          "i", id);
}

SbAccount *
sb_store_find_account (SbStore *self,
                       const char *subscription,
                       const char *group,
                       const char *name,
                       GError **error)
{
  return sb_store_take_one (
      sb_database_query (sb_store_get_database (self), error,
                         ACCOUNT " WHERE subscription_id = ? AND resource_group = ? AND name = ?",
                         "ttt", subscription, group, name),
      read_account, "lab account", error);
}

GPtrArray *
sb_store_list_accounts (SbStore *self, const char *subscription, const char *group, GError **error)
{
  return sb_store_take_all (sb_database_query (sb_store_get_database (self), error,
                                               ACCOUNT " WHERE subscription_id = ?1"
                                                       " AND (?2 IS NULL OR resource_group = ?2)"
                                                       " ORDER BY id",
                                               "tt", subscription, group),
                            read_account, (GDestroyNotify) sb_account_free, error);
}

gboolean
sb_store_has_group (SbStore *self, const char *subscription, const char *group)
{
  g_autoptr (SbRows) rows = NULL;

  rows = sb_database_query (
      sb_store_get_database (self), NULL,
      "SELECT 1 FROM accounts WHERE subscription_id = ? AND resource_group = ? LIMIT 1", "tt",
      subscription, group);

  return rows != NULL && sb_rows_next (rows, NULL);
}

gboolean
sb_store_save_image (SbStore *self, gint64 account, SbImage *image, GError **error)
{
  SbDatabase *database = sb_store_get_database (self);

  if (image->id != 0)
    return sb_database_run (database, error,
                            "UPDATE images SET is_enabled = ?, is_override = ? WHERE id = ?", "iii",
                            (gint64) image->is_enabled, (gint64) image->is_override, image->id);

  if (!sb_database_run (database, error,
                        "INSERT INTO images (account_id, name, author, description, publisher,"
                        " offer, sku, version, os_type, is_enabled, is_override, created, guid)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        "ittttttttiiit", account, image->name, image->author, image->description,
                        image->publisher, image->offer, image->sku, image->version, image->os_type,
                        (gint64) image->is_enabled, (gint64) image->is_override, image->created,
                        image->guid))
    return FALSE;

  image->id = sb_database_get_last_id (database);
  return TRUE;
}

gboolean
sb_store_remove_image (SbStore *self, gint64 id, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error, "DELETE FROM images WHERE id = ?",
                          "i", id);
}

SbImage *
sb_store_find_image (SbStore *self, gint64 account, const char *name, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               IMAGE " WHERE i.account_id = ? AND i.name = ?", "it",
                                               account, name),
                            read_image, "gallery image", error);
}

GPtrArray *
sb_store_list_images (SbStore *self, gint64 account, gint64 offset, gint64 limit, GError **error)
{
  return sb_store_take_all (
      sb_database_query (sb_store_get_database (self), error,
                         IMAGE " WHERE i.account_id = ?1 ORDER BY i.id LIMIT ?3 OFFSET ?2", "iii",
                         account, offset, limit),
      read_image, (GDestroyNotify) sb_image_free, error);
}

static gboolean
insert_lab (SbDatabase *database, SbLab *lab, GError **error)
{
  if (!sb_database_run (database, error,
                        "INSERT INTO labs (account_id, name, max_users, quota, access_mode,"
                        " invitation_code, created_by, created, tags, guid)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        "itiitttitt", lab->account_id, lab->name, lab->max_users, lab->quota,
                        lab->access_mode, lab->invitation_code, lab->created_by, lab->created,
                        lab->tags, lab->guid))
    return FALSE;

  lab->id = sb_database_get_last_id (database);
  return TRUE;
}

gboolean
sb_store_save_lab (SbStore *self, SbLab *lab, GError **error)
{
  SbDatabase *database = sb_store_get_database (self);

  if (lab->id == 0 && !insert_lab (database, lab, error))
    return FALSE;

  return sb_database_run (database, error,
                          "UPDATE labs SET max_users = ?, quota = ?, access_mode = ?, tags = ?,"
                          " has_settings = ?, title = ?, description = ?, image_name = ?, size = ?,"
                          " login = ?, publishing_state = ?, configuration_state = ?,"
                          " is_frozen = ?, last_changed = ?, last_published = ? WHERE id = ?",
                          "iittittttttt"
                          "iiii",
                          lab->max_users, lab->quota, lab->access_mode, lab->tags,
                          (gint64) lab->has_settings, lab->title, lab->description, lab->image_name,
                          lab->size, lab->login, lab->publishing_state, lab->configuration_state,
                          (gint64) lab->is_frozen, lab->last_changed, lab->last_published, lab->id);
}

gboolean
sb_store_remove_lab (SbStore *self, gint64 id, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error, "DELETE FROM labs WHERE id = ?", "i",
                          id);
}

SbLab *
sb_store_find_lab (SbStore *self, gint64 id, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               LAB " WHERE l.id = ?", "i", id),
                            read_lab, "lab", error);
}

SbLab *
sb_store_find_lab_by_name (SbStore *self, gint64 account, const char *name, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               LAB " WHERE l.account_id = ? AND l.name = ?", "it",
                                               account, name),
                            read_lab, "lab", error);
}

SbLab *
sb_store_find_lab_by_code (SbStore *self, const char *code, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               LAB " WHERE l.invitation_code = ?", "t", code),
                            read_lab, "lab", error);
}

GPtrArray *
sb_store_list_labs (SbStore *self, gint64 account, gint64 offset, gint64 limit, GError **error)
{
  return sb_store_take_all (
      sb_database_query (sb_store_get_database (self), error,
                         LAB " WHERE l.account_id = ?1 ORDER BY l.id LIMIT ?3 OFFSET ?2", "iii",
                         account, offset, limit),
      read_lab, (GDestroyNotify) sb_lab_free, error);
}

GPtrArray *
sb_store_list_all_labs (SbStore *self, GError **error)
{
  return sb_store_take_all (sb_database_query (sb_store_get_database (self), error,
                                               LAB " ORDER BY l.id", ""),
                            read_lab, (GDestroyNotify) sb_lab_free, error);
}

GPtrArray *
sb_store_list_labs_of (SbStore *self, const char *user_name, GError **error)
{
  return sb_store_take_all (
      sb_database_query (sb_store_get_database (self), error,
                         LAB " JOIN users u ON u.lab_id = l.id"
                             " WHERE u.email = ? AND u.registered > 0 ORDER BY l.id",
                         "t", user_name),
      read_lab, (GDestroyNotify) sb_lab_free, error);
}

gboolean
sb_store_set_favorite (SbStore *self,
                       const char *person_id,
                       const char *account_path,
                       const char *lab_path,
                       gboolean is_favorite,
                       GError **error)
{
  return sb_database_run (
      sb_store_get_database (self), error,
      is_favorite ? "INSERT OR IGNORE INTO favorites (person_id, account_id, lab_id)"
                    " VALUES (?, ?, ?)"
                  : "DELETE FROM favorites WHERE person_id = ? AND account_id = ? AND lab_id = ?",
      "ttt", person_id, account_path, lab_path);
}

GStrv
sb_store_dup_favorites (SbStore *self,
                        const char *person_id,
                        const char *account_path,
                        GError **error)
{
  g_autoptr (GPtrArray) ids = NULL;

  ids = sb_store_take_all (sb_database_query (sb_store_get_database (self), error,
                                              "SELECT lab_id FROM favorites WHERE person_id = ?1"
                                              " AND (?2 IS NULL OR account_id = ?2)"
                                              " ORDER BY lab_id",
                                              "tt", person_id, account_path),
                           read_text, g_free, error);
  if (ids == NULL)
    return NULL;

  g_ptr_array_add (ids, NULL);
  return (GStrv) g_ptr_array_steal (ids, NULL);
}
