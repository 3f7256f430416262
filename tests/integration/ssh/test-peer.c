/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK (64 * 1024)

struct _TestPeer
{
  int fd;
  guint16 port;
  TestPeerFunc func;
  gpointer data;
  GThread *thread;
  GPtrArray *connections; /* Connection */
  gint served;
};

typedef struct
{
  TestPeer *peer;
  int fd;
  GThread *thread;
  gint ended; /* atomic */
} Connection;

/* A pattern that can be made from any 8-byte boundary on, so that a lost or doubled piece shows. */
static void
fill (guint64 seed, guint64 position, guint8 *into, gsize length)
{
  for (gsize i = 0; i < length; i++, position++)
    {
      guint64 x = (seed + (position >> 3) + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

      x ^= x >> 29;
      into[i] = x >> (8 * (position & 7));
    }
}

static gpointer
connection_func (gpointer data)
{
  Connection *connection = data;

  connection->peer->func (connection->fd, connection->peer->data);
  close (connection->fd);
  g_atomic_int_set (&connection->ended, TRUE);
  return NULL;
}

static void
connection_join (gpointer data)
{
  Connection *connection = data;

  g_thread_join (connection->thread);
  g_free (connection);
}

/* A thread that has ended keeps its stack until then. */
static void
join_ended (TestPeer *self)
{
  for (guint i = self->connections->len; i-- > 0;)
    if (g_atomic_int_get (&((Connection *) self->connections->pdata[i])->ended))
      g_ptr_array_remove_index_fast (self->connections, i);
}

static gpointer
listen_func (gpointer data)
{
  TestPeer *self = data;
  int fd;

  while ((fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
    {
      Connection *connection = g_new0 (Connection, 1);
      int on = 1;

      (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connection->peer = self;
      connection->fd = fd;
      g_atomic_int_inc (&self->served);
      connection->thread = g_thread_new ("peer", connection_func, connection);
      join_ended (self);
      g_ptr_array_add (self->connections, connection);
    }
  return NULL;
}

TestPeer *
test_peer_new (TestPeerFunc func, gpointer data)
{
  TestPeer *self = g_new0 (TestPeer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  self->func = func;
  self->data = data;
  self->connections = g_ptr_array_new_with_free_func (connection_join);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (self->fd, 512), ==, 0);
  g_assert_cmpint (getsockname (self->fd, (struct sockaddr *) &address, &length), ==, 0);
  self->port = ntohs (address.sin_port);
  self->thread = g_thread_new ("peers", listen_func, self);
  return self;
}

guint16
test_peer_get_port (TestPeer *self)
{
  return self->port;
}

guint
test_peer_get_served (TestPeer *self)
{
  return g_atomic_int_get (&self->served);
}

void
test_peer_free (TestPeer *self)
{
  shutdown (self->fd, SHUT_RDWR);
  g_thread_join (self->thread);
  close (self->fd);
  g_ptr_array_unref (self->connections);
  g_free (self);
}

int
test_peer_connect (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;

  if (connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    {
      close (fd);
      return -1;
    }
  (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

gboolean
test_peer_exchange (int fd, guint64 out_seed, guint64 out_bytes, guint64 in_seed, guint64 in_bytes)
{
  g_autofree guint8 *out = g_malloc (CHUNK);
  g_autofree guint8 *in = g_malloc (CHUNK);
  g_autofree guint8 *expected = g_malloc (CHUNK);
  guint64 sent = 0;
  guint64 received = 0;
  gboolean sending = TRUE;
  gboolean ended = FALSE;

  if (out_bytes == 0)
    {
      shutdown (fd, SHUT_WR);
      sending = FALSE;
    }
  while (sending || !ended)
    {
      struct pollfd polled = { .fd = fd, .events = (sending ? POLLOUT : 0) | (ended ? 0 : POLLIN) };

      if (poll (&polled, 1, 60000) <= 0)
        return FALSE;
      if (!ended && (polled.revents & (POLLIN | POLLHUP | POLLERR)))
        {
          gssize n = recv (fd, in, CHUNK, MSG_DONTWAIT);

          if (n < 0 && errno != EAGAIN)
            return FALSE;
          ended = n == 0;
          if (n > 0)
            {
              fill (in_seed, received, expected, n);
              if (in_seed != TEST_PEER_ANYTHING && memcmp (in, expected, n) != 0)
                return FALSE;
              received += n;
            }
        }
      if (sending && (polled.revents & POLLOUT))
        {
          gsize length = MIN (CHUNK, out_bytes - sent);
          gssize n;

          fill (out_seed, sent, out, length);
          n = send (fd, out, length, MSG_DONTWAIT | MSG_NOSIGNAL);
          if (n < 0 && errno != EAGAIN)
            return FALSE;
          sent += MAX (n, 0);
          if (sent == out_bytes)
            {
              shutdown (fd, SHUT_WR);
              sending = FALSE;
            }
        }
    }
  return received == in_bytes;
}

void
test_peer_echo (int fd, gpointer data)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  gssize n;

  while ((n = recv (fd, buffer, CHUNK, 0)) > 0)
    for (gssize done = 0, m; done < n; done += m)
      if ((m = send (fd, buffer + done, n - done, MSG_NOSIGNAL)) < 0)
        return;
  shutdown (fd, SHUT_WR);
}

static gpointer
client_func (gpointer data)
{
  TestClient *self = data;
  int fd = self->port == 0 ? self->fd : test_peer_connect (self->port);

  self->ok = fd >= 0 && test_peer_exchange (fd, self->out_seed, self->out_bytes, self->in_seed,
                                            self->in_bytes);
  if (self->port != 0 && fd >= 0)
    close (fd);
  g_atomic_int_set (&self->done, TRUE);
  return NULL;
}

void
test_peer_assert_echo (guint16 port)
{
  int fd = test_peer_connect (port);
  char byte = 'x';

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
  close (fd);
}

void
test_client_start (TestClient *self)
{
  self->done = FALSE;
  self->thread = g_thread_new ("client", client_func, self);
}

void
test_client_join (TestClient *self)
{
  g_thread_join (g_steal_pointer (&self->thread));
}
