/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-listener.h"
#include "lc-ssh-request.h"

G_BEGIN_DECLS

/* A channel that carries one connection of a forward. @fd: (transfer full): the accepted socket */
LcSshChannel *lc_ssh_tunnel_new (LcSshPump *pump, LcSshListener *listener, int fd);

/* The same with what another connection's tunnel has handed over. */
LcSshChannel *lc_ssh_tunnel_new_handed_over (LcSshPump *pump, LcSshRequest *request);

/* The forward of those @counters is going away: the channel is finished if it is one of it. */
void lc_ssh_tunnel_detach (LcSshChannel *channel, LcSshCounters *counters);

G_END_DECLS
