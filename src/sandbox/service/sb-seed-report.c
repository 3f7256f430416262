/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be told of a seed afterwards, and the lab for measuring. */

#include "sb-seed.h"

#include "sb-request.h"
#include "sb-seed-private.h"
#include "sb-util.h"

/* The password that the seed gives the machine of @email in the lab. */
static const char *
find_machine_password (JsonObject *root, const char *lab_name, const char *email)
{
  JsonArray *accounts = json_object_get_array_member (root, "labAccounts");

  for (guint i = 0; accounts != NULL && i < json_array_get_length (accounts); i++)
    {
      JsonArray *labs =
          json_object_get_array_member (json_array_get_object_element (accounts, i), "labs");

      for (guint j = 0; labs != NULL && j < json_array_get_length (labs); j++)
        {
          JsonObject *lab = json_array_get_object_element (labs, j);
          JsonArray *users = json_object_get_array_member (lab, "users");

          if (g_strcmp0 (json_object_get_string_member (lab, "name"), lab_name) != 0)
            continue;
          for (guint k = 0; users != NULL && k < json_array_get_length (users); k++)
            {
              JsonObject *user = json_array_get_object_element (users, k);

              if (g_strcmp0 (json_object_get_string_member (user, "email"), email) == 0)
                return json_object_get_string_member_with_default (user, "machinePassword", NULL);
            }
        }
    }

  return NULL;
}

static JsonArray *
describe_machines (JsonObject *root, SbStore *store, const SbPerson *person)
{
  g_autoptr (GPtrArray) machines = sb_store_list_machines_of (store, person->id, NULL);
  JsonArray *items = json_array_new ();

  for (guint i = 0; machines != NULL && i < machines->len; i++)
    {
      const SbMachine *machine = machines->pdata[i];
      g_autoptr (SbLab) lab = sb_store_find_lab (store, machine->lab_id, NULL);
      const char *password = NULL;
      JsonObject *item;

      if (!machine->is_password_seeded || lab == NULL)
        continue;
      password = find_machine_password (root, lab->name, person->user_name);
      if (password == NULL)
        continue;
      item = json_object_new ();
      json_object_set_string_member (item, "lab", lab->name);
      json_object_set_string_member (item, "name", machine->name);
      json_object_set_string_member (item, "login", machine->login);
      json_object_set_string_member (item, "password", password);
      json_array_add_object_element (items, item);
    }

  return items;
}

JsonArray *
sb_seed_describe_people (SbSeed *self, SbStore *store)
{
  JsonObject *root = sb_seed_get_root (self);
  JsonArray *people = json_object_get_array_member (root, "people");
  JsonArray *items = json_array_new ();

  for (guint i = 0; people != NULL && i < json_array_get_length (people); i++)
    {
      JsonObject *given = json_array_get_object_element (people, i);
      const char *user_name = json_object_get_string_member (given, "userName");
      const char *password = json_object_get_string_member (given, "password");
      g_autoptr (SbPerson) person = sb_store_find_person_by_name (store, user_name, NULL);
      gboolean is_teacher;
      JsonObject *item;

      if (person == NULL || !sb_check_password (password, person->password_hash))
        continue;
      is_teacher = sb_store_has_role_under (store, person->id, "");
      item = json_object_new ();
      json_object_set_string_member (item, "userName", user_name);
      json_object_set_string_member (item, "password", password);
      json_object_set_string_member (item, "role", is_teacher ? "teacher" : "student");
      json_object_set_array_member (item, "machines", describe_machines (root, store, person));
      json_array_add_object_element (items, item);
    }

  return items;
}

static SbLab *
make_big_lab (SbStore *store, const char *name, GError **error)
{
  g_autoptr (GPtrArray) labs = sb_store_list_all_labs (store, error);
  SbLab *lab;

  if (labs == NULL)
    return NULL;
  if (labs->len == 0)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_CONFLICT,
                           "There must be a lab already: its account is used.");
      return NULL;
    }

  /* As the first lab, but for its name. */
  lab = g_ptr_array_steal_index (labs, 0);
  lab->id = 0;
  g_set_str (&lab->name, name);
  g_set_str (&lab->title, name);
  g_free (lab->invitation_code);
  lab->invitation_code = sb_random_token (12);
  g_free (lab->guid);
  lab->guid = g_uuid_string_random ();
  g_set_str (&lab->publishing_state, "Published");
  lab->is_frozen = FALSE;
  lab->has_settings = TRUE;

  return lab;
}

gboolean
sb_seed_many (SbStore *store,
              SbLabs *labs,
              const char *name,
              gint64 count,
              const char *claimed_by,
              GError **error)
{
  SbDatabase *database = sb_store_get_database (store);
  g_autoptr (SbLab) lab = make_big_lab (store, name, error);
  g_autoptr (SbPerson) person = NULL;
  const char *emails[] = { claimed_by, NULL };

  if (lab == NULL)
    return FALSE;
  if (claimed_by != NULL)
    {
      person = sb_store_find_person_by_name (store, claimed_by, error);
      if (person == NULL)
        return FALSE;
    }
  if (!sb_database_begin (database, error))
    return FALSE;

  lab->max_users = count;
  if (!sb_labs_create_lab (labs, lab, error) || !sb_labs_scale (labs, lab, error) ||
      (person != NULL &&
       (!sb_labs_add_users (labs, lab, emails, error) ||
        !sb_database_run (database, error, "UPDATE users SET registered = ? WHERE lab_id = ?", "ii",
                          sb_now (), lab->id) ||
        !sb_database_run (database, error,
                          "UPDATE machines SET claimed_by = ? WHERE lab_id = ? AND is_template = 0",
                          "ti", person->id, lab->id))))
    {
      sb_database_rollback (database);
      return FALSE;
    }

  return sb_database_commit (database, error);
}
