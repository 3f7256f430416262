/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-audience.h"

#include <string.h>

static gboolean
is_oidc_scope (const char *word)
{
  static const char *const words[] = { "openid", "profile", "email", "offline_access", NULL };

  return g_strv_contains (words, word);
}

gboolean
sb_audience_is_ours (const char *audience, guint port)
{
  static const char *const clouds[] = { "https://management.azure.com",
                                        "https://management.core.windows.net",
                                        "https://management.usgovcloudapi.net",
                                        "https://management.chinacloudapi.cn", NULL };
  static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]" };
  g_autofree char *plain = g_strdup (audience);
  gsize length = strlen (plain);

  while (length > 0 && plain[length - 1] == '/')
    plain[--length] = '\0';
  if (g_strv_contains (clouds, plain))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *own = g_strdup_printf ("http://%s:%u", hosts[i], port);

      if (g_str_equal (plain, own))
        return TRUE;
    }

  return FALSE;
}

char *
sb_audience_for_scope (const char *scope, guint port)
{
  g_auto (GStrv) words = g_strsplit_set (scope, " \t\n", -1);
  g_autofree char *audience = NULL;
  const char *permission = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *slash = strrchr (words[i], '/');

      if (*words[i] == '\0' || is_oidc_scope (words[i]))
        continue;
      if (slash == NULL || slash == words[i])
        return NULL;

      *slash = '\0';
      if (!sb_audience_is_ours (words[i], port) ||
          (audience != NULL && !g_str_equal (audience, words[i])) ||
          (permission != NULL && !g_str_equal (permission, slash + 1)) ||
          (!g_str_equal (slash + 1, ".default") && !g_str_equal (slash + 1, "user_impersonation")))
        return NULL;
      permission = slash + 1;
      g_set_str (&audience, words[i]);
    }

  return g_steal_pointer (&audience);
}

gboolean
sb_scope_has (const char *scope, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (scope, " \t\n", -1);

  return g_strv_contains ((const char *const *) words, word);
}
