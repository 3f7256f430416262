/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An ISO 8601 duration. */

#include <lc-duration.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  gint64 seconds;

  if (!lc_parse_duration (text, &seconds))
    return 0;
  g_assert_cmpint (text[0], ==, 'P');
  g_assert_true (seconds >= 0 && seconds <= G_GINT64_CONSTANT (100) * 366 * 86400);
  return 0;
}
