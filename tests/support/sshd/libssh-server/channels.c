/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

#define CHUNK MOST_BYTES

/* How often it is looked whether a command has ended that said so on no descriptor. */
#define REAP_MS 20

/* Bytes on their way. */
typedef struct
{
  char data[CHUNK];
  gsize start;
  gsize end;
} Flow;

typedef struct
{
  ssh_channel handle;
  Target target;
  Flow input; /* from the channel to the target */
  Flow output;
  Flow errors;
  gboolean got_eof;
  gboolean sent_eof;
  gboolean started;
} Channel;

static gboolean
is_clogged (Server *self)
{
  return (ssh_get_poll_flags (self->session) & SSH_WRITE_PENDING) != 0;
}

static void
free_channel (gpointer data)
{
  Channel *self = data;

  target_clear (&self->target);
  ssh_channel_close (self->handle);
  ssh_channel_free (self->handle);
  g_free (self);
}

static Channel *
find_channel (Server *self, ssh_channel handle)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      Channel *channel = g_ptr_array_index (self->channels, i);

      if (channel->handle == handle)
        return channel;
    }
  return NULL;
}

static Channel *
add_channel (Server *self, ssh_channel handle, Target target)
{
  Channel *channel = g_new0 (Channel, 1);

  channel->handle = handle;
  channel->target = target;
  g_ptr_array_add (self->channels, channel);
  return channel;
}

static int
open_tcp (Server *self, ssh_message message)
{
  int port = ssh_message_channel_request_open_destination_port (message);
  const char *host = ssh_message_channel_request_open_destination (message);
  Target target = TARGET_INIT;
  ssh_channel handle;

  if (port == self->options->silent_port)
    return 0;
  if (self->options->refuse_tcp || !target_connect (&target, host, port))
    return 1;
  handle = ssh_message_channel_request_open_reply_accept (message);
  if (handle == NULL)
    return target_clear (&target), 1;
  add_channel (self, handle, target)->started = TRUE;
  return 0;
}

static int
open_session (Server *self, ssh_message message)
{
  Target target = TARGET_INIT;
  ssh_channel handle;

  if (self->options->refuse_sessions)
    return 1;
  handle = ssh_message_channel_request_open_reply_accept (message);
  if (handle == NULL)
    return 1;
  add_channel (self, handle, target);
  return 0;
}

static int
start_command (Server *self, ssh_message message)
{
  Channel *channel = find_channel (self, ssh_message_channel_request_channel (message));
  const char *command = ssh_message_channel_request_command (message);

  if (channel == NULL || channel->started || !target_run (&channel->target, command))
    return 1;
  channel->started = TRUE;
  return ssh_message_channel_request_reply_success (message);
}

int
channels_message (Server *self, ssh_message message)
{
  int subtype = ssh_message_subtype (message);

  if (ssh_message_type (message) == SSH_REQUEST_CHANNEL_OPEN)
    {
      if (!self->logged_in || self->channels->len >= self->options->most_channels)
        return 1;
      if (subtype == SSH_CHANNEL_DIRECT_TCPIP)
        return open_tcp (self, message);
      return subtype == SSH_CHANNEL_SESSION ? open_session (self, message) : 1;
    }
  if (ssh_message_type (message) == SSH_REQUEST_CHANNEL && subtype == SSH_CHANNEL_REQUEST_EXEC)
    return start_command (self, message);
  return 1;
}

static gboolean
is_empty (const Flow *flow)
{
  return flow->start == flow->end;
}

static void
feed_target (Channel *self)
{
  Flow *flow = &self->input;

  if (is_empty (flow) && !self->got_eof)
    {
      int n = ssh_channel_read_nonblocking (self->handle, flow->data, CHUNK, FALSE);

      flow->start = 0;
      flow->end = MAX (n, 0);
      self->got_eof = n == SSH_EOF || (n <= 0 && ssh_channel_is_eof (self->handle));
    }
  if (!is_empty (flow))
    {
      gssize n = target_write (&self->target, flow->data + flow->start, flow->end - flow->start);

      /* What nobody reads is dropped. */
      flow->start = n < 0 ? flow->end : flow->start + (gsize) n;
    }
  if (is_empty (flow) && self->got_eof)
    target_end_input (&self->target);
}

/* libssh takes less than it is given when its window is small or while keys are exchanged. */
static void
feed_channel (Server *server, Channel *self, Flow *flow, int *fd)
{
  if (is_empty (flow) && *fd >= 0 && ssh_channel_window_size (self->handle) > 0 &&
      !is_clogged (server))
    {
      gssize n = read (*fd, flow->data, server->options->most_bytes);

      flow->start = 0;
      flow->end = MAX (n, 0);
      if (n == 0 || (n < 0 && errno != EAGAIN))
        target_close_output (&self->target, fd);
    }
  if (!is_empty (flow))
    {
      const char *data = flow->data + flow->start;
      guint32 length = flow->end - flow->start;
      int n = flow == &self->errors ? ssh_channel_write_stderr (self->handle, data, length)
                                    : ssh_channel_write (self->handle, data, length);

      flow->start += MAX (n, 0);
    }
}

static void
tell_status (Channel *self)
{
  int status = self->target.status;

  if (WIFSIGNALED (status))
    ssh_channel_request_send_exit_signal (self->handle, sigabbrev_np (WTERMSIG (status)), FALSE, "",
                                          "");
  else
    ssh_channel_request_send_exit_status (self->handle, WEXITSTATUS (status));
}

static gboolean
has_said_everything (const Channel *self)
{
  return target_has_ended_output (&self->target) && is_empty (&self->output) &&
         is_empty (&self->errors);
}

/* Returns: whether it goes on */
static gboolean
work (Server *server, Channel *self)
{
  feed_target (self);
  feed_channel (server, self, &self->output, &self->target.output);
  feed_channel (server, self, &self->errors, &self->target.errors);
  if (ssh_channel_is_closed (self->handle))
    return FALSE;
  if (!self->started || !has_said_everything (self))
    return TRUE;
  if (!self->sent_eof)
    {
      ssh_channel_send_eof (self->handle);
      self->sent_eof = TRUE;
    }
  if (self->target.pid == 0)
    return !self->got_eof || !is_empty (&self->input);
  if (!target_has_exited (&self->target))
    return TRUE;
  tell_status (self);
  return FALSE;
}

static void
add_fd (GArray *fds, int fd, short events)
{
  struct pollfd entry = { .fd = events != 0 ? fd : -1, .events = events };

  g_array_append_val (fds, entry);
}

static void
wait_for_work (Server *self, GArray *fds)
{
  gboolean clogged = is_clogged (self);
  int timeout = -1;

  g_array_set_size (fds, 0);
  add_fd (fds, ssh_get_fd (self->session), POLLIN | (clogged ? POLLOUT : 0));
  for (guint i = 0; i < self->channels->len; i++)
    {
      Channel *channel = g_ptr_array_index (self->channels, i);
      short read_events = !clogged && ssh_channel_window_size (channel->handle) > 0 ? POLLIN : 0;

      add_fd (fds, channel->target.input, is_empty (&channel->input) ? 0 : POLLOUT);
      add_fd (fds, channel->target.output, is_empty (&channel->output) ? read_events : 0);
      add_fd (fds, channel->target.errors, is_empty (&channel->errors) ? read_events : 0);
      if (channel->target.pid != 0 && target_has_ended_output (&channel->target))
        timeout = REAP_MS;
      /* libssh has taken in more than fits one round. */
      if (is_empty (&channel->input) && !channel->got_eof &&
          ssh_channel_poll (channel->handle, FALSE) != 0)
        timeout = 0;
    }
  poll ((struct pollfd *) fds->data, fds->len, timeout);
}

void
channels_run (Server *self)
{
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (struct pollfd));

  g_ptr_array_set_free_func (self->channels, free_channel);
  while (ssh_is_connected (self->session))
    {
      wait_for_work (self, fds);
      if (ssh_event_dopoll (self->event, 0) == SSH_ERROR)
        break;
      for (guint i = self->channels->len; i-- > 0;)
        if (!work (self, g_ptr_array_index (self->channels, i)))
          g_ptr_array_remove_index (self->channels, i);
    }
}
