/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-tunnel.h"

#include <glib/gstdio.h>

#include "lc-ssh-direct.h"
#include "lc-ssh-pipe.h"
#include "lc-ssh-pump.h"

typedef struct
{
  LcSshChannel parent;
  gboolean detached; /* the forward is closed */
  GRefString *host;
  GRefString *path;
  guint16 port;
  LcSshCounters *counters;
  LcSshPipe pipe;
} Tunnel;

static LIBSSH2_CHANNEL *
tunnel_open (LcSshChannel *channel)
{
  Tunnel *self = (Tunnel *) channel;

  return lc_ssh_direct_open (channel->session, self->host, self->path, self->port);
}

static void
tunnel_work (LcSshChannel *channel)
{
  lc_ssh_pipe_carry (&((Tunnel *) channel)->pipe);
}

static short
tunnel_events (LcSshChannel *channel, guint end)
{
  return lc_ssh_pipe_events (&((Tunnel *) channel)->pipe);
}

static gboolean
tunnel_has_work (LcSshChannel *channel)
{
  return lc_ssh_pipe_has_work (&((Tunnel *) channel)->pipe);
}

/* What leads to the same place would not be opened elsewhere, either. */
static LcSshRequest *
tunnel_hand_over (LcSshChannel *channel, LcSshChannel *stuck)
{
  Tunnel *self = (Tunnel *) channel;
  Tunnel *first = (Tunnel *) stuck;
  LcSshRequest *request;

  if (stuck->klass == channel->klass && g_strcmp0 (self->host, first->host) == 0 &&
      g_strcmp0 (self->path, first->path) == 0 && self->port == first->port)
    return NULL;
  request = lc_ssh_request_new (LC_SSH_REQUEST_CARRY);
  request->host = g_strdup (self->host);
  request->path = g_strdup (self->path);
  request->port = self->port;
  request->counters = lc_ssh_counters_ref (self->counters);
  request->fds[0] = g_steal_fd (&channel->ends[0].fd);
  return request;
}

static void
tunnel_fail (LcSshChannel *channel, const GError *error)
{
  Tunnel *self = (Tunnel *) channel;

  if (channel->state == LC_SSH_CHANNEL_OPENING && !self->detached)
    lc_ssh_pump_report_refusal (channel->pump, self->counters, error);
}

static void
tunnel_free (LcSshChannel *channel)
{
  Tunnel *self = (Tunnel *) channel;

  atomic_fetch_sub (&self->counters->connections, 1);
  lc_ssh_pump_mark_counters (channel->pump);
  lc_ssh_pipe_clear (&self->pipe);
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
  .hand_over = tunnel_hand_over,
  .fail = tunnel_fail,
  .free = tunnel_free,
};

static Tunnel *
make_tunnel (LcSshPump *pump, LcSshCounters *counters, int fd)
{
  Tunnel *self = g_new0 (Tunnel, 1);

  lc_ssh_channel_init (&self->parent, &tunnel_class, pump);
  self->parent.ends[0].fd = fd;
  lc_ssh_pipe_init (&self->pipe, &self->parent, 0, 0);
  self->counters = lc_ssh_counters_ref (counters);
  self->pipe.counters = self->counters;
  atomic_fetch_add (&self->counters->connections, 1);
  lc_ssh_pump_mark_counters (pump);
  return self;
}

LcSshChannel *
lc_ssh_tunnel_new (LcSshPump *pump, LcSshListener *listener, int fd)
{
  Tunnel *self = make_tunnel (pump, listener->counters, fd);

  self->host = listener->host != NULL ? g_ref_string_acquire (listener->host) : NULL;
  self->path = listener->path != NULL ? g_ref_string_acquire (listener->path) : NULL;
  self->port = listener->target_port;
  return &self->parent;
}

LcSshChannel *
lc_ssh_tunnel_new_handed_over (LcSshPump *pump, LcSshRequest *request)
{
  Tunnel *self = make_tunnel (pump, request->counters, g_steal_fd (&request->fds[0]));

  self->host = request->host != NULL ? g_ref_string_new (request->host) : NULL;
  self->path = request->path != NULL ? g_ref_string_new (request->path) : NULL;
  self->port = request->port;
  return &self->parent;
}

void
lc_ssh_tunnel_detach (LcSshChannel *channel, LcSshCounters *counters)
{
  Tunnel *self = (Tunnel *) channel;

  if (channel->klass != &tunnel_class || self->counters != counters)
    return;
  self->detached = TRUE;
  lc_ssh_channel_finish (channel);
}
