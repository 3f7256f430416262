/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-registry.h"
#include "lc-ssh-connection.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/**
 * lc_ssh_hop_connect:
 * @registry: whose keyring, profiles and questions the log-ins use
 * @machine: what is to be reached in the end
 * @jump: "[user@]host[:port]", several separated by commas
 * @operation: of the connection to @machine
 *
 * Connects to the jump hosts of a machine, one through the other. Each is a machine of its own,
 * with a host key, a login and a remembered password, whatever lies behind it.
 *
 * Resolves to an #LcSshConnection: to the last of them.
 */
DexFuture *lc_ssh_hop_connect (LcSshPool *pool,
                               LcRegistry *registry,
                               LcMachine *machine,
                               const char *jump,
                               LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
