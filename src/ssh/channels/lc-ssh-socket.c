/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-socket.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/socket.h>

#include "lc-error.h"

GSocket *
lc_ssh_socket_pair (int *other, GError **error)
{
  int fds[2];
  GSocket *socket;
  GError *problem = NULL;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "Cannot make a socket: %s",
                                              g_strerror (errno)));
      return NULL;
    }
  socket = g_socket_new_from_fd (fds[0], &problem);
  if (socket == NULL)
    {
      g_clear_fd (&fds[0], NULL);
      g_clear_fd (&fds[1], NULL);
      g_propagate_error (error, lc_error_convert (problem));
      return NULL;
    }
  *other = fds[1];
  return socket;
}
