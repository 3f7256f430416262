/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-pipe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "lc-ssh-pump.h"

/* What one pipe may take from its channel in a round. */
#define ROUND_BUDGET LC_SSH_ROUND_BUDGET

/* What is asked for counts as window (lc-ssh-channel.c): more of it, more often opened. */
#define READ_AT_ONCE (4 * LC_SSH_PACKET_DATA)

static LcSshEnd *
local (LcSshPipe *self)
{
  return &self->channel->ends[self->end];
}

static void
send_to_local (LcSshPipe *self)
{
  gssize n = send (local (self)->fd, lc_ssh_buffer_peek (&self->down),
                   lc_ssh_buffer_length (&self->down), MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n > 0)
    lc_ssh_buffer_consume (&self->down, n);
  else if (n < 0 && errno != EAGAIN && errno != EINTR)
    self->local_broken = TRUE;
  self->local_full = lc_ssh_buffer_length (&self->down) > 0;
}

static void
count (LcSshPipe *self, gsize received, gsize sent)
{
  if (received + sent == 0)
    return;
  lc_ssh_pump_mark_counters (self->channel->pump); /* also tells that the connection is used */
  if (self->counters == NULL)
    return;
  atomic_fetch_add_explicit (&self->counters->received, received, memory_order_relaxed);
  atomic_fetch_add_explicit (&self->counters->sent, sent, memory_order_relaxed);
}

static void
receive_from_local (LcSshPipe *self)
{
  gsize room = LC_SSH_CHANNEL_BUFFER - lc_ssh_buffer_length (&self->up);
  gssize n;

  if (room == 0 || self->local_eof || !(local (self)->revents & (POLLIN | POLLHUP | POLLERR)))
    return;
  n = recv (local (self)->fd, lc_ssh_buffer_reserve (&self->up, room), room, MSG_DONTWAIT);
  if (n > 0)
    lc_ssh_buffer_added (&self->up, n);
  else if (n == 0)
    self->local_eof = TRUE;
  else if (errno != EAGAIN && errno != EINTR)
    self->local_eof = self->local_broken = TRUE;
}

void
lc_ssh_pipe_init (LcSshPipe *self, LcSshChannel *channel, guint end, int stream)
{
  self->channel = channel;
  self->end = end;
  self->stream = stream;
  self->unread = TRUE;
}

void
lc_ssh_pipe_clear (LcSshPipe *self)
{
  lc_ssh_buffer_clear (&self->down);
  lc_ssh_buffer_clear (&self->up);
}

/* Reads from the channel only while there is room, so that the server stops when the window is used
 * up. */
void
lc_ssh_pipe_work_down (LcSshPipe *self)
{
  LcSshChannel *channel = self->channel;
  gsize taken = 0;

  if (local (self)->revents & (POLLOUT | POLLERR | POLLHUP))
    self->local_full = FALSE;
  if (lc_ssh_buffer_length (&self->down) > 0 && !self->local_full)
    send_to_local (self);
  while (self->unread && !channel->remote_eof && !self->local_broken &&
         channel->state == LC_SSH_CHANNEL_OPEN && taken < ROUND_BUDGET)
    {
      gsize room = MIN (LC_SSH_CHANNEL_BUFFER - lc_ssh_buffer_length (&self->down), READ_AT_ONCE);
      gsize n;

      if (room == 0)
        break;
      n = lc_ssh_channel_read (channel, self->stream, lc_ssh_buffer_reserve (&self->down, room),
                               room);
      lc_ssh_buffer_added (&self->down, n);
      taken += n;
      if (n == 0)
        self->unread = FALSE;
      if (lc_ssh_buffer_length (&self->down) > 0 && !self->local_full)
        send_to_local (self);
    }
  count (self, taken, 0);
  if (channel->remote_eof && lc_ssh_buffer_length (&self->down) == 0 && !self->shut_down &&
      local (self)->fd >= 0)
    {
      shutdown (local (self)->fd, SHUT_WR);
      self->shut_down = TRUE;
    }
}

void
lc_ssh_pipe_work_up (LcSshPipe *self)
{
  LcSshChannel *channel = self->channel;
  gsize waiting;

  receive_from_local (self);
  waiting = lc_ssh_buffer_length (&self->up);
  if (waiting > 0)
    {
      gsize n = lc_ssh_channel_write (channel, lc_ssh_buffer_peek (&self->up), waiting);

      lc_ssh_buffer_consume (&self->up, n);
      waiting -= n;
      count (self, 0, n);
    }
  if (waiting == 0 && self->local_eof && !self->eof_sent && channel->state == LC_SSH_CHANNEL_OPEN)
    self->eof_sent = lc_ssh_channel_send_eof (channel);
}

void
lc_ssh_pipe_carry (LcSshPipe *self)
{
  LcSshChannel *channel = self->channel;

  self->unread |= channel->unread;
  channel->unread = FALSE;
  lc_ssh_pipe_work_down (self);
  if (channel->state == LC_SSH_CHANNEL_OPEN && !self->local_broken)
    lc_ssh_pipe_work_up (self);
  local (self)->revents = 0;
  if (channel->state != LC_SSH_CHANNEL_OPEN)
    return;
  if (self->local_broken || (self->shut_down && self->eof_sent) ||
      (self->shut_down && lc_ssh_channel_is_closed_by_server (channel)))
    lc_ssh_channel_finish (channel);
}

short
lc_ssh_pipe_events (LcSshPipe *self)
{
  short events = 0;

  if (self->channel->state != LC_SSH_CHANNEL_OPEN)
    return 0;
  if (!self->local_eof && lc_ssh_buffer_length (&self->up) < LC_SSH_CHANNEL_BUFFER)
    events |= POLLIN;
  if (lc_ssh_buffer_length (&self->down) > 0)
    events |= POLLOUT;
  return events;
}

gboolean
lc_ssh_pipe_has_work (LcSshPipe *self)
{
  /* It has used up its share of the round. */
  return self->unread && !self->channel->remote_eof && !self->local_full;
}
