/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-ports.h"

#include <gio/gio.h>

/* Below the range from which Linux takes the ports of outgoing connections, so that nobody else
 * sits on the port of a stopped machine. */
#define FIRST_PORT 20000
#define N_PORTS    12000

static gboolean
is_free (guint16 port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  return socket != NULL && g_socket_bind (socket, address, FALSE, NULL);
}

guint16
sb_choose_port (SbDiskStore *disks, GError **error)
{
  guint offset = g_random_int_range (0, N_PORTS);

  for (guint i = 0; i < N_PORTS; i++)
    {
      guint16 port = FIRST_PORT + (offset + i) % N_PORTS;

      if (!sb_disk_store_has_port (disks, port) && is_free (port))
        return port;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                       "All ports from 20000 to 31999 on 127.0.0.1 are in use");
  return 0;
}
