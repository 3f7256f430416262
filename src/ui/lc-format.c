/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SECONDS_PER_HOUR 3600.0

/* One decimal, and none when it would be zero. */
static char *
format_hours (gint64 seconds)
{
  double tenths = round (10.0 * (double) MAX (seconds, 0) / SECONDS_PER_HOUR);

  if (fmod (tenths, 10.0) == 0.0)
    return g_strdup_printf ("%.0f", tenths / 10.0);

  return g_strdup_printf ("%.1f", tenths / 10.0);
}

char *
lc_format_elapsed (double seconds)
{
  gint64 whole = (gint64) MAX (seconds, 0.0);
  int hours = (int) (whole / 3600);
  int minutes = (int) (whole / 60 % 60);
  int rest = (int) (whole % 60);

  if (hours > 0)
    /* Translators: elapsed time, hours:minutes:seconds */
    return g_strdup_printf (_ ("%d:%02d:%02d"), hours, minutes, rest);

  /* Translators: elapsed time, minutes:seconds */
  return g_strdup_printf (_ ("%d:%02d"), minutes, rest);
}

char *
lc_format_usage (gint64 usage, gint64 quota)
{
  g_autofree char *used = format_hours (usage);
  g_autofree char *all = format_hours (quota);
  gulong n;

  if (quota < 0)
    {
      n = (gulong) lround ((double) MAX (usage, 0) / SECONDS_PER_HOUR);
      /* Translators: %s is a number, such as 3.5: so long a machine has run */
      return g_strdup_printf (ngettext ("%s hour used", "%s hours used", n), used);
    }

  n = (gulong) lround ((double) quota / SECONDS_PER_HOUR);
  /* Translators: hours used of the hours that one has: "3.5 of 10 hours" */
  return g_strdup_printf (ngettext ("%s of %s hour", "%s of %s hours", n), used, all);
}

char *
lc_format_time_of_day (GDateTime *time)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (time);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (g_date_time_get_year (local) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (now))
    /* Translators: a time of today, see the manual of g_date_time_format() */
    return g_date_time_format (local, _ ("%H:%M"));

  /* Translators: a time of another day, see the manual of g_date_time_format() */
  return g_date_time_format (local, _ ("%-d %B, %H:%M"));
}

char *
lc_format_date (GDateTime *time)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (time);

  /* Translators: a date with its year, see the manual of g_date_time_format() */
  return g_date_time_format (local, _ ("%-d %B %Y"));
}

char *
lc_format_traffic (guint64 received, guint64 sent)
{
  g_autofree char *in = g_format_size (received);
  g_autofree char *out = g_format_size (sent);

  /* Translators: amounts of data, such as 1.2 MB */
  return g_strdup_printf (_ ("%s received, %s sent"), in, out);
}

char *
lc_format_rates (guint64 received, guint64 sent)
{
  g_autofree char *down = g_format_size (received);
  g_autofree char *up = g_format_size (sent);

  /* Translators: amounts of data in a second, such as 1.2 MB, from the machine and to it */
  return g_strdup_printf (_ ("%s/s down, %s/s up"), down, up);
}

char *
lc_format_latency (gint64 microseconds)
{
  gint64 milliseconds = (microseconds + 500) / 1000;

  if (milliseconds < 1)
    return g_strdup (_ ("Latency below 1 ms"));

  /* Translators: milliseconds from here to the machine and back */
  return g_strdup_printf (ngettext ("Latency %u ms", "Latency %u ms", (gulong) milliseconds),
                          (guint) MIN (milliseconds, G_MAXUINT));
}
