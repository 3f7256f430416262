/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connector.h"
#include "lc-forward-spec.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/**
 * LcForwardConnector:
 *
 * Forwards one local port. Implements #LcConnector with the id "forward"; its steps after those of
 * #LcSshPool are "tunnel" and "check-tunnel", which tells but does not mind when nothing listens at
 * the other end yet. Main thread.
 */
#define LC_TYPE_FORWARD_CONNECTOR (lc_forward_connector_get_type ())
G_DECLARE_FINAL_TYPE (LcForwardConnector, lc_forward_connector, LC, FORWARD_CONNECTOR, GObject)

LcConnector *lc_forward_connector_new (LcSshPool *pool, const LcForwardSpec *spec);

G_END_DECLS
