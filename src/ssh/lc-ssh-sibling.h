/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-connection-private.h"

G_BEGIN_DECLS

/* Sends one request. @link: of the connection that is to do it. Returns: (transfer full) */
typedef DexFuture *(*LcSshSendFunc) (LcSshLink *link, gpointer data);

/**
 * lc_ssh_with_sibling:
 * @send: asks for a session on the machine; called again when it was refused
 * @data: (transfer full): for @send
 * @destroy: frees @data
 *
 * A server has a largest number of sessions for a connection (MaxSessions of sshd_config(5), 10)
 * and says so only when it is reached: then a second connection is made beside @connection, which
 * takes what the first one could not. It goes with the first one.
 *
 * Resolves as what @send returns.
 */
DexFuture *lc_ssh_with_sibling (LcSshConnection *connection,
                                LcSshSendFunc send,
                                gpointer data,
                                GDestroyNotify destroy) G_GNUC_WARN_UNUSED_RESULT;

/* A connection of a forward that waits behind a target which does not answer is carried by the
 * sibling of @connection. */
void lc_ssh_carry_in_sibling (LcSshConnection *connection, LcSshRequest *request);

/* Why a session was refused, when another connection may have it. */
GError *lc_ssh_full_error (void);

G_END_DECLS
