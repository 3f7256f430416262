/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* @value: (nullable): null when it is %NULL; made valid UTF-8 */
void lc_cli_json_add_string (JsonBuilder *builder, const char *name, const char *value);

/* Returns: (transfer full): the document, with a newline at its end */
char *lc_cli_json_format (JsonBuilder *builder);

G_END_DECLS
