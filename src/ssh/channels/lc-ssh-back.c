/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-back.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "lc-ssh-pipe.h"
#include "lc-ssh-pump.h"

typedef struct
{
  LcSshChannel parent;
  LcSshPipe pipe;
  LcSshCounters *counters;
  GPtrArray *addresses;
  guint next; /* the address to be tried next */
  gboolean connected;
} Back;

/* Returns 0 or an errno. */
static int
connect_next (Back *self)
{
  GSocketAddress *address = g_ptr_array_index (self->addresses, self->next++);
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);
  int *fd = &self->parent.ends[0].fd;
  int on = 1;

  g_clear_fd (fd, NULL);
  self->parent.ends[0].revents = 0;
  if (size < 0 || !g_socket_address_to_native (address, &native, sizeof native, NULL))
    return EAFNOSUPPORT;
  *fd = socket (native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (*fd < 0)
    return errno;
  (void) setsockopt (*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connect (*fd, (struct sockaddr *) &native, size) == 0 || errno == EINPROGRESS ? 0 : errno;
}

static void
connect_or_refuse (Back *self, int problem)
{
  LcSshChannel *channel = &self->parent;
  g_autoptr (GError) error = NULL;

  while (self->next < self->addresses->len)
    if ((problem = connect_next (self)) == 0)
      return;
  error = problem == ECONNREFUSED
              ? lc_error_new (LC_ERROR_NOT_FOUND, "Nothing listens there on this computer")
              : lc_error_new (LC_ERROR_OFFLINE, "Cannot connect from this computer: %s",
                              g_strerror (problem));
  lc_ssh_pump_report_refusal (channel->pump, self->counters, error);
  lc_ssh_channel_finish (channel);
}

static void
look_at_connect (Back *self)
{
  LcSshEnd *end = &self->parent.ends[0];
  socklen_t length = sizeof (int);
  int problem = 0;

  if (end->revents == 0)
    return;
  if (getsockopt (end->fd, SOL_SOCKET, SO_ERROR, &problem, &length) < 0)
    problem = errno;
  if (problem != 0)
    connect_or_refuse (self, problem);
  else
    self->connected = TRUE;
}

static void
back_work (LcSshChannel *channel)
{
  Back *self = (Back *) channel;

  if (!self->connected && self->next == 0)
    connect_or_refuse (self, EADDRNOTAVAIL);
  if (!self->connected && channel->state == LC_SSH_CHANNEL_OPEN)
    look_at_connect (self);
  if (self->connected && channel->state == LC_SSH_CHANNEL_OPEN)
    lc_ssh_pipe_carry (&self->pipe);
}

static short
back_events (LcSshChannel *channel, guint end)
{
  Back *self = (Back *) channel;

  return self->connected ? lc_ssh_pipe_events (&self->pipe) : POLLOUT;
}

static gboolean
back_has_work (LcSshChannel *channel)
{
  Back *self = (Back *) channel;

  return self->connected && lc_ssh_pipe_has_work (&self->pipe);
}

static void
back_fail (LcSshChannel *channel, const GError *error)
{
}

static void
back_free (LcSshChannel *channel)
{
  Back *self = (Back *) channel;

  atomic_fetch_sub (&self->counters->connections, 1);
  lc_ssh_pump_mark_counters (channel->pump);
  lc_ssh_pipe_clear (&self->pipe);
  g_ptr_array_unref (self->addresses);
  lc_ssh_counters_unref (self->counters);
  g_free (self);
}

static const LcSshChannelClass back_class = {
  .work = back_work,
  .events = back_events,
  .has_work = back_has_work,
  .fail = back_fail,
  .free = back_free,
};

LcSshChannel *
lc_ssh_back_new (LcSshPump *pump, LcSshRemote *remote, LIBSSH2_CHANNEL *handle)
{
  Back *self = g_new0 (Back, 1);

  lc_ssh_channel_init (&self->parent, &back_class, pump);
  self->parent.handle = handle;
  self->parent.state = LC_SSH_CHANNEL_OPEN;
  self->parent.unread = TRUE;
  self->counters = lc_ssh_counters_ref (remote->counters);
  self->addresses = g_ptr_array_ref (remote->addresses);
  lc_ssh_pipe_init (&self->pipe, &self->parent, 0, 0);
  self->pipe.counters = self->counters;
  atomic_fetch_add (&self->counters->connections, 1);
  lc_ssh_pump_mark_counters (pump);
  return &self->parent;
}

void
lc_ssh_back_detach (LcSshChannel *channel, LcSshCounters *counters)
{
  if (channel->klass == &back_class && ((Back *) channel)->counters == counters)
    lc_ssh_channel_finish (channel);
}
