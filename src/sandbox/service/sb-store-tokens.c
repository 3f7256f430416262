/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-store-private.h"

#include "sb-util.h"

#define DEVICE                                                                                     \
  "SELECT user_code, client_id, scope, status, person_id, expires, interval, polled"               \
  " FROM device_codes"

static gpointer
read_auth_code (SbRows *rows)
{
  SbGrant *grant = g_new0 (SbGrant, 1);

  grant->client_id = sb_rows_dup (rows, 0);
  grant->scope = sb_rows_dup (rows, 1);
  grant->person_id = sb_rows_dup (rows, 2);
  grant->family = sb_rows_dup (rows, 3);
  grant->expires = sb_rows_int (rows, 4);
  grant->is_used = sb_rows_int (rows, 5) != 0;
  grant->redirect_uri = sb_rows_dup (rows, 6);
  grant->challenge = sb_rows_dup (rows, 7);
  grant->nonce = sb_rows_dup (rows, 8);

  return grant;
}

static gpointer
read_refresh_token (SbRows *rows)
{
  SbGrant *grant = g_new0 (SbGrant, 1);

  grant->client_id = sb_rows_dup (rows, 0);
  grant->scope = sb_rows_dup (rows, 1);
  grant->person_id = sb_rows_dup (rows, 2);
  grant->family = sb_rows_dup (rows, 3);
  grant->expires = sb_rows_int (rows, 4);
  grant->is_used = sb_rows_int (rows, 5) != 0;

  return grant;
}

static gpointer
read_device_code (SbRows *rows)
{
  SbDeviceCode *device = g_new0 (SbDeviceCode, 1);

  device->user_code = sb_rows_dup (rows, 0);
  device->client_id = sb_rows_dup (rows, 1);
  device->scope = sb_rows_dup (rows, 2);
  device->status = sb_rows_dup (rows, 3);
  device->person_id = sb_rows_dup (rows, 4);
  device->expires = sb_rows_int (rows, 5);
  device->interval = sb_rows_int (rows, 6);
  device->polled = sb_rows_int (rows, 7);

  return device;
}

void
sb_grant_free (SbGrant *self)
{
  g_free (self->client_id);
  g_free (self->redirect_uri);
  g_free (self->challenge);
  g_free (self->scope);
  g_free (self->nonce);
  g_free (self->person_id);
  g_free (self->family);
  g_free (self);
}

void
sb_device_code_free (SbDeviceCode *self)
{
  g_free (self->user_code);
  g_free (self->client_id);
  g_free (self->scope);
  g_free (self->status);
  g_free (self->person_id);
  g_free (self);
}

gboolean
sb_store_add_auth_code (SbStore *self, const char *code, const SbGrant *grant, GError **error)
{
  g_autofree char *hash = sb_hash_token (code);

  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT INTO auth_codes (hash, client_id, redirect_uri, challenge, scope,"
                          " nonce, person_id, family, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          "tttttttti", hash, grant->client_id, grant->redirect_uri,
                          grant->challenge, grant->scope, grant->nonce, grant->person_id,
                          grant->family, grant->expires);
}

SbGrant *
sb_store_find_auth_code (SbStore *self, const char *code, GError **error)
{
  g_autofree char *hash = sb_hash_token (code);

  return sb_store_take_one (
      sb_database_query (sb_store_get_database (self), error,
                         "SELECT client_id, scope, person_id, family, expires, is_used,"
                         " redirect_uri, challenge, nonce FROM auth_codes WHERE hash = ?",
                         "t", hash),
      read_auth_code, "authorization code", error);
}

gboolean
sb_store_use_auth_code (SbStore *self, const char *code, GError **error)
{
  g_autofree char *hash = sb_hash_token (code);

  return sb_database_run (sb_store_get_database (self), error,
                          "UPDATE auth_codes SET is_used = 1 WHERE hash = ?", "t", hash);
}

gboolean
sb_store_add_refresh_token (SbStore *self, const char *token, const SbGrant *grant, GError **error)
{
  g_autofree char *hash = sb_hash_token (token);

  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT INTO refresh_tokens (hash, family, client_id, scope, person_id,"
                          " expires) VALUES (?, ?, ?, ?, ?, ?)",
                          "ttttti", hash, grant->family, grant->client_id, grant->scope,
                          grant->person_id, grant->expires);
}

SbGrant *
sb_store_find_refresh_token (SbStore *self, const char *token, GError **error)
{
  g_autofree char *hash = sb_hash_token (token);

  return sb_store_take_one (
      sb_database_query (sb_store_get_database (self), error,
                         "SELECT client_id, scope, person_id, family, expires, is_used"
                         " FROM refresh_tokens WHERE hash = ?",
                         "t", hash),
      read_refresh_token, "refresh token", error);
}

gboolean
sb_store_use_refresh_token (SbStore *self, const char *token, GError **error)
{
  g_autofree char *hash = sb_hash_token (token);

  return sb_database_run (sb_store_get_database (self), error,
                          "UPDATE refresh_tokens SET is_used = 1 WHERE hash = ?", "t", hash);
}

gboolean
sb_store_revoke_family (SbStore *self, const char *family, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "UPDATE refresh_tokens SET is_used = 1 WHERE family = ?", "t", family);
}

gboolean
sb_store_add_device_code (SbStore *self,
                          const char *code,
                          const SbDeviceCode *device,
                          GError **error)
{
  g_autofree char *hash = sb_hash_token (code);

  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT INTO device_codes (hash, user_code, client_id, scope, status,"
                          " expires, interval) VALUES (?, ?, ?, ?, 'Pending', ?, ?)",
                          "ttttii", hash, device->user_code, device->client_id, device->scope,
                          device->expires, device->interval);
}

SbDeviceCode *
sb_store_find_device_code (SbStore *self, const char *code, GError **error)
{
  g_autofree char *hash = sb_hash_token (code);

  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               DEVICE " WHERE hash = ?", "t", hash),
                            read_device_code, "device code", error);
}

SbDeviceCode *
sb_store_find_user_code (SbStore *self, const char *user_code, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               DEVICE " WHERE user_code = ?", "t", user_code),
                            read_device_code, "code", error);
}

gboolean
sb_store_settle_device_code (SbStore *self,
                             const char *user_code,
                             const char *status,
                             const char *person_id,
                             GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "UPDATE device_codes SET status = ?, person_id = ? WHERE user_code = ?",
                          "ttt", status, person_id, user_code);
}

gboolean
sb_store_poll_device_code (SbStore *self, const char *code, gint64 interval, GError **error)
{
  g_autofree char *hash = sb_hash_token (code);

  return sb_database_run (sb_store_get_database (self), error,
                          "UPDATE device_codes SET polled = ?, interval = ? WHERE hash = ?", "iit",
                          sb_now (), interval, hash);
}

gboolean
sb_store_purge_tokens (SbStore *self, GError **error)
{
  SbDatabase *database = sb_store_get_database (self);
  gint64 before = sb_now () - SB_DAY;

  return sb_database_run (database, error, "DELETE FROM auth_codes WHERE expires < ?", "i",
                          before) &&
         sb_database_run (database, error, "DELETE FROM device_codes WHERE expires < ?", "i",
                          before) &&
         sb_database_run (database, error, "DELETE FROM refresh_tokens WHERE expires < ?", "i",
                          before);
}
