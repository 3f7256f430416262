/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-known-hosts-line.h"

#include <string.h>

/* A 16384-bit RSA key is 2.8 kB of base64. */
#define LONGEST_KEY_TEXT 8192

static char *
take_word (const char **text)
{
  const char *start = *text + strspn (*text, " \t");
  gsize length = strcspn (start, " \t\r\n");

  *text = start + length;
  return length > 0 ? g_strndup (start, length) : NULL;
}

/* The blob begins with the name of its algorithm (RFC 4253 6.6), which must be the one beside it.
 */
static gboolean
blob_is_of (const guchar *blob, gsize length, const char *algorithm)
{
  gsize name_length = strlen (algorithm);
  guint32 stored;

  if (length < 4 + name_length)
    return FALSE;
  memcpy (&stored, blob, 4);
  return GUINT32_FROM_BE (stored) == name_length && memcmp (blob + 4, algorithm, name_length) == 0;
}

LcKnownHostsLine *
lc_known_hosts_line_parse (const char *text)
{
  const char *rest = text;
  g_autofree char *hosts = take_word (&rest);
  g_autofree char *algorithm = take_word (&rest);
  g_autofree char *encoded = take_word (&rest);
  g_autofree guchar *blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *comment = NULL;
  LcKnownHostsLine *self;
  gsize length;

  if (encoded == NULL || hosts[0] == '#' || hosts[0] == '@' ||
      strlen (encoded) > LONGEST_KEY_TEXT || !g_utf8_validate (hosts, -1, NULL) ||
      !g_str_is_ascii (algorithm))
    return NULL;
  blob = g_base64_decode (encoded, &length);
  if (blob == NULL || !blob_is_of (blob, length, algorithm))
    return NULL;

  bytes = g_bytes_new (blob, length);
  comment = g_strstrip (g_strdup (rest));
  self = g_new0 (LcKnownHostsLine, 1);
  self->hosts = g_steal_pointer (&hosts);
  self->key = lc_host_key_new (algorithm, bytes);
  self->comment = comment[0] != '\0' ? g_steal_pointer (&comment) : NULL;
  return self;
}

void
lc_known_hosts_line_free (LcKnownHostsLine *self)
{
  g_free (self->hosts);
  lc_host_key_unref (self->key);
  g_free (self->comment);
  g_free (self);
}

char *
lc_known_hosts_line_format (const char *hosts, LcHostKey *key, const char *comment)
{
  GBytes *blob = lc_host_key_get_blob (key);
  g_autofree char *encoded =
      g_base64_encode (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));

  return g_strdup_printf ("%s %s %s %s", hosts, lc_host_key_get_algorithm (key), encoded, comment);
}
