/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-transport.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a line takes in this time waits in the kernel, so that it goes on when this thread is not
 * there at once. The rest waits in @out and in the local sockets, where channels take turns. */
#define UNSENT_US    (10 * G_TIME_SPAN_MILLISECOND)
#define UNSENT_LEAST (64 * 1024)
#define UNSENT_MOST  (1024 * 1024)

#define MEASURE_US   (100 * G_TIME_SPAN_MILLISECOND)

static void
set_unsent (LcSshTransport *self, int unsent)
{
  (void) setsockopt (self->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
}

/* While more is to be sent than the line takes. */
static void
measure_sent (LcSshTransport *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 elapsed = now - self->measured_at;
  guint64 wanted;

  if (elapsed < MEASURE_US)
    return;
  wanted = (self->sent - self->measured_sent) * UNSENT_US / elapsed;
  self->measured_at = now;
  self->measured_sent = self->sent;
  set_unsent (self, CLAMP (wanted, UNSENT_LEAST, UNSENT_MOST));
}

static void
note_received (LcSshTransport *self, gssize n)
{
  if (n > 0)
    self->last_received = g_get_monotonic_time ();
  else if (n == 0)
    self->ended = TRUE;
  else if (errno != EAGAIN && errno != EINTR)
    self->problem = errno;
}

/* Less than was asked for: there is no more. */
static void
take_from_budget (LcSshTransport *self, gssize n, gsize asked)
{
  if (n < (gssize) asked)
    {
      self->budget = 0;
      self->full_rounds /= 2;
    }
  else if (self->budget > asked)
    self->budget -= asked;
  else
    {
      self->budget = 0;
      self->full_rounds = MIN (self->full_rounds + 1, 4 * LC_SSH_BEHIND_ROUNDS);
    }
}

static LIBSSH2_RECV_FUNC (recv_cb)
{
  LcSshTransport *self = *abstract;
  gsize have = MIN (length, lc_ssh_buffer_length (&self->in));

  if (have > 0)
    {
      memcpy (buffer, lc_ssh_buffer_peek (&self->in), have);
      lc_ssh_buffer_consume (&self->in, have);
      return have;
    }
  if (self->budget > 0)
    {
      gssize n = recv (self->fd, buffer, length, MSG_DONTWAIT);

      note_received (self, n);
      take_from_budget (self, n, length);
      if (n > 0)
        return n;
    }
  return self->problem != 0 ? -self->problem : self->ended ? 0 : -EAGAIN;
}

static LIBSSH2_SEND_FUNC (send_cb)
{
  LcSshTransport *self = *abstract;

  if (self->problem != 0)
    return -self->problem;
  lc_ssh_buffer_append (&self->out, buffer, length);
  return length;
}

void
lc_ssh_transport_open (LcSshTransport *self, int fd)
{
  int on = 1;

  self->fd = fd;
  self->last_received = g_get_monotonic_time ();
  self->ended = FALSE;
  self->problem = 0;
  self->budget = self->full_rounds = 0;
  self->room = LC_SSH_OUTPUT_MOST;
  self->sent = self->measured_sent = 0;
  self->measured_at = self->last_received;
  (void) fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
  (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  set_unsent (self, UNSENT_LEAST);
}

void
lc_ssh_transport_attach (LcSshTransport *self, LIBSSH2_SESSION *session)
{
  *libssh2_session_abstract (session) = self;
  libssh2_session_callback_set2 (session, LIBSSH2_CALLBACK_RECV,
                                 (libssh2_cb_generic *) (gpointer) recv_cb);
  libssh2_session_callback_set2 (session, LIBSSH2_CALLBACK_SEND,
                                 (libssh2_cb_generic *) (gpointer) send_cb);
}

gboolean
lc_ssh_transport_has_address (const LcSshTransport *self)
{
  struct sockaddr_storage address = { 0 };
  socklen_t length = sizeof address;
  gboolean has = TRUE;
  int probe;

  if (getsockname (self->fd, (struct sockaddr *) &address, &length) < 0 ||
      (address.ss_family != AF_INET && address.ss_family != AF_INET6))
    return TRUE;
  if (address.ss_family == AF_INET)
    ((struct sockaddr_in *) &address)->sin_port = 0;
  else
    ((struct sockaddr_in6 *) &address)->sin6_port = 0;
  probe = socket (address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0)
    return TRUE;
  if (bind (probe, (struct sockaddr *) &address, length) < 0)
    has = errno != EADDRNOTAVAIL;
  close (probe);
  return has;
}

void
lc_ssh_transport_receive (LcSshTransport *self)
{
  gsize have = lc_ssh_buffer_length (&self->in);
  gssize n;

  if (have >= LC_SSH_ROUND_BUDGET || self->ended || self->problem != 0)
    return;
  n = recv (self->fd, lc_ssh_buffer_reserve (&self->in, LC_SSH_ROUND_BUDGET - have),
            LC_SSH_ROUND_BUDGET - have, MSG_DONTWAIT);
  note_received (self, n);
  if (n > 0)
    lc_ssh_buffer_added (&self->in, n);
}

void
lc_ssh_transport_begin_round (LcSshTransport *self, gboolean readable)
{
  self->budget = readable && !self->ended && self->problem == 0 ? LC_SSH_ROUND_BUDGET : 0;
  self->refused = FALSE;
}

void
lc_ssh_transport_flush (LcSshTransport *self)
{
  gsize length = lc_ssh_buffer_length (&self->out);
  gssize n;

  if (length == 0 || self->problem != 0)
    return;
  n = send (self->fd, lc_ssh_buffer_peek (&self->out), length, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n > 0)
    {
      lc_ssh_buffer_consume (&self->out, n);
      self->sent += n;
    }
  else if (n < 0 && errno != EAGAIN && errno != EINTR)
    self->problem = errno;
  self->room = n == (gssize) length ? LC_SSH_OUTPUT_MOST : LC_SSH_OUTPUT_LEAST;
  if (n != (gssize) length)
    measure_sent (self);
}

void
lc_ssh_transport_close (LcSshTransport *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  lc_ssh_buffer_clear (&self->in);
  lc_ssh_buffer_clear (&self->out);
}

short
lc_ssh_transport_events (const LcSshTransport *self)
{
  short events = 0;

  if (lc_ssh_buffer_length (&self->in) < LC_SSH_ROUND_BUDGET && !self->ended)
    events |= POLLIN;
  if (lc_ssh_buffer_length (&self->out) > 0)
    events |= POLLOUT;
  return events;
}
