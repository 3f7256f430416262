/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-machine-host.h"
#include "sb-disk-store.h"
#include "sb-machine.h"
#include "sb-ports.h"
#include "sb-slot.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_PASSWORD 256

struct _SbMachineHost
{
  GObject parent_instance;

  char *image;
  SbDiskStore *disks;
  GHashTable *slots; /* name → SbSlot */
};

G_DEFINE_FINAL_TYPE (SbMachineHost, sb_machine_host, G_TYPE_OBJECT)

enum
{
  STOPPED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
stopped_cb (GObject *owner, const char *name)
{
  g_signal_emit (owner, signals[STOPPED], 0, name);
}

static SbSlot *
find_slot (SbMachineHost *self, const char *name, GError **error)
{
  SbSlot *slot = g_hash_table_lookup (self->slots, name);

  if (!sb_disk_store_has (self->disks, name))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no machine “%s”", name);
      return NULL;
    }
  if (slot == NULL)
    {
      slot = sb_slot_new (name, self->disks, self->image, stopped_cb, G_OBJECT (self));
      g_hash_table_insert (self->slots, g_strdup (name), slot);
    }
  return slot;
}

static gboolean
is_name (const char *name)
{
  gsize length = strlen (name);

  return length > 0 && length <= 63 && name[0] != '-' && name[length - 1] != '-' &&
         strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

/* As useradd takes them. */
static gboolean
is_login (const char *login)
{
  gsize length = strlen (login);

  return length > 0 && length <= 32 && !g_ascii_isdigit (login[0]) && login[0] != '-' &&
         strspn (login, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

static gboolean
check_stopped (SbMachineHost *self, const char *name, GError **error)
{
  SbSlot *slot = find_slot (self, name, error);

  if (slot == NULL)
    return FALSE;
  if (sb_slot_is_busy (slot))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "The machine “%s” runs: stop it first",
                   name);
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  GMainLoop *loop;
  GError *failure;
} Probe;

static void
probe_ended_cb (SbMachine *machine, const GError *failure, gpointer user_data)
{
  Probe *probe = user_data;

  probe->failure = failure != NULL ? g_error_copy (failure) : NULL;
  g_main_loop_quit (probe->loop);
}

/* Makes the root of a machine once, with everything that a kernel or a container may refuse. */
static gboolean
probe_kernel (SbMachineHost *self, GError **error)
{
  static const char *const no_layers[] = { NULL };
  g_autofree char *disk = sb_disk_store_make_scratch (self->disks, error);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (SbMachine) machine = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  Probe probe = { loop, NULL };

  if (disk == NULL)
    return FALSE;
  g_main_context_push_thread_default (context);
  machine = sb_machine_boot ("probe", SB_MACHINE_PROBE, sb_disk_store_get_folder (self->disks),
                             disk, no_layers, self->image, error);
  if (machine != NULL)
    {
      g_signal_connect (machine, "ended", G_CALLBACK (probe_ended_cb), &probe);
      g_main_loop_run (loop);
      if (probe.failure != NULL)
        g_propagate_error (error, probe.failure);
    }
  g_main_context_pop_thread_default (context);
  sb_disk_store_collect (self->disks);
  return machine != NULL && probe.failure == NULL;
}

static void
sb_machine_host_finalize (GObject *object)
{
  SbMachineHost *self = SB_MACHINE_HOST (object);

  g_hash_table_unref (self->slots);
  g_clear_pointer (&self->disks, sb_disk_store_free);
  g_free (self->image);

  G_OBJECT_CLASS (sb_machine_host_parent_class)->finalize (object);
}

static void
sb_machine_host_class_init (SbMachineHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sb_machine_host_finalize;

  signals[STOPPED] = g_signal_new ("stopped", SB_TYPE_MACHINE_HOST, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sb_machine_host_init (SbMachineHost *self)
{
  self->slots =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) sb_slot_free);
}

SbMachineHost *
sb_machine_host_new (const char *state_dir, const char *image, GError **error)
{
  g_autoptr (SbMachineHost) self = g_object_new (SB_TYPE_MACHINE_HOST, NULL);

  self->image = g_canonicalize_filename (image, NULL);
  self->disks = sb_disk_store_open (state_dir, error);
  if (self->disks == NULL || !probe_kernel (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
sb_machine_host_create (SbMachineHost *self,
                        const char *name,
                        const char *template_name,
                        GError **error)
{
  guint16 port;

  if (!is_name (name))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "The name of a machine is made of letters, digits and “-”");
      return FALSE;
    }
  if (sb_disk_store_has (self->disks, name))
    return TRUE;
  port = sb_choose_port (self->disks, error);
  return port != 0 && sb_disk_store_create (self->disks, name, template_name, port, error);
}

gboolean
sb_machine_host_remove (SbMachineHost *self, const char *name, GError **error)
{
  return check_stopped (self, name, error) && sb_disk_store_remove (self->disks, name, error);
}

gboolean
sb_machine_host_reimage (SbMachineHost *self, const char *name, GError **error)
{
  return check_stopped (self, name, error) && sb_disk_store_reimage (self->disks, name, error);
}

gboolean
sb_machine_host_freeze (SbMachineHost *self, const char *name, GError **error)
{
  return check_stopped (self, name, error) && sb_disk_store_freeze (self->disks, name, error);
}

void
sb_machine_host_start_async (SbMachineHost *self,
                             const char *name,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  SbSlot *slot = find_slot (self, name, &error);

  g_task_set_source_tag (task, sb_machine_host_start_async);
  if (slot == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  sb_slot_start (slot, g_steal_pointer (&task));
}

gboolean
sb_machine_host_start_finish (SbMachineHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
sb_machine_host_stop_async (SbMachineHost *self,
                            const char *name,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  SbSlot *slot = find_slot (self, name, &error);

  g_task_set_source_tag (task, sb_machine_host_stop_async);
  if (slot == NULL)
    g_task_return_error (task, error);
  else
    sb_slot_stop (slot, g_steal_pointer (&task));
}

gboolean
sb_machine_host_stop_finish (SbMachineHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* A pipe that chpasswd will read, with its one line in it: the password is kept nowhere else. */
static int
make_password_input (const char *login, const char *password, GError **error)
{
  struct iovec line[] = {
    { (void *) login, strlen (login) },
    { (void *) ":", 1 },
    { (void *) password, strlen (password) },
    { (void *) "\n", 1 },
  };
  int ends[2];
  gssize n;

  if (!g_unix_open_pipe (ends, O_CLOEXEC, error))
    return -1;
  /* Far less than a pipe holds, so this neither waits nor stops half-way. */
  n = writev (ends[1], line, G_N_ELEMENTS (line));
  close (ends[1]);
  if (n > 0)
    return ends[0];
  close (ends[0]);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The pipe took no password");
  return -1;
}

void
sb_machine_host_set_password_async (SbMachineHost *self,
                                    const char *name,
                                    const char *login,
                                    const char *password,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  SbSlot *slot = find_slot (self, name, &error);
  int input;

  g_task_set_source_tag (task, sb_machine_host_set_password_async);
  if (slot == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (!is_login (login) || *password == '\0' || strlen (password) > MAX_PASSWORD ||
      strpbrk (password, "\r\n") != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               "The login or the password has characters that Linux does not take");
      return;
    }
  input = make_password_input (login, password, &error);
  if (input < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  sb_slot_set_password (slot, login, input, g_steal_pointer (&task));
}

gboolean
sb_machine_host_set_password_finish (SbMachineHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
sb_machine_host_is_running (SbMachineHost *self, const char *name)
{
  SbSlot *slot = g_hash_table_lookup (self->slots, name);

  return slot != NULL && sb_slot_is_started (slot);
}

guint16
sb_machine_host_get_ssh_port (SbMachineHost *self, const char *name)
{
  return sb_disk_store_get_port (self->disks, name);
}

static void
one_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  guint *left = g_task_get_task_data (task);

  sb_machine_host_stop_finish (SB_MACHINE_HOST (source), result, NULL);
  if (--*left == 0)
    g_task_return_boolean (task, TRUE);
}

void
sb_machine_host_stop_all_async (SbMachineHost *self,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GPtrArray) slots = g_hash_table_get_values_as_ptr_array (self->slots);
  guint *left = g_new (guint, 1);

  g_task_set_source_tag (task, sb_machine_host_stop_all_async);
  g_task_set_task_data (task, left, g_free);
  *left = slots->len;
  if (slots->len == 0)
    g_task_return_boolean (task, TRUE);
  for (guint i = 0; i < slots->len; i++)
    sb_slot_stop (slots->pdata[i], g_task_new (self, NULL, one_stopped_cb, g_object_ref (task)));
}

gboolean
sb_machine_host_stop_all_finish (SbMachineHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
