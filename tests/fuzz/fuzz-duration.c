/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "lc-duration.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  gint64 seconds = 0;

  if (lc_parse_duration (text, &seconds) && (seconds < 0 || text[0] != 'P'))
    g_error ("a duration that is none");
  return 0;
}
