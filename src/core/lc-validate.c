/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-validate.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_HOST_LENGTH     253
#define MAX_LABEL_LENGTH    63
#define MAX_LOGIN_LENGTH    64
#define MIN_PASSWORD_LENGTH 12
#define MAX_PASSWORD_LENGTH 123

/* CONTRACTS 8.2. */
static const char *const banned_passwords[] = {
  "abc@123",    "P@$$w0rd",  "P@ssw0rd",  "P@ssword123", "Pa$$word",
  "pass@word1", "Password!", "Password1", "Password22",  "iloveyou!",
};

static gboolean
is_valid_dns_label (const char *label)
{
  gsize length = strlen (label);

  if (length == 0 || length > MAX_LABEL_LENGTH || label[0] == '-' || label[length - 1] == '-')
    return FALSE;
  for (const char *at = label; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')
      return FALSE;
  return TRUE;
}

/* Of text that need not be UTF-8, where g_utf8_strlen() runs past the end. */
static gsize
count_characters (const char *text)
{
  gsize count = 0;

  for (const char *at = text; *at != '\0'; at++)
    count += ((guchar) *at & 0xc0) != 0x80;
  return count;
}

gboolean
lc_is_valid_host (const char *text)
{
  g_auto (GStrv) labels = NULL;

  if (text == NULL || strnlen (text, MAX_HOST_LENGTH + 1) > MAX_HOST_LENGTH)
    return FALSE;
  /* A scope ("%eth0") would be this computer's business, not something that a service knows. */
  if (strchr (text, ':') != NULL)
    return strchr (text, '%') == NULL && g_hostname_is_ip_address (text);

  labels = g_strsplit (text, ".", -1);
  for (guint i = 0; labels[i] != NULL; i++)
    if (!is_valid_dns_label (labels[i]))
      return FALSE;
  return labels[0] != NULL;
}

gboolean
lc_is_valid_login (const char *text)
{
  gsize length;

  if (text == NULL)
    return FALSE;
  length = strnlen (text, MAX_LOGIN_LENGTH + 1);
  if (length == 0 || length > MAX_LOGIN_LENGTH || text[0] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      gboolean inside = i > 0 && i + 1 < length;

      if (g_ascii_isalnum (text[i]) || text[i] == '.' || text[i] == '_' || text[i] == '-')
        continue;
      if (!inside || (text[i] != '\\' && text[i] != '@'))
        return FALSE;
    }
  return TRUE;
}

LcPasswordRule
lc_password_rule (const char *password)
{
  gsize length = count_characters (password);
  gboolean lower = FALSE, upper = FALSE, digit = FALSE, special = FALSE;

  /* First, since all that are banned are too short as well: the better reason is told. */
  for (guint i = 0; i < G_N_ELEMENTS (banned_passwords); i++)
    if (g_ascii_strcasecmp (password, banned_passwords[i]) == 0)
      return LC_PASSWORD_BANNED;
  if (length < MIN_PASSWORD_LENGTH)
    return LC_PASSWORD_TOO_SHORT;
  if (length > MAX_PASSWORD_LENGTH)
    return LC_PASSWORD_TOO_LONG;

  for (const char *at = password; *at != '\0'; at++)
    {
      lower |= g_ascii_islower (*at);
      upper |= g_ascii_isupper (*at);
      digit |= g_ascii_isdigit (*at);
      special |= !g_ascii_isalnum (*at);
    }
  return lower + upper + digit + special >= 3 ? LC_PASSWORD_OK : LC_PASSWORD_TOO_SIMPLE;
}
