/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/* As lc_ssh_pool_connect(). @through: (nullable): the connection to go through; %NULL: as the
 * machine's profile says. */
DexFuture *lc_ssh_pool_connect_through (LcSshPool *self,
                                        LcMachine *machine,
                                        LcCredentials *credentials,
                                        LcSshConnection *through,
                                        LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
