/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-openssh-hosts.h"

#include <string.h>
#include <sys/stat.h>

#include "lc-known-hosts-line.h"
#include "lc-known-hosts-pattern.h"

/* A hundred thousand hosts. */
#define LARGEST_FILE (32 * 1024 * 1024)

struct _LcOpensshHosts
{
  gatomicrefcount references;
  GPtrArray *known;   /* LcHostKey */
  GPtrArray *revoked; /* LcHostKey */
  gboolean has_authority;
};

G_DEFINE_BOXED_TYPE (LcOpensshHosts, lc_openssh_hosts, lc_openssh_hosts_ref, lc_openssh_hosts_unref)

/* Returns: (nullable): the text of a regular file; others (a pipe) could make us wait. A NUL ends a
 * line, so that it hides none. */
static char *
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  struct stat status;
  char *text = NULL;
  gsize length = 0;

  if (stat (path, &status) != 0 || !S_ISREG (status.st_mode))
    return NULL;
  if (status.st_size > LARGEST_FILE)
    g_message ("%s is too large for a known hosts file", path);
  else if (!g_file_get_contents (path, &text, &length, &error))
    g_message ("Cannot read the known hosts of OpenSSH: %s", error->message);
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\0')
      text[i] = '\n';
  return text;
}

static void
take_line (LcOpensshHosts *self, const char *text, const char *host, const char *name)
{
  g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (text);
  gboolean matches;

  if (line == NULL)
    return;
  matches = lc_known_hosts_pattern_match (line->hosts, name);
  switch (line->marker)
    {
    case LC_KNOWN_HOSTS_REVOKED:
      if (matches || lc_known_hosts_pattern_match (line->hosts, host))
        g_ptr_array_add (self->revoked, lc_host_key_ref (line->key));
      break;
    case LC_KNOWN_HOSTS_AUTHORITY:
      self->has_authority |= matches;
      break;
    case LC_KNOWN_HOSTS_KEY:
    default:
      if (matches)
        g_ptr_array_add (self->known, lc_host_key_ref (line->key));
      break;
    }
}

static void
take_file (LcOpensshHosts *self, const char *path, const char *host, const char *name)
{
  g_autofree char *text = read_file (path);
  char *end;

  for (char *line = text; line != NULL; line = end)
    {
      end = strchr (line, '\n');
      if (end != NULL)
        *end++ = '\0';
      take_line (self, line, host, name);
    }
}

static gboolean
contains (GPtrArray *keys, LcHostKey *key)
{
  return g_ptr_array_find_with_equal_func (keys, key, (GEqualFunc) lc_host_key_equal, NULL);
}

char **
lc_openssh_hosts_dup_default_files (void)
{
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();

  g_strv_builder_take (files, g_build_filename (g_get_home_dir (), ".ssh", "known_hosts", NULL));
  g_strv_builder_take (files, g_build_filename (g_get_home_dir (), ".ssh", "known_hosts2", NULL));
  g_strv_builder_add (files, "/etc/ssh/ssh_known_hosts");
  g_strv_builder_add (files, "/etc/ssh/ssh_known_hosts2");
  return g_strv_builder_end (files);
}

LcOpensshHosts *
lc_openssh_hosts_read (const char *const *files, const char *host, guint16 port)
{
  LcOpensshHosts *self = g_new0 (LcOpensshHosts, 1);
  g_autofree char *lower = g_ascii_strdown (host, -1);
  g_autofree char *name = lc_known_hosts_pattern_dup_name (host, port);

  g_atomic_ref_count_init (&self->references);
  self->known = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_host_key_unref);
  self->revoked = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_host_key_unref);
  for (gsize i = 0; files != NULL && files[i] != NULL; i++)
    take_file (self, files[i], lower, name);
  return self;
}

LcOpensshHosts *
lc_openssh_hosts_ref (LcOpensshHosts *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
lc_openssh_hosts_unref (LcOpensshHosts *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_ptr_array_unref (self->known);
  g_ptr_array_unref (self->revoked);
  g_free (self);
}

gboolean
lc_openssh_hosts_knows (LcOpensshHosts *self, LcHostKey *key)
{
  return contains (self->known, key);
}

gboolean
lc_openssh_hosts_revokes (LcOpensshHosts *self, LcHostKey *key)
{
  return contains (self->revoked, key);
}

gboolean
lc_openssh_hosts_has_authority (LcOpensshHosts *self)
{
  return self->has_authority;
}

LcHostKey *
lc_openssh_hosts_find_other (LcOpensshHosts *self, LcHostKey *key)
{
  LcHostKey *other = NULL;

  for (guint i = 0; i < self->known->len; i++)
    {
      LcHostKey *candidate = g_ptr_array_index (self->known, i);

      if (lc_host_key_equal (candidate, key))
        continue;
      if (g_str_equal (lc_host_key_get_algorithm (candidate), lc_host_key_get_algorithm (key)))
        return candidate;
      if (other == NULL)
        other = candidate;
    }
  return other;
}

char **
lc_openssh_hosts_dup_algorithms (LcOpensshHosts *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean any = FALSE;

  for (guint i = 0; i < self->known->len; i++)
    {
      LcHostKey *key = g_ptr_array_index (self->known, i);

      if (contains (self->revoked, key))
        continue;
      g_strv_builder_add (names, lc_host_key_get_algorithm (key));
      any = TRUE;
    }
  return any ? g_strv_builder_end (names) : NULL;
}
