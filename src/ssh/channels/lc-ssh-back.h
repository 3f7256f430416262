/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-remote.h"

G_BEGIN_DECLS

/* A channel that carries one connection of a remote forward. @handle: (transfer full): as the
 * server opened it */
LcSshChannel *lc_ssh_back_new (LcSshPump *pump, LcSshRemote *remote, LIBSSH2_CHANNEL *handle);

/* The forward of those @counters is going away: the channel is finished if it is one of it. */
void lc_ssh_back_detach (LcSshChannel *channel, LcSshCounters *counters);

G_END_DECLS
