/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-known-hosts-line.h"

#include <string.h>

#include "lc-printable.h"

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

/* One marker at most, followed by a space. FALSE when it is an unknown one. */
static gboolean
take_marker (const char **text, LcKnownHostsMarker *marker)
{
  const char *rest = *text;
  g_autofree char *word = take_word (&rest);

  *marker = LC_KNOWN_HOSTS_KEY;
  if (word == NULL || word[0] != '@')
    return TRUE;
  if (g_str_equal (word, "@revoked"))
    *marker = LC_KNOWN_HOSTS_REVOKED;
  else if (g_str_equal (word, "@cert-authority"))
    *marker = LC_KNOWN_HOSTS_AUTHORITY;
  else
    return FALSE;
  *text = rest;
  return TRUE;
}

LcKnownHostsLine *
lc_known_hosts_line_parse (const char *text)
{
  const char *rest = text;
  LcKnownHostsMarker marker;
  gboolean understood = take_marker (&rest, &marker);
  g_autofree char *hosts = take_word (&rest);
  g_autofree char *algorithm = take_word (&rest);
  g_autofree char *encoded = take_word (&rest);
  g_autofree guchar *blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *comment = NULL;
  LcKnownHostsLine *self;
  gsize length;

  if (!understood || encoded == NULL || hosts[0] == '#' || hosts[0] == '@' ||
      strlen (encoded) > LONGEST_KEY_TEXT || !g_utf8_validate (hosts, -1, NULL) ||
      !g_str_is_ascii (algorithm))
    return NULL;
  blob = g_base64_decode (encoded, &length);
  if (blob == NULL || !blob_is_of (blob, length, algorithm))
    return NULL;

  bytes = g_bytes_new (blob, length);
  comment = g_strstrip (g_strdup (rest));
  self = g_new0 (LcKnownHostsLine, 1);
  self->marker = marker;
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

/* Returns: (nullable): the value of a word "NAME=VALUE" of the comment */
static char *
dup_value (LcKnownHostsLine *self, const char *name)
{
  g_auto (GStrv) words = g_strsplit (self->comment != NULL ? self->comment : "", " ", -1);
  gsize length = strlen (name);

  for (gsize i = 0; words[i] != NULL; i++)
    if (strncmp (words[i], name, length) == 0 && words[i][length] == '=')
      return g_strdup (words[i] + length + 1);
  return NULL;
}

/* Returns: (nullable): likewise, of one that was escaped */
static char *
dup_text (LcKnownHostsLine *self, const char *name)
{
  g_autofree char *value = dup_value (self, name);
  g_autofree char *text = value != NULL ? g_uri_unescape_string (value, NULL) : NULL;

  return text != NULL && text[0] != '\0' ? lc_dup_printable_line (text) : NULL;
}

static LcTrustSource
parse_source (const char *name)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (LC_TYPE_TRUST_SOURCE);
  GEnumValue *value = name != NULL ? g_enum_get_value_by_nick (class, name) : NULL;

  return value != NULL ? (LcTrustSource) value->value : LC_TRUST_ASKED;
}

static void
append_text (GString *comment, const char *name, const char *text)
{
  g_autofree char *escaped = NULL;

  if (text == NULL)
    return;
  escaped = g_uri_escape_string (text, NULL, FALSE);
  g_string_append_printf (comment, " %s=%s", name, escaped);
}

LcTrustedKey *
lc_known_hosts_line_dup_trusted (LcKnownHostsLine *self)
{
  LcTrustedKey *trusted = lc_trusted_key_new (self->hosts, self->key);
  g_autofree char *incarnation = dup_value (self, "incarnation");
  g_autofree char *when = dup_value (self, "added");
  g_autofree char *source = dup_value (self, "how");
  guint64 number = 0;

  trusted->machine = dup_value (self, "machine");
  if (incarnation != NULL &&
      g_ascii_string_to_unsigned (incarnation, 10, 0, G_MAXUINT, &number, NULL))
    trusted->incarnation = (guint) number;
  if (when != NULL)
    trusted->when = g_date_time_new_from_iso8601 (when, NULL);
  trusted->source = parse_source (source);
  trusted->by = dup_text (self, "by");
  trusted->machine_name = dup_text (self, "name");
  return trusted;
}

char *
lc_known_hosts_line_format_trusted (const LcTrustedKey *trusted)
{
  g_autoptr (GString) comment = g_string_new (NULL);
  g_autoptr (GDateTime) utc = trusted->when != NULL ? g_date_time_to_utc (trusted->when) : NULL;
  /* A year with all its digits. */
  g_autofree char *date =
      utc != NULL ? g_date_time_format (utc, " added=%C%y-%m-%dT%H:%M:%SZ") : NULL;

  if (trusted->machine != NULL)
    g_string_append_printf (comment, "machine=%s ", trusted->machine);
  g_string_append_printf (comment, "incarnation=%u%s how=%s", trusted->incarnation,
                          date != NULL ? date : "", lc_trust_source_name (trusted->source));
  append_text (comment, "by", trusted->by);
  append_text (comment, "name", trusted->machine_name);
  return lc_known_hosts_line_format (trusted->alias, trusted->key, comment->str);
}
