/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-labs-private.h"

#include "sb-util.h"

/*
 * What needs machines at rest first: publishing a lab, and removing machines, labs, accounts. A
 * #Sweep stops the machines one after the other and then does its last step.
 */
typedef struct _Sweep Sweep;

typedef gboolean (*SweepDone) (Sweep *sweep, GError **error);

struct _Sweep
{
  SbLabs *labs;
  GPtrArray *machines;
  guint at;
  char *operation;
  gint64 subject; /* lab or account */
  gboolean use_existing_image;
  SweepDone done;
};

static void
sweep_end (Sweep *sweep, const GError *problem)
{
  for (guint i = 0; i < sweep->machines->len; i++)
    sb_labs_unset_busy (sweep->labs, ((SbMachine *) sweep->machines->pdata[i])->id);
  sb_labs_end_operation (sweep->labs, sweep->operation, problem);
  g_ptr_array_unref (sweep->machines);
  g_object_unref (sweep->labs);
  g_free (sweep->operation);
  g_free (sweep);
}

static void
set_publishing_state (SbLabs *self, gint64 lab_id, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SbLab) lab = sb_store_find_lab (sb_labs_get_store (self), lab_id, &error);

  if (lab != NULL)
    {
      g_set_str (&lab->publishing_state, state);
      sb_store_save_lab (sb_labs_get_store (self), lab, &error);
    }
  if (error != NULL)
    g_warning ("The state of a lab cannot be saved: %s", error->message);
}

static void sweep_step (gpointer data);
static gboolean publish_done (Sweep *sweep, GError **error);

static void
sweep_failed (gpointer data, const GError *problem)
{
  Sweep *sweep = data;

  if (sweep->done == publish_done)
    set_publishing_state (sweep->labs, sweep->subject, "PublishFailed");
  sweep_end (sweep, problem);
}

static void
machine_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sweep *sweep = user_data;
  SbMachine *machine = sweep->machines->pdata[sweep->at];
  g_autoptr (GError) error = NULL;

  if (!sb_machine_backend_finish (SB_MACHINE_BACKEND (source), result, &error) ||
      !sb_labs_settle_machine (sweep->labs, machine, &error))
    {
      sweep_failed (sweep, error);
      return;
    }

  sweep->at++;
  sweep_step (sweep);
}

static void
sweep_step (gpointer data)
{
  Sweep *sweep = data;
  g_autoptr (GError) error = NULL;

  for (; sweep->at < sweep->machines->len; sweep->at++)
    {
      const SbMachine *machine = sweep->machines->pdata[sweep->at];

      if (g_str_equal (machine->state, "Stopped"))
        continue;
      sb_machine_backend_stop (sb_labs_get_backend (sweep->labs), machine->host_name,
                               machine_stopped_cb, sweep);
      return;
    }

  if (sweep->done (sweep, &error))
    sweep_end (sweep, NULL);
  else
    sweep_failed (sweep, error);
}

/* Takes @machines and marks them all as busy. */
static Sweep *
sweep_new (SbLabs *self, GPtrArray *machines, GError **error)
{
  Sweep *sweep;

  for (guint i = 0; i < machines->len; i++)
    {
      if (sb_labs_set_busy (self, ((SbMachine *) machines->pdata[i])->id, error))
        continue;

      while (i-- > 0)
        sb_labs_unset_busy (self, ((SbMachine *) machines->pdata[i])->id);
      g_ptr_array_unref (machines);
      return NULL;
    }

  sweep = g_new0 (Sweep, 1);
  sweep->labs = g_object_ref (self);
  sweep->machines = machines;

  return sweep;
}

static SbOperation *
sweep_begin (Sweep *sweep,
             const char *target,
             const SbLab *lab,
             const SbCaller *caller,
             GError **error)
{
  SbOperation *operation = sb_labs_begin_operation (sweep->labs, target, lab, caller, error);

  if (operation == NULL)
    {
      for (guint i = 0; i < sweep->machines->len; i++)
        sb_labs_unset_busy (sweep->labs, ((SbMachine *) sweep->machines->pdata[i])->id);
      g_ptr_array_unref (sweep->machines);
      g_object_unref (sweep->labs);
      g_free (sweep);
      return NULL;
    }

  sweep->operation = g_strdup (operation->id);
  sb_labs_begin_work (caller, sweep_step, sweep_failed, sweep);

  return operation;
}

static gboolean
drop_disk (SbLabs *self, SbMachine *machine, GError **error)
{
  g_autoptr (GError) problem = NULL;

  /* One that is gone already was dropped by a run that then crashed. */
  if (machine->has_disk &&
      !sb_machine_backend_remove (sb_labs_get_backend (self), machine->host_name, &problem) &&
      !g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }

  machine->has_disk = FALSE;
  return TRUE;
}

/* A student's machine after a publication: as the template is, without password. */
static gboolean
renew_machine (SbLabs *self, SbMachine *machine, GError **error)
{
  if (!drop_disk (self, machine, error))
    return FALSE;

  machine->password_reset = 0;
  machine->is_password_seeded = FALSE;
  if (!sb_store_save_machine (sb_labs_get_store (self), machine, error))
    return FALSE;

  return machine->claimed_by == NULL || sb_labs_make_disk (self, machine, error);
}

/* Registered people who had no machine yet get one now. */
static gboolean
serve_waiting (SbLabs *self, const SbLab *lab, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (GPtrArray) users = sb_store_list_users (store, lab->id, 0, -1, error);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      const SbUser *user = users->pdata[i];
      g_autoptr (SbPerson) person = NULL;

      if (user->registered == 0 || user->person_id == NULL)
        continue;
      person = sb_store_find_person (store, user->person_id, error);
      if (person == NULL || !sb_labs_register (self, person, lab, error))
        return FALSE;
    }

  return users != NULL;
}

static gboolean
publish_done (Sweep *sweep, GError **error)
{
  SbLabs *self = sweep->labs;
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbLab) lab = sb_store_find_lab (store, sweep->subject, error);
  g_autoptr (SbMachine) template = NULL;

  if (lab != NULL)
    template = sb_store_find_template (store, lab->id, error);
  if (template == NULL || !sb_labs_make_disk (self, template, error))
    return FALSE;

  if (!(sweep->use_existing_image && lab->is_frozen) &&
      !sb_machine_backend_freeze (sb_labs_get_backend (self), template->host_name, error))
    return FALSE;
  lab->is_frozen = TRUE;
  lab->last_published = sb_now ();
  if (!sb_store_save_lab (store, lab, error))
    return FALSE;

  for (guint i = 0; i < sweep->machines->len; i++)
    {
      SbMachine *machine = sweep->machines->pdata[i];

      if (!machine->is_template && !renew_machine (self, machine, error))
        return FALSE;
    }

  if (!sb_labs_scale (self, lab, error))
    return FALSE;
  g_set_str (&lab->publishing_state, "Published");

  return sb_store_save_lab (store, lab, error) && serve_waiting (self, lab, error);
}

static gboolean
remove_machines_done (Sweep *sweep, GError **error)
{
  /* The template comes last: the others were copied from it. */
  for (guint i = sweep->machines->len; i > 0; i--)
    {
      SbMachine *machine = sweep->machines->pdata[i - 1];

      if (!drop_disk (sweep->labs, machine, error) ||
          !sb_store_remove_machine (sb_labs_get_store (sweep->labs), machine->id, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
remove_settings_done (Sweep *sweep, GError **error)
{
  SbStore *store = sb_labs_get_store (sweep->labs);
  g_autoptr (SbLab) lab = sb_store_find_lab (store, sweep->subject, error);

  if (lab == NULL || !remove_machines_done (sweep, error))
    return FALSE;

  lab->has_settings = FALSE;
  lab->is_frozen = FALSE;
  g_set_str (&lab->publishing_state, "Draft");
  g_set_str (&lab->configuration_state, "NotApplicable");

  return sb_store_save_lab (store, lab, error);
}

static gboolean
remove_lab_done (Sweep *sweep, GError **error)
{
  return remove_machines_done (sweep, error) &&
         sb_store_remove_lab (sb_labs_get_store (sweep->labs), sweep->subject, error);
}

static gboolean
remove_user_done (Sweep *sweep, GError **error)
{
  for (guint i = 0; i < sweep->machines->len; i++)
    {
      SbMachine *machine = sweep->machines->pdata[i];

      g_clear_pointer (&machine->claimed_by, g_free);
      machine->usage = 0;
      if (!renew_machine (sweep->labs, machine, error))
        return FALSE;
    }

  return sb_store_remove_user (sb_labs_get_store (sweep->labs), sweep->subject, error);
}

static gboolean
remove_account_done (Sweep *sweep, GError **error)
{
  return remove_machines_done (sweep, error) &&
         sb_store_remove_account (sb_labs_get_store (sweep->labs), sweep->subject, error);
}

/* The machines of the lab and its template. */
static GPtrArray *
list_with_template (SbLabs *self, gint64 lab, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  GPtrArray *machines = sb_store_list_machines (store, lab, 0, -1, error);
  SbMachine *template = NULL;

  if (machines == NULL)
    return NULL;

  template = sb_store_find_template (store, lab, NULL);
  if (template != NULL)
    g_ptr_array_insert (machines, 0, template);

  return machines;
}

SbOperation *
sb_labs_publish (SbLabs *self,
                 const SbLab *lab,
                 gboolean use_existing_image,
                 const SbCaller *caller,
                 GError **error)
{
  g_autofree char *target = sb_lab_dup_settings_path (lab);
  GPtrArray *machines = NULL;
  Sweep *sweep;
  SbOperation *operation;

  if (!lab->has_settings)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_CONFLICT,
                           "The lab has no template to publish.");
      return NULL;
    }

  machines = list_with_template (self, lab->id, error);
  sweep = machines != NULL ? sweep_new (self, machines, error) : NULL;
  if (sweep == NULL)
    return NULL;

  sweep->subject = lab->id;
  sweep->use_existing_image = use_existing_image;
  sweep->done = publish_done;
  operation = sweep_begin (sweep, target, lab, caller, error);
  if (operation != NULL)
    set_publishing_state (self, lab->id, "Publishing");

  return operation;
}

SbOperation *
sb_labs_remove_machine (SbLabs *self,
                        const SbMachine *machine,
                        const SbCaller *caller,
                        GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbLab) lab = sb_store_find_lab (store, machine->lab_id, error);
  g_autofree char *target = sb_machine_dup_path (machine);
  SbMachine *again = NULL;
  GPtrArray *machines;
  Sweep *sweep;

  if (lab != NULL)
    again = sb_store_find_machine (store, machine->id, error);
  if (again == NULL)
    return NULL;

  machines = g_ptr_array_new_with_free_func ((GDestroyNotify) sb_machine_free);
  g_ptr_array_add (machines, again);
  sweep = sweep_new (self, machines, error);
  if (sweep == NULL)
    return NULL;

  sweep->subject = lab->id;
  sweep->done = remove_machines_done;
  return sweep_begin (sweep, target, lab, caller, error);
}

static SbOperation *
remove_all_of_lab (SbLabs *self,
                   const SbLab *lab,
                   char *target,
                   SweepDone done,
                   const SbCaller *caller,
                   GError **error)
{
  g_autofree char *path = target;
  GPtrArray *machines = list_with_template (self, lab->id, error);
  Sweep *sweep = machines != NULL ? sweep_new (self, machines, error) : NULL;

  if (sweep == NULL)
    return NULL;

  sweep->subject = lab->id;
  sweep->done = done;
  return sweep_begin (sweep, path, lab, caller, error);
}

SbOperation *
sb_labs_remove_lab (SbLabs *self, const SbLab *lab, const SbCaller *caller, GError **error)
{
  return remove_all_of_lab (self, lab, sb_lab_dup_path (lab), remove_lab_done, caller, error);
}

SbOperation *
sb_labs_remove_settings (SbLabs *self, const SbLab *lab, const SbCaller *caller, GError **error)
{
  return remove_all_of_lab (self, lab, sb_lab_dup_settings_path (lab), remove_settings_done, caller,
                            error);
}

SbOperation *
sb_labs_remove_account (SbLabs *self,
                        const SbAccount *account,
                        const SbCaller *caller,
                        GError **error)
{
  g_autoptr (GPtrArray) labs = NULL;
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) sb_machine_free);
  g_autofree char *target = sb_account_dup_path (account);
  SbLab where = { .subscription_id = account->subscription_id, .location = account->location };
  Sweep *sweep;

  labs = sb_store_list_labs (sb_labs_get_store (self), account->id, 0, -1, error);
  for (guint i = 0; labs != NULL && i < labs->len; i++)
    {
      GPtrArray *machines = list_with_template (self, ((SbLab *) labs->pdata[i])->id, error);

      if (machines == NULL)
        {
          g_clear_pointer (&labs, g_ptr_array_unref);
          break;
        }
      g_ptr_array_extend_and_steal (all, machines);
    }
  if (labs == NULL)
    {
      g_ptr_array_unref (all);
      return NULL;
    }

  sweep = sweep_new (self, all, error);
  if (sweep == NULL)
    return NULL;
  sweep->subject = account->id;
  sweep->done = remove_account_done;

  return sweep_begin (sweep, target, &where, caller, error);
}

SbOperation *
sb_labs_remove_user (SbLabs *self,
                     const SbLab *lab,
                     const SbUser *user,
                     const SbCaller *caller,
                     GError **error)
{
  g_autofree char *target = g_strdup_printf ("%s/users/%s", user->lab_path, user->name);
  GPtrArray *theirs = g_ptr_array_new_with_free_func ((GDestroyNotify) sb_machine_free);
  g_autoptr (GPtrArray) machines = NULL;
  Sweep *sweep;

  if (user->person_id != NULL)
    machines = sb_store_list_machines_of (sb_labs_get_store (self), user->person_id, NULL);
  for (guint i = machines != NULL ? machines->len : 0; i > 0; i--)
    {
      if (((SbMachine *) machines->pdata[i - 1])->lab_id == lab->id)
        g_ptr_array_add (theirs, g_ptr_array_steal_index (machines, i - 1));
    }

  sweep = sweep_new (self, theirs, error);
  if (sweep == NULL)
    return NULL;
  sweep->subject = user->id;
  sweep->done = remove_user_done;

  return sweep_begin (sweep, target, lab, caller, error);
}
