/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic.h"

#include <sys/socket.h>

#define MEGA (1000 * 1000)

static void
flood (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (65536);

  while (send (fd, block, 65536, MSG_NOSIGNAL) > 0)
    continue;
}

static void
sink (int fd, gpointer data)
{
  g_autofree char *block = g_malloc (65536);

  while (recv (fd, block, 65536, 0) > 0)
    continue;
}

void
test_traffic_start (TestTraffic *self, LcSshConnection *connection)
{
  self->flooder = test_peer_new (flood, NULL);
  self->sinker = test_peer_new (sink, NULL);
  self->down = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (self->flooder));
  self->up = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (self->sinker));
  for (gsize i = 0; i < G_N_ELEMENTS (self->readers); i++)
    {
      /* The content of a flood is wrong for a client that looks, which it would notice at once. */
      self->writers[i] = (TestClient) { .port = lc_ssh_forward_get_local_port (self->up),
                                        .out_bytes = G_MAXUINT64 };
      self->readers[i] = (TestClient) { .port = lc_ssh_forward_get_local_port (self->down),
                                        .in_seed = TEST_PEER_ANYTHING,
                                        .in_bytes = G_MAXUINT64 };
      test_client_start (&self->writers[i]);
      test_client_start (&self->readers[i]);
    }
  await_condition (lc_ssh_forward_get_bytes_received (self->down) > 4 * MEGA, 20);
  await_condition (lc_ssh_forward_get_bytes_sent (self->up) > 4 * MEGA, 20);
}

void
test_traffic_end (TestTraffic *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->readers); i++)
    {
      await_condition (g_atomic_int_get (&self->readers[i].done), 20);
      await_condition (g_atomic_int_get (&self->writers[i].done), 20);
      test_client_join (&self->readers[i]);
      test_client_join (&self->writers[i]);
    }
  g_clear_object (&self->down);
  g_clear_object (&self->up);
  g_clear_pointer (&self->flooder, test_peer_free);
  g_clear_pointer (&self->sinker, test_peer_free);
}
