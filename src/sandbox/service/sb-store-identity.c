/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-store-private.h"

#define PERSON "SELECT id, tenant_id, user_name, given_name, family_name, password_hash FROM people"

static gpointer
read_tenant (SbRows *rows)
{
  SbTenant *tenant = g_new0 (SbTenant, 1);

  tenant->id = sb_rows_dup (rows, 0);
  tenant->domain = sb_rows_dup (rows, 1);
  tenant->name = sb_rows_dup (rows, 2);

  return tenant;
}

static gpointer
read_person (SbRows *rows)
{
  SbPerson *person = g_new0 (SbPerson, 1);

  person->id = sb_rows_dup (rows, 0);
  person->tenant_id = sb_rows_dup (rows, 1);
  person->user_name = sb_rows_dup (rows, 2);
  person->given_name = sb_rows_dup (rows, 3);
  person->family_name = sb_rows_dup (rows, 4);
  person->password_hash = sb_rows_dup (rows, 5);

  return person;
}

static gpointer
read_subscription (SbRows *rows)
{
  SbSubscription *subscription = g_new0 (SbSubscription, 1);

  subscription->id = sb_rows_dup (rows, 0);
  subscription->tenant_id = sb_rows_dup (rows, 1);
  subscription->name = sb_rows_dup (rows, 2);

  return subscription;
}

gboolean
sb_store_add_tenant (SbStore *self, const SbTenant *tenant, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT OR IGNORE INTO tenants (id, domain, name) VALUES (?, ?, ?)",
                          "ttt", tenant->id, tenant->domain, tenant->name);
}

SbTenant *
sb_store_find_tenant (SbStore *self, const char *id_or_domain, GError **error)
{
  return sb_store_take_one (
      sb_database_query (sb_store_get_database (self), error,
                         "SELECT id, domain, name FROM tenants WHERE id = lower (?) OR domain = ?",
                         "tt", id_or_domain, id_or_domain),
      read_tenant, "tenant", error);
}

gboolean
sb_store_add_person (SbStore *self, const SbPerson *person, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT INTO people (id, tenant_id, user_name, given_name, family_name,"
                          " password_hash) VALUES (?, ?, ?, ?, ?, ?)",
                          "tttttt", person->id, person->tenant_id, person->user_name,
                          person->given_name, person->family_name, person->password_hash);
}

SbPerson *
sb_store_find_person (SbStore *self, const char *id, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               PERSON " WHERE id = ?", "t", id),
                            read_person, "person", error);
}

SbPerson *
sb_store_find_person_by_name (SbStore *self, const char *user_name, GError **error)
{
  return sb_store_take_one (sb_database_query (sb_store_get_database (self), error,
                                               PERSON " WHERE user_name = ?", "t", user_name),
                            read_person, "person", error);
}

gboolean
sb_store_add_subscription (SbStore *self, const SbSubscription *item, GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT OR IGNORE INTO subscriptions (id, tenant_id, name)"
                          " VALUES (?, ?, ?)",
                          "ttt", item->id, item->tenant_id, item->name);
}

SbSubscription *
sb_store_find_subscription (SbStore *self, const char *id, GError **error)
{
  return sb_store_take_one (
      sb_database_query (sb_store_get_database (self), error,
                         "SELECT id, tenant_id, name FROM subscriptions WHERE id = lower (?)", "t",
                         id),
      read_subscription, "subscription", error);
}

GPtrArray *
sb_store_list_subscriptions (SbStore *self, GError **error)
{
  return sb_store_take_all (
      sb_database_query (sb_store_get_database (self), error,
                         "SELECT id, tenant_id, name FROM subscriptions ORDER BY name, id", ""),
      read_subscription, (GDestroyNotify) sb_subscription_free, error);
}

gboolean
sb_store_set_role (SbStore *self,
                   const char *person_id,
                   const char *scope,
                   const char *role,
                   GError **error)
{
  return sb_database_run (sb_store_get_database (self), error,
                          "INSERT OR REPLACE INTO roles (person_id, scope, role) VALUES (?, ?, ?)",
                          "ttt", person_id, scope, role);
}

char *
sb_store_dup_role (SbStore *self, const char *person_id, const char *scope, GError **error)
{
  g_autoptr (SbRows) rows = NULL;
  g_autoptr (GError) problem = NULL;
  char *role = NULL;

  /* A scope holds itself and what is below it, on whole segments. */
  rows = sb_database_query (
      sb_store_get_database (self), error,
      "SELECT role FROM roles WHERE person_id = ?1"
      " AND lower (scope || '/') = lower (substr (?2 || '/', 1, length (scope) + 1))"
      " ORDER BY CASE role WHEN 'Owner' THEN 0 WHEN 'Contributor' THEN 1 ELSE 2 END LIMIT 1",
      "tt", person_id, scope);
  if (rows == NULL)
    return NULL;

  role = sb_rows_next (rows, &problem) ? sb_rows_dup (rows, 0) : g_strdup ("");
  if (problem != NULL)
    {
      g_free (role);
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }

  return role;
}

gboolean
sb_store_has_role_under (SbStore *self, const char *person_id, const char *scope)
{
  g_autoptr (SbRows) rows = NULL;

  rows = sb_database_query (
      sb_store_get_database (self), NULL,
      "SELECT 1 FROM roles WHERE person_id = ?1"
      " AND (lower (substr (scope || '/', 1, length (?2) + 1)) = lower (?2 || '/')"
      "      OR lower (scope || '/') = lower (substr (?2 || '/', 1, length (scope) + 1)))"
      " LIMIT 1",
      "tt", person_id, scope);

  return rows != NULL && sb_rows_next (rows, NULL);
}
