/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/* As this computer resolves @host, on a worker thread. Resolves to a #GPtrArray (boxed) of
 * #GSocketAddress, at least one; rejects with %LC_ERROR_OFFLINE. Main thread. */
DexFuture *lc_ssh_resolve (const char *host, guint16 port) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
