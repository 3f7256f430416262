/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-slot.h"
#include "sb-machine.h"
#include "sb-ports.h"

#include <unistd.h>

struct _SbSlot
{
  char *name;
  SbDiskStore *disks; /* unowned, as is what follows */
  const char *image;
  SbSlotStopped stopped;
  GObject *owner;

  SbMachine *machine; /* NULL: nothing of it runs */
  gboolean ready;
  gboolean started; /* as its user sees it: accepts connections */
  gboolean stopping;
  guint n_changing;     /* passwords that it is setting */
  GPtrArray *starts;    /* GTask: complete when it accepts */
  GPtrArray *passwords; /* GTask with Password: wait until it is ready */
  GPtrArray *stops;     /* GTask: complete when nothing of it runs */
};

typedef struct
{
  SbSlot *slot; /* unowned; slots live as long as their owner, which the task owns */
  char *login;
  int input;
} Password;

static void slot_boot (SbSlot *slot);

static void
password_free (Password *password)
{
  if (password->input >= 0)
    close (password->input);
  g_free (password->login);
  g_free (password);
}

/* Tasks call back at once: they are taken off the list before, and the slot is up to date. */
static void
complete_all (GPtrArray **tasks, const GError *error)
{
  g_autoptr (GPtrArray) taken = g_steal_pointer (tasks);

  *tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < taken->len; i++)
    {
      if (error != NULL)
        g_task_return_error (taken->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (taken->pdata[i], TRUE);
    }
}

/* On the port that is reserved; on another one when somebody else has it. */
static gboolean
slot_listen (SbSlot *slot, GError **error)
{
  g_autoptr (GError) in_use = NULL;
  guint16 port = sb_disk_store_get_port (slot->disks, slot->name);

  if (sb_machine_listen (slot->machine, port, &in_use))
    return TRUE;
  if (!g_error_matches (in_use, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    {
      g_propagate_error (error, g_steal_pointer (&in_use));
      return FALSE;
    }
  port = sb_choose_port (slot->disks, error);
  if (port == 0 || !sb_machine_listen (slot->machine, port, error))
    return FALSE;
  g_message ("The port of the machine “%s” is in use; it has %u now", slot->name, port);
  return sb_disk_store_set_port (slot->disks, slot->name, port, error);
}

/* Ends a machine that runs only because something had to be done in it. */
static void
slot_release (SbSlot *slot)
{
  if (slot->machine == NULL || slot->stopping || slot->started || slot->n_changing > 0 ||
      slot->starts->len > 0 || slot->passwords->len > 0)
    return;
  slot->stopping = TRUE;
  sb_machine_shut_down (slot->machine);
}

static void
password_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Password *password = g_task_get_task_data (task);
  SbSlot *slot = password->slot;

  sb_machine_set_password_finish (SB_MACHINE (source), result, &error);
  if (SB_MACHINE (source) == slot->machine)
    slot->n_changing--;
  slot_release (slot);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (slot->stopping)
    g_ptr_array_add (slot->stops, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
slot_set_passwords (SbSlot *slot)
{
  while (slot->passwords->len > 0)
    {
      GTask *task = g_ptr_array_steal_index (slot->passwords, 0);
      Password *password = g_task_get_task_data (task);

      slot->n_changing++;
      sb_machine_set_password_async (slot->machine, password->login, g_steal_fd (&password->input),
                                     password_set_cb, task);
    }
}

/* Drops the starts that nobody waits for any more. */
static void
drop_cancelled (GPtrArray *tasks)
{
  for (guint i = tasks->len; i > 0; i--)
    if (g_cancellable_is_cancelled (g_task_get_cancellable (tasks->pdata[i - 1])))
      {
        g_autoptr (GTask) task = g_ptr_array_steal_index (tasks, i - 1);

        g_task_return_error_if_cancelled (task);
      }
}

static void
slot_use (SbSlot *slot)
{
  g_autoptr (GError) error = NULL;

  slot_set_passwords (slot);
  drop_cancelled (slot->starts);
  if (slot->starts->len > 0 && !slot->started)
    slot->started = slot_listen (slot, &error);
  complete_all (&slot->starts, error);
  slot_release (slot);
}

static void
fail_waiting (SbSlot *slot, const GError *error)
{
  complete_all (&slot->starts, error);
  complete_all (&slot->passwords, error);
}

static void
ready_cb (SbMachine *machine, gpointer user_data)
{
  SbSlot *slot = user_data;
  g_autoptr (GObject) keep = g_object_ref (slot->owner);
  g_autoptr (GError) error = NULL;

  slot->ready = TRUE;
  if (slot->stopping)
    return;
  if (sb_disk_store_is_fresh (slot->disks, slot->name) &&
      !sb_disk_store_set_booted (slot->disks, slot->name, &error))
    {
      fail_waiting (slot, error);
      slot_release (slot);
      return;
    }
  slot_use (slot);
}

static void
ended_cb (SbMachine *machine, const GError *failure, gpointer user_data)
{
  SbSlot *slot = user_data;
  g_autoptr (GObject) keep = g_object_ref (slot->owner);
  g_autoptr (GError) error = NULL;
  gboolean unasked = slot->started && !slot->stopping;
  gboolean asked = slot->stopping;

  g_clear_object (&slot->machine);
  slot->ready = slot->started = slot->stopping = FALSE;
  slot->n_changing = 0;
  if (!asked)
    {
      error = failure != NULL ? g_error_copy (failure)
                              : g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                             "The machine “%s” ended", slot->name);
      fail_waiting (slot, error);
    }
  else if (slot->starts->len > 0 || slot->passwords->len > 0)
    slot_boot (slot);
  complete_all (&slot->stops, NULL);
  if (unasked)
    slot->stopped (slot->owner, slot->name);
}

static gboolean
slot_boot_disk (SbSlot *slot, GError **error)
{
  g_autofree char *disk = NULL;
  g_auto (GStrv) layers = NULL;
  gboolean fresh = sb_disk_store_is_fresh (slot->disks, slot->name);

  if (!sb_disk_store_prepare (slot->disks, slot->name, error))
    return FALSE;
  disk = sb_disk_store_dup_disk (slot->disks, slot->name);
  layers = sb_disk_store_dup_layers (slot->disks, slot->name);
  slot->machine = sb_machine_boot (slot->name, fresh ? SB_MACHINE_FRESH : SB_MACHINE_USED,
                                   sb_disk_store_get_folder (slot->disks), disk,
                                   (const char *const *) layers, slot->image, error);
  if (slot->machine == NULL)
    return FALSE;
  g_signal_connect (slot->machine, "ready", G_CALLBACK (ready_cb), slot);
  g_signal_connect (slot->machine, "ended", G_CALLBACK (ended_cb), slot);
  return TRUE;
}

/* Has it run and be used as the waiting tasks say. */
static void
slot_boot (SbSlot *slot)
{
  g_autoptr (GError) error = NULL;

  if (slot->machine == NULL)
    {
      if (!slot_boot_disk (slot, &error))
        fail_waiting (slot, error);
    }
  else if (slot->ready && !slot->stopping)
    slot_use (slot);
}

SbSlot *
sb_slot_new (const char *name,
             SbDiskStore *disks,
             const char *image,
             SbSlotStopped stopped,
             GObject *owner)
{
  SbSlot *slot = g_new0 (SbSlot, 1);

  slot->name = g_strdup (name);
  slot->disks = disks;
  slot->image = image;
  slot->stopped = stopped;
  slot->owner = owner;
  slot->starts = g_ptr_array_new_with_free_func (g_object_unref);
  slot->passwords = g_ptr_array_new_with_free_func (g_object_unref);
  slot->stops = g_ptr_array_new_with_free_func (g_object_unref);
  return slot;
}

void
sb_slot_free (SbSlot *slot)
{
  if (slot->machine != NULL)
    {
      g_signal_handlers_disconnect_by_data (slot->machine, slot);
      sb_machine_shut_down (slot->machine);
      g_object_unref (slot->machine);
    }
  g_ptr_array_unref (slot->starts);
  g_ptr_array_unref (slot->passwords);
  g_ptr_array_unref (slot->stops);
  g_free (slot->name);
  g_free (slot);
}

void
sb_slot_start (SbSlot *slot, GTask *task)
{
  g_ptr_array_add (slot->starts, task);
  slot_boot (slot);
}

void
sb_slot_set_password (SbSlot *slot, const char *login, int input, GTask *task)
{
  Password *password = g_new0 (Password, 1);

  password->slot = slot;
  password->login = g_strdup (login);
  password->input = input;
  g_task_set_task_data (task, password, (GDestroyNotify) password_free);
  g_ptr_array_add (slot->passwords, task);
  slot_boot (slot);
}

void
sb_slot_stop (SbSlot *slot, GTask *task)
{
  g_autoptr (GError) stopped =
      g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The machine “%s” was stopped", slot->name);

  if (slot->machine == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  slot->started = FALSE;
  sb_machine_stop_listening (slot->machine);
  g_ptr_array_add (slot->stops, task);
  complete_all (&slot->starts, stopped);
  slot_release (slot);
}

gboolean
sb_slot_is_started (SbSlot *slot)
{
  return slot->started;
}

gboolean
sb_slot_is_busy (SbSlot *slot)
{
  return slot->machine != NULL;
}
