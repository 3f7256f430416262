/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "lc-http-request.h"

G_BEGIN_DECLS

/* What the client needs of a request. */

/* Nullable, transfer full: the address below @base; %LC_ERROR_INVALID_INPUT, or
 * %LC_ERROR_PROTOCOL when it is at another host. */
GUri *lc_http_request_build_uri (LcHttpRequest *self, GUri *base, GError **error);

/* Nullable, transfer none: the same bytes each time. */
GBytes *lc_http_request_get_body (LcHttpRequest *self, const char **content_type);
gboolean lc_http_request_get_idempotent (LcHttpRequest *self);
gboolean lc_http_request_get_accept_errors (LcHttpRequest *self);

/* Whether both are at the same scheme, host and port. */
gboolean lc_uri_is_same_origin (GUri *a, GUri *b);

G_END_DECLS
