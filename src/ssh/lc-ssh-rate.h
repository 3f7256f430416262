/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Over how long a rate is taken. */
#define LC_SSH_RATE_SPAN    (3 * G_TIME_SPAN_SECOND)

#define LC_SSH_RATE_SAMPLES 16

/**
 * LcSshRate:
 *
 * How fast a total grows, over the last seconds. No clock of its own: whoever owns it updates it
 * while the rate is not 0.
 */
typedef struct
{
  guint64 totals[LC_SSH_RATE_SAMPLES];
  gint64 times[LC_SSH_RATE_SAMPLES]; /* monotonic, µs */
  guint n;
} LcSshRate;

/* @now: monotonic, µs; the total is 0 then */
void lc_ssh_rate_init (LcSshRate *self, gint64 now);

/* Returns: bytes a second */
guint64 lc_ssh_rate_update (LcSshRate *self, guint64 total, gint64 now);

G_END_DECLS
