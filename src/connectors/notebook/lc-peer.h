/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * lc_peer_is_me:
 * @peer: the far address of a connection that came in over 127.0.0.1
 * @local: its address here
 *
 * Whether the process at the other end belongs to the user that runs this one, as the kernel's
 * tables of sockets say (proc_net(5)): of IPv4, and of IPv6, where a client stands that came to
 * ::ffff:127.0.0.1. A connection that they do not show is nobody's. Without the tables, as in some
 * sandboxes, there is nobody else.
 */
gboolean lc_peer_is_me (GSocketAddress *peer, GSocketAddress *local);

/* The same over a table given as text: for tests. Addresses as the table prints them; %FALSE when
 * it has no such connection. */
gboolean lc_peer_is_uid (const char *table,
                         guint32 peer_ipv4,
                         guint16 peer_port,
                         guint32 local_ipv4,
                         guint16 local_port,
                         guint uid);

G_END_DECLS
