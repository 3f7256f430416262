/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be told of a seed afterwards, and the lab for measuring. */

#include "sb-seed.h"

#include "sb-request.h"
#include "sb-seed-private.h"
#include "sb-util.h"

/* The objects of an array member; nothing where the seed is not as it should be: it may be another
 * file than the one that filled the state. */
static GPtrArray *
list_objects (JsonObject *parent, const char *name)
{
  JsonNode *node = json_object_get_member (parent, name);
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  GPtrArray *objects = g_ptr_array_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (item))
        g_ptr_array_add (objects, json_node_get_object (item));
    }

  return objects;
}

static const char *
get_text (JsonObject *object, const char *name)
{
  const char *text = NULL;

  sb_json_get_text (object, name, FALSE, &text, NULL);
  return text;
}

/* The first of the objects with that text; %NULL when there is none. */
static JsonObject *
find_object (JsonObject *parent, const char *array, const char *name, const char *text)
{
  g_autoptr (GPtrArray) objects = list_objects (parent, array);

  for (guint i = 0; i < objects->len; i++)
    {
      if (g_strcmp0 (get_text (objects->pdata[i], name), text) == 0)
        return objects->pdata[i];
    }

  return NULL;
}

/* The password that the seed gives the machine of @email in the lab. */
static const char *
find_machine_password (JsonObject *root, const char *lab_name, const char *email)
{
  g_autoptr (GPtrArray) accounts = list_objects (root, "labAccounts");

  for (guint i = 0; i < accounts->len; i++)
    {
      JsonObject *lab = find_object (accounts->pdata[i], "labs", "name", lab_name);
      JsonObject *user = lab != NULL ? find_object (lab, "users", "email", email) : NULL;

      if (user != NULL)
        return get_text (user, "machinePassword");
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
  g_autoptr (GPtrArray) people = list_objects (root, "people");
  JsonArray *items = json_array_new ();

  for (guint i = 0; i < people->len; i++)
    {
      const char *user_name = get_text (people->pdata[i], "userName");
      const char *password = get_text (people->pdata[i], "password");
      g_autoptr (SbPerson) person = NULL;
      gboolean is_teacher;
      JsonObject *item;

      if (user_name != NULL && password != NULL)
        person = sb_store_find_person_by_name (store, user_name, NULL);
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
