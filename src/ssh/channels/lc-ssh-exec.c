/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-exec.h"

#include <string.h>

#include "lc-ssh-connection.h"
#include "lc-ssh-exit.h"
#include "lc-ssh-pump.h"

#define OUTPUT_LIMIT (16 * 1024 * 1024)

/* sshd(8), do_pwchange(): the password has expired, and the login has not asked for a new one. */
#define NEEDS_TERMINAL "Password change required but no TTY available."

#define STREAM_OUTPUT  0
#define STREAM_ERROR   SSH_EXTENDED_DATA_STDERR

typedef struct
{
  LcSshChannel parent;
  LcSshRequest *request;
  gboolean started; /* the server has accepted the command */
  gsize input_done;
  gboolean eof_sent;
  GByteArray *output;
  GByteArray *error_output;
} Exec;

/* Returns: (transfer full): the bytes, with a NUL behind them that does not count */
static GBytes *
take_bytes (GByteArray **array)
{
  g_autoptr (GBytes) all = NULL;
  gsize length = (*array)->len;

  g_byte_array_append (*array, (const guint8 *) "", 1);
  all = g_byte_array_free_to_bytes (g_steal_pointer (array));
  return g_bytes_new_from_bytes (all, 0, length);
}

static gboolean
needs_terminal (Exec *self, const LcSshExit *ended)
{
  return ended->status == 1 && self->error_output->len > 0 &&
         memmem (self->error_output->data, self->error_output->len, NEEDS_TERMINAL,
                 strlen (NEEDS_TERMINAL)) != NULL;
}

static void
reject_expired (Exec *self)
{
  LcErrorDetails details = { .service_code = (char *) "password-expired-terminal" };

  lc_ssh_request_reject (
      self->request,
      lc_error_new_with_details (LC_ERROR_AUTH_FAILED, &details,
                                 "The machine wants the password to be changed in a terminal"));
  lc_ssh_channel_finish (&self->parent);
}

static void
finish (Exec *self)
{
  g_autoptr (LcSshExit) ended = lc_ssh_exit_read (&self->parent);
  LcSshExecResult result = { .exit_status = ended->status };
  g_auto (GValue) value = G_VALUE_INIT;

  if (needs_terminal (self, ended))
    {
      reject_expired (self);
      return;
    }
  result.output = take_bytes (&self->output);
  result.error_output = take_bytes (&self->error_output);
  g_value_init (&value, LC_TYPE_SSH_EXEC_RESULT);
  g_value_set_boxed (&value, &result);
  lc_ssh_request_resolve (self->request, &value);
  g_bytes_unref (result.output);
  g_bytes_unref (result.error_output);
  lc_ssh_channel_finish (&self->parent);
}

static void
start (Exec *self)
{
  LcSshChannel *channel = &self->parent;
  int rc =
      libssh2_channel_process_startup (channel->handle, "exec", strlen ("exec"),
                                       self->request->command, strlen (self->request->command));

  if (rc == LIBSSH2_ERROR_EAGAIN)
    return;
  if (rc == 0)
    {
      self->started = TRUE;
      channel->unread = TRUE;
      return;
    }
  lc_ssh_request_reject (self->request,
                         rc == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED
                             ? lc_error_new (LC_ERROR_FORBIDDEN,
                                             "The machine does not run commands for this login")
                             : lc_ssh_session_error (channel->session, rc, "Running a command"));
  lc_ssh_channel_finish (channel);
}

static void
write_input (Exec *self)
{
  gsize length = 0;
  const guint8 *data =
      self->request->input != NULL ? g_bytes_get_data (self->request->input, &length) : NULL;

  if (self->input_done < length)
    self->input_done +=
        lc_ssh_channel_write (&self->parent, data + self->input_done, length - self->input_done);
  if (self->input_done == length && !self->eof_sent && self->parent.state == LC_SSH_CHANNEL_OPEN)
    self->eof_sent = lc_ssh_channel_send_eof (&self->parent);
}

/* Returns: whether there may be more. */
static gboolean
read_stream (Exec *self, int stream, GByteArray *into)
{
  gsize size;
  guint8 *scratch = lc_ssh_pump_get_scratch (self->parent.pump, &size);
  gsize n = lc_ssh_channel_read (&self->parent, stream, scratch, size);

  if (self->output->len + self->error_output->len + n > OUTPUT_LIMIT)
    {
      lc_ssh_request_reject (self->request,
                             lc_error_new (LC_ERROR_PROTOCOL,
                                           "The command's output is larger than %d MiB",
                                           OUTPUT_LIMIT >> 20));
      lc_ssh_channel_finish (&self->parent);
      return FALSE;
    }
  g_byte_array_append (into, scratch, n);
  return n > 0;
}

static LIBSSH2_CHANNEL *
exec_open (LcSshChannel *channel)
{
  return libssh2_channel_open_session (channel->session->handle);
}

static void
exec_work (LcSshChannel *channel)
{
  Exec *self = (Exec *) channel;

  if (lc_ssh_request_is_abandoned (self->request))
    {
      lc_ssh_channel_abandon (channel);
      return;
    }
  if (!self->started)
    start (self);
  if (!self->started || channel->state != LC_SSH_CHANNEL_OPEN)
    return;
  if (!self->eof_sent)
    write_input (self);
  /* Both streams, since libssh2 does not see the end while one holds data. */
  while (channel->unread && channel->state == LC_SSH_CHANNEL_OPEN)
    {
      gboolean more = read_stream (self, STREAM_OUTPUT, self->output);

      if (channel->state == LC_SSH_CHANNEL_OPEN)
        more = read_stream (self, STREAM_ERROR, self->error_output) || more;
      channel->unread = more;
    }
  if (channel->state == LC_SSH_CHANNEL_OPEN && lc_ssh_channel_is_closed_by_server (channel))
    finish (self);
}

static void
exec_fail (LcSshChannel *channel, const GError *error)
{
  lc_ssh_request_reject (((Exec *) channel)->request, g_error_copy (error));
}

static void
exec_free (LcSshChannel *channel)
{
  Exec *self = (Exec *) channel;

  /* Nothing, when it was answered. */
  lc_ssh_request_reject (self->request, lc_error_new (LC_ERROR_PROTOCOL,
                                                      "The server ended the command's channel"));
  g_clear_pointer (&self->output, g_byte_array_unref);
  g_clear_pointer (&self->error_output, g_byte_array_unref);
  lc_ssh_request_unref (self->request);
  g_free (self);
}

static const LcSshChannelClass exec_class = {
  .is_session = TRUE,
  .open = exec_open,
  .work = exec_work,
  .fail = exec_fail,
  .free = exec_free,
};

LcSshChannel *
lc_ssh_exec_new (LcSshPump *pump, LcSshRequest *request)
{
  Exec *self = g_new0 (Exec, 1);

  lc_ssh_channel_init (&self->parent, &exec_class, pump);
  self->request = lc_ssh_request_ref (request);
  self->output = g_byte_array_new ();
  self->error_output = g_byte_array_new ();
  return &self->parent;
}
