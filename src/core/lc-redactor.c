/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-redactor.h"

#include <string.h>

#define SHORTEST_NAME 2

struct _LcRedactor
{
  GHashTable *names;   /* in lower case → what stands for it */
  GHashTable *counts;  /* kind → how many there are */
  GRegex *names_regex; /* nullable: made when it is needed */
};

/* What gives somebody away whoever it is. The first group, where there is one, stays. */
static const struct
{
  const char *pattern;
  const char *replacement;
} patterns[] = {
  /* Fields of an address or a log that hold what opens something. */
  { "((?:token|password|passphrase|secret|code|key|sig)=)[^\\s&\"']+", "\\1…" },
  { "(Bearer\\s+)\\S+", "\\1…" },
  { "(SHA256:)[A-Za-z0-9+/]{43}=?", "\\1…" },
  { "\\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\\b", "(id)" },
  /* Mail addresses; algorithms look like some (RFC 4251 6). */
  { "[\\w.+-]+@(?!(?:[\\w-]+\\.)*(?:openssh\\.com|libssh\\.org|lysator\\.liu\\.se|ssh\\.com)\\b)"
    "[\\w-]+(?:\\.[\\w-]+)+",
    "(mail)" },
  { "\\b(?!127\\.)(?:\\d{1,3}\\.){3}\\d{1,3}\\b", "(address)" },
  /* IPv6: four groups or more, or fewer around "::"; times of day have no more than three. */
  { "(?<![\\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?:%\\w+)?(?![\\w:])", "(address)" },
  { "(?<![\\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?(?![\\w:])",
    "(address)" },
  { "(/(?:home|Users)/)[^/\\s]+", "\\1…" },
};

static int
longest_first (gconstpointer a, gconstpointer b)
{
  gsize length_a = strlen (*(const char *const *) a);
  gsize length_b = strlen (*(const char *const *) b);

  return length_a > length_b ? -1 : length_a < length_b;
}

static GRegex *
make_names_regex (GHashTable *names)
{
  g_autoptr (GPtrArray) keys = g_hash_table_get_keys_as_ptr_array (names);
  GString *pattern = g_string_new ("(?<![\\w-])(?:");

  g_ptr_array_sort (keys, longest_first);
  for (guint i = 0; i < keys->len; i++)
    {
      g_autofree char *escaped = g_regex_escape_string (g_ptr_array_index (keys, i), -1);

      g_string_append_printf (pattern, "%s%s", i > 0 ? "|" : "", escaped);
    }
  g_string_append (pattern, ")(?![\\w-])");

  g_autofree char *text = g_string_free_and_steal (pattern);
  return g_regex_new (text, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
}

static gboolean
replace_name_cb (const GMatchInfo *match, GString *result, gpointer user_data)
{
  LcRedactor *self = user_data;
  g_autofree char *found = g_match_info_fetch (match, 0);
  g_autofree char *lower = g_utf8_strdown (found, -1);
  const char *replacement = g_hash_table_lookup (self->names, lower);

  g_string_append (result, replacement != NULL ? replacement : "…");
  return FALSE;
}

static char *
replace_names (LcRedactor *self, const char *text)
{
  if (g_hash_table_size (self->names) == 0)
    return g_strdup (text);
  if (self->names_regex == NULL)
    self->names_regex = make_names_regex (self->names);
  if (self->names_regex == NULL)
    return NULL;

  return g_regex_replace_eval (self->names_regex, text, -1, 0, 0, replace_name_cb, self, NULL);
}

static char *
replace_patterns (const char *text)
{
  char *result = g_strdup (text);

  for (guint i = 0; result != NULL && i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GRegex) regex = g_regex_new (patterns[i].pattern, G_REGEX_CASELESS, 0, NULL);
      g_autofree char *before = result;

      result = regex != NULL
                   ? g_regex_replace (regex, before, -1, 0, patterns[i].replacement, 0, NULL)
                   : NULL;
    }

  return result;
}

LcRedactor *
lc_redactor_new (void)
{
  LcRedactor *self = g_new0 (LcRedactor, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->counts = g_hash_table_new (g_str_hash, g_str_equal);
  lc_redactor_add (self, "home", g_get_home_dir ());
  lc_redactor_add (self, "me", g_get_user_name ());
  if (!g_str_equal (g_get_real_name (), "Unknown"))
    lc_redactor_add (self, "me", g_get_real_name ());
  lc_redactor_add (self, "this-computer", g_get_host_name ());
  return self;
}

void
lc_redactor_free (LcRedactor *self)
{
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->counts);
  g_clear_pointer (&self->names_regex, g_regex_unref);
  g_free (self);
}

void
lc_redactor_add (LcRedactor *self, const char *kind, const char *name)
{
  static const char *const everybodys[] = { "localhost", "127.0.0.1", "::1", NULL };
  g_autofree char *lower = name != NULL ? g_utf8_strdown (name, -1) : NULL;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, kind)) + 1;

  if (lower == NULL || g_utf8_strlen (lower, -1) < SHORTEST_NAME ||
      g_strv_contains (everybodys, lower) || g_hash_table_contains (self->names, lower))
    return;

  g_hash_table_insert (self->counts, (char *) kind, GUINT_TO_POINTER (n));
  g_hash_table_insert (self->names, g_steal_pointer (&lower), g_strdup_printf ("%s-%u", kind, n));
  g_clear_pointer (&self->names_regex, g_regex_unref);
}

char *
lc_redactor_apply (LcRedactor *self, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *without_names = replace_names (self, valid);
  char *result = without_names != NULL ? replace_patterns (without_names) : NULL;

  /* Rather nothing than too much. */
  return result != NULL ? result : g_strdup ("(left out)");
}
