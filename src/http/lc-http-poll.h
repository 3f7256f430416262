/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-http-client.h"

G_BEGIN_DECLS

/**
 * LcHttpProbe:
 * @operation_uri: (nullable): the address that could not be asked
 * @data: what was given
 *
 * Another way to ask how an operation goes, when the service gave no address for it or refuses to
 * answer there.
 *
 * Returns: (transfer full): resolves to a boolean, whether it is done; rejects when it failed
 */
typedef DexFuture *(*LcHttpProbe) (const char *operation_uri, gpointer data);

/**
 * lc_http_poll:
 * @client: the client that sent the request
 * @started: the answer to it
 * @operation: (nullable): where progress is told, and whose cancellable ends the wait (the service
 *   goes on)
 * @limit_ms: the whole wait
 * @probe: (nullable): asked when there is no operation address, or it answers 403 or 404
 * @data: (transfer full): for @probe
 * @destroy: (nullable): frees @data
 *
 * Waits for a long-running operation by the rules of CONTRACTS 4: Azure-AsyncOperation, else
 * Location on a 202, else @probe; Retry-After honoured, else waits that rise from half a second to
 * 15 s (2 s for a service on this computer).
 *
 * Resolves to %TRUE when it succeeded. Rejects with %LC_ERROR_REMOTE_FAILED or what the service's
 * code stands for when it failed, %LC_ERROR_TIMED_OUT after @limit_ms.
 */
DexFuture *lc_http_poll (LcHttpClient *client,
                         LcHttpResponse *started,
                         LcOperation *operation,
                         guint limit_ms,
                         LcHttpProbe probe,
                         gpointer data,
                         GDestroyNotify destroy) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
