/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-request.h"

G_BEGIN_DECLS

/* A channel that runs a command and collects what it says. */
LcSshChannel *lc_ssh_exec_new (LcSshPump *pump, LcSshRequest *request);

G_END_DECLS
