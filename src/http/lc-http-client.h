/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-authorizer.h"
#include "lc-http-request.h"
#include "lc-http-response.h"

G_BEGIN_DECLS

/**
 * LcHttpClient:
 *
 * Talks to one REST service: one session, one base address, one authorizer. Each request is
 * authorized, repeated where that is safe (CONTRACTS 4), limited in time and size, and logged
 * without secrets. A bearer token never goes to another host, and never over plain http but to this
 * computer. Main thread.
 *
 * Properties: base-uri (construct only).
 */
#define LC_TYPE_HTTP_CLIENT (lc_http_client_get_type ())
G_DECLARE_FINAL_TYPE (LcHttpClient, lc_http_client, LC, HTTP_CLIENT, GObject)

/**
 * lc_http_client_new:
 * @base_uri: such as "https://management.azure.com"; one that may not be used (plain http to
 *   another host) makes every request reject with %LC_ERROR_TLS, one that is no address with
 *   %LC_ERROR_INVALID_INPUT
 * @authorizer: (nullable): %NULL for requests without a token
 */
LcHttpClient *lc_http_client_new (const char *base_uri, LcAuthorizer *authorizer);

/* How long a request may take with all its repetitions; 100 s at first. */
void lc_http_client_set_time_limit (LcHttpClient *self, guint milliseconds);

/* Whether the service runs on this computer. */
gboolean lc_http_client_is_local (LcHttpClient *self);

/**
 * lc_http_client_send:
 *
 * Resolves to an #LcHttpResponse with a status below 400 (see
 * lc_http_request_set_accept_errors()). Rejects with %LC_ERROR_OFFLINE, TIMED_OUT, TLS,
 * AUTH_REQUIRED, FORBIDDEN, NOT_FOUND, CONFLICT, RATE_LIMITED, INVALID_INPUT (400), REMOTE_FAILED
 * (5xx), PROTOCOL, CANCELLED.
 */
DexFuture *lc_http_client_send (LcHttpClient *self,
                                LcHttpRequest *request) G_GNUC_WARN_UNUSED_RESULT;

/* Sends, and follows "nextLink" to the end. Resolves to a #GPtrArray (boxed) of #LcJsonReader: the
 * items of all pages' "value". The caller drops duplicates. Rejects with %LC_ERROR_PROTOCOL when
 * they have no end, or are too large to keep. */
DexFuture *lc_http_client_list (LcHttpClient *self,
                                LcHttpRequest *request) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
