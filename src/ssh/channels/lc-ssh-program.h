/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-request.h"

G_BEGIN_DECLS

/* A channel that runs a program; takes over the request's sockets, answers the request when the
 * server has started the program, and its @exit when that has ended. */
LcSshChannel *lc_ssh_program_channel_new (LcSshPump *pump, LcSshRequest *request);

/* Another size or a signal. Returns: whether it was for this one. */
gboolean lc_ssh_program_channel_tell (LcSshChannel *channel, LcSshRequest *request);

G_END_DECLS
