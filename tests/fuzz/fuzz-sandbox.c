/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the local lab is sent: JSON bodies, durations, tokens in base64url, redirect addresses. */

#include <sb-oauth.h>
#include <sb-request.h>
#include <sb-util.h>

#include "fuzz.h"

static const char *const names[] = { "id", "name", "properties", "value" };
static const char *const values[] = { "Linux", "Windows", NULL };

static void
walk (JsonObject *object)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *inside = NULL;
      const char *text = NULL;
      gboolean truth;
      gint64 number;
      g_auto (GStrv) texts = sb_json_dup_texts (object, names[i], NULL);

      sb_json_get_text (object, names[i], TRUE, &text, NULL);
      sb_json_get_bool (object, names[i], &truth, NULL);
      sb_json_get_int (object, names[i], 0, 400, &number, NULL);
      sb_json_get_one_of (object, names[i], values, &text, NULL);
      if (sb_json_get_object (object, names[i], TRUE, &inside, NULL))
        walk (inside);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autofree char *redirect_uri = sb_oauth_dup_redirect_uri (text);
  g_autofree char *slug = sb_slug (text, 40);
  g_autofree guchar *decoded = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  gint64 duration;
  gsize length;

  g_assert_cmpuint (strlen (slug), <=, 40);
  decoded = sb_base64url_decode (text, &length);
  if (sb_parse_duration (text, &duration))
    {
      g_autofree char *formatted = sb_format_duration (duration);
      gint64 again;

      g_assert_true (sb_parse_duration (formatted, &again));
      g_assert_cmpint (again / SB_SECOND, ==, duration / SB_SECOND);
    }
  if (json_parser_load_from_data (parser, (const char *) data, (gssize) size, NULL) &&
      json_parser_get_root (parser) != NULL &&
      JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    walk (json_node_get_object (json_parser_get_root (parser)));
  return 0;
}
