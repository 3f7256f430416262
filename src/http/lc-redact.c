/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-redact.h"

#include <string.h>

#define LONGEST_VALUE 200

static const char *const harmless_fields[] = {
  "api-version",           "$expand", "$top", "$orderby", "response_type", "response_mode",
  "code_challenge_method", NULL,
};

static const char *const harmless_headers[] = {
  "accept",
  "allow",
  "content-length",
  "content-type",
  "date",
  "retry-after",
  "user-agent",
  "x-ms-client-request-id",
  "x-ms-correlation-request-id",
  "x-ms-request-id",
  "x-ms-routing-request-id",
  NULL,
};

static const char *const address_headers[] = {
  "azure-asyncoperation",
  "location",
  "operation-location",
  NULL,
};

static char *
shorten (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (strlen (valid) > LONGEST_VALUE)
    {
      g_autofree char *start =
          g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), LONGEST_VALUE));

      return g_strconcat (start, "…", NULL);
    }
  return g_steal_pointer (&valid);
}

static void
append_query (GString *out, const char *query)
{
  g_auto (GStrv) fields = g_strsplit (query, "&", -1);

  for (gsize i = 0; fields[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (fields[i], strcspn (fields[i], "="));
      g_autofree char *plain = g_uri_unescape_string (name, NULL);

      g_string_append_c (out, i == 0 ? '?' : '&');
      if (plain != NULL && g_strv_contains (harmless_fields, plain))
        g_string_append (out, fields[i]);
      else
        g_string_append_printf (out, "%s=…", name);
    }
}

char *
lc_redact_uri (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GString) out = NULL;

  if (parsed == NULL)
    return g_strdup ("(not an address)");
  out = g_string_new (g_uri_get_scheme (parsed));
  g_string_append_printf (out, "://%s",
                          g_uri_get_host (parsed) != NULL ? g_uri_get_host (parsed) : "");
  if (g_uri_get_port (parsed) != -1)
    g_string_append_printf (out, ":%d", g_uri_get_port (parsed));
  g_string_append (out, g_uri_get_path (parsed));
  if (g_uri_get_query (parsed) != NULL)
    append_query (out, g_uri_get_query (parsed));
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
lc_redact_header (const char *name, const char *value)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (g_strv_contains (address_headers, lower))
    return lc_redact_uri (value);
  if (g_strv_contains (harmless_headers, lower) || g_str_has_prefix (lower, "x-ms-ratelimit-"))
    return shorten (value);
  return g_strdup ("…");
}
