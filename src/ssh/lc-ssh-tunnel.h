/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-listener.h"

G_BEGIN_DECLS

/* A channel that carries one connection of a forward. @fd: (transfer full): the accepted socket */
LcSshChannel *lc_ssh_tunnel_new (LcSshPump *pump, LcSshListener *listener, int fd);

/* Forgets the listener of a tunnel, which is going away; the tunnel is finished. */
void lc_ssh_tunnel_detach (LcSshChannel *channel, LcSshListener *listener);

G_END_DECLS
