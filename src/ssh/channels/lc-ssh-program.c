/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-program.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lc-ssh-exit.h"
#include "lc-ssh-pipe.h"
#include "lc-ssh-pump.h"

typedef struct
{
  LcSshChannel parent;
  LcSshRequest *request;
  LcSshPipe stdio;
  LcSshPipe errors;
  gboolean has_errors; /* not with a terminal */

  const char *const *variable; /* the next one of the environment */
  gboolean has_terminal;
  gboolean started;
  LcSshRequest *size; /* nullable: the last one that was not sent yet */
  GQueue signals;     /* LcSshRequest, not sent yet */
} Program;

static int
send_variable (LcSshChannel *channel, const char *variable)
{
  const char *value = strchr (variable, '=') + 1;

  return libssh2_channel_setenv_ex (channel->handle, variable, value - 1 - variable, value,
                                    strlen (value));
}

static int
send_terminal (Program *self)
{
  const LcSshProgram *program = self->request->program;
  int rc = libssh2_channel_request_pty_ex (self->parent.handle, program->terminal,
                                           strlen (program->terminal), NULL, 0, program->columns,
                                           program->rows, 0, 0);

  self->has_terminal = rc == 0;
  return rc;
}

static int
send_program (Program *self)
{
  const LcSshProgram *program = self->request->program;
  const char *kind = program->subsystem != NULL ? "subsystem"
                     : program->command != NULL ? "exec"
                                                : "shell";
  const char *what = program->subsystem != NULL ? program->subsystem : program->command;

  return libssh2_channel_process_startup (self->parent.handle, kind, strlen (kind), what,
                                          what != NULL ? strlen (what) : 0);
}

/* One question after the other: libssh2 keeps their state in the channel. Returns 0 when all were
 * answered. */
static int
ask (Program *self)
{
  int rc;

  while (self->variable != NULL && *self->variable != NULL)
    {
      if (send_variable (&self->parent, *self->variable) == LIBSSH2_ERROR_EAGAIN)
        return LIBSSH2_ERROR_EAGAIN;
      self->variable++; /* which ones it takes is the server's to say (AcceptEnv) */
    }
  if (self->request->program->terminal != NULL && !self->has_terminal &&
      (rc = send_terminal (self)) != 0)
    return rc;
  return send_program (self);
}

static GError *
refusal (Program *self, int rc)
{
  const LcSshProgram *program = self->request->program;

  if (rc != LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED)
    return lc_ssh_session_error (self->parent.session, rc, "Running a program");
  if (program->terminal != NULL && !self->has_terminal)
    return lc_error_new (LC_ERROR_FORBIDDEN, "The machine gives this login no terminal");
  if (program->subsystem != NULL)
    return lc_error_new (LC_ERROR_UNSUPPORTED, "The machine does not have what was asked for: %s",
                         program->subsystem);
  return lc_error_new (LC_ERROR_FORBIDDEN, "The machine does not run commands for this login");
}

static void
reject (Program *self, const GError *error)
{
  LcSshRequest *request;

  lc_ssh_request_reject (self->request, g_error_copy (error));
  lc_ssh_request_reject (self->request->exit, g_error_copy (error));
  while ((request = g_queue_pop_head (&self->signals)) != NULL)
    {
      lc_ssh_request_reject (request, g_error_copy (error));
      lc_ssh_request_unref (request);
    }
}

static void
start (Program *self)
{
  int rc = ask (self);
  g_autoptr (GError) error = NULL;

  if (rc == LIBSSH2_ERROR_EAGAIN)
    return;
  if (rc == 0)
    {
      self->started = TRUE;
      self->parent.unread = TRUE;
      lc_ssh_request_resolve_boolean (self->request, TRUE);
      return;
    }
  error = refusal (self, rc);
  reject (self, error);
  lc_ssh_channel_finish (&self->parent);
}

/* Neither is answered by the server; EAGAIN, while keys are exchanged: next time. */
static void
send_news (Program *self)
{
  LIBSSH2_CHANNEL *handle = self->parent.handle;
  LcSshRequest *request;

  if (self->size != NULL &&
      libssh2_channel_request_pty_size_ex (handle, self->size->columns, self->size->rows, 0, 0) !=
          LIBSSH2_ERROR_EAGAIN)
    g_clear_pointer (&self->size, lc_ssh_request_unref);
  while (self->size == NULL && (request = g_queue_peek_head (&self->signals)) != NULL)
    {
      int rc = libssh2_channel_signal_ex (handle, request->name, strlen (request->name));

      if (rc == LIBSSH2_ERROR_EAGAIN)
        return;
      if (rc == 0)
        lc_ssh_request_resolve_boolean (request, TRUE);
      else
        lc_ssh_request_reject (request,
                               lc_ssh_session_error (self->parent.session, rc, "Sending a signal"));
      lc_ssh_request_unref (g_queue_pop_head (&self->signals));
    }
}

/* Nobody reads this stream any more: what comes is dropped, so that the program's end is seen. */
static void
drop (LcSshPipe *pipe)
{
  LcSshChannel *channel = pipe->channel;
  gsize taken = 0;
  gsize size;
  guint8 *scratch = lc_ssh_pump_get_scratch (channel->pump, &size);

  lc_ssh_buffer_clear (&pipe->down);
  pipe->local_full = FALSE;
  while (pipe->unread && !channel->remote_eof && channel->state == LC_SSH_CHANNEL_OPEN &&
         taken < LC_SSH_ROUND_BUDGET)
    {
      gsize n = lc_ssh_channel_read (channel, pipe->stream, scratch, size);

      taken += n;
      pipe->unread = n > 0;
    }
}

static void
work_down (LcSshPipe *pipe)
{
  if (pipe->channel->state != LC_SSH_CHANNEL_OPEN)
    return;
  if (!pipe->local_broken)
    lc_ssh_pipe_work_down (pipe);
  if (pipe->local_broken)
    drop (pipe);
}

static void
carry (Program *self)
{
  LcSshChannel *channel = &self->parent;

  self->stdio.unread |= channel->unread;
  self->errors.unread |= channel->unread;
  channel->unread = FALSE;
  work_down (&self->stdio);
  if (self->has_errors)
    work_down (&self->errors);
  /* The end is seen when the last of both was read. */
  if (channel->remote_eof)
    work_down (&self->stdio);
  if (channel->state == LC_SSH_CHANNEL_OPEN)
    lc_ssh_pipe_work_up (&self->stdio);
  for (guint i = 0; i < LC_SSH_CHANNEL_ENDS; i++)
    channel->ends[i].revents = 0;
}

static gboolean
is_carried (LcSshPipe *pipe)
{
  return pipe->shut_down || pipe->local_broken;
}

static void
finish_when_done (Program *self)
{
  LcSshChannel *channel = &self->parent;
  g_auto (GValue) value = G_VALUE_INIT;

  if (channel->state != LC_SSH_CHANNEL_OPEN || !is_carried (&self->stdio) ||
      (self->has_errors && !is_carried (&self->errors)) ||
      !lc_ssh_channel_is_closed_by_server (channel))
    return;
  g_value_init (&value, LC_TYPE_SSH_EXIT);
  g_value_take_boxed (&value, lc_ssh_exit_read (channel));
  lc_ssh_request_resolve (self->request->exit, &value);
  lc_ssh_channel_finish (channel);
}

static LIBSSH2_CHANNEL *
program_open (LcSshChannel *channel)
{
  return libssh2_channel_open_session (channel->session->handle);
}

static void
program_work (LcSshChannel *channel)
{
  Program *self = (Program *) channel;

  if (lc_ssh_request_is_abandoned (self->request->exit))
    {
      lc_ssh_channel_abandon (channel);
      return;
    }
  if (!self->started)
    start (self);
  if (!self->started || channel->state != LC_SSH_CHANNEL_OPEN)
    return;
  send_news (self);
  carry (self);
  finish_when_done (self);
}

static short
program_events (LcSshChannel *channel, guint end)
{
  Program *self = (Program *) channel;

  return self->started ? lc_ssh_pipe_events (end == 0 ? &self->stdio : &self->errors) : 0;
}

static gboolean
program_has_work (LcSshChannel *channel)
{
  Program *self = (Program *) channel;

  return self->started && (lc_ssh_pipe_has_work (&self->stdio) ||
                           (self->has_errors && lc_ssh_pipe_has_work (&self->errors)));
}

static void
program_fail (LcSshChannel *channel, const GError *error)
{
  reject ((Program *) channel, error);
}

static void
program_free (LcSshChannel *channel)
{
  Program *self = (Program *) channel;
  g_autoptr (GError) over =
      lc_error_new (LC_ERROR_PROTOCOL, "The server ended the program's channel");

  /* Only what was not answered yet. */
  reject (self, over);
  lc_ssh_pipe_clear (&self->stdio);
  lc_ssh_pipe_clear (&self->errors);
  g_clear_pointer (&self->size, lc_ssh_request_unref);
  lc_ssh_request_unref (self->request);
  g_free (self);
}

static const LcSshChannelClass program_class = {
  .is_session = TRUE,
  .open = program_open,
  .work = program_work,
  .events = program_events,
  .has_work = program_has_work,
  .fail = program_fail,
  .free = program_free,
};

LcSshChannel *
lc_ssh_program_channel_new (LcSshPump *pump, LcSshRequest *request)
{
  Program *self = g_new0 (Program, 1);

  lc_ssh_channel_init (&self->parent, &program_class, pump);
  self->request = lc_ssh_request_ref (request);
  self->variable = request->program->environment;
  for (guint i = 0; i < LC_SSH_CHANNEL_ENDS; i++)
    self->parent.ends[i].fd = g_steal_fd (&request->fds[i]);
  self->has_errors = self->parent.ends[1].fd >= 0;
  lc_ssh_pipe_init (&self->stdio, &self->parent, 0, 0);
  lc_ssh_pipe_init (&self->errors, &self->parent, 1, SSH_EXTENDED_DATA_STDERR);
  self->errors.local_eof = self->errors.eof_sent = TRUE; /* it goes one way */
  return &self->parent;
}

gboolean
lc_ssh_program_channel_tell (LcSshChannel *channel, LcSshRequest *request)
{
  Program *self = (Program *) channel;

  if (channel->klass != &program_class || channel->state != LC_SSH_CHANNEL_OPEN ||
      self->request->exit != request->exit)
    return FALSE;
  if (request->kind == LC_SSH_REQUEST_SIGNAL)
    g_queue_push_tail (&self->signals, lc_ssh_request_ref (request));
  else
    {
      g_clear_pointer (&self->size, lc_ssh_request_unref);
      self->size = self->has_terminal ? lc_ssh_request_ref (request) : NULL;
      lc_ssh_request_resolve_boolean (request, TRUE);
    }
  return TRUE;
}
