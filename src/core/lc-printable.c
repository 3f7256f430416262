/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-printable.h"

#include <string.h>

#define LONGEST_LINE 300
#define LONGEST_TEXT 4000

/* Embeddings, overrides and isolates. The marks that stand for one place do no harm. */
static gboolean
turns_direction (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static char *
dup_printable (const char *text, gboolean keep_lines, guint longest)
{
  g_autofree char *valid = NULL;
  GString *clean = NULL;
  guint length = 0;

  if (text == NULL)
    return NULL;

  /* A character has at most six bytes: no more of a long text needs to be looked at. */
  valid = g_utf8_make_valid (text, (gssize) strnlen (text, (longest + 1) * 6));
  clean = g_string_new (NULL);
  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (turns_direction (c))
        continue;
      if (length++ == longest)
        {
          g_string_append (clean, "…");
          break;
        }
      if (keep_lines && c == '\n')
        g_string_append_c (clean, '\n');
      else if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        g_string_append_c (clean, ' ');
      else
        g_string_append_unichar (clean, c);
    }

  return g_string_free_and_steal (clean);
}

char *
lc_dup_printable_line (const char *text)
{
  return dup_printable (text, FALSE, LONGEST_LINE);
}

char *
lc_dup_printable_text (const char *text)
{
  return dup_printable (text, TRUE, LONGEST_TEXT);
}
