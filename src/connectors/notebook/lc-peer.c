/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-peer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TABLE    "/proc/net/tcp"
#define TABLE6   "/proc/net/tcp6"
#define ATTEMPTS 3

/* One end of a connection in a line of the table, of IPv4 or of IPv6. */
typedef struct
{
  unsigned int words[4];
  unsigned int port;
} End;

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

/* ::ffff:a.b.c.d, what a socket of IPv6 shows that talks to one of IPv4. */
static gboolean
is_end (const End *end, gboolean mapped, guint32 ipv4, guint16 port)
{
  static const guint8 prefix[] = { 0, 0, 0xff, 0xff };
  guint32 third = 0;

  memcpy (&third, prefix, sizeof third);
  if (mapped && (end->words[0] != 0 || end->words[1] != 0 || end->words[2] != third))
    return FALSE;

  return end->words[3] == ipv4 && end->port == port;
}

static gboolean
parse_line (const char *line, End *near, End *far, gboolean *mapped, unsigned int *owner)
{
  *mapped = FALSE;
  if (sscanf (line, " %*u: %8x:%4x %8x:%4x %*x %*x:%*x %*x:%*x %*x %u", &near->words[3],
              &near->port, &far->words[3], &far->port, owner) == 5)
    return TRUE;

  *mapped = TRUE;
  return sscanf (line, " %*u: %8x%8x%8x%8x:%4x %8x%8x%8x%8x:%4x %*x %*x:%*x %*x:%*x %*x %u",
                 &near->words[0], &near->words[1], &near->words[2], &near->words[3], &near->port,
                 &far->words[0], &far->words[1], &far->words[2], &far->words[3], &far->port,
                 owner) == 11;
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
      End near = { 0 }, far = { 0 };
      gboolean mapped = FALSE;
      unsigned int owner = 0;

      line++;
      if (parse_line (line, &near, &far, &mapped, &owner) &&
          is_end (&near, mapped, peer_ipv4, peer_port) &&
          is_end (&far, mapped, local_ipv4, local_port))
        return owner == uid;
    }

  return FALSE;
}

gboolean
lc_peer_is_me (GSocketAddress *peer, GSocketAddress *local)
{
  guint32 peer_ipv4 = 0, local_ipv4 = 0;
  guint16 peer_port = 0, local_port = 0;

  if (peer == NULL || local == NULL || !read_address (peer, &peer_ipv4, &peer_port) ||
      !read_address (local, &local_ipv4, &local_port))
    return FALSE;

  /* The tables are not read in one go: a line may be missed while others come and go. */
  for (guint i = 0; i < ATTEMPTS; i++)
    {
      g_autofree char *table = NULL;
      g_autofree char *table6 = NULL;

      if (!g_file_get_contents (TABLE, &table, NULL, NULL))
        return TRUE;
      if (lc_peer_is_uid (table, peer_ipv4, peer_port, local_ipv4, local_port, getuid ()))
        return TRUE;
      if (g_file_get_contents (TABLE6, &table6, NULL, NULL) &&
          lc_peer_is_uid (table6, peer_ipv4, peer_port, local_ipv4, local_port, getuid ()))
        return TRUE;
    }

  return FALSE;
}
