/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-rate.h"

#include <string.h>

/* Samples closer together are not kept: all of them must reach back over the span. */
#define SAMPLE_INTERVAL (LC_SSH_RATE_SPAN / (LC_SSH_RATE_SAMPLES - 4))

/* One burst does not count as a rate. */
#define SPAN_MIN (G_TIME_SPAN_SECOND / 2)

static void
remove_oldest (LcSshRate *self)
{
  self->n--;
  memmove (self->totals, self->totals + 1, self->n * sizeof self->totals[0]);
  memmove (self->times, self->times + 1, self->n * sizeof self->times[0]);
}

void
lc_ssh_rate_init (LcSshRate *self, gint64 now)
{
  self->totals[0] = 0;
  self->times[0] = now;
  self->n = 1;
}

guint64
lc_ssh_rate_update (LcSshRate *self, guint64 total, gint64 now)
{
  guint64 grown;
  gint64 span;
  gint64 gap;

  /* The first one is the total as it was when the span began. */
  while (self->n > 1 && self->times[1] <= now - LC_SSH_RATE_SPAN)
    remove_oldest (self);
  grown = total - self->totals[0];
  /* Nobody updates it while nothing happens: a long gap was silence. */
  gap = (self->n > 1 ? self->times[1] : now) - self->times[0];
  span = gap > LC_SSH_RATE_SPAN ? LC_SSH_RATE_SPAN : MAX (now - self->times[0], SPAN_MIN);
  if (now - self->times[self->n - 1] >= SAMPLE_INTERVAL)
    {
      if (self->n == LC_SSH_RATE_SAMPLES)
        remove_oldest (self);
      self->totals[self->n] = total;
      self->times[self->n++] = now;
    }
  return grown * G_TIME_SPAN_SECOND / span;
}
