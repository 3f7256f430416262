/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-host-key.h"
#include "lc-ssh-connection-private.h"

G_BEGIN_DECLS

/**
 * lc_ssh_reconnect_enable:
 * @credentials: what worked the first time
 * @key: (nullable): the private key file's content
 * @host_key: what the machine showed the first time: it must show it again
 *
 * When @connection is lost, it is made again without asking anybody, until
 * #LcSshTimes.reconnect_ms have passed or it is certain that it cannot work: the machine was
 * stopped, it does not accept the log-in any more, or it is another one.
 */
void lc_ssh_reconnect_enable (LcSshConnection *connection,
                              const LcSshTimes *times,
                              LcCredentials *credentials,
                              LcSecret *key,
                              LcHostKey *host_key);

G_END_DECLS
