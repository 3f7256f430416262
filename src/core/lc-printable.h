/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lc_dup_printable_line:
 * @text: (nullable): what a service or a machine sent
 *
 * The text as it may be shown in a list, a title or on a terminal: valid UTF-8, without control
 * characters, line ends and characters that turn the direction of what follows (Unicode TR 36),
 * and no longer than a name is.
 *
 * Returns: (transfer full) (nullable): %NULL for %NULL
 */
char *lc_dup_printable_line (const char *text);

/* The same for a message, which may have lines and be longer. */
char *lc_dup_printable_text (const char *text);

G_END_DECLS
