/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-connection-private.h"

G_BEGIN_DECLS

/**
 * lc_ssh_reconnect:
 * @connection: was lost; not held meanwhile
 * @recipe: how it was made
 *
 * Makes a lost connection again, at once and then with growing waits, until
 * #LcSshTimes.reconnect_ms have passed or it is certain that it cannot work: the machine was
 * stopped, it does not accept the log-in any more, or it is another one.
 *
 * Resolves to %TRUE when that worked; the connection is closed when it rejects.
 */
DexFuture *lc_ssh_reconnect (LcSshConnection *connection,
                             LcSshRecipe *recipe) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
