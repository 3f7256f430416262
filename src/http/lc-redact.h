/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lc_redact_uri:
 *
 * Returns: (transfer full): the address for a log: without user information and fragment, values of
 * query fields replaced by "…" but for those known to be harmless (api-version, $expand, $filter
 * …); long ones shortened
 */
char *lc_redact_uri (const char *uri);

/**
 * lc_redact_header:
 *
 * Returns: (transfer full): the value for a log: only headers known to be harmless keep theirs
 */
char *lc_redact_header (const char *name, const char *value);

G_END_DECLS
