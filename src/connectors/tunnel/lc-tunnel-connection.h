/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connection.h"
#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/* The service code of the %LC_ERROR_CONFLICT with which a connection ends when its machine has been
 * stopped. */
#define LC_TUNNEL_MACHINE_STOPPED "machine-stopped"

/**
 * LcTunnelConnection:
 *
 * A local port that comes out on a machine, or the SSH connection alone. Its bytes, address, state
 * and details are those of the forward and of the SSH connection under it. It is proven when bytes
 * have come back through this very forward. Main thread.
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
 * @forward: (nullable): of @ssh; %NULL: only the SSH connection is kept open
 */
LcConnection *lc_tunnel_connection_new (LcMachine *machine,
                                        const char *connector_id,
                                        const char *title,
                                        LcSshConnection *ssh,
                                        LcSshForward *forward);

/* For subclasses, once, after construction: what lc_tunnel_connection_new() does. */
void
lc_tunnel_connection_attach (LcTunnelConnection *self, LcSshConnection *ssh, LcSshForward *forward);

/* Both nullable, always once it is closed; transfer none. */
LcSshConnection *lc_tunnel_connection_get_ssh (LcTunnelConnection *self);
LcSshForward *lc_tunnel_connection_get_forward (LcTunnelConnection *self);

/* For subclasses: what the far end of the tunnel lacks, until it is called with %NULL. The
 * connection waits meanwhile. @trouble: (nullable): translated */
void lc_tunnel_connection_set_trouble (LcTunnelConnection *self, const char *trouble);

/* For subclasses: ends it because of @error. */
void lc_tunnel_connection_fail (LcTunnelConnection *self, const GError *error);

G_END_DECLS
