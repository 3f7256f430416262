/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A service's JSON: every getter at every place. */

#include <lc-error.h>
#include <lc-json-reader.h>

#include "fuzz.h"

static const char *const names[] = { "id", "name", "value", "properties", "", "é" };

static void
walk (LcJsonReader *reader, guint depth)
{
  if (!lc_json_reader_exists (reader) || depth > LC_JSON_MAX_DEPTH)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (LcJsonReader) member = lc_json_reader_get_member (reader, names[i]);
      const char *text = lc_json_reader_get_string (reader, names[i]);

      if (text != NULL)
        g_assert_true (g_utf8_validate (text, -1, NULL));
      lc_json_reader_get_int (reader, names[i], 0);
      lc_json_reader_get_boolean (reader, names[i], FALSE);
      lc_json_reader_get_duration (reader, names[i], -1);
      walk (member, depth + 1);
    }
  for (guint i = 0; i < MIN (lc_json_reader_get_length (reader), 4); i++)
    {
      g_autoptr (LcJsonReader) element = lc_json_reader_get_element (reader, i);

      walk (element, depth + 1);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcJsonReader) reader = lc_json_reader_new ((const char *) data, size, &error);
  g_autoptr (GError) complaint = NULL;
  g_autoptr (LcSecret) secret = NULL;

  if (reader == NULL)
    {
      g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
      return 0;
    }
  walk (reader, 0);
  secret = lc_json_reader_take_secret (reader, "name");
  lc_json_reader_require_string (reader, "id");
  if (!lc_json_reader_check (reader, &complaint))
    g_assert_error (complaint, LC_ERROR, LC_ERROR_PROTOCOL);
  return 0;
}
