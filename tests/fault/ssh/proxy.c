/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-peer.h"

#define LOOK_MS 5

struct _TestProxy
{
  TestPeer *peer;
  guint16 server_port;
  guint64 limit;  /* atomic, as the others */
  guint64 passed; /* of the last connection */
  gint resets;
};

/* Returns: how much, 0 when it is over */
static gsize
pass_on (int from, int to, guint64 most)
{
  char block[16 * 1024];
  gssize n = recv (from, block, MIN (most, sizeof block), 0);

  for (gssize done = 0, m; done < n; done += m)
    if ((m = send (to, block + done, n - done, MSG_NOSIGNAL)) < 0)
      return 0;
  return MAX (n, 0);
}

static void
reset_on_close (int fd)
{
  const struct linger at_once = { .l_onoff = 1 };

  (void) setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void
serve (int client, gpointer data)
{
  TestProxy *self = data;
  int server = test_peer_connect (self->server_port);
  int resets = g_atomic_int_get (&self->resets);
  guint64 passed = 0;
  gboolean open = server >= 0;

  __atomic_store_n (&self->passed, 0, __ATOMIC_SEQ_CST);
  while (open && g_atomic_int_get (&self->resets) == resets)
    {
      guint64 limit = __atomic_load_n (&self->limit, __ATOMIC_SEQ_CST);
      struct pollfd fds[] = { { .fd = client, .events = POLLIN },
                              { .fd = passed < limit ? server : -1, .events = POLLIN } };

      poll (fds, G_N_ELEMENTS (fds), LOOK_MS);
      if (fds[0].revents != 0)
        open = pass_on (client, server, G_MAXUINT64) > 0;
      if (fds[1].revents != 0 && open)
        {
          gsize n = pass_on (server, client, limit - passed);

          open = n > 0;
          passed += n;
          __atomic_store_n (&self->passed, passed, __ATOMIC_SEQ_CST);
        }
    }
  if (g_atomic_int_get (&self->resets) != resets)
    reset_on_close (client);
  if (server >= 0)
    close (server);
}

TestProxy *
test_proxy_new (guint16 server_port)
{
  TestProxy *self = g_new0 (TestProxy, 1);

  self->server_port = server_port;
  self->limit = G_MAXUINT64;
  self->peer = test_peer_new (serve, self);
  return self;
}

void
test_proxy_free (TestProxy *self)
{
  test_proxy_reset (self);
  test_peer_free (self->peer);
  g_free (self);
}

guint16
test_proxy_get_port (TestProxy *self)
{
  return test_peer_get_port (self->peer);
}

void
test_proxy_set_limit (TestProxy *self, guint64 limit)
{
  __atomic_store_n (&self->limit, limit, __ATOMIC_SEQ_CST);
}

guint64
test_proxy_get_passed (TestProxy *self)
{
  return __atomic_load_n (&self->passed, __ATOMIC_SEQ_CST);
}

void
test_proxy_reset (TestProxy *self)
{
  g_atomic_int_inc (&self->resets);
}
