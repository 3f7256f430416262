/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-process.h"

#include <string.h>

#include "lc-ssh-connection-private.h"
#include "lc-ssh-request.h"
#include "lc-ssh-socket.h"

struct _LcSshProcess
{
  GObject parent_instance;

  LcSshLink *link;
  LcSshRequest *exit; /* answered when it has ended */
  DexFuture *ended;   /* dropping it closes the channel */
  GSocket *stdio;
  GSocket *errors;
  gboolean has_terminal;
};

G_DEFINE_FINAL_TYPE (LcSshProcess, lc_ssh_process, G_TYPE_OBJECT)

static gboolean
is_signal_name (const char *name)
{
  return name != NULL && name[0] != '\0' &&
         strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen (name);
}

static gboolean
is_program (const LcSshProgram *program)
{
  if (program == NULL || (program->command != NULL && program->subsystem != NULL))
    return FALSE;
  for (gsize i = 0; program->environment != NULL && program->environment[i] != NULL; i++)
    if (strchr (program->environment[i], '=') == NULL || program->environment[i][0] == '=')
      return FALSE;
  return TRUE;
}

static DexFuture *
started_cb (DexFuture *completed, gpointer user_data)
{
  return dex_future_new_for_object (user_data);
}

static DexFuture *
pass_cb (DexFuture *completed, gpointer user_data)
{
  return NULL;
}

static void
lc_ssh_process_dispose (GObject *object)
{
  LcSshProcess *self = LC_SSH_PROCESS (object);

  dex_clear (&self->ended);
  g_clear_object (&self->stdio);
  g_clear_object (&self->errors);
  G_OBJECT_CLASS (lc_ssh_process_parent_class)->dispose (object);
}

static void
lc_ssh_process_finalize (GObject *object)
{
  LcSshProcess *self = LC_SSH_PROCESS (object);

  g_clear_pointer (&self->exit, lc_ssh_request_unref);
  g_clear_pointer (&self->link, lc_ssh_link_unref);
  G_OBJECT_CLASS (lc_ssh_process_parent_class)->finalize (object);
}

static void
lc_ssh_process_class_init (LcSshProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lc_ssh_process_dispose;
  object_class->finalize = lc_ssh_process_finalize;
}

static void
lc_ssh_process_init (LcSshProcess *self)
{
}

LcSshProgram *
lc_ssh_program_copy (const LcSshProgram *self)
{
  LcSshProgram *copy = g_new0 (LcSshProgram, 1);

  copy->command = g_strdup (self->command);
  copy->subsystem = g_strdup (self->subsystem);
  copy->environment = (const char *const *) g_strdupv ((char **) self->environment);
  copy->terminal = g_strdup (self->terminal);
  copy->columns = self->columns;
  copy->rows = self->rows;
  return copy;
}

void
lc_ssh_program_free (LcSshProgram *self)
{
  g_free ((char *) self->command);
  g_free ((char *) self->subsystem);
  g_strfreev ((char **) self->environment);
  g_free ((char *) self->terminal);
  g_free (self);
}

DexFuture *
lc_ssh_process_start (LcSshLink *link, const LcSshProgram *program)
{
  g_autoptr (LcSshProcess) self = NULL;
  g_autoptr (LcSshRequest) request = NULL;
  g_autoptr (GError) error = NULL;

  dex_return_error_if_fail (is_program (program));
  request = lc_ssh_request_new (LC_SSH_REQUEST_START);
  request->program = lc_ssh_program_copy (program);
  self = g_object_new (LC_TYPE_SSH_PROCESS, NULL);
  self->link = lc_ssh_link_ref (link);
  self->has_terminal = program->terminal != NULL;
  self->stdio = lc_ssh_socket_pair (&request->fds[0], &error);
  if (self->stdio != NULL && !self->has_terminal)
    self->errors = lc_ssh_socket_pair (&request->fds[1], &error);
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  /* Not sent by itself: the pump has it from the request that starts the program. */
  self->exit = lc_ssh_request_new (LC_SSH_REQUEST_START);
  self->ended = lc_ssh_request_get_future (self->exit, link);
  request->exit = lc_ssh_request_ref (self->exit);
  return dex_future_then (lc_ssh_link_send (link, g_steal_pointer (&request)), started_cb,
                          g_steal_pointer (&self), g_object_unref);
}

GSocket *
lc_ssh_process_get_stdio (LcSshProcess *self)
{
  g_return_val_if_fail (LC_IS_SSH_PROCESS (self), NULL);
  return self->stdio;
}

GSocket *
lc_ssh_process_get_stderr (LcSshProcess *self)
{
  g_return_val_if_fail (LC_IS_SSH_PROCESS (self), NULL);
  return self->errors;
}

void
lc_ssh_process_resize (LcSshProcess *self, guint columns, guint rows)
{
  LcSshRequest *request;

  g_return_if_fail (LC_IS_SSH_PROCESS (self));
  if (!self->has_terminal)
    return;
  request = lc_ssh_request_new (LC_SSH_REQUEST_RESIZE);
  request->exit = lc_ssh_request_ref (self->exit);
  request->columns = columns;
  request->rows = rows;
  dex_future_disown (lc_ssh_link_send (self->link, request));
}

DexFuture *
lc_ssh_process_send_signal (LcSshProcess *self, const char *name)
{
  LcSshRequest *request;

  dex_return_error_if_fail (LC_IS_SSH_PROCESS (self));
  dex_return_error_if_fail (is_signal_name (name));
  request = lc_ssh_request_new (LC_SSH_REQUEST_SIGNAL);
  request->exit = lc_ssh_request_ref (self->exit);
  request->name = g_strdup (name);
  return lc_ssh_link_send (self->link, request);
}

DexFuture *
lc_ssh_process_wait (LcSshProcess *self)
{
  dex_return_error_if_fail (LC_IS_SSH_PROCESS (self));
  /* Whoever waits wants the program to go on. */
  return dex_future_finally (dex_ref (self->ended), pass_cb, g_object_ref (self), g_object_unref);
}
