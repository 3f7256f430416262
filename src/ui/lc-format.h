/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers and times as people read them, in the current locale. All return new strings. */

char *lc_format_elapsed (double seconds);           /* "0:07", "1:02:03" */
char *lc_format_usage (gint64 usage, gint64 quota); /* seconds; "3.5 of 10 hours"; quota -1: none */
char *lc_format_time_of_day (GDateTime *time);      /* "14:05"; with the date when not today */
char *lc_format_date (GDateTime *time);             /* "25 November 2026" */
char *lc_format_traffic (guint64 received, guint64 sent); /* "1.2 MB received, 300 kB sent" */
char *lc_format_rates (guint64 received, guint64 sent);   /* a second; "1.2 MB/s down, 3 kB/s up" */
char *lc_format_latency (gint64 microseconds);            /* "Latency 12 ms" */

G_END_DECLS
