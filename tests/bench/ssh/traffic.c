/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-peer.h"

#define BLOCK    (256 * 1024)
#define FOR_EVER G_MAXUINT64

/* One connection of a client. */
typedef struct
{
  guint16 port;
  gboolean upload;
  guint64 bytes;
  gint stop; /* atomic */
  GThread *thread;
} Client;

static TestPeer *servers[N_TRAFFICS];
static guint64 source_bytes;
static atomic_uint_fast64_t sunk;
static Client background;

static void
serve_source (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (BLOCK);
  guint64 left = source_bytes;
  gssize n;

  while (left > 0 && (n = send (fd, block, MIN (left, BLOCK), MSG_NOSIGNAL)) > 0)
    left -= n;
}

static void
serve_sink (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (BLOCK);
  gssize n;

  while ((n = recv (fd, block, BLOCK, 0)) > 0)
    atomic_fetch_add (&sunk, n);
  (void) !send (fd, block, 1, MSG_NOSIGNAL);
}

static void
serve_greeting (int fd, gpointer data)
{
  char byte = 'x';

  (void) !send (fd, &byte, 1, MSG_NOSIGNAL);
}

void
traffic_start (TestLine *line, guint16 *targets)
{
  static const TestPeerFunc funcs[] = { serve_source, serve_sink, test_peer_echo, serve_greeting };

  if (line != NULL)
    test_line_enter_far (line);
  for (guint i = 0; i < N_TRAFFICS; i++)
    {
      servers[i] = test_peer_new (funcs[i], NULL);
      targets[i] = test_peer_get_port (servers[i]);
    }
  if (line != NULL)
    test_line_leave_far (line);
}

void
traffic_stop (void)
{
  for (guint i = 0; i < N_TRAFFICS; i++)
    g_clear_pointer (&servers[i], test_peer_free);
}

static int
open_client (const Rival *rival, TrafficKind kind)
{
  int fd = test_peer_connect (rival->ports[kind]);
  int on = 1;

  g_assert_cmpint (fd, >=, 0);
  (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static gpointer
client_func (gpointer data)
{
  Client *client = data;
  g_autofree char *block = g_malloc0 (BLOCK);
  int fd = test_peer_connect (client->port);
  guint64 left = client->bytes;
  gssize n;

  g_assert_cmpint (fd, >=, 0);
  if (client->upload)
    {
      while (!g_atomic_int_get (&client->stop) && left > 0 &&
             (n = send (fd, block, MIN (left, BLOCK), MSG_NOSIGNAL)) > 0)
        left -= n;
      shutdown (fd, SHUT_WR);
      g_assert_cmpint (recv (fd, block, 1, 0), ==, 1);
    }
  else
    while (!g_atomic_int_get (&client->stop) && (n = recv (fd, block, BLOCK, 0)) > 0)
      left -= n;
  g_assert_true (client->stop || left == 0);
  close (fd);
  return NULL;
}

static void
start_client (Client *client, const Rival *rival, gboolean upload, guint64 bytes)
{
  *client = (Client) { .port = rival->ports[upload ? TRAFFIC_SINK : TRAFFIC_SOURCE],
                       .upload = upload,
                       .bytes = bytes };
  client->thread = g_thread_new ("client", client_func, client);
}

double
traffic_move (const Rival *rival, guint n, gboolean upload, guint64 bytes)
{
  g_autofree Client *clients = g_new0 (Client, n);
  gint64 start = g_get_monotonic_time ();

  source_bytes = bytes / n;
  for (guint i = 0; i < n; i++)
    start_client (&clients[i], rival, upload, bytes / n);
  for (guint i = 0; i < n; i++)
    g_thread_join (clients[i].thread);
  return (g_get_monotonic_time () - start) / 1e6;
}

static double
flow_up (int fd, gint64 deadline)
{
  g_autofree char *block = g_malloc0 (BLOCK);
  struct pollfd polled = { .fd = fd, .events = POLLOUT };
  guint64 before = atomic_load (&sunk);
  gint64 left;

  while ((left = deadline - g_get_monotonic_time ()) > 0)
    if (poll (&polled, 1, left / 1000 + 1) > 0)
      (void) !send (fd, block, BLOCK, MSG_DONTWAIT | MSG_NOSIGNAL);
  return atomic_load (&sunk) - before;
}

static double
flow_down (int fd, gint64 deadline)
{
  g_autofree char *block = g_malloc (BLOCK);
  struct pollfd polled = { .fd = fd, .events = POLLIN };
  double bytes = 0;
  gint64 left;

  while ((left = deadline - g_get_monotonic_time ()) > 0)
    if (poll (&polled, 1, left / 1000 + 1) > 0)
      bytes += recv (fd, block, BLOCK, MSG_DONTWAIT);
  return bytes;
}

double
traffic_flow (const Rival *rival, gboolean upload, double seconds)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) (seconds * 1e6);
  double bytes;
  int fd;

  source_bytes = FOR_EVER;
  fd = open_client (rival, upload ? TRAFFIC_SINK : TRAFFIC_SOURCE);
  bytes = upload ? flow_up (fd, deadline) : flow_down (fd, deadline);
  close (fd);
  return bytes / seconds;
}

void
traffic_begin (const Rival *rival, gboolean upload)
{
  source_bytes = FOR_EVER;
  start_client (&background, rival, upload, FOR_EVER);
}

void
traffic_end (void)
{
  g_atomic_int_set (&background.stop, TRUE);
  g_thread_join (background.thread);
}

void
traffic_ping (const Rival *rival, guint n, guint pause_us, double *values)
{
  int fd = open_client (rival, TRAFFIC_ECHO);
  char byte = 'x';

  for (guint i = 0; i < n; i++)
    {
      gint64 start = g_get_monotonic_time ();

      g_assert_cmpint (send (fd, &byte, 1, 0), ==, 1);
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      values[i] = g_get_monotonic_time () - start;
      if (pause_us > 0)
        g_usleep (pause_us);
    }
  close (fd);
}

double
traffic_first_byte (const Rival *rival, guint n)
{
  g_autofree int *fds = g_new (int, n);
  gint64 start = g_get_monotonic_time ();
  double elapsed;
  char byte;

  for (guint i = 0; i < n; i++)
    fds[i] = open_client (rival, TRAFFIC_GREETER);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (recv (fds[i], &byte, 1, 0), ==, 1);
  elapsed = g_get_monotonic_time () - start;
  for (guint i = 0; i < n; i++)
    close (fds[i]);
  return elapsed;
}
