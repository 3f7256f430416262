/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-known-hosts.h"

#include <string.h>

#include "lc-error.h"
#include "lc-known-hosts-line.h"

/* Far more than a person trusts in a lifetime; a larger file is not one of ours. */
#define LARGEST_FILE (4 * 1024 * 1024)

struct _LcKnownHosts
{
  GObject parent_instance;

  char *path;
};

G_DEFINE_FINAL_TYPE (LcKnownHosts, lc_known_hosts, G_TYPE_OBJECT)

static char *
hash (const char *text)
{
  char *digits = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  digits[16] = '\0';
  return digits;
}

/* In the comment of a line, so that all incarnations of a machine can be found. */
static char *
dup_mark (const char *machine_id)
{
  g_autofree char *lower = g_ascii_strdown (machine_id, -1);
  g_autofree char *digits = hash (lower);

  return g_strconcat ("machine=", digits, NULL);
}

/* The lines as they are now: another program of ours may have written since. A missing file is an
 * empty one. Returns: (nullable) */
static char **
load (LcKnownHosts *self, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  gsize length = 0;
  char **lines;
  guint n;

  if (!g_file_get_contents (self->path, &text, &length, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return g_new0 (char *, 1);
      g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "Cannot read the known hosts: %s",
                                              local->message));
      return NULL;
    }
  if (length > LARGEST_FILE || strlen (text) != length)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "%s is not a known hosts file",
                                              self->path));
      return NULL;
    }
  lines = g_strsplit (text, "\n", -1);
  n = g_strv_length (lines);
  if (n > 0 && lines[n - 1][0] == '\0')
    g_clear_pointer (&lines[n - 1], g_free);
  return lines;
}

static gboolean
save (LcKnownHosts *self, GPtrArray *lines, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) g_ptr_array_index (lines, i));
  if (g_file_set_contents_full (self->path, text->str, text->len, G_FILE_SET_CONTENTS_CONSISTENT,
                                0600, &local))
    return TRUE;
  g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "Cannot write the known hosts: %s",
                                          local->message));
  return FALSE;
}

/* Returns: (element-type LcHostKey): the keys of that alias */
static GPtrArray *
find_keys (char **lines, const char *alias)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_host_key_unref);

  for (gsize i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (lines[i]);

      if (line != NULL && g_str_equal (line->hosts, alias))
        g_ptr_array_add (keys, lc_host_key_ref (line->key));
    }
  return keys;
}

static void
lc_known_hosts_finalize (GObject *object)
{
  LcKnownHosts *self = LC_KNOWN_HOSTS (object);

  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (lc_known_hosts_parent_class)->finalize (object);
}

static void
lc_known_hosts_class_init (LcKnownHostsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_known_hosts_finalize;
}

static void
lc_known_hosts_init (LcKnownHosts *self)
{
}

LcKnownHosts *
lc_known_hosts_new (const char *path)
{
  LcKnownHosts *self = g_object_new (LC_TYPE_KNOWN_HOSTS, NULL);

  self->path = g_strdup (path);
  return self;
}

char *
lc_known_hosts_dup_alias (const char *machine_id, guint incarnation)
{
  g_autofree char *lower = g_ascii_strdown (machine_id, -1);
  g_autofree char *name = g_strdup_printf ("%s\n%u", lower, incarnation);
  g_autofree char *digits = hash (name);

  return g_strconcat ("labconnect-", digits, NULL);
}

LcHostKeyVerdict
lc_known_hosts_check (LcKnownHosts *self,
                      const char *machine_id,
                      guint incarnation,
                      LcHostKey *key,
                      LcHostKey **known,
                      GError **error)
{
  g_autofree char *alias = lc_known_hosts_dup_alias (machine_id, incarnation);
  g_auto (GStrv) lines = load (self, error);
  g_autoptr (GPtrArray) keys = NULL;
  LcHostKey *other = NULL;

  if (known != NULL)
    *known = NULL;
  if (lines == NULL)
    return LC_HOST_KEY_UNCERTAIN;
  keys = find_keys (lines, alias);
  for (guint i = 0; i < keys->len; i++)
    {
      LcHostKey *candidate = g_ptr_array_index (keys, i);

      if (lc_host_key_equal (candidate, key))
        return LC_HOST_KEY_MATCHES;
      if (other == NULL ||
          g_str_equal (lc_host_key_get_algorithm (candidate), lc_host_key_get_algorithm (key)))
        other = candidate;
    }
  if (other == NULL)
    return LC_HOST_KEY_UNKNOWN;
  if (known != NULL)
    *known = lc_host_key_ref (other);
  return LC_HOST_KEY_CHANGED;
}

gboolean
lc_known_hosts_add (LcKnownHosts *self,
                    const char *machine_id,
                    guint incarnation,
                    LcHostKey *key,
                    GError **error)
{
  g_autofree char *alias = lc_known_hosts_dup_alias (machine_id, incarnation);
  g_auto (GStrv) lines = load (self, error);
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "added=%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *mark = dup_mark (machine_id);
  g_autofree char *comment = g_strdup_printf ("%s incarnation=%u %s", mark, incarnation, date);

  if (lines == NULL)
    return FALSE;
  keys = find_keys (lines, alias);
  if (g_ptr_array_find_with_equal_func (keys, key, (GEqualFunc) lc_host_key_equal, NULL))
    return TRUE;
  all = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (all, g_strdup (lines[i]));
  g_ptr_array_add (all, lc_known_hosts_line_format (alias, key, comment));
  return save (self, all, error);
}

gboolean
lc_known_hosts_forget (LcKnownHosts *self, const char *machine_id, GError **error)
{
  g_autofree char *mark = dup_mark (machine_id);
  g_auto (GStrv) lines = load (self, error);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  if (lines == NULL)
    return FALSE;
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (lines[i]);
      g_auto (GStrv) words =
          g_strsplit (line != NULL && line->comment != NULL ? line->comment : "", " ", -1);

      if (!g_strv_contains ((const char *const *) words, mark))
        g_ptr_array_add (kept, lines[i]);
    }
  return kept->len == g_strv_length (lines) || save (self, kept, error);
}

char **
lc_known_hosts_dup_algorithms (LcKnownHosts *self, const char *machine_id, guint incarnation)
{
  g_autofree char *alias = lc_known_hosts_dup_alias (machine_id, incarnation);
  g_auto (GStrv) lines = load (self, NULL);
  g_autoptr (GPtrArray) keys = find_keys (lines, alias);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < keys->len; i++)
    g_strv_builder_add (names, lc_host_key_get_algorithm (g_ptr_array_index (keys, i)));
  return keys->len > 0 ? g_strv_builder_end (names) : NULL;
}
