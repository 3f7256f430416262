/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connector.h"
#include "lc-forward-spec.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/**
 * LcForwardConnector:
 *
 * Forwards one port, in either direction. Implements #LcConnector with an id that begins with
 * "forward" and is another for every forward; its steps after those of #LcSshPool are "tunnel" and
 * "check-tunnel", which tells but does not mind when nothing listens at the other end yet. Where
 * any free local port is wanted, it is the same one each time. Main thread.
 */
#define LC_TYPE_FORWARD_CONNECTOR (lc_forward_connector_get_type ())
G_DECLARE_FINAL_TYPE (LcForwardConnector, lc_forward_connector, LC, FORWARD_CONNECTOR, GObject)

/* @profiles: remember the local port */
LcConnector *
lc_forward_connector_new (LcSshPool *pool, LcProfileStore *profiles, const LcForwardSpec *spec);

G_END_DECLS
