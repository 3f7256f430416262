/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-http-response.h"

G_BEGIN_DECLS

/* Nullable, transfer full: the JSON of a claims challenge in a 401 (CONTRACTS 3.6). */
char *lc_http_response_dup_claims (LcHttpResponse *self);
void lc_http_response_foreach_header (LcHttpResponse *self,
                                      SoupMessageHeadersForeachFunc func,
                                      gpointer user_data);

G_END_DECLS
