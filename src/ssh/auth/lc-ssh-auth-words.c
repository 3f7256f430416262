/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-auth-words.h"

#include <string.h>

static const char *const passwords[] = {
  "password", "mot de passe", "passwort", "contraseña", "senha", "wachtwoord", NULL,
};

/* Questions that have the word "password", and mean another one. */
static const char *const others[] = {
  "one-time", "one time", "onetime", "otp", "token", "code", "temporary", "usage unique", NULL,
};

static const char *const news[] = {
  "new password", "new unix password",
  "nouveau",      "neues",
  "nueva",        "nova",
  "nieuw",        "retype",
  "again",        NULL,
};

static const char *const olds[] = { "current", "old ", "actuel", "aktuell", NULL };

static gboolean
has_one_of (const char *folded, const char *const *words)
{
  for (gsize i = 0; words[i] != NULL; i++)
    if (strstr (folded, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
lc_ssh_asks_password (const char *text)
{
  g_autofree char *folded = g_utf8_strdown (text, -1);

  return has_one_of (folded, passwords) && !has_one_of (folded, others) &&
         !has_one_of (folded, news);
}

gboolean
lc_ssh_asks_new_password (const char *text)
{
  g_autofree char *folded = g_utf8_strdown (text, -1);

  return has_one_of (folded, passwords) && has_one_of (folded, news) &&
         !has_one_of (folded, others);
}

gboolean
lc_ssh_asks_old_password (const char *text)
{
  g_autofree char *folded = g_utf8_strdown (text, -1);

  return lc_ssh_asks_password (text) && has_one_of (folded, olds);
}
