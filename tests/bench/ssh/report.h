/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

G_BEGIN_DECLS

/* A line of a benchmark: what we take, what the rival takes, the ratio, and the figure to reach. */
static inline void
report (const char *what,
        const char *unit,
        double ours,
        const char *rival,
        double theirs,
        gboolean more_is_better,
        double reach)
{
  double ratio = ours / theirs;
  gboolean ok = more_is_better ? ratio >= reach : ratio <= reach;

  printf ("%-44s %9.2f %-5s %s: %9.2f   reach %s %.2f×: %.2f× %s\n", what, ours, unit, rival,
          theirs, more_is_better ? "≥" : "≤", reach, ratio, ok ? "ok" : "missed");
  fflush (stdout);
}

static inline int
report_compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* Sorts @values. @fraction: 0.5 is the median */
static inline double
report_percentile (double *values, guint n, double fraction)
{
  qsort (values, n, sizeof *values, report_compare_doubles);
  return values[MIN (n - 1, (guint) (n * fraction))];
}

static inline double
report_median (double *values, guint n)
{
  return report_percentile (values, n, 0.5);
}

G_END_DECLS
