/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @audience names the resource manager: under our own address on @port, or under the
 * names that it has in the clouds (CONTRACTS 2 and 3.2). */
gboolean sb_audience_is_ours (const char *audience, guint port);

/**
 * sb_audience_for_scope:
 * @scope: what the program asks for, words between spaces
 *
 * Returns: (transfer full) (nullable): the one resource in it, %NULL when @scope is not valid: a
 * resource that is not ours, two of them, or ".default" mixed with a named permission
 */
char *sb_audience_for_scope (const char *scope, guint port);

/* Whether @scope has the word. */
gboolean sb_scope_has (const char *scope, const char *word);

G_END_DECLS
