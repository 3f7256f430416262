/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-labs-private.h"

#include "sb-util.h"

#include <string.h>

/* One start, stop or password under way. */
typedef struct
{
  SbLabs *labs;
  gint64 machine;
  char *host_name;
  char *operation;
  char *login;
  char *password;
} Job;

static Job *
job_new (SbLabs *labs, const SbMachine *machine, const SbOperation *operation)
{
  Job *job = g_new0 (Job, 1);

  job->labs = g_object_ref (labs);
  job->machine = machine->id;
  job->host_name = g_strdup (machine->host_name);
  job->operation = g_strdup (operation->id);

  return job;
}

static void
job_free (Job *job)
{
  if (job->password != NULL)
    explicit_bzero (job->password, strlen (job->password));
  g_object_unref (job->labs);
  g_free (job->host_name);
  g_free (job->operation);
  g_free (job->login);
  g_free (job->password);
  g_free (job);
}

/* Ends the job: the machine is @state now, the operation has failed when @problem is set. */
static void
job_end (Job *job, const char *state, const GError *problem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SbMachine) machine = NULL;
  gboolean is_saved = FALSE;

  sb_labs_unset_busy (job->labs, job->machine);
  machine = sb_store_find_machine (sb_labs_get_store (job->labs), job->machine, &error);
  if (machine != NULL)
    {
      if (state != NULL)
        {
          g_set_str (&machine->state, state);
          machine->counted = sb_now ();
        }
      if (job->password != NULL && problem == NULL)
        {
          machine->password_reset = sb_now ();
          machine->is_password_seeded = FALSE;
        }
      is_saved = sb_store_save_machine (sb_labs_get_store (job->labs), machine, &error);
    }
  if (!is_saved)
    g_warning ("The state of %s cannot be saved: %s", job->host_name, error->message);

  sb_labs_end_operation (job->labs, job->operation, problem);
  job_free (job);
}

static void
start_failed (gpointer data, const GError *problem)
{
  job_end (data, "Stopped", problem);
}

static void
stop_failed (gpointer data, const GError *problem)
{
  job_end (data, "Running", problem);
}

static void
password_failed (gpointer data, const GError *problem)
{
  job_end (data, NULL, problem);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (sb_machine_backend_finish (SB_MACHINE_BACKEND (source), result, &error))
    job_end (user_data, "Running", NULL);
  else
    job_end (user_data, "Stopped", error);
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (sb_machine_backend_finish (SB_MACHINE_BACKEND (source), result, &error))
    job_end (user_data, "Stopped", NULL);
  else
    job_end (user_data, "Running", error);
}

static void
password_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sb_machine_backend_finish (SB_MACHINE_BACKEND (source), result, &error);
  job_end (user_data, NULL, error);
}

static gboolean
ensure_disk (Job *job, GError **error)
{
  g_autoptr (SbMachine) machine =
      sb_store_find_machine (sb_labs_get_store (job->labs), job->machine, error);

  return machine != NULL && sb_labs_make_disk (job->labs, machine, error);
}

static void
start_work (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (ensure_disk (job, &error))
    sb_machine_backend_start (sb_labs_get_backend (job->labs), job->host_name, started_cb, job);
  else
    job_end (job, "Stopped", error);
}

static void
stop_work (gpointer data)
{
  Job *job = data;

  sb_machine_backend_stop (sb_labs_get_backend (job->labs), job->host_name, stopped_cb, job);
}

static void
password_work (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (ensure_disk (job, &error))
    sb_machine_backend_set_password (sb_labs_get_backend (job->labs), job->host_name, job->login,
                                     job->password, password_set_cb, job);
  else
    job_end (job, NULL, error);
}

static gboolean
check_start (SbLabs *self, const SbMachine *machine, const SbLab *lab, GError **error)
{
  g_autofree char *quota = sb_format_duration (lab->quota);

  if (machine->is_template && g_str_equal (lab->publishing_state, "Publishing"))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_IN_PROGRESS,
                           "The lab is being published. Try again later.");
      return FALSE;
    }
  if (!machine->is_template && sb_labs_get_usage (self, machine) >= lab->quota)
    {
      g_set_error (error, SB_ERROR, SB_ERROR_QUOTA_EXCEEDED,
                   "The usage quota of %s for this virtual machine has been used up.", quota);
      return FALSE;
    }

  return TRUE;
}

/* Begins to change the power state: the operation and the state are saved together. */
static SbOperation *
begin_change (SbLabs *self,
              SbMachine *machine,
              const SbLab *lab,
              const SbCaller *caller,
              const char *state,
              GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  SbDatabase *database = sb_store_get_database (store);
  g_autofree char *target = sb_machine_dup_path (machine);
  g_autoptr (SbOperation) operation = NULL;

  if (!sb_database_begin (database, error))
    return NULL;

  operation = sb_labs_begin_operation (self, target, lab, caller, error);
  if (operation != NULL)
    {
      machine->usage = sb_labs_get_usage (self, machine);
      machine->counted = sb_now ();
      g_set_str (&machine->state, state);
    }
  if (operation == NULL || !sb_store_save_machine (store, machine, error))
    {
      sb_database_rollback (database);
      return NULL;
    }

  return sb_database_commit (database, error) ? g_steal_pointer (&operation) : NULL;
}

/* The machine is in the state already: an operation that has ended. */
static SbOperation *
nothing_to_do (SbLabs *self,
               const SbMachine *machine,
               const SbLab *lab,
               const SbCaller *caller,
               GError **error)
{
  g_autofree char *target = sb_machine_dup_path (machine);
  g_autoptr (SbOperation) operation = NULL;

  operation = sb_labs_begin_operation (self, target, lab, caller, error);
  if (operation == NULL)
    return NULL;

  sb_labs_end_operation (self, operation->id, NULL);
  g_set_str (&operation->status, "Succeeded");

  return g_steal_pointer (&operation);
}

SbOperation *
sb_labs_start_machine (SbLabs *self, gint64 id, const SbCaller *caller, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbMachine) machine = sb_store_find_machine (store, id, error);
  g_autoptr (SbLab) lab = NULL;
  SbOperation *operation;

  if (machine == NULL)
    return NULL;

  lab = sb_store_find_lab (store, machine->lab_id, error);
  if (lab == NULL)
    return NULL;
  if (sb_machine_is_running (machine))
    return nothing_to_do (self, machine, lab, caller, error);
  if (!check_start (self, machine, lab, error) || !sb_labs_set_busy (self, id, error))
    return NULL;

  operation = begin_change (self, machine, lab, caller, "Starting", error);
  if (operation == NULL)
    {
      sb_labs_unset_busy (self, id);
      return NULL;
    }
  sb_labs_begin_work (caller, start_work, start_failed, job_new (self, machine, operation));

  return operation;
}

SbOperation *
sb_labs_stop_machine (SbLabs *self, gint64 id, const SbCaller *caller, GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbMachine) machine = sb_store_find_machine (store, id, error);
  g_autoptr (SbLab) lab = NULL;
  SbOperation *operation;

  if (machine == NULL)
    return NULL;

  lab = sb_store_find_lab (store, machine->lab_id, error);
  if (lab == NULL)
    return NULL;
  if (g_str_equal (machine->state, "Stopped"))
    return nothing_to_do (self, machine, lab, caller, error);
  if (!sb_labs_set_busy (self, id, error))
    return NULL;

  operation = begin_change (self, machine, lab, caller, "Stopping", error);
  if (operation == NULL)
    {
      sb_labs_unset_busy (self, id);
      return NULL;
    }
  sb_labs_begin_work (caller, stop_work, stop_failed, job_new (self, machine, operation));

  return operation;
}

SbOperation *
sb_labs_reset_password (SbLabs *self,
                        gint64 id,
                        const char *login,
                        const char *password,
                        const SbCaller *caller,
                        GError **error)
{
  SbStore *store = sb_labs_get_store (self);
  g_autoptr (SbMachine) machine = sb_store_find_machine (store, id, error);
  g_autoptr (SbLab) lab = NULL;
  g_autofree char *target = NULL;
  SbOperation *operation;
  Job *job;

  if (machine == NULL)
    return NULL;

  lab = sb_store_find_lab (store, machine->lab_id, error);
  if (lab == NULL)
    return NULL;
  if (login != NULL && *login != '\0' && !g_str_equal (login, machine->login))
    {
      g_set_error (error, SB_ERROR, SB_ERROR_INVALID_USER_NAME,
                   "The virtual machine has one account, '%s'.", machine->login);
      return NULL;
    }
  if (!sb_check_machine_password (password, machine->login, error) ||
      !sb_labs_set_busy (self, id, error))
    return NULL;

  target = sb_machine_dup_path (machine);
  operation = sb_labs_begin_operation (self, target, lab, caller, error);
  if (operation == NULL)
    {
      sb_labs_unset_busy (self, id);
      return NULL;
    }
  job = job_new (self, machine, operation);
  job->login = g_strdup (machine->login);
  job->password = g_strdup (password);
  sb_labs_begin_work (caller, password_work, password_failed, job);

  return operation;
}

char *
sb_labs_dup_ssh_authority (SbLabs *self, const SbMachine *machine)
{
  guint16 port = 0;

  if (machine->has_disk)
    port = sb_machine_backend_get_ssh_port (sb_labs_get_backend (self), machine->host_name);

  return port == 0 ? g_strdup ("") : g_strdup_printf ("127.0.0.1:%u", port);
}

gint64
sb_labs_get_usage (SbLabs *self, const SbMachine *machine)
{
  gint64 now = sb_now ();

  if (sb_machine_is_running (machine) && now > machine->counted)
    return machine->usage + now - machine->counted;

  return machine->usage;
}
