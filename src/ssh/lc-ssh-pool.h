/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-credentials.h"
#include "lc-known-hosts.h"
#include "lc-operation.h"
#include "lc-profile-store.h"
#include "lc-prompt.h"
#include "lc-registry.h"
#include "lc-ssh-connection.h"
#include "lc-ssh-times.h"

G_BEGIN_DECLS

/**
 * LcSshPool:
 *
 * Makes connections, and shares one per machine and login among those who want one at the same
 * time. Main thread.
 */
#define LC_TYPE_SSH_POOL (lc_ssh_pool_get_type ())
G_DECLARE_FINAL_TYPE (LcSshPool, lc_ssh_pool, LC, SSH_POOL, GObject)

LcSshPool *lc_ssh_pool_new (LcKnownHosts *known_hosts, LcProfileStore *profiles, LcPrompt *prompt);

/* Whose keyring and questions are used to log in to jump hosts, which a machine's profile may name;
 * held weakly. */
void lc_ssh_pool_set_registry (LcSshPool *self, LcRegistry *registry);

/* For connections made afterwards. */
void lc_ssh_pool_set_times (LcSshPool *self, const LcSshTimes *times);

/* Adds the steps of lc_ssh_pool_connect() to an operation: "reach", "host-key", "log-in". */
void lc_ssh_pool_announce_steps (LcSshPool *self, LcOperation *operation);

/**
 * lc_ssh_pool_connect:
 * @machine: with host and SSH port
 * @credentials: how to log in
 * @operation: where the steps are told, and whose cancellable ends it
 *
 * Waits until the machine's sshd answers (tries again while the connection is refused or times out,
 * up to the connect time limit of the settings: a cloud machine "runs" before its sshd does),
 * verifies the host key, logs in. A connection that lives is given at once.
 *
 * Resolves to an #LcSshConnection that is held once for the caller. Rejects with %LC_ERROR_OFFLINE,
 * TIMED_OUT, HOST_KEY_CHANGED (lc_ssh_host_key_verify() tells the service_codes), AUTH_FAILED
 * (message and service_code tell "password", "publickey", "no-such-method", "passphrase",
 * "key-file" apart), PROTOCOL, CANCELLED.
 */
DexFuture *lc_ssh_pool_connect (LcSshPool *self,
                                LcMachine *machine,
                                LcCredentials *credentials,
                                LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
