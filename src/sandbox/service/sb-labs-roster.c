/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-labs-private.h"

#include "sb-util.h"

#include <string.h>

/* CONTRACTS 9.5. */
#define MAX_USERS 400

static char *
dup_host_name (SbLabs *self, const SbLab *lab, const char *suffix)
{
  g_autofree char *slug = sb_slug (lab->name, 40);

  for (guint i = 1;; i++)
    {
      g_autofree char *unique = i == 1 ? g_strdup (slug) : g_strdup_printf ("%s-%u", slug, i);
      g_autofree char *name = g_strdup_printf ("%s-%.16s", unique, suffix);
      g_autoptr (SbMachine) other =
          sb_store_find_machine_by_host (sb_labs_get_store (self), name, NULL);

      if (other == NULL)
        return g_steal_pointer (&name);
    }
}

/* The first number that no machine of the lab has, from @from. */
static char *
dup_free_name (SbLabs *self, const SbLab *lab, guint *from)
{
  for (;; (*from)++)
    {
      g_autofree char *name = g_strdup_printf ("vm-%u", *from);
      g_autoptr (SbMachine) other =
          sb_store_find_machine_by_name (sb_labs_get_store (self), lab->id, name, NULL);

      if (other == NULL)
        return g_steal_pointer (&name);
    }
}

static gboolean
claim_machine (SbLabs *self, const SbPerson *person, SbMachine *machine, GError **error)
{
  g_set_str (&machine->claimed_by, person->id);

  return sb_store_save_machine (sb_labs_get_store (self), machine, error) &&
         sb_labs_make_disk (self, machine, error);
}

static SbMachine *
find_claimed (SbLabs *self, const SbPerson *person, const SbLab *lab)
{
  g_autoptr (GPtrArray) machines = NULL;

  machines = sb_store_list_machines_of (sb_labs_get_store (self), person->id, NULL);
  for (guint i = 0; machines != NULL && i < machines->len; i++)
    {
      const SbMachine *machine = machines->pdata[i];

      if (machine->lab_id == lab->id)
        return g_ptr_array_steal_index (machines, i);
    }

  return NULL;
}

static gboolean
is_valid_email (const char *email)
{
  gsize length = strlen (email);
  const char *at = strchr (email, '@');

  if (length < 6 || length > 254 || at == NULL || at == email || at[1] == '\0' ||
      strchr (at + 1, '@') != NULL)
    return FALSE;

  for (const char *c = email; *c != '\0'; c++)
    {
      if (!g_ascii_isgraph (*c) || strchr ("<>()[],;:\\\"", *c) != NULL)
        return FALSE;
    }

  return TRUE;
}

gboolean
sb_labs_create_lab (SbLabs *self, SbLab *lab, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  SbDatabase *database = sb_store_get_database (store);
  g_autoptr (SbMachine) machine = NULL;

  if (!sb_database_begin (database, error))
    return FALSE;

  if (sb_store_save_lab (store, lab, error) && lab->has_settings)
    machine = sb_labs_add_machine (self, lab, "template", TRUE, error);
  if (lab->id == 0 || (lab->has_settings && machine == NULL))
    {
      sb_database_rollback (database);
      return FALSE;
    }

  return sb_database_commit (database, error);
}

gboolean
sb_labs_add_users (SbLabs *self, const SbLab *lab, const char *const *emails, GError **error)
{
  SbDatabase *database = sb_store_get_database (sb_labs_get_store (self));

  if (!sb_database_begin (database, error))
    return FALSE;

  for (guint i = 0; emails[i] != NULL; i++)
    {
      if (!sb_labs_add_user (self, lab, NULL, emails[i], error))
        {
          sb_database_rollback (database);
          return FALSE;
        }
    }

  return sb_database_commit (database, error);
}

gboolean
sb_labs_add_user (SbLabs *self,
                  const SbLab *lab,
                  const char *name,
                  const char *email,
                  GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbUser) user = sb_store_find_user_by_email (store, lab->id, email, NULL);

  if (user != NULL)
    return TRUE;

  if (!is_valid_email (email))
    {
      g_set_error (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                   "'%.64s' is not a valid e-mail address.", email);
      return FALSE;
    }
  if (sb_store_count_users (store, lab->id) >= MAX_USERS)
    {
      g_set_error (error, SB_ERROR, SB_ERROR_LAB_FULL, "A lab can have at most %d users.",
                   MAX_USERS);
      return FALSE;
    }

  user = g_new0 (SbUser, 1);
  user->lab_id = lab->id;
  user->name = name != NULL ? g_strdup (name) : g_uuid_string_random ();
  user->email = g_strdup (email);

  return sb_store_save_user (store, user, error);
}

gboolean
sb_labs_register (SbLabs *self, const SbPerson *person, const SbLab *lab, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbUser) user = NULL;
  g_autoptr (SbMachine) machine = NULL;

  user = sb_store_find_user_by_email (store, lab->id, person->user_name, NULL);
  if (user == NULL && g_str_equal (lab->access_mode, "Open"))
    {
      if (!sb_labs_add_user (self, lab, NULL, person->user_name, error))
        return FALSE;
      user = sb_store_find_user_by_email (store, lab->id, person->user_name, error);
      if (user == NULL)
        return FALSE;
    }
  if (user == NULL)
    {
      g_set_error (error, SB_ERROR, SB_ERROR_NOT_IN_ROSTER,
                   "%s is not in the list of users of the lab '%s'. Ask the instructor.",
                   person->user_name, lab->name);
      return FALSE;
    }

  if (user->registered == 0)
    {
      user->registered = sb_now ();
      if (!sb_store_save_user (store, user, error))
        return FALSE;
    }

  /* One machine each. Without a free one the person is registered all the same and waits: the
   * list of environments says LabIsFull. */
  machine = find_claimed (self, person, lab);
  if (machine != NULL || !g_str_equal (lab->publishing_state, "Published"))
    return TRUE;
  machine = sb_store_find_free_machine (store, lab->id, NULL);

  return machine == NULL || claim_machine (self, person, machine, error);
}

gboolean
sb_labs_claim (SbLabs *self,
               const SbPerson *person,
               const SbLab *lab,
               const char *name,
               GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbMachine) mine = find_claimed (self, person, lab);
  g_autoptr (SbMachine) machine = NULL;

  if (name != NULL)
    machine = sb_store_find_machine_by_name (store, lab->id, name, error);
  else if (mine != NULL)
    return TRUE;
  else
    machine = sb_store_find_free_machine (store, lab->id, NULL);

  if (machine == NULL && name == NULL)
    g_set_error_literal (error, SB_ERROR, SB_ERROR_LAB_FULL,
                         "All virtual machines of this lab are taken.");
  if (machine == NULL)
    return FALSE;
  if (g_strcmp0 (machine->claimed_by, person->id) == 0)
    return TRUE;
  if (machine->claimed_by != NULL || mine != NULL)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_CONFLICT,
                           mine != NULL ? "You have a virtual machine in this lab already."
                                        : "This virtual machine is taken.");
      return FALSE;
    }

  return claim_machine (self, person, machine, error);
}

static gboolean
add_machines (SbLabs *self, const SbLab *lab, gint64 missing, GError **error)
{
  guint number = 1;

  for (; missing > 0; missing--)
    {
      g_autofree char *name = dup_free_name (self, lab, &number);
      g_autoptr (SbMachine) machine = sb_labs_add_machine (self, lab, name, FALSE, error);

      if (machine == NULL)
        return FALSE;
    }

  return TRUE;
}

/* From the last one on; those that somebody has, or that do not rest, stay. */
static gboolean
drop_machines (SbLabs *self, const SbLab *lab, gint64 surplus, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (GPtrArray) machines = sb_store_list_machines (store, lab->id, 0, -1, error);

  for (guint i = machines != NULL ? machines->len : 0; i > 0 && surplus > 0; i--)
    {
      const SbMachine *machine = machines->pdata[i - 1];

      if (machine->claimed_by != NULL || !g_str_equal (machine->state, "Stopped") ||
          sb_labs_is_busy (self, machine->id))
        continue;
      if ((machine->has_disk &&
           !sb_machine_backend_remove (sb_labs_get_backend (self), machine->host_name, error)) ||
          !sb_store_remove_machine (store, machine->id, error))
        return FALSE;
      surplus--;
    }

  return machines != NULL;
}

gboolean
sb_labs_scale (SbLabs *self, const SbLab *lab, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  SbDatabase *database = sb_store_get_database (store);
  gint64 missing = lab->max_users - sb_store_count_machines (store, lab->id);

  if (!sb_database_begin (database, error))
    return FALSE;
  if (missing > 0 ? !add_machines (self, lab, missing, error)
                  : !drop_machines (self, lab, -missing, error))
    {
      sb_database_rollback (database);
      return FALSE;
    }

  return sb_database_commit (database, error);
}

SbMachine *
sb_labs_add_machine (SbLabs *self,
                     const SbLab *lab,
                     const char *name,
                     gboolean is_template,
                     GError **error)
{
  g_autoptr (SbMachine) machine = g_new0 (SbMachine, 1);
  g_autofree char *suffix = sb_slug (name, 16);

  machine->lab_id = lab->id;
  machine->lab_path = sb_lab_dup_path (lab);
  machine->name = g_strdup (name);
  machine->host_name = dup_host_name (self, lab, suffix);
  machine->is_template = is_template;
  machine->login = g_strdup (lab->login);
  machine->state = g_strdup ("Stopped");
  machine->guid = g_uuid_string_random ();
  if (!sb_store_save_machine (sb_labs_get_store (self), machine, error))
    return NULL;

  return g_steal_pointer (&machine);
}

gboolean
sb_labs_make_disk (SbLabs *self, SbMachine *machine, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbLab) lab = NULL;
  g_autoptr (SbMachine) template = NULL;

  lab = sb_store_find_lab (store, machine->lab_id, error);
  if (lab == NULL)
    return FALSE;
  if (!machine->is_template && lab->is_frozen)
    {
      template = sb_store_find_template (store, lab->id, error);
      if (template == NULL)
        return FALSE;
    }
  if (!sb_machine_backend_create (sb_labs_get_backend (self), machine->host_name,
                                  template != NULL ? template->host_name : NULL, error))
    return FALSE;

  machine->has_disk = TRUE;
  return sb_store_save_machine (store, machine, error);
}
