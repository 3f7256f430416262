/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-backoff.h"

#define LONGEST_SERVER_WAIT_MS (5 * 60 * 1000)

guint
lc_backoff_next (LcBackoff *self, guint at_least_ms)
{
  guint64 wait = (guint64) self->first_ms << MIN (self->attempt, 31);

  wait = MIN (wait, self->longest_ms) * g_random_double_range (0.8, 1.2);
  self->attempt++;
  /* Later than the server asked, never earlier: it told everyone the same. */
  at_least_ms = MIN (at_least_ms, LONGEST_SERVER_WAIT_MS) * g_random_double_range (1.0, 1.2);
  return MAX (wait, at_least_ms);
}

void
lc_backoff_reset (LcBackoff *self)
{
  self->attempt = 0;
}
