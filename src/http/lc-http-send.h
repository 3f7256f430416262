/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Bodies longer than this are refused. */
#define LC_HTTP_MAX_BODY (16 * 1024 * 1024)

/**
 * lc_http_send_message:
 *
 * Sends once and reads the whole answer, whatever its status. Resolves to an #LcHttpResponse;
 * rejects with %LC_ERROR_OFFLINE, TIMED_OUT, TLS, PROTOCOL (too long, cut) or CANCELLED.
 */
DexFuture *lc_http_send_message (SoupSession *session,
                                 SoupMessage *message) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
