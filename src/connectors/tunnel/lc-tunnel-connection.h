/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connection.h"
#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/**
 * LcTunnelConnection:
 *
 * A local port that comes out on a machine. Its bytes, address and state are those of the forward
 * and of the SSH connection under it. Main thread.
 */
#define LC_TYPE_TUNNEL_CONNECTION (lc_tunnel_connection_get_type ())
G_DECLARE_DERIVABLE_TYPE (LcTunnelConnection,
                          lc_tunnel_connection,
                          LC,
                          TUNNEL_CONNECTION,
                          LcConnection)

struct _LcTunnelConnectionClass
{
  LcConnectionClass parent_class;
};

/**
 * lc_tunnel_connection_new:
 * @title: translated, as the list of connections shows it
 * @ssh: held by the new connection while it is open; the caller keeps its own hold
 * @forward: of @ssh
 */
LcConnection *lc_tunnel_connection_new (LcMachine *machine,
                                        const char *connector_id,
                                        const char *title,
                                        LcSshConnection *ssh,
                                        LcSshForward *forward);

/* For subclasses, once, after construction: what lc_tunnel_connection_new() does. */
void
lc_tunnel_connection_attach (LcTunnelConnection *self, LcSshConnection *ssh, LcSshForward *forward);

/* Both nullable once it is closed; transfer none. */
LcSshConnection *lc_tunnel_connection_get_ssh (LcTunnelConnection *self);
LcSshForward *lc_tunnel_connection_get_forward (LcTunnelConnection *self);

/* For subclasses: what the far end of the tunnel lacks, until it is called with %NULL. The
 * connection waits meanwhile. @trouble: (nullable): translated */
void lc_tunnel_connection_set_trouble (LcTunnelConnection *self, const char *trouble);

/* For subclasses: ends it because of @error. */
void lc_tunnel_connection_fail (LcTunnelConnection *self, const GError *error);

G_END_DECLS
