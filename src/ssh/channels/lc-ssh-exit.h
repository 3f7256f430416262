/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-process.h"

G_BEGIN_DECLS

/* How a program ended, once the server has closed its channel. Pump thread.
 *
 * libssh2 1.11 does not tell whether the server sent an exit status at all: without one it is 0.
 * Returns: (transfer full) */
LcSshExit *lc_ssh_exit_read (LcSshChannel *channel);

G_END_DECLS
