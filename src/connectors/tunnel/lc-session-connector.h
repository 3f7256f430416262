/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connector.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/* What lc_connector_get_id() gives. */
#define LC_SESSION_CONNECTOR_ID "ssh"

/**
 * LcSessionConnector:
 *
 * The SSH connection to a machine alone, for whoever runs programs over it: opens an
 * #LcTunnelConnection without a forward, lc_tunnel_connection_get_ssh(). Its steps are those of
 * #LcSshPool. Main thread.
 */
#define LC_TYPE_SESSION_CONNECTOR (lc_session_connector_get_type ())
G_DECLARE_FINAL_TYPE (LcSessionConnector, lc_session_connector, LC, SESSION_CONNECTOR, GObject)

LcConnector *lc_session_connector_new (LcSshPool *pool);

G_END_DECLS
