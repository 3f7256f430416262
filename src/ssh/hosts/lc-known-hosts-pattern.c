/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-known-hosts-pattern.h"

#include <string.h>

#define STANDARD_PORT 22
#define HASH_MARK     "|1|"

/* Of HMAC-SHA1; OpenSSH's salts are as long. */
#define HASH_SIZE 20

static gboolean
match_hashed (const char *hosts, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (hosts + strlen (HASH_MARK), "|", 3);
  g_autofree guchar *salt = NULL;
  g_autofree char *encoded = NULL;
  g_autoptr (GHmac) hmac = NULL;
  guint8 digest[HASH_SIZE];
  gsize length = sizeof digest;
  gsize salt_length = 0;

  if (g_strv_length (parts) != 2)
    return FALSE;
  salt = g_base64_decode (parts[0], &salt_length);
  if (salt_length != HASH_SIZE)
    return FALSE;

  hmac = g_hmac_new (G_CHECKSUM_SHA1, salt, salt_length);
  g_hmac_update (hmac, (const guchar *) name, -1);
  g_hmac_get_digest (hmac, digest, &length);
  encoded = g_base64_encode (digest, length);
  return g_str_equal (encoded, parts[1]);
}

gboolean
lc_known_hosts_pattern_match (const char *hosts, const char *name)
{
  g_autofree char *lower = NULL;
  g_auto (GStrv) patterns = NULL;
  gboolean matches = FALSE;

  if (g_str_has_prefix (hosts, HASH_MARK))
    return match_hashed (hosts, name);

  lower = g_ascii_strdown (hosts, -1);
  patterns = g_strsplit (lower, ",", -1);
  for (gsize i = 0; patterns[i] != NULL; i++)
    {
      gboolean negated = patterns[i][0] == '!';

      if (!g_pattern_match_simple (patterns[i] + (negated ? 1 : 0), name))
        continue;
      if (negated)
        return FALSE;
      matches = TRUE;
    }
  return matches;
}

char *
lc_known_hosts_pattern_dup_name (const char *host, guint16 port)
{
  g_autofree char *lower = g_ascii_strdown (host, -1);

  return port == STANDARD_PORT ? g_steal_pointer (&lower)
                               : g_strdup_printf ("[%s]:%u", lower, port);
}
