/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-machine-host.h"
#include "sb-disk-store.h"
#include "sb-machine.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Below the range from which Linux takes the ports of outgoing connections, so that nobody else
 * sits on the port of a stopped machine. */
#define FIRST_PORT   20000
#define N_PORTS      12000

#define MAX_PASSWORD 256

/* What goes on with one machine; there is one as soon as something was asked of it. */
typedef struct
{
  SbMachineHost *host; /* unowned */
  char *name;
  SbMachine *machine; /* NULL: nothing of it runs */
  gboolean ready;
  gboolean started; /* as its user sees it: accepts connections */
  gboolean stopping;
  guint n_changing;     /* passwords that it is setting */
  GPtrArray *starts;    /* GTask: complete when it accepts */
  GPtrArray *passwords; /* GTask with Password: wait until it is ready */
  GPtrArray *stops;     /* GTask: complete when nothing of it runs */
} Slot;

typedef struct
{
  Slot *slot; /* unowned; slots live as long as the host, which the task owns */
  char *login;
  int input;
} Password;

struct _SbMachineHost
{
  GObject parent_instance;

  char *image;
  SbDiskStore *disks;
  GHashTable *slots; /* name → Slot */
};

G_DEFINE_FINAL_TYPE (SbMachineHost, sb_machine_host, G_TYPE_OBJECT)

enum
{
  STOPPED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void slot_boot (Slot *slot);

static Slot *
slot_new (SbMachineHost *host, const char *name)
{
  Slot *slot = g_new0 (Slot, 1);

  slot->host = host;
  slot->name = g_strdup (name);
  slot->starts = g_ptr_array_new_with_free_func (g_object_unref);
  slot->passwords = g_ptr_array_new_with_free_func (g_object_unref);
  slot->stops = g_ptr_array_new_with_free_func (g_object_unref);
  return slot;
}

static void
slot_free (Slot *slot)
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

static void
password_free (Password *password)
{
  if (password->input >= 0)
    close (password->input);
  g_free (password->login);
  g_free (password);
}

static Slot *
find_slot (SbMachineHost *self, const char *name, GError **error)
{
  Slot *slot = g_hash_table_lookup (self->slots, name);

  if (!sb_disk_store_has (self->disks, name))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no machine “%s”", name);
      return NULL;
    }
  if (slot == NULL)
    {
      slot = slot_new (self, name);
      g_hash_table_insert (self->slots, g_strdup (name), slot);
    }
  return slot;
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
is_free (guint16 port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  return socket != NULL && g_socket_bind (socket, address, FALSE, NULL);
}

static guint16
choose_port (SbMachineHost *self, GError **error)
{
  guint offset = g_random_int_range (0, N_PORTS);

  for (guint i = 0; i < N_PORTS; i++)
    {
      guint16 port = FIRST_PORT + (offset + i) % N_PORTS;

      if (!sb_disk_store_has_port (self->disks, port) && is_free (port))
        return port;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                       "All ports from 20000 to 31999 on 127.0.0.1 are in use");
  return 0;
}

/* On the port that is reserved; on another one when somebody else has it. */
static gboolean
slot_listen (Slot *slot, GError **error)
{
  SbMachineHost *self = slot->host;
  g_autoptr (GError) in_use = NULL;
  guint16 port = sb_disk_store_get_port (self->disks, slot->name);

  if (sb_machine_listen (slot->machine, port, &in_use))
    return TRUE;
  if (!g_error_matches (in_use, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    {
      g_propagate_error (error, g_steal_pointer (&in_use));
      return FALSE;
    }
  port = choose_port (self, error);
  if (port == 0 || !sb_machine_listen (slot->machine, port, error))
    return FALSE;
  g_message ("The port of the machine “%s” is in use; it has %u now", slot->name, port);
  return sb_disk_store_set_port (self->disks, slot->name, port, error);
}

/* Ends a machine that runs only because something had to be done in it. */
static void
slot_release (Slot *slot)
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
  Slot *slot = password->slot;

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
slot_set_passwords (Slot *slot)
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
slot_use (Slot *slot)
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
ready_cb (SbMachine *machine, gpointer user_data)
{
  Slot *slot = user_data;
  SbDiskStore *disks = slot->host->disks;
  g_autoptr (SbMachineHost) keep = g_object_ref (slot->host);
  g_autoptr (GError) error = NULL;

  slot->ready = TRUE;
  if (sb_disk_store_is_fresh (disks, slot->name) &&
      !sb_disk_store_set_booted (disks, slot->name, &error))
    g_warning ("What the machine “%s” writes is dropped at its next start: %s", slot->name,
               error->message);
  if (!slot->stopping)
    slot_use (slot);
}

static void
ended_cb (SbMachine *machine, const GError *failure, gpointer user_data)
{
  Slot *slot = user_data;
  g_autoptr (SbMachineHost) self = g_object_ref (slot->host);
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
      complete_all (&slot->starts, error);
      complete_all (&slot->passwords, error);
    }
  else if (slot->starts->len > 0 || slot->passwords->len > 0)
    slot_boot (slot);
  complete_all (&slot->stops, NULL);
  if (unasked)
    g_signal_emit (self, signals[STOPPED], 0, slot->name);
}

/* Has it run and be used as the waiting tasks say. */
static void
slot_boot (Slot *slot)
{
  SbMachineHost *self = slot->host;
  g_autofree char *disk = sb_disk_store_dup_disk (self->disks, slot->name);
  g_auto (GStrv) layers = sb_disk_store_dup_layers (self->disks, slot->name);
  gboolean fresh = sb_disk_store_is_fresh (self->disks, slot->name);
  g_autoptr (GError) error = NULL;

  if (slot->machine != NULL)
    {
      if (slot->ready && !slot->stopping)
        slot_use (slot);
      return;
    }
  slot->machine = sb_machine_boot (slot->name, fresh ? SB_MACHINE_FRESH : SB_MACHINE_USED,
                                   sb_disk_store_get_folder (self->disks), disk,
                                   (const char *const *) layers, self->image, &error);
  if (slot->machine == NULL)
    {
      complete_all (&slot->starts, error);
      complete_all (&slot->passwords, error);
      return;
    }
  g_signal_connect (slot->machine, "ready", G_CALLBACK (ready_cb), slot);
  g_signal_connect (slot->machine, "ended", G_CALLBACK (ended_cb), slot);
}

static gboolean
check_stopped (SbMachineHost *self, const char *name, GError **error)
{
  Slot *slot = find_slot (self, name, error);

  if (slot == NULL)
    return FALSE;
  if (slot->machine != NULL)
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
  self->slots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) slot_free);
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
  port = choose_port (self, error);
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
  Slot *slot = find_slot (self, name, &error);

  g_task_set_source_tag (task, sb_machine_host_start_async);
  if (slot == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_ptr_array_add (slot->starts, g_steal_pointer (&task));
  slot_boot (slot);
}

gboolean
sb_machine_host_start_finish (SbMachineHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Completes @task, which is taken, when nothing of @slot runs. */
static void
slot_stop (Slot *slot, GTask *task)
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

void
sb_machine_host_stop_async (SbMachineHost *self,
                            const char *name,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  Slot *slot = find_slot (self, name, &error);

  g_task_set_source_tag (task, sb_machine_host_stop_async);
  if (slot == NULL)
    g_task_return_error (task, error);
  else
    slot_stop (slot, g_steal_pointer (&task));
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
  Slot *slot = find_slot (self, name, &error);
  Password *job;
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
  job = g_new0 (Password, 1);
  job->slot = slot;
  job->login = g_strdup (login);
  job->input = input;
  g_task_set_task_data (task, job, (GDestroyNotify) password_free);
  g_ptr_array_add (slot->passwords, g_steal_pointer (&task));
  slot_boot (slot);
}

gboolean
sb_machine_host_set_password_finish (SbMachineHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
sb_machine_host_is_running (SbMachineHost *self, const char *name)
{
  Slot *slot = g_hash_table_lookup (self->slots, name);

  return slot != NULL && slot->started;
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
    slot_stop (slots->pdata[i], g_task_new (self, NULL, one_stopped_cb, g_object_ref (task)));
}

gboolean
sb_machine_host_stop_all_finish (SbMachineHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
