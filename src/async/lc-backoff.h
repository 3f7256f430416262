/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcBackoff:
 *
 * Waiting times that double from a first to a longest one, with jitter of ±20 %, so that forty
 * laptops that lost the same network do not come back in the same instant.
 */
typedef struct
{
  guint first_ms;
  guint longest_ms;
  guint attempt;
} LcBackoff;

#define LC_BACKOFF_INIT(first, longest)                                                            \
  { .first_ms = (first), .longest_ms = (longest), .attempt = 0 }

/**
 * lc_backoff_next:
 * @self: a back-off
 * @at_least_ms: a wait that the server asked for, 0 for none; it is kept to, up to five minutes
 *
 * Returns: milliseconds to wait before the next attempt
 */
guint lc_backoff_next (LcBackoff *self, guint at_least_ms);
void lc_backoff_reset (LcBackoff *self);

G_END_DECLS
