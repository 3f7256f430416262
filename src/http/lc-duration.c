/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-duration.h"

#define LONGEST    (100LL * 366 * 24 * 3600)
#define MAX_DIGITS 12

typedef struct
{
  char designator;
  gint64 seconds;
} Unit;

static const Unit date_units[] = { { 'W', 7 * 24 * 3600 }, { 'D', 24 * 3600 }, { 0, 0 } };
static const Unit time_units[] = { { 'H', 3600 }, { 'M', 60 }, { 'S', 1 }, { 0, 0 } };

/* Digits, and for seconds up to nine fraction digits, which are dropped. */
static const char *
parse_number (const char *at, gint64 *number, gboolean *has_fraction)
{
  int digits = 0;

  *number = 0;
  *has_fraction = FALSE;
  for (; g_ascii_isdigit (*at) && digits <= MAX_DIGITS; at++, digits++)
    *number = *number * 10 + (*at - '0');
  if (digits == 0 || digits > MAX_DIGITS)
    return NULL;
  if (*at != '.' && *at != ',')
    return at;
  *has_fraction = TRUE;
  for (at++, digits = 0; g_ascii_isdigit (*at); at++)
    digits++;
  return digits > 0 && digits <= 9 ? at : NULL;
}

gboolean
lc_parse_duration (const char *text, gint64 *seconds)
{
  const Unit *unit = date_units;
  gboolean in_time = FALSE;
  gboolean any = FALSE;
  gint64 total = 0;

  if (text == NULL || *text != 'P')
    return FALSE;
  text++;
  while (*text != '\0')
    {
      gboolean has_fraction;
      gint64 number;

      if (*text == 'T' && !in_time)
        {
          unit = time_units;
          in_time = TRUE;
          any = FALSE;
          text++;
          continue;
        }
      text = parse_number (text, &number, &has_fraction);
      if (text == NULL)
        return FALSE;
      while (unit->designator != 0 && unit->designator != *text)
        unit++;
      if (unit->designator == 0 || (has_fraction && unit->designator != 'S') ||
          number > LONGEST / unit->seconds)
        return FALSE;
      total += number * unit->seconds;
      any = TRUE;
      unit++;
      text++;
    }
  if (!any || total > LONGEST)
    return FALSE;
  *seconds = total;
  return TRUE;
}
