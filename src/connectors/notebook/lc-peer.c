/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-peer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Returns whether it is IPv4. */
static gboolean
read_address (GSocketAddress *address, guint32 *ipv4, guint16 *port)
{
  GInetAddress *inet = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return FALSE;

  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_family (inet) != G_SOCKET_FAMILY_IPV4)
    return FALSE;

  /* The table prints the four bytes as one number of this machine's byte order. */
  memcpy (ipv4, g_inet_address_to_bytes (inet), sizeof *ipv4);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  return TRUE;
}

gboolean
lc_peer_is_uid (const char *table,
                guint32 peer_ipv4,
                guint16 peer_port,
                guint32 local_ipv4,
                guint16 local_port,
                guint uid)
{
  for (const char *line = strchr (table, '\n'); line != NULL; line = strchr (line, '\n'))
    {
      unsigned int near_ipv4 = 0, near_port = 0, far_ipv4 = 0, far_port = 0, owner = 0;

      line++;
      if (sscanf (line, " %*u: %8x:%4x %8x:%4x %*x %*x:%*x %*x:%*x %*x %u", &near_ipv4, &near_port,
                  &far_ipv4, &far_port, &owner) == 5 &&
          near_ipv4 == peer_ipv4 && near_port == peer_port && far_ipv4 == local_ipv4 &&
          far_port == local_port)
        return owner == uid;
    }

  return TRUE;
}

gboolean
lc_peer_is_me (GSocketAddress *peer, GSocketAddress *local)
{
  g_autofree char *table = NULL;
  guint32 peer_ipv4 = 0, local_ipv4 = 0;
  guint16 peer_port = 0, local_port = 0;

  if (peer == NULL || local == NULL || !read_address (peer, &peer_ipv4, &peer_port) ||
      !read_address (local, &local_ipv4, &local_port) ||
      !g_file_get_contents ("/proc/net/tcp", &table, NULL, NULL))
    return TRUE;

  return lc_peer_is_uid (table, peer_ipv4, peer_port, local_ipv4, local_port, getuid ());
}
