/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "lc-json-reader.h"

G_BEGIN_DECLS

/**
 * LcHttpResponse:
 *
 * A service's whole answer. Immutable; main thread.
 */
#define LC_TYPE_HTTP_RESPONSE (lc_http_response_get_type ())
G_DECLARE_FINAL_TYPE (LcHttpResponse, lc_http_response, LC, HTTP_RESPONSE, GObject)

guint lc_http_response_get_status (LcHttpResponse *self);

/* Nullable; @name without regard to case. */
const char *lc_http_response_get_header (LcHttpResponse *self, const char *name);

/* What support asks for (CONTRACTS 4): the first of x-ms-request-id, x-ms-correlation-request-id.
 * Nullable. */
const char *lc_http_response_get_request_id (LcHttpResponse *self);
gsize lc_http_response_get_body_length (LcHttpResponse *self);

/* Returns: (transfer full) (nullable): the body as JSON; an empty body, and one that is not JSON,
 * is %LC_ERROR_PROTOCOL. */
LcJsonReader *lc_http_response_read_json (LcHttpResponse *self, GError **error);

/* Seconds of Retry-After, as a number or a date; 0 when there is none. */
guint lc_http_response_get_retry_after (LcHttpResponse *self);

/**
 * lc_http_response_dup_error:
 *
 * What a status of 400 and above means, with the error envelope of CONTRACTS 4 ({"error": {"code",
 * "message", "details"}}; either may be missing) in its details.
 */
GError *lc_http_response_dup_error (LcHttpResponse *self);

/* For the client. @headers: (transfer none), @body: (transfer full): wiped when done with */
LcHttpResponse *lc_http_response_new (guint status, SoupMessageHeaders *headers, GByteArray *body);

G_END_DECLS
