/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-labs-private.h"

#include "sb-util.h"

/* What a crash can lose of the usage. */
#define HEARTBEAT_SECONDS 5

struct _SbLabs
{
  GObject parent_instance;

  SbStore *store; /* owned by who made us, outlives us */
  SbMachineBackend *backend;
  GHashTable *busy; /* machine ids */
  guint heartbeat;
};

G_DEFINE_FINAL_TYPE (SbLabs, sb_labs, G_TYPE_OBJECT)

typedef struct
{
  SbWork work;
  SbWorkFailed failed;
  gpointer data;
  GError *fault;
} DelayedWork;

static void
add_usage (SbMachine *machine)
{
  gint64 now = sb_now ();

  if (sb_machine_is_running (machine) && now > machine->counted)
    machine->usage += now - machine->counted;
  machine->counted = now;
}

static gboolean
is_past_quota (SbLabs *self, const SbMachine *machine)
{
  g_autoptr (SbLab) lab = NULL;

  if (machine->is_template)
    return FALSE;

  lab = sb_store_find_lab (self->store, machine->lab_id, NULL);
  return lab != NULL && machine->usage >= lab->quota;
}

static void
stop_past_quota (SbLabs *self, const SbMachine *machine)
{
  static const SbCaller service = { "", "POST", "quota", 0, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (SbOperation) operation = NULL;

  g_message ("%s has used up its quota: stopping it", machine->host_name);
  operation = sb_labs_stop_machine (self, machine->id, &service, &error);
  if (operation == NULL)
    g_warning ("%s cannot be stopped: %s", machine->host_name, error->message);
}

static gboolean
recover (SbLabs *self, GError **error)
{
  g_autoptr (GPtrArray) machines = sb_store_list_active_machines (self->store, error);

  if (machines == NULL)
    return FALSE;

  for (guint i = 0; i < machines->len; i++)
    {
      SbMachine *machine = machines->pdata[i];

      g_message ("%s was %s when the service ended: it is stopped now", machine->host_name,
                 machine->state);
      g_set_str (&machine->state, "Stopped");
      if (!sb_store_save_machine (self->store, machine, error))
        return FALSE;
    }

  return sb_store_fail_unfinished (self->store, error) &&
         sb_store_purge_tokens (self->store, error);
}

static gboolean
heartbeat_cb (gpointer user_data)
{
  sb_labs_count_usage (SB_LABS (user_data));

  return G_SOURCE_CONTINUE;
}

static void
machine_stopped_cb (SbLabs *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SbMachine) machine = sb_store_find_machine_by_host (self->store, name, &error);

  /* One that starts or stops is settled by who asked for that. */
  if (machine == NULL || !sb_machine_is_running (machine))
    return;

  g_message ("%s has stopped by itself", name);
  if (!sb_labs_settle_machine (self, machine, &error))
    g_warning ("The state of %s cannot be saved: %s", name, error->message);
}

static void
stop_all_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SbLabs *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) machines = NULL;
  GError *error = NULL;

  if (!sb_machine_backend_finish (SB_MACHINE_BACKEND (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  machines = sb_store_list_active_machines (self->store, &error);
  for (guint i = 0; machines != NULL && i < machines->len && error == NULL; i++)
    sb_labs_settle_machine (self, machines->pdata[i], &error);

  if (error != NULL || !sb_store_fail_unfinished (self->store, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
delayed_work_cb (gpointer user_data)
{
  DelayedWork *delayed = user_data;

  if (delayed->fault != NULL)
    delayed->failed (delayed->data, delayed->fault);
  else
    delayed->work (delayed->data);

  g_clear_error (&delayed->fault);
  g_free (delayed);
  return G_SOURCE_REMOVE;
}

static void
sb_labs_dispose (GObject *object)
{
  SbLabs *self = SB_LABS (object);

  g_clear_handle_id (&self->heartbeat, g_source_remove);
  g_clear_object (&self->backend);
  g_clear_pointer (&self->busy, g_hash_table_unref);
  G_OBJECT_CLASS (sb_labs_parent_class)->dispose (object);
}

static void
sb_labs_class_init (SbLabsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sb_labs_dispose;
}

static void
sb_labs_init (SbLabs *self)
{
  self->busy = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

SbLabs *
sb_labs_new (SbStore *store, SbMachineBackend *backend, GError **error)
{
  g_autoptr (SbLabs) self = g_object_new (SB_TYPE_LABS, NULL);

  self->store = store;
  self->backend = g_object_ref (backend);
  if (!recover (self, error))
    return NULL;

  g_signal_connect_object (backend, "stopped", G_CALLBACK (machine_stopped_cb), self,
                           G_CONNECT_SWAPPED);
  self->heartbeat = g_timeout_add_seconds (HEARTBEAT_SECONDS, heartbeat_cb, self);

  return g_steal_pointer (&self);
}

void
sb_labs_shut_down (SbLabs *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_clear_handle_id (&self->heartbeat, g_source_remove);
  sb_machine_backend_stop_all (self->backend, stop_all_cb, task);
}

void
sb_labs_count_usage (SbLabs *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) machines = sb_store_list_active_machines (self->store, &error);

  if (machines == NULL)
    {
      g_warning ("The usage cannot be counted: %s", error->message);
      return;
    }

  for (guint i = 0; i < machines->len; i++)
    {
      SbMachine *machine = machines->pdata[i];

      if (!sb_machine_is_running (machine))
        continue;
      add_usage (machine);
      if (!sb_store_save_machine (self->store, machine, &error))
        {
          g_warning ("The usage cannot be saved: %s", error->message);
          return;
        }
      if (is_past_quota (self, machine) && !sb_labs_is_busy (self, machine->id))
        stop_past_quota (self, machine);
    }
}

SbStore *
sb_labs_get_store (SbLabs *self)
{
  return self->store;
}

SbMachineBackend *
sb_labs_get_backend (SbLabs *self)
{
  return self->backend;
}

gboolean
sb_labs_set_busy (SbLabs *self, gint64 machine, GError **error)
{
  if (sb_labs_is_busy (self, machine))
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_IN_PROGRESS,
                           "Another operation on this virtual machine is in progress.");
      return FALSE;
    }

  g_hash_table_add (self->busy, g_memdup2 (&machine, sizeof machine));
  return TRUE;
}

void
sb_labs_unset_busy (SbLabs *self, gint64 machine)
{
  g_hash_table_remove (self->busy, &machine);
}

gboolean
sb_labs_is_busy (SbLabs *self, gint64 machine)
{
  return g_hash_table_contains (self->busy, &machine);
}

SbOperation *
sb_labs_begin_operation (SbLabs *self,
                         const char *target,
                         const SbLab *lab,
                         const SbCaller *caller,
                         GError **error)
{
  g_autoptr (SbOperation) operation = g_new0 (SbOperation, 1);

  operation->id = g_uuid_string_random ();
  operation->target = g_strdup (target);
  operation->subscription_id = g_strdup (lab->subscription_id);
  operation->location = g_strdup (lab->location);
  operation->person_id = g_strdup (caller->person_id);
  operation->method = g_strdup (caller->method);
  operation->uri = g_strdup (caller->uri);
  operation->status = g_strdup ("InProgress");
  operation->started = sb_now ();
  if (!sb_store_add_operation (self->store, operation, error))
    return NULL;

  return g_steal_pointer (&operation);
}

void
sb_labs_end_operation (SbLabs *self, const char *id, const GError *problem)
{
  g_autoptr (GError) error = NULL;
  const char *code = NULL;

  if (problem != NULL && (problem->domain == SB_ERROR || problem->domain == SB_FAULT))
    code = sb_error_get_code (problem);
  else if (problem != NULL)
    code = "VirtualMachineFailed";

  if (problem != NULL)
    g_message ("Operation %s failed: %s", id, problem->message);
  if (!sb_store_end_operation (self->store, id, code, problem != NULL ? problem->message : NULL,
                               &error))
    g_warning ("The end of an operation cannot be saved: %s", error->message);
}

void
sb_labs_begin_work (const SbCaller *caller, SbWork work, SbWorkFailed failed, gpointer data)
{
  DelayedWork *delayed = g_new0 (DelayedWork, 1);

  delayed->work = work;
  delayed->failed = failed;
  delayed->data = data;
  if (caller->fail_code != NULL)
    delayed->fault = g_error_new_literal (SB_FAULT, (int) g_quark_from_string (caller->fail_code),
                                          caller->fail_message);
  g_timeout_add (caller->delay, delayed_work_cb, delayed);
}

gboolean
sb_labs_settle_machine (SbLabs *self, SbMachine *machine, GError **error)
{
  add_usage (machine);
  g_set_str (&machine->state, "Stopped");

  return sb_store_save_machine (self->store, machine, error);
}
