/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-connection-private.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

#define LC_SSH_STEP_REACH    "reach"
#define LC_SSH_STEP_HOST_KEY "host-key"
#define LC_SSH_STEP_LOG_IN   "log-in"

/**
 * lc_ssh_connect:
 *
 * One connection from nothing to logged in: reads the key file, waits for the machine's sshd,
 * verifies the host key, logs in; asks the person where it must. Arguments are copied. @jump:
 * (nullable): the connection to go through.
 *
 * Resolves to an #LcSshConnection.
 */
DexFuture *lc_ssh_connect (LcKnownHosts *known_hosts,
                           LcProfileStore *profiles,
                           LcPrompt *prompt,
                           const LcSshTimes *times,
                           LcMachine *machine,
                           LcCredentials *credentials,
                           LcSshConnection *jump,
                           LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
