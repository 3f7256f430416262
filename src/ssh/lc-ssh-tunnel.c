/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-tunnel.h"

#include "lc-ssh-pipe.h"
#include "lc-ssh-pump.h"

typedef struct
{
  LcSshChannel parent;
  LcSshListener *listener; /* NULL once the forward is closed */
  GRefString *host;
  GRefString *path;
  guint16 port;
  LcSshCounters *counters;
  LcSshPipe pipe;
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
  self->parent.ends[0].fd = fd;
  lc_ssh_pipe_init (&self->pipe, &self->parent, 0, 0);
  self->listener = listener;
  self->host = listener->host != NULL ? g_ref_string_acquire (listener->host) : NULL;
  self->path = listener->path != NULL ? g_ref_string_acquire (listener->path) : NULL;
  self->port = listener->target_port;
  self->counters = lc_ssh_counters_ref (listener->counters);
  self->pipe.counters = self->counters;
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
