/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-dial.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of one address, when it is the last or only one, and when there are others to try. */
#define LAST_ADDRESS_MS  10000
#define OTHER_ADDRESS_MS 4000

static int
poll_until (LcSshLink *link, int fd, gint64 deadline)
{
  for (;;)
    {
      struct pollfd fds[] = { { .fd = fd, .events = POLLOUT },
                              { .fd = lc_ssh_link_get_wake_fd (link), .events = POLLIN } };
      gint64 left = deadline - g_get_monotonic_time ();
      int n;

      if (lc_ssh_link_is_stopped (link))
        return -ECANCELED;
      if (left <= 0)
        return -ETIMEDOUT;
      n = poll (fds, G_N_ELEMENTS (fds), left / 1000 + 1);
      if (n < 0 && errno != EINTR)
        return -errno;
      if (n > 0 && fds[1].revents != 0)
        lc_ssh_link_clear_wake (link);
      if (n > 0 && fds[0].revents != 0)
        return 0;
    }
}

static int
connect_address (LcSshLink *link, GSocketAddress *address, guint timeout_ms, int *fd_out)
{
  gint64 deadline = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);
  socklen_t length = sizeof (int);
  int problem = 0;
  int fd;

  if (size < 0 || size > (gssize) sizeof native ||
      !g_socket_address_to_native (address, &native, sizeof native, NULL))
    return EAFNOSUPPORT;
  fd = socket (native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return errno;
  if (connect (fd, (struct sockaddr *) &native, size) < 0 && errno != EINPROGRESS)
    problem = errno;
  else
    problem = -poll_until (link, fd, deadline);
  if (problem == 0 && getsockopt (fd, SOL_SOCKET, SO_ERROR, &problem, &length) < 0)
    problem = errno;
  if (problem != 0)
    close (fd);
  else
    *fd_out = fd;
  return problem;
}

static GError *
dial_error (const char *host, guint16 port, int problem)
{
  switch (problem)
    {
    case ECANCELED:
      return lc_error_new (LC_ERROR_CANCELLED, "Cancelled while connecting to %s", host);
    case ETIMEDOUT:
      return lc_error_new (LC_ERROR_TIMED_OUT, "No answer from %s port %u", host, port);
    case ECONNREFUSED:
      return lc_error_new (LC_ERROR_OFFLINE, "%s refused the connection on port %u", host, port);
    default:
      return lc_error_new (LC_ERROR_OFFLINE, "Cannot reach %s port %u: %s", host, port,
                           g_strerror (problem));
    }
}

static GList *
resolve (LcSshLink *link, const char *host, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GError) local = NULL;
  GInetAddress *literal = g_inet_address_new_from_string (host);
  GList *addresses;

  if (literal != NULL)
    return g_list_prepend (NULL, literal);
  addresses =
      g_resolver_lookup_by_name (resolver, host, lc_ssh_link_get_cancellable (link), &local);
  if (addresses != NULL)
    return addresses;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error,
                       lc_error_new (LC_ERROR_CANCELLED, "Cancelled while looking up %s", host));
  else
    g_propagate_error (error,
                       lc_error_new (LC_ERROR_OFFLINE, "Cannot find %s: %s", host, local->message));
  return NULL;
}

int
lc_ssh_dial (LcSshLink *link, const char *host, guint16 port, GError **error)
{
  g_autolist (GInetAddress) addresses = resolve (link, host, error);
  int problem = EHOSTUNREACH;
  int fd = -1;

  if (addresses == NULL)
    return -1;
  for (GList *l = addresses; l != NULL && fd < 0 && problem != ECANCELED; l = l->next)
    {
      g_autoptr (GSocketAddress) address = g_inet_socket_address_new (l->data, port);

      problem = connect_address (link, address,
                                 l->next != NULL ? OTHER_ADDRESS_MS : LAST_ADDRESS_MS, &fd);
    }
  if (fd < 0)
    g_propagate_error (error, dial_error (host, port, problem));
  return fd;
}
