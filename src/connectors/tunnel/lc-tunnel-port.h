/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-operation.h"
#include "lc-profile-store.h"
#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/* Opens a forward at @local_port, 0 for a free one. Resolves to an #LcSshForward; rejects with
 * %LC_ERROR_PORT_IN_USE. */
typedef DexFuture *(*LcTunnelOpenFunc) (gpointer data, guint16 local_port);

/**
 * lc_tunnel_open_usual_port:
 * @purpose: what the port is remembered for, such as "notebook"
 * @open: makes the forward, with @data
 * @operation: told when it is another port than usual
 * @notice: (out) (nullable): the same for as long as it is open: lc_connection_set_notice()
 *
 * The machine's own local port, each time the same, so that tabs and bookmarks work again. When
 * another program has it, a free one, for this time only. Within a fiber.
 *
 * Returns: (transfer full): the forward
 */
LcSshForward *lc_tunnel_open_usual_port (LcProfileStore *profiles,
                                         LcMachine *machine,
                                         const char *purpose,
                                         LcTunnelOpenFunc open,
                                         gpointer data,
                                         LcOperation *operation,
                                         char **notice,
                                         GError **error);

G_END_DECLS
