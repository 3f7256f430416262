/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-tunnel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "lc-ssh-pump.h"

/* What one tunnel may take from its channel in a round. */
#define ROUND_BUDGET LC_SSH_ROUND_BUDGET

typedef struct
{
  LcSshChannel parent;
  LcSshListener *listener; /* NULL once the forward is closed */
  GRefString *host;
  GRefString *path;
  guint16 port;
  LcSshCounters *counters;
  LcSshBuffer down; /* from the machine, for the local socket */
  LcSshBuffer up;   /* from the local socket, for the machine */
  gboolean local_eof;
  gboolean eof_sent;
  gboolean shut_down;    /* the local socket knows that no more will come */
  gboolean local_full;   /* it took less than it was given; POLLOUT says when to go on */
  gboolean local_broken; /* it can neither be read nor written */
} Tunnel;

typedef struct
{
  LcSshChannel parent;
  LcSshRequest *request;
} Probe;

static LIBSSH2_CHANNEL *
open_to (LcSshSession *session, const char *host, const char *path, guint16 port)
{
  if (path != NULL)
    return libssh2_channel_direct_streamlocal_ex (session->handle, path, "127.0.0.1", 0);
  return libssh2_channel_direct_tcpip_ex (session->handle, host, port, "127.0.0.1", 0);
}

static LIBSSH2_CHANNEL *
tunnel_open (LcSshChannel *channel)
{
  Tunnel *self = (Tunnel *) channel;

  return open_to (channel->session, self->host, self->path, self->port);
}

static gboolean
send_to_local (Tunnel *self)
{
  gssize n = send (self->parent.fd, lc_ssh_buffer_peek (&self->down),
                   lc_ssh_buffer_length (&self->down), MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n > 0)
    lc_ssh_buffer_consume (&self->down, n);
  else if (n < 0 && errno != EAGAIN && errno != EINTR)
    self->local_broken = TRUE;
  self->local_full = lc_ssh_buffer_length (&self->down) > 0;
  return n > 0;
}

/* Machine to local socket: read from the channel only while there is room, so that the server stops
 * when the window is used up. */
static void
work_down (Tunnel *self)
{
  LcSshChannel *channel = &self->parent;
  gsize taken = 0;

  if (channel->revents & (POLLOUT | POLLERR | POLLHUP))
    self->local_full = FALSE;
  if (lc_ssh_buffer_length (&self->down) > 0 && !self->local_full)
    send_to_local (self);
  while (channel->unread && !channel->remote_eof && !self->local_broken &&
         channel->state == LC_SSH_CHANNEL_OPEN && taken < ROUND_BUDGET)
    {
      gsize room = LC_SSH_CHANNEL_BUFFER - lc_ssh_buffer_length (&self->down);
      gsize n;

      if (room == 0)
        break;
      n = lc_ssh_channel_read (channel, 0, lc_ssh_buffer_reserve (&self->down, room), room);
      lc_ssh_buffer_added (&self->down, n);
      taken += n;
      if (n == 0)
        channel->unread = FALSE;
      if (lc_ssh_buffer_length (&self->down) > 0 && !self->local_full)
        send_to_local (self);
    }
  if (taken > 0)
    {
      atomic_fetch_add_explicit (&self->counters->received, taken, memory_order_relaxed);
      lc_ssh_pump_mark_counters (channel->pump);
    }
  if (channel->remote_eof && lc_ssh_buffer_length (&self->down) == 0 && !self->shut_down &&
      channel->fd >= 0)
    {
      shutdown (channel->fd, SHUT_WR);
      self->shut_down = TRUE;
    }
}

static void
receive_from_local (Tunnel *self)
{
  gsize room = LC_SSH_CHANNEL_BUFFER - lc_ssh_buffer_length (&self->up);
  gssize n;

  if (room == 0 || self->local_eof || !(self->parent.revents & (POLLIN | POLLHUP | POLLERR)))
    return;
  n = recv (self->parent.fd, lc_ssh_buffer_reserve (&self->up, room), room, MSG_DONTWAIT);
  if (n > 0)
    lc_ssh_buffer_added (&self->up, n);
  else if (n == 0)
    self->local_eof = TRUE;
  else if (errno != EAGAIN && errno != EINTR)
    self->local_broken = TRUE;
}

/* Local socket to machine. */
static void
work_up (Tunnel *self)
{
  LcSshChannel *channel = &self->parent;
  gsize waiting;

  receive_from_local (self);
  waiting = lc_ssh_buffer_length (&self->up);
  if (waiting > 0)
    {
      gsize n = lc_ssh_channel_write (channel, lc_ssh_buffer_peek (&self->up), waiting);

      lc_ssh_buffer_consume (&self->up, n);
      waiting -= n;
      if (n > 0)
        {
          atomic_fetch_add_explicit (&self->counters->sent, n, memory_order_relaxed);
          lc_ssh_pump_mark_counters (channel->pump);
        }
    }
  if (waiting == 0 && self->local_eof && !self->eof_sent && channel->state == LC_SSH_CHANNEL_OPEN)
    self->eof_sent = lc_ssh_channel_send_eof (channel);
}

static void
tunnel_work (LcSshChannel *channel)
{
  Tunnel *self = (Tunnel *) channel;

  work_down (self);
  if (channel->state == LC_SSH_CHANNEL_OPEN && !self->local_broken)
    work_up (self);
  channel->revents = 0;
  if (channel->state != LC_SSH_CHANNEL_OPEN)
    return;
  if (self->local_broken || (self->shut_down && self->eof_sent) ||
      (self->shut_down && lc_ssh_channel_is_closed_by_server (channel)))
    lc_ssh_channel_finish (channel);
}

static short
tunnel_events (LcSshChannel *channel)
{
  Tunnel *self = (Tunnel *) channel;
  short events = 0;

  if (channel->state != LC_SSH_CHANNEL_OPEN)
    return 0;
  if (!self->local_eof && lc_ssh_buffer_length (&self->up) < LC_SSH_CHANNEL_BUFFER)
    events |= POLLIN;
  if (lc_ssh_buffer_length (&self->down) > 0)
    events |= POLLOUT;
  return events;
}

/* It has used up its share of the round. */
static gboolean
tunnel_has_work (LcSshChannel *channel)
{
  Tunnel *self = (Tunnel *) channel;

  return channel->unread && !channel->remote_eof && !self->local_full;
}

static void
tunnel_fail (LcSshChannel *channel, const GError *error)
{
  Tunnel *self = (Tunnel *) channel;

  if (channel->state == LC_SSH_CHANNEL_OPENING && self->listener != NULL)
    lc_ssh_pump_report_refusal (channel->pump, self->counters, error);
}

static void
tunnel_free (LcSshChannel *channel)
{
  Tunnel *self = (Tunnel *) channel;

  atomic_fetch_sub (&self->counters->connections, 1);
  lc_ssh_pump_mark_counters (channel->pump);
  lc_ssh_buffer_clear (&self->down);
  lc_ssh_buffer_clear (&self->up);
  g_clear_pointer (&self->host, g_ref_string_release);
  g_clear_pointer (&self->path, g_ref_string_release);
  lc_ssh_counters_unref (self->counters);
  g_free (self);
}

static const LcSshChannelClass tunnel_class = {
  .open = tunnel_open,
  .work = tunnel_work,
  .events = tunnel_events,
  .has_work = tunnel_has_work,
  .fail = tunnel_fail,
  .free = tunnel_free,
};

static LIBSSH2_CHANNEL *
probe_open (LcSshChannel *channel)
{
  LcSshRequest *request = ((Probe *) channel)->request;

  return open_to (channel->session, request->host, request->path, request->port);
}

static void
probe_work (LcSshChannel *channel)
{
  lc_ssh_request_resolve_boolean (((Probe *) channel)->request, TRUE);
  lc_ssh_channel_finish (channel);
}

static void
probe_fail (LcSshChannel *channel, const GError *error)
{
  lc_ssh_request_reject (((Probe *) channel)->request, g_error_copy (error));
}

static void
probe_free (LcSshChannel *channel)
{
  Probe *self = (Probe *) channel;

  lc_ssh_request_unref (self->request);
  g_free (self);
}

static const LcSshChannelClass probe_class = {
  .open = probe_open,
  .work = probe_work,
  .fail = probe_fail,
  .free = probe_free,
};

LcSshChannel *
lc_ssh_tunnel_new (LcSshPump *pump, LcSshListener *listener, int fd)
{
  Tunnel *self = g_new0 (Tunnel, 1);

  lc_ssh_channel_init (&self->parent, &tunnel_class, pump);
  self->parent.fd = fd;
  self->listener = listener;
  self->host = listener->host != NULL ? g_ref_string_acquire (listener->host) : NULL;
  self->path = listener->path != NULL ? g_ref_string_acquire (listener->path) : NULL;
  self->port = listener->target_port;
  self->counters = lc_ssh_counters_ref (listener->counters);
  atomic_fetch_add (&self->counters->connections, 1);
  lc_ssh_pump_mark_counters (pump);
  return &self->parent;
}

LcSshChannel *
lc_ssh_probe_new (LcSshPump *pump, LcSshRequest *request)
{
  Probe *self = g_new0 (Probe, 1);

  lc_ssh_channel_init (&self->parent, &probe_class, pump);
  self->request = lc_ssh_request_ref (request);
  return &self->parent;
}

void
lc_ssh_tunnel_detach (LcSshChannel *channel, LcSshListener *listener)
{
  Tunnel *self = (Tunnel *) channel;

  if (channel->klass != &tunnel_class || self->listener != listener)
    return;
  self->listener = NULL;
  lc_ssh_channel_finish (channel);
}
