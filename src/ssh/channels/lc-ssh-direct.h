/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-request.h"

G_BEGIN_DECLS

/* For LcSshChannelClass.open: a channel to what the machine can reach. @path: (nullable): a unix
 * socket instead of @host and @port */
LIBSSH2_CHANNEL *
lc_ssh_direct_open (LcSshSession *session, const char *host, const char *path, guint16 port);

/* A channel that is opened to see whether something listens there, and closed at once. */
LcSshChannel *lc_ssh_probe_new (LcSshPump *pump, LcSshRequest *request);

/* A channel whose bytes go to and from the request's socket; takes that over. */
LcSshChannel *lc_ssh_dialled_new (LcSshPump *pump, LcSshRequest *request);

G_END_DECLS
