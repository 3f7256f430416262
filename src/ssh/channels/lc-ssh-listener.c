/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 128

/* A free port on 127.0.0.1 may be taken on ::1: how often to look for one that is free on both. */
#define FREE_PORT_ATTEMPTS   16

#define NO_DESCRIPTORS_PAUSE (G_TIME_SPAN_SECOND / 2)

static int
listen_on (int family, guint16 port, int *problem)
{
  struct sockaddr_in v4 = { .sin_family = AF_INET,
                            .sin_port = htons (port),
                            .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
                             .sin6_port = htons (port),
                             .sin6_addr = IN6ADDR_LOOPBACK_INIT };
  const struct sockaddr *address =
      family == AF_INET ? (struct sockaddr *) &v4 : (struct sockaddr *) &v6;
  socklen_t length = family == AF_INET ? sizeof v4 : sizeof v6;
  int on = 1;
  int fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  *problem = 0;
  if (fd < 0)
    {
      *problem = errno;
      return -1;
    }
  /* Connections of an earlier run that linger do not keep the port taken; a listener does. */
  (void) setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6)
    (void) setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind (fd, address, length) < 0 || listen (fd, BACKLOG) < 0)
    {
      *problem = errno;
      close (fd);
      return -1;
    }
  return fd;
}

static guint16
port_of (int fd)
{
  struct sockaddr_in address = { 0 };
  socklen_t length = sizeof address;

  if (getsockname (fd, (struct sockaddr *) &address, &length) < 0)
    return 0;
  return ntohs (address.sin_port);
}

/* Returns 0 or an errno. A computer without IPv6 listens on 127.0.0.1 only. */
static int
listen_on_both (LcSshListener *self, guint16 port)
{
  int problem;

  self->fds[0] = listen_on (AF_INET, port, &problem);
  if (self->fds[0] < 0)
    return problem;
  self->port = port_of (self->fds[0]);
  self->fds[1] = listen_on (AF_INET6, self->port, &problem);
  if (problem == EADDRINUSE)
    {
      close (self->fds[0]);
      self->fds[0] = -1;
      return problem;
    }
  return 0;
}

LcSshListener *
lc_ssh_listener_new (LcSshRequest *request, GError **error)
{
  LcSshListener *self = g_new0 (LcSshListener, 1);
  int problem = EADDRINUSE;

  self->fds[0] = self->fds[1] = -1;
  self->poll_index = -1;
  for (guint i = 0; problem == EADDRINUSE && i < FREE_PORT_ATTEMPTS; i++)
    {
      problem = listen_on_both (self, request->local_port);
      if (request->local_port != 0)
        break;
    }
  if (problem != 0)
    {
      g_propagate_error (
          error, problem == EADDRINUSE
                     ? lc_error_new (LC_ERROR_PORT_IN_USE, "Port %u is taken on this computer",
                                     request->local_port)
                 : problem == EACCES
                     ? lc_error_new (LC_ERROR_FORBIDDEN, "Port %u may not be used: %s",
                                     request->local_port, g_strerror (problem))
                     : lc_error_new (LC_ERROR_FAILED, "Cannot listen: %s", g_strerror (problem)));
      lc_ssh_listener_free (self);
      return NULL;
    }
  self->host = request->host != NULL ? g_ref_string_new (request->host) : NULL;
  self->path = request->path != NULL ? g_ref_string_new (request->path) : NULL;
  self->target_port = request->port;
  self->counters = lc_ssh_counters_ref (request->counters);
  return self;
}

void
lc_ssh_listener_free (LcSshListener *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    if (self->fds[i] >= 0)
      close (self->fds[i]);
  g_clear_pointer (&self->host, g_ref_string_release);
  g_clear_pointer (&self->path, g_ref_string_release);
  g_clear_pointer (&self->counters, lc_ssh_counters_unref);
  g_free (self);
}

int
lc_ssh_listener_accept (LcSshListener *self, guint index)
{
  int on = 1;
  int fd = accept4 (self->fds[index], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

  if (fd >= 0)
    (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
    self->paused_until = g_get_monotonic_time () + NO_DESCRIPTORS_PAUSE;
  return fd;
}

GPtrArray *
lc_ssh_listeners_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) lc_ssh_listener_free);
}

void
lc_ssh_listeners_open (GPtrArray *listeners, LcSshRequest *request)
{
  g_autoptr (GError) error = NULL;
  LcSshListener *listener = lc_ssh_listener_new (request, &error);
  g_auto (GValue) port = G_VALUE_INIT;

  if (listener == NULL)
    {
      lc_ssh_request_reject (request, g_steal_pointer (&error));
      return;
    }
  g_ptr_array_add (listeners, listener);
  g_value_init (&port, G_TYPE_UINT);
  g_value_set_uint (&port, listener->port);
  lc_ssh_request_resolve (request, &port);
}

LcSshListener *
lc_ssh_listeners_find (GPtrArray *listeners, LcSshCounters *counters)
{
  for (guint i = 0; i < listeners->len; i++)
    {
      LcSshListener *listener = g_ptr_array_index (listeners, i);

      if (listener->counters == counters)
        return listener;
    }
  return NULL;
}

void
lc_ssh_listeners_close (GPtrArray *listeners, LcSshRequest *request)
{
  LcSshListener *listener = lc_ssh_listeners_find (listeners, request->counters);

  if (listener != NULL)
    g_ptr_array_remove (listeners, listener);
  lc_ssh_request_resolve_boolean (request, TRUE);
}
