/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-direct.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lc-ssh-pipe.h"
#include "lc-ssh-pump.h"
#include "lc-ssh-wire.h"

#define ORIGINATOR "127.0.0.1"

/* To begin with; lc-ssh-channel.c opens it further for lines that need it. */
#define WINDOW (512 * 1024)

/* Both kinds: a probe has no pipe. */
typedef struct
{
  LcSshChannel parent;
  LcSshRequest *request;
  LcSshPipe pipe;
} Direct;

static LIBSSH2_CHANNEL *
direct_open (LcSshChannel *channel)
{
  LcSshRequest *request = ((Direct *) channel)->request;

  return lc_ssh_direct_open (channel->session, request->host, request->path, request->port);
}

static void
direct_fail (LcSshChannel *channel, const GError *error)
{
  lc_ssh_request_reject (((Direct *) channel)->request, g_error_copy (error));
}

static void
direct_free (LcSshChannel *channel)
{
  Direct *self = (Direct *) channel;

  lc_ssh_pipe_clear (&self->pipe);
  lc_ssh_request_unref (self->request);
  g_free (self);
}

static void
probe_work (LcSshChannel *channel)
{
  lc_ssh_request_resolve_boolean (((Direct *) channel)->request, TRUE);
  lc_ssh_channel_finish (channel);
}

static const LcSshChannelClass probe_class = {
  .open = direct_open,
  .work = probe_work,
  .fail = direct_fail,
  .free = direct_free,
};

static void
dialled_work (LcSshChannel *channel)
{
  Direct *self = (Direct *) channel;

  /* The first answer counts. Who does not wait for it has closed the other end of the socket. */
  lc_ssh_request_resolve_boolean (self->request, TRUE);
  lc_ssh_pipe_carry (&self->pipe);
}

static short
dialled_events (LcSshChannel *channel, guint end)
{
  return lc_ssh_pipe_events (&((Direct *) channel)->pipe);
}

static gboolean
dialled_has_work (LcSshChannel *channel)
{
  return lc_ssh_pipe_has_work (&((Direct *) channel)->pipe);
}

static const LcSshChannelClass dialled_class = {
  .open = direct_open,
  .work = dialled_work,
  .events = dialled_events,
  .has_work = dialled_has_work,
  .fail = direct_fail,
  .free = direct_free,
};

static Direct *
direct_new (LcSshPump *pump, LcSshRequest *request, const LcSshChannelClass *klass)
{
  Direct *self = g_new0 (Direct, 1);

  lc_ssh_channel_init (&self->parent, klass, pump);
  self->request = lc_ssh_request_ref (request);
  return self;
}

/* RFC 4254 7.2, and OpenSSH's PROTOCOL 2.4. libssh2's own functions for it begin with 2 MiB, which
 * is a second of what a slow line carries. */
LIBSSH2_CHANNEL *
lc_ssh_direct_open (LcSshSession *session, const char *host, const char *path, guint16 port)
{
  const char *kind = path != NULL ? "direct-streamlocal@openssh.com" : "direct-tcpip";
  const char *target = path != NULL ? path : host;
  g_autoptr (GByteArray) message = g_byte_array_new ();

  lc_ssh_wire_put_string (message, target, strlen (target));
  if (path == NULL)
    lc_ssh_wire_put_uint32 (message, port);
  lc_ssh_wire_put_string (message, ORIGINATOR, strlen (ORIGINATOR));
  lc_ssh_wire_put_uint32 (message, 0);
  return libssh2_channel_open_ex (session->handle, kind, strlen (kind), WINDOW,
                                  LIBSSH2_CHANNEL_PACKET_DEFAULT, (const char *) message->data,
                                  message->len);
}

LcSshChannel *
lc_ssh_probe_new (LcSshPump *pump, LcSshRequest *request)
{
  return &direct_new (pump, request, &probe_class)->parent;
}

LcSshChannel *
lc_ssh_dialled_new (LcSshPump *pump, LcSshRequest *request)
{
  Direct *self = direct_new (pump, request, &dialled_class);

  self->parent.ends[0].fd = g_steal_fd (&request->fds[0]);
  lc_ssh_pipe_init (&self->pipe, &self->parent, 0, 0);
  return &self->parent;
}
