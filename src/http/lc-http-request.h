/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "lc-operation.h"
#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcHttpRequest:
 *
 * What to ask of a service: built, sent with lc_http_client_send(), and sent again when that is
 * allowed. Main thread.
 */
#define LC_TYPE_HTTP_REQUEST (lc_http_request_get_type ())
G_DECLARE_FINAL_TYPE (LcHttpRequest, lc_http_request, LC, HTTP_REQUEST, GObject)

/**
 * lc_http_request_new:
 * @method: such as "GET"; a GET is idempotent, other methods are not until
 *   lc_http_request_set_idempotent()
 * @path: absolute, such as "/subscriptions", or an id that a service sent; split at "/", each
 *   segment escaped
 * @...: further segments, escaped with "/" and all; ended by %NULL
 */
LcHttpRequest *
lc_http_request_new (const char *method, const char *path, ...) G_GNUC_NULL_TERMINATED;

/* For an address that the service gave (a next page, an operation), followed unchanged. It must be
 * at the client's own scheme, host and port, else sending rejects with %LC_ERROR_PROTOCOL. */
LcHttpRequest *lc_http_request_new_for_uri (const char *method, const char *uri);

void lc_http_request_add_query (LcHttpRequest *self, const char *name, const char *value);

/* One JSON object of strings as the body: a member a call. The body is wiped after use. */
void lc_http_request_add_member (LcHttpRequest *self, const char *name, const char *value);
void lc_http_request_add_secret_member (LcHttpRequest *self, const char *name, LcSecret *value);

/* Any other JSON body. @node: (transfer none) */
void lc_http_request_set_json (LcHttpRequest *self, JsonNode *node);

/* An application/x-www-form-urlencoded body: a field a call. The body is wiped after use. */
void lc_http_request_add_field (LcHttpRequest *self, const char *name, const char *value);
void lc_http_request_add_secret_field (LcHttpRequest *self, const char *name, LcSecret *value);

/* That sending it twice does no more than sending it once: it is then repeated after network
 * errors too. */
void lc_http_request_set_idempotent (LcHttpRequest *self, gboolean idempotent);

/* Resolve to the response also when its status is 400 to 499 (but for 429, and 401 with an
 * authorizer): for services with error bodies of their own. */
void lc_http_request_set_accept_errors (LcHttpRequest *self, gboolean accept_errors);

/* Where waits are told ("The service asks to wait 12 seconds"), and whose cancellable ends the
 * request. @operation: (nullable) */
void lc_http_request_set_operation (LcHttpRequest *self, LcOperation *operation);

const char *lc_http_request_get_method (LcHttpRequest *self);
LcOperation *lc_http_request_get_operation (LcHttpRequest *self); /* nullable */

G_END_DECLS
