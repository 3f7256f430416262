/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-machine.h"
#include "sb-machine-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdmessage.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

/* A start takes a tenth of a second; a machine's own grace at its end is five. */
#define BOOT_SECONDS      30
#define SHUT_DOWN_SECONDS 8

#define OVERLAYFS_MAGIC   0x794c7630 /* linux/magic.h */

struct _SbMachine
{
  GObject parent_instance;

  char *name;
  char *folder;
  GSubprocess *keeper;
  GSocket *control;
  GSource *control_source;
  GSocketService *service;
  GHashTable *passwords; /* serial → GTask */
  guint next_serial;
  GSource *timer;
  gboolean ready;
  GError *failure;
};

G_DEFINE_FINAL_TYPE (SbMachine, sb_machine, G_TYPE_OBJECT)

enum
{
  READY,
  ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* What was built is used from the build folder; what is installed, from its place. */
static char *
find_file (const char *built, const char *installed)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program != NULL && g_str_has_prefix (program, SB_BUILD_ROOT "/"))
    return g_strdup (built);
  return g_strdup (installed);
}

static GError *
describe_failure (SbMachine *self, const char *step, int code)
{
  struct statfs info;

  if (g_str_equal (step, SB_STEP_NAMESPACES) && code == EPERM)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                        "Lab machines need namespaces, which this process may not make: start the "
                        "local lab as root or through build-aux/in-root");
  if (g_str_equal (step, SB_STEP_NAMESPACES) && code == ENOSPC)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                        "This system allows no more namespaces: raise user.max_user_namespaces and "
                        "the other user.max_*_namespaces with sysctl");
  if (g_str_equal (step, SB_STEP_OVERLAY) && statfs (self->folder, &info) == 0 &&
      info.f_type == OVERLAYFS_MAGIC)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                        "%s is on an overlay file system, which cannot hold the disks of lab "
                        "machines: choose a folder on a disk or a tmpfs with --state",
                        self->folder);
  if (g_str_equal (step, SB_STEP_PROC) && code == EPERM)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                        "Lab machines need a /proc of their own, which this container does not "
                        "allow: start the local lab outside of it, or in one that shows all of "
                        "/proc");
  return g_error_new (G_IO_ERROR, g_io_error_from_errno (code),
                      "The machine “%s” cannot start (%s): %s", self->name, step,
                      g_strerror (code));
}

static gboolean
tell (SbMachine *self, SbMessageType type, guint serial, const char *text, int fd, GError **error)
{
  SbMessage message = { .type = type, .serial = serial };
  GOutputVector data = { &message, sizeof message };
  g_autoptr (GSocketControlMessage) attached = fd >= 0 ? g_unix_fd_message_new () : NULL;

  g_strlcpy (message.text, text, sizeof message.text);
  if (fd >= 0 && !g_unix_fd_message_append_fd (G_UNIX_FD_MESSAGE (attached), fd, error))
    return FALSE;
  return g_socket_send_message (self->control, NULL, &data, 1, &attached, fd >= 0 ? 1 : 0,
                                G_SOCKET_MSG_NONE, NULL, error) == sizeof message;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
take_message (SbMachine *self, const SbMessage *message)
{
  g_autoptr (GTask) task = NULL;

  switch ((SbMessageType) message->type)
    {
    case SB_MESSAGE_READY:
      self->ready = TRUE;
      clear_source (&self->timer);
      g_signal_emit (self, signals[READY], 0);
      break;
    case SB_MESSAGE_FAILED:
      g_clear_error (&self->failure);
      self->failure = describe_failure (self, message->text, message->status);
      break;
    case SB_MESSAGE_PASSWORD_SET:
      if (!g_hash_table_steal_extended (self->passwords, GUINT_TO_POINTER (message->serial), NULL,
                                        (gpointer *) &task))
        break;
      if (message->status == 0)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                                 "The machine “%s” did not take the password", self->name);
      break;
    case SB_MESSAGE_CONNECTION:
    case SB_MESSAGE_PASSWORD:
    case SB_MESSAGE_SHUT_DOWN:
      break;
    }
}

/* FALSE when process 1 has closed its end. */
static gboolean
read_messages (SbMachine *self)
{
  for (;;)
    {
      SbMessage message;
      g_autoptr (GError) error = NULL;
      gssize n = g_socket_receive (self->control, (char *) &message, sizeof message, NULL, &error);

      if (n == sizeof message)
        {
          message.text[sizeof message.text - 1] = '\0';
          take_message (self, &message);
        }
      else
        return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    }
}

static gboolean
control_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (SbMachine) self = g_object_ref (SB_MACHINE (user_data));

  if (read_messages (self))
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->control_source, g_source_unref);
  return G_SOURCE_REMOVE;
}

static gboolean
too_long_cb (gpointer user_data)
{
  SbMachine *self = user_data;

  clear_source (&self->timer);
  if (!self->ready && self->failure == NULL)
    self->failure = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                 "The machine “%s” did not start in time", self->name);
  g_subprocess_force_exit (self->keeper);
  return G_SOURCE_REMOVE;
}

static void
set_time_limit (SbMachine *self, guint seconds)
{
  clear_source (&self->timer);
  self->timer = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (self->timer, too_long_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
fail_passwords (SbMachine *self)
{
  g_autoptr (GHashTable) waiting = g_steal_pointer (&self->passwords);
  GHashTableIter iter;
  gpointer task;

  self->passwords = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  g_hash_table_iter_init (&iter, waiting);
  while (g_hash_table_iter_next (&iter, NULL, &task))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The machine “%s” ended",
                             self->name);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SbMachine) self = user_data;

  g_subprocess_wait_finish (self->keeper, result, NULL);
  read_messages (self);
  clear_source (&self->timer);
  sb_machine_stop_listening (self);
  if (!self->ready && self->failure == NULL)
    self->failure = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                                 "The machine “%s” ended while it started", self->name);
  fail_passwords (self);
  g_signal_emit (self, signals[ENDED], 0, self->failure);
}

static gboolean
incoming_cb (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  SbMachine *self = user_data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GError) error = NULL;

  if (!tell (self, SB_MESSAGE_CONNECTION, 0, "", g_socket_get_fd (socket), &error))
    g_message ("A connection to the machine “%s” was dropped: %s", self->name, error->message);
  return TRUE;
}

static void
sb_machine_dispose (GObject *object)
{
  SbMachine *self = SB_MACHINE (object);

  sb_machine_stop_listening (self);
  clear_source (&self->timer);
  clear_source (&self->control_source);
  /* Process 1 ends when this end of the socket closes. */
  g_clear_object (&self->control);
  g_clear_object (&self->keeper);

  G_OBJECT_CLASS (sb_machine_parent_class)->dispose (object);
}

static void
sb_machine_finalize (GObject *object)
{
  SbMachine *self = SB_MACHINE (object);

  g_hash_table_unref (self->passwords);
  g_free (self->name);
  g_free (self->folder);
  g_clear_error (&self->failure);

  G_OBJECT_CLASS (sb_machine_parent_class)->finalize (object);
}

static void
sb_machine_class_init (SbMachineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sb_machine_dispose;
  object_class->finalize = sb_machine_finalize;

  signals[READY] = g_signal_new ("ready", SB_TYPE_MACHINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", SB_TYPE_MACHINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
sb_machine_init (SbMachine *self)
{
  self->passwords = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

static gboolean
make_control (SbMachine *self, GSubprocessLauncher *launcher, GError **error)
{
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "socketpair: %s",
                   g_strerror (errno));
      return FALSE;
    }
  g_subprocess_launcher_take_fd (launcher, ends[1], SB_CONTROL_FD);
  self->control = g_socket_new_from_fd (ends[0], error);
  if (self->control == NULL)
    {
      close (ends[0]);
      return FALSE;
    }
  g_socket_set_blocking (self->control, FALSE);
  return TRUE;
}

SbMachine *
sb_machine_boot (const char *name,
                 SbMachineMode mode,
                 const char *folder,
                 const char *disk,
                 const char *const *layers,
                 const char *image,
                 GError **error)
{
  static const char *const modes[] = { "fresh", "used", "probe" };
  g_autoptr (SbMachine) self = g_object_new (SB_TYPE_MACHINE, NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *init = find_file (SB_BUILT_INIT, SB_INSTALLED_INIT);
  g_autofree char *files = find_file (SB_BUILT_FILES, SB_INSTALLED_FILES);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  char *no_environment[] = { NULL };

  self->name = g_strdup (name);
  self->folder = g_strdup (folder);
  g_strv_builder_add_many (builder, init, name, disk, image, files, modes[mode], NULL);
  g_strv_builder_addv (builder, (const char **) layers);
  argv = g_strv_builder_end (builder);
  g_subprocess_launcher_set_cwd (launcher, folder);
  g_subprocess_launcher_set_environ (launcher, no_environment);
  if (!make_control (self, launcher, error))
    return NULL;
  self->keeper = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, error);
  if (self->keeper == NULL)
    return NULL;

  self->control_source = g_socket_create_source (self->control, G_IO_IN, NULL);
  g_source_set_callback (self->control_source, G_SOURCE_FUNC (control_cb), self, NULL);
  g_source_attach (self->control_source, g_main_context_get_thread_default ());
  set_time_limit (self, BOOT_SECONDS);
  g_subprocess_wait_async (self->keeper, NULL, ended_cb, g_object_ref (self));
  return g_steal_pointer (&self);
}

gboolean
sb_machine_listen (SbMachine *self, guint16 port, GError **error)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, NULL, error))
    return FALSE;
  sb_machine_stop_listening (self);
  g_signal_connect_object (service, "incoming", G_CALLBACK (incoming_cb), self, G_CONNECT_DEFAULT);
  g_socket_service_start (service);
  self->service = g_steal_pointer (&service);
  return TRUE;
}

void
sb_machine_stop_listening (SbMachine *self)
{
  if (self->service == NULL)
    return;
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
}

void
sb_machine_set_password_async (SbMachine *self,
                               const char *login,
                               int input,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  guint serial = ++self->next_serial;
  GError *error = NULL;

  g_task_set_source_tag (task, sb_machine_set_password_async);
  if (!tell (self, SB_MESSAGE_PASSWORD, serial, login, input, &error))
    g_task_return_error (task, error);
  else
    g_hash_table_insert (self->passwords, GUINT_TO_POINTER (serial), g_steal_pointer (&task));
  close (input);
}

gboolean
sb_machine_set_password_finish (SbMachine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
sb_machine_shut_down (SbMachine *self)
{
  g_autoptr (GError) error = NULL;

  sb_machine_stop_listening (self);
  if (tell (self, SB_MESSAGE_SHUT_DOWN, 0, "", -1, &error))
    set_time_limit (self, SHUT_DOWN_SECONDS);
  else
    g_subprocess_force_exit (self->keeper);
}
