/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fuzz.h"
#include "lc-known-hosts-line.h"

/* What is understood can be written down and is then understood as the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (size_t i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (lines[i]);
      g_autoptr (LcKnownHostsLine) again = NULL;
      g_autofree char *written = NULL;

      if (line == NULL)
        continue;
      written = lc_known_hosts_line_format (line->hosts, line->key,
                                            line->comment != NULL ? line->comment : "");
      again = lc_known_hosts_line_parse (written);
      if (again == NULL || strcmp (again->hosts, line->hosts) != 0 ||
          !lc_host_key_equal (again->key, line->key) ||
          g_strcmp0 (again->comment, line->comment) != 0)
        g_error ("a line that is not the same when written: %s", written);
    }
  return 0;
}
