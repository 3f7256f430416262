/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-util.h"

#include <crypt.h>
#include <string.h>
#include <sys/random.h>

#include "sb-error.h"

static gint64 clock_offset;

static gboolean
has_char_of (const char *text, gboolean (*is_of) (gunichar))
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (is_of (g_utf8_get_char (at)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_special (gunichar c)
{
  return !g_unichar_isalnum (c);
}

gint64
sb_now (void)
{
  return g_get_real_time () / 1000 + clock_offset;
}

void
sb_clock_advance (gint64 milliseconds)
{
  clock_offset += milliseconds;
}

char *
sb_format_time (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time / 1000);
  g_autofree char *seconds = g_date_time_format (date, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03d0000Z", seconds, (int) (time % 1000));
}

char *
sb_format_duration (gint64 milliseconds)
{
  gint64 seconds = milliseconds / 1000;
  gint64 days = seconds / 86400;
  gint64 hours = seconds / 3600 % 24;
  gint64 minutes = seconds / 60 % 60;
  GString *text = g_string_new ("P");

  seconds %= 60;
  if (days > 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT "D", days);
  if (hours > 0 || minutes > 0 || seconds > 0 || days == 0)
    g_string_append_c (text, 'T');
  if (hours > 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT "H", hours);
  if (minutes > 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT "M", minutes);
  if (seconds > 0 || (days == 0 && hours == 0 && minutes == 0))
    g_string_append_printf (text, "%" G_GINT64_FORMAT "S", seconds);

  return g_string_free (text, FALSE);
}

gboolean
sb_parse_duration (const char *text, gint64 *milliseconds)
{
  static const gint64 units[] = { 7 * SB_DAY, SB_DAY, SB_HOUR, SB_MINUTE, SB_SECOND };
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  gint64 sum = 0;
  gboolean any = FALSE;

  regex = g_regex_new ("^P(?:(\\d{1,5})W)?(?:(\\d{1,5})D)?"
                       "(?:T(?:(\\d{1,5})H)?(?:(\\d{1,7})M)?(?:(\\d{1,9})(?:\\.\\d+)?S)?)?$",
                       0, 0, NULL);
  if (text == NULL || !g_utf8_validate (text, -1, NULL) || !g_regex_match (regex, text, 0, &match))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *digits = g_match_info_fetch (match, (int) i + 1);

      if (digits == NULL || *digits == '\0')
        continue;
      sum += g_ascii_strtoll (digits, NULL, 10) * units[i];
      any = TRUE;
    }

  if (!any || g_str_has_suffix (text, "T") || sum > 9999 * SB_HOUR)
    return FALSE;

  *milliseconds = sum;
  return TRUE;
}

char *
sb_random_token (gsize bytes)
{
  g_autofree guchar *data = g_malloc (bytes);

  /* Up to 256 bytes are never cut short: getrandom(2). */
  if (getrandom (data, bytes, 0) != (gssize) bytes)
    g_error ("The system gives no random numbers");

  return sb_base64url_encode (data, bytes);
}

char *
sb_base64url_encode (const guchar *data, gsize length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';

  return text;
}

guchar *
sb_base64url_decode (const char *text, gsize *length)
{
  g_autoptr (GString) padded = g_string_new (text);

  g_strdelimit (padded->str, "-", '+');
  g_strdelimit (padded->str, "_", '/');
  while (padded->len % 4 != 0)
    g_string_append_c (padded, '=');

  return g_base64_decode (padded->str, length);
}

char *
sb_hash_token (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

char *
sb_hash_password (const char *password, GError **error)
{
  g_autofree struct crypt_data *data = g_new0 (struct crypt_data, 1);
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];
  const char *hash = NULL;

  if (crypt_gensalt_rn ("$y$", 0, NULL, 0, salt, sizeof salt) != NULL)
    hash = crypt_r (password, salt, data);
  if (hash == NULL || *hash == '*')
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INTERNAL, "The password could not be hashed.");
      return NULL;
    }

  return g_strdup (hash);
}

gboolean
sb_check_password (const char *password, const char *hash)
{
  g_autofree struct crypt_data *data = g_new0 (struct crypt_data, 1);
  const char *again = crypt_r (password, hash, data);

  return again != NULL && *again != '*' && g_strcmp0 (again, hash) == 0;
}

gboolean
sb_check_machine_login (const char *login, GError **error)
{
  static const char *const taken[] = { "root", "daemon", "bin",  "sys",   "sync",  "games",  "man",
                                       "lp",   "mail",   "news", "uucp",  "proxy", "backup", "list",
                                       "irc",  "nobody", "sshd", "admin", NULL };

  if (g_regex_match_simple ("^[a-z][a-z0-9_-]{0,31}$", login, G_REGEX_DOLLAR_ENDONLY, 0) &&
      !g_strv_contains (taken, login) && !g_str_has_prefix (login, "systemd"))
    return TRUE;

  g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_USER_NAME,
                       "The user name must begin with a small letter, have at most 32 small "
                       "letters, digits, '-' or '_', and not be one of the system's own.");
  return FALSE;
}

gboolean
sb_check_machine_password (const char *password, const char *login, GError **error)
{
  /* Refused whatever their length: the list for virtual machines in Azure. */
  static const char *const banned[] = { "abc@123",    "P@$$w0rd",   "P@ssw0rd",  "P@ssword123",
                                        "Pa$$word",   "pass@word1", "Password!", "Password1",
                                        "Password22", "iloveyou!",  NULL };
  glong length = g_utf8_strlen (password, -1);
  int kinds = has_char_of (password, g_unichar_islower) +
              has_char_of (password, g_unichar_isupper) +
              has_char_of (password, g_unichar_isdigit) + has_char_of (password, is_special);
  const char *problem = NULL;

  if (length < 12 || length > 123)
    problem = "The password must have between 12 and 123 characters.";
  else if (has_char_of (password, g_unichar_iscntrl))
    problem = "The password must not have control characters.";
  else if (kinds < 3)
    problem = "The password must have three of these: a lower-case letter, an upper-case letter, "
              "a digit, a special character.";
  else if (g_strv_contains (banned, password) || g_ascii_strcasecmp (password, login) == 0)
    problem = "This password is too well known. Choose another one.";

  if (problem != NULL)
    g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_PASSWORD, problem);

  return problem == NULL;
}

char *
sb_slug (const char *text, gsize max)
{
  g_autofree char *ascii = g_str_to_ascii (text, "C");
  GString *slug = g_string_new (NULL);

  for (const char *at = ascii; *at != '\0' && slug->len < max; at++)
    {
      if (g_ascii_isalnum (*at))
        g_string_append_c (slug, g_ascii_tolower (*at));
      else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
        g_string_append_c (slug, '-');
    }
  while (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  if (slug->len == 0)
    g_string_append (slug, "lab");

  return g_string_free (slug, FALSE);
}
