/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-seed.h"

#include "sb-labs-private.h"
#include "sb-request.h"
#include "sb-seed-private.h"
#include "sb-util.h"

#define DEFAULT_SEED "/sandbox/seed/default.json"

struct _SbSeed
{
  JsonObject *root;
};

/* The passwords of machines, set one after the other. */
typedef struct
{
  SbLabs *labs;
  GPtrArray *machines; /* SbMachine */
  GPtrArray *passwords;
  guint at;
  const SbLab *lab; /* while its users are added */
} Passwords;

typedef gboolean (
    *SeedItem) (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error);

static gboolean
for_each (SbSeed *self,
          SbStore *store,
          JsonObject *parent,
          const char *name,
          SeedItem add,
          gpointer data,
          GError **error)
{
  JsonNode *node = json_object_get_member (parent, name);
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      g_set_error (error, SB_ERROR, SB_ERROR_INVALID_CONTENT, "'%s' must be an array.", name);
      return FALSE;
    }

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_OBJECT (item))
        {
          g_set_error (error, SB_ERROR, SB_ERROR_INVALID_CONTENT, "'%s' must have objects in it.",
                       name);
          return FALSE;
        }
      if (!add (self, store, json_node_get_object (item), data, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_tenant (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  const char *id, *domain, *name;

  return sb_json_get_text (item, "id", TRUE, &id, error) &&
         sb_json_get_text (item, "domain", TRUE, &domain, error) &&
         sb_json_get_text (item, "name", TRUE, &name, error) &&
         sb_store_add_tenant (store, &(SbTenant) { (char *) id, (char *) domain, (char *) name },
                              error);
}

static gboolean
add_person (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  const char *id, *tenant_id, *user_name, *given, *family, *password;
  g_autofree char *hash = NULL;
  g_autoptr (SbTenant) tenant = NULL;
  SbPerson person;

  if (!sb_json_get_text (item, "id", TRUE, &id, error) ||
      !sb_json_get_text (item, "tenant", TRUE, &tenant_id, error) ||
      !sb_json_get_text (item, "userName", TRUE, &user_name, error) ||
      !sb_json_get_text (item, "givenName", TRUE, &given, error) ||
      !sb_json_get_text (item, "familyName", TRUE, &family, error) ||
      !sb_json_get_text (item, "password", TRUE, &password, error))
    return FALSE;

  tenant = sb_store_find_tenant (store, tenant_id, error);
  hash = tenant != NULL ? sb_hash_password (password, error) : NULL;
  if (hash == NULL)
    return FALSE;

  person = (SbPerson) { (char *) id,    tenant->id,      (char *) user_name,
                        (char *) given, (char *) family, hash };
  return sb_store_add_person (store, &person, error);
}

static gboolean
add_subscription (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  const char *id, *tenant_id, *name;
  g_autoptr (SbTenant) tenant = NULL;

  if (!sb_json_get_text (item, "id", TRUE, &id, error) ||
      !sb_json_get_text (item, "tenant", TRUE, &tenant_id, error) ||
      !sb_json_get_text (item, "name", TRUE, &name, error))
    return FALSE;

  tenant = sb_store_find_tenant (store, tenant_id, error);
  return tenant != NULL &&
         sb_store_add_subscription (store,
                                    &(SbSubscription) { (char *) id, tenant->id, (char *) name },
                                    error);
}

static gboolean
add_role (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  const char *user_name, *scope, *role;
  g_autoptr (SbPerson) person = NULL;

  if (!sb_json_get_text (item, "userName", TRUE, &user_name, error) ||
      !sb_json_get_text (item, "scope", TRUE, &scope, error) ||
      !sb_json_get_text (item, "role", TRUE, &role, error))
    return FALSE;

  person = sb_store_find_person_by_name (store, user_name, error);
  return person != NULL && sb_store_set_role (store, person->id, scope, role, error);
}

static gboolean
add_image (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  const SbAccount *account = data;
  g_autoptr (SbImage) image = g_new0 (SbImage, 1);
  const char *name, *description, *sku;

  if (!sb_json_get_text (item, "name", TRUE, &name, error) ||
      !sb_json_get_text (item, "description", TRUE, &description, error) ||
      !sb_json_get_text (item, "sku", TRUE, &sku, error))
    return FALSE;

  image->name = g_strdup (name);
  image->description = g_strdup (description);
  image->author = g_strdup ("Debian");
  image->publisher = g_strdup ("debian");
  image->offer = g_strdup ("debian-13");
  image->sku = g_strdup (sku);
  image->version = g_strdup ("latest");
  image->os_type = g_strdup ("Linux");
  image->is_enabled = TRUE;
  image->created = sb_now ();
  image->guid = g_uuid_string_random ();

  return sb_store_save_image (store, account->id, image, error);
}

static SbLab *
lab_new (const SbAccount *account, const char *name, const char *owner, const char *code)
{
  SbLab *lab = g_new0 (SbLab, 1);

  lab->account_id = account->id;
  lab->subscription_id = g_strdup (account->subscription_id);
  lab->account_path = sb_account_dup_path (account);
  lab->location = g_strdup (account->location);
  lab->name = g_strdup (name);
  lab->created_by = g_strdup (owner);
  lab->created = sb_now ();
  lab->invitation_code = g_strdup (code);
  lab->tags = g_strdup ("{}");
  lab->guid = g_uuid_string_random ();
  lab->has_settings = TRUE;
  lab->max_users = 20;
  lab->quota = 10 * SB_HOUR;
  lab->access_mode = g_strdup ("Restricted");
  lab->title = g_strdup (name);
  lab->description = g_strdup ("");
  lab->image_name = g_strdup ("");
  lab->size = g_strdup ("Basic");
  lab->login = g_strdup ("student");
  lab->publishing_state = g_strdup ("Published");
  lab->configuration_state = g_strdup ("Completed");
  lab->last_changed = lab->last_published = sb_now ();

  return lab;
}

/* A text of the item into @field, when it is there. */
static gboolean
set_text (JsonObject *item, const char *name, char **field, GError **error)
{
  const char *text;

  if (!sb_json_get_text (item, name, FALSE, &text, error))
    return FALSE;
  if (text != NULL)
    g_set_str (field, text);

  return TRUE;
}

static gboolean
add_lab_user (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  Passwords *passwords = data;
  const SbLab *lab = passwords->lab;
  const char *email, *password, *emails[2] = { NULL, NULL };
  gboolean is_registered = TRUE;
  g_autoptr (SbPerson) person = NULL;
  g_autoptr (GPtrArray) machines = NULL;

  if (!sb_json_get_text (item, "email", TRUE, &email, error) ||
      !sb_json_get_bool (item, "registered", &is_registered, error) ||
      !sb_json_get_text (item, "machinePassword", FALSE, &password, error))
    return FALSE;

  emails[0] = email;
  if (!sb_labs_add_users (passwords->labs, lab, emails, error))
    return FALSE;
  if (!is_registered)
    return TRUE;

  person = sb_store_find_person_by_name (store, email, error);
  if (person == NULL || !sb_labs_register (passwords->labs, person, lab, error))
    return FALSE;
  if (password == NULL)
    return TRUE;

  machines = sb_store_list_machines_of (store, person->id, error);
  for (guint i = 0; machines != NULL && i < machines->len; i++)
    {
      if (((SbMachine *) machines->pdata[i])->lab_id != lab->id)
        continue;
      g_ptr_array_add (passwords->machines, g_ptr_array_steal_index (machines, i));
      g_ptr_array_add (passwords->passwords, g_strdup (password));
      break;
    }

  return machines != NULL;
}

typedef struct
{
  SbAccount *account;
  Passwords *passwords;
} LabSeed;

static gboolean
add_lab (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  LabSeed *where = data;
  const char *name, *owner, *code, *quota;
  g_autoptr (SbPerson) person = NULL;
  g_autoptr (SbLab) lab = NULL;

  if (!sb_json_get_text (item, "name", TRUE, &name, error) ||
      !sb_json_get_text (item, "owner", TRUE, &owner, error) ||
      !sb_json_get_text (item, "invitationCode", TRUE, &code, error) ||
      !sb_json_get_text (item, "usageQuota", FALSE, &quota, error))
    return FALSE;
  person = sb_store_find_person_by_name (store, owner, error);
  if (person == NULL)
    return FALSE;

  lab = lab_new (where->account, name, person->id, code);
  if (!set_text (item, "title", &lab->title, error) ||
      !set_text (item, "description", &lab->description, error) ||
      !set_text (item, "image", &lab->image_name, error) ||
      !set_text (item, "accessMode", &lab->access_mode, error) ||
      !set_text (item, "publishingState", &lab->publishing_state, error) ||
      !sb_json_get_int (item, "maxUsers", 1, 10000, &lab->max_users, error))
    return FALSE;
  if (quota != NULL && !sb_parse_duration (quota, &lab->quota))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                           "'usageQuota' must be a duration.");
      return FALSE;
    }
  if (!sb_labs_create_lab (where->passwords->labs, lab, error))
    return FALSE;
  if (g_str_equal (lab->publishing_state, "Published") &&
      !sb_labs_scale (where->passwords->labs, lab, error))
    return FALSE;

  where->passwords->lab = lab;
  return for_each (self, store, item, "users", add_lab_user, where->passwords, error);
}

static gboolean
add_account (SbSeed *self, SbStore *store, JsonObject *item, gpointer data, GError **error)
{
  g_autoptr (SbAccount) account = g_new0 (SbAccount, 1);
  const char *subscription, *group, *name, *location;

  if (!sb_json_get_text (item, "subscription", TRUE, &subscription, error) ||
      !sb_json_get_text (item, "resourceGroup", TRUE, &group, error) ||
      !sb_json_get_text (item, "name", TRUE, &name, error) ||
      !sb_json_get_text (item, "location", TRUE, &location, error))
    return FALSE;

  account->subscription_id = g_strdup (subscription);
  account->resource_group = g_strdup (group);
  account->name = g_strdup (name);
  account->location = g_strdup (location);
  account->tags = g_strdup ("{}");
  account->guid = g_uuid_string_random ();

  return sb_store_save_account (store, account, error) &&
         for_each (self, store, item, "images", add_image, account, error) &&
         for_each (self, store, item, "labs", add_lab, &(LabSeed) { account, data }, error);
}

static gboolean
fill (SbSeed *self, SbStore *store, Passwords *passwords, GError **error)
{
  SbDatabase *database = sb_store_get_database (store);

  if (!sb_database_begin (database, error))
    return FALSE;

  if (!for_each (self, store, self->root, "tenants", add_tenant, NULL, error) ||
      !for_each (self, store, self->root, "people", add_person, NULL, error) ||
      !for_each (self, store, self->root, "subscriptions", add_subscription, NULL, error) ||
      !for_each (self, store, self->root, "roles", add_role, NULL, error) ||
      !for_each (self, store, self->root, "labAccounts", add_account, passwords, error) ||
      !sb_store_set_meta (store, "seeded", "yes", error))
    {
      sb_database_rollback (database);
      g_prefix_error (error, "The seed cannot be used: ");
      return FALSE;
    }

  return sb_database_commit (database, error);
}

static void
passwords_free (Passwords *passwords)
{
  g_object_unref (passwords->labs);
  g_ptr_array_unref (passwords->machines);
  g_ptr_array_unref (passwords->passwords);
  g_free (passwords);
}

static void set_next_password (GTask *task);

static void
password_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Passwords *passwords = g_task_get_task_data (task);
  SbMachine *machine = passwords->machines->pdata[passwords->at];
  GError *error = NULL;

  if (sb_machine_backend_finish (SB_MACHINE_BACKEND (source), result, &error))
    {
      machine->password_reset = sb_now ();
      machine->is_password_seeded = TRUE;
      sb_store_save_machine (sb_labs_get_store (passwords->labs), machine, &error);
    }
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  passwords->at++;
  set_next_password (g_steal_pointer (&task));
}

/* Takes @task. */
static void
set_next_password (GTask *task)
{
  Passwords *passwords = g_task_get_task_data (task);
  const SbMachine *machine;

  if (passwords->at == passwords->machines->len)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  machine = passwords->machines->pdata[passwords->at];
  sb_machine_backend_set_password (sb_labs_get_backend (passwords->labs), machine->host_name,
                                   machine->login, passwords->passwords->pdata[passwords->at],
                                   password_set_cb, task);
}

SbSeed *
sb_seed_load (const char *path, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (SbSeed) self = g_new0 (SbSeed, 1);
  g_autoptr (GBytes) data = NULL;
  gboolean is_loaded;
  JsonNode *root;

  if (path == NULL)
    {
      data = g_resources_lookup_data (DEFAULT_SEED, 0, error);
      is_loaded =
          data != NULL && json_parser_load_from_data (parser, g_bytes_get_data (data, NULL),
                                                      (gssize) g_bytes_get_size (data), error);
    }
  else
    {
      is_loaded = json_parser_load_from_file (parser, path, error);
    }
  if (!is_loaded)
    return NULL;

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                           "The seed must be a JSON object.");
      return NULL;
    }
  self->root = json_node_dup_object (root);

  return g_steal_pointer (&self);
}

JsonObject *
sb_seed_get_root (SbSeed *self)
{
  return self->root;
}

void
sb_seed_free (SbSeed *self)
{
  g_clear_pointer (&self->root, json_object_unref);
  g_free (self);
}

void
sb_seed_apply (SbSeed *self,
               SbStore *store,
               SbLabs *labs,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (labs, NULL, callback, user_data);
  g_autofree char *is_seeded = NULL;
  Passwords *passwords = g_new0 (Passwords, 1);
  GError *error = NULL;

  passwords->labs = g_object_ref (labs);
  passwords->machines = g_ptr_array_new_with_free_func ((GDestroyNotify) sb_machine_free);
  passwords->passwords = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, passwords, (GDestroyNotify) passwords_free);

  is_seeded = sb_store_dup_meta (store, "seeded", &error);
  if (error == NULL && is_seeded == NULL)
    fill (self, store, passwords, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    set_next_password (g_steal_pointer (&task));
}
