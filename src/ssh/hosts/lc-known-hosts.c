/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-known-hosts.h"

#include <string.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-known-hosts-line.h"
#include "lc-known-hosts-pattern.h"

#define ALIAS_PREFIX "labconnect-"
#define ALIAS_DIGITS 16

/* Far more than a person trusts in a lifetime; a larger file is not one of ours. */
#define LARGEST_FILE (4 * 1024 * 1024)

struct _LcKnownHosts
{
  GObject parent_instance;

  char *path;
  char **openssh_files; /* nullable */
};

/* What a look into the files of OpenSSH needs; a thread has it. */
typedef struct
{
  char **files;
  char *host;
  guint16 port;
} Lookup;

static void host_key_store_iface_init (LcHostKeyStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcKnownHosts,
                               lc_known_hosts,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_HOST_KEY_STORE,
                                                      host_key_store_iface_init))

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
    {
      lc_host_key_store_changed (LC_HOST_KEY_STORE (self));
      return TRUE;
    }
  g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "Cannot write the known hosts: %s",
                                          local->message));
  return FALSE;
}

/* A key is known for exactly one alias; what is revoked may be so for many, by a pattern. */
static gboolean
is_about (LcKnownHostsLine *line, const char *alias)
{
  return line->marker == LC_KNOWN_HOSTS_REVOKED ? lc_known_hosts_pattern_match (line->hosts, alias)
                                                : g_str_equal (line->hosts, alias);
}

/* Returns: (element-type LcHostKey): the keys of that alias that have this marker */
static GPtrArray *
find_keys (char **lines, const char *alias, LcKnownHostsMarker marker)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_host_key_unref);

  for (gsize i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (lines[i]);

      if (line != NULL && line->marker == marker && is_about (line, alias))
        g_ptr_array_add (keys, lc_host_key_ref (line->key));
    }
  return keys;
}

/* Returns: (nullable): what a line of ours says; %NULL for any other */
static LcTrustedKey *
parse_trusted (const char *text)
{
  g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (text);

  return line != NULL && line->marker == LC_KNOWN_HOSTS_KEY &&
                 g_str_has_prefix (line->hosts, ALIAS_PREFIX)
             ? lc_known_hosts_line_dup_trusted (line)
             : NULL;
}

static gboolean
contains (GPtrArray *keys, LcHostKey *key)
{
  return g_ptr_array_find_with_equal_func (keys, key, (GEqualFunc) lc_host_key_equal, NULL);
}

static GPtrArray *
lc_known_hosts_list (LcHostKeyStore *store, GError **error)
{
  g_auto (GStrv) lines = load (LC_KNOWN_HOSTS (store), error);
  GPtrArray *keys = NULL;

  if (lines == NULL)
    return NULL;
  keys = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_trusted_key_free);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      LcTrustedKey *key = parse_trusted (lines[i]);

      if (key != NULL)
        g_ptr_array_add (keys, key);
    }
  return keys;
}

static gboolean
lc_known_hosts_remove (LcHostKeyStore *store, const LcTrustedKey *key, GError **error)
{
  LcKnownHosts *self = LC_KNOWN_HOSTS (store);
  g_auto (GStrv) lines = load (self, error);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  if (lines == NULL)
    return FALSE;
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (LcTrustedKey) trusted = parse_trusted (lines[i]);

      if (trusted == NULL || !g_str_equal (trusted->alias, key->alias) ||
          !lc_host_key_equal (trusted->key, key->key))
        g_ptr_array_add (kept, lines[i]);
    }
  return kept->len == g_strv_length (lines) || save (self, kept, error);
}

static gboolean
lc_known_hosts_add (LcHostKeyStore *store, const LcTrustedKey *trusted, GError **error)
{
  LcKnownHosts *self = LC_KNOWN_HOSTS (store);
  g_auto (GStrv) lines = load (self, error);
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GPtrArray) all = NULL;

  if (lines == NULL)
    return FALSE;
  keys = find_keys (lines, trusted->alias, LC_KNOWN_HOSTS_KEY);
  if (contains (keys, trusted->key))
    return TRUE;
  all = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (all, g_strdup (lines[i]));
  g_ptr_array_add (all, lc_known_hosts_line_format_trusted (trusted));
  return save (self, all, error);
}

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_strfreev (lookup->files);
  g_free (lookup->host);
  g_free (lookup);
}

static DexFuture *
look_up_in_thread (gpointer data)
{
  Lookup *lookup = data;

  return dex_future_new_take_boxed (LC_TYPE_OPENSSH_HOSTS,
                                    lc_openssh_hosts_read ((const char *const *) lookup->files,
                                                           lookup->host, lookup->port));
}

static void
host_key_store_iface_init (LcHostKeyStoreInterface *iface)
{
  iface->list = lc_known_hosts_list;
  iface->add = lc_known_hosts_add;
  iface->remove = lc_known_hosts_remove;
}

static void
lc_known_hosts_finalize (GObject *object)
{
  LcKnownHosts *self = LC_KNOWN_HOSTS (object);

  g_clear_pointer (&self->openssh_files, g_strfreev);
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

void
lc_known_hosts_set_openssh_files (LcKnownHosts *self, const char *const *files)
{
  g_strfreev (self->openssh_files);
  self->openssh_files = g_strdupv ((char **) files);
}

char *
lc_known_hosts_dup_alias (const char *machine_id, guint incarnation)
{
  g_autofree char *lower = g_ascii_strdown (machine_id, -1);
  g_autofree char *name = g_strdup_printf ("%s\n%u", lower, incarnation);
  g_autofree char *digits = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);

  return g_strdup_printf (ALIAS_PREFIX "%.*s", ALIAS_DIGITS, digits);
}

DexFuture *
lc_known_hosts_look_up_openssh (LcKnownHosts *self, const char *host, guint16 port)
{
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->files = g_strdupv (self->openssh_files);
  lookup->host = g_strdup (host);
  lookup->port = port;
  return lc_run_in_thread (look_up_in_thread, lookup, lookup_free);
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
  g_autoptr (GPtrArray) revoked = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  LcHostKey *other = NULL;

  if (known != NULL)
    *known = NULL;
  if (lines == NULL)
    return LC_HOST_KEY_UNCERTAIN;
  revoked = find_keys (lines, alias, LC_KNOWN_HOSTS_REVOKED);
  if (contains (revoked, key))
    return LC_HOST_KEY_REVOKED;
  keys = find_keys (lines, alias, LC_KNOWN_HOSTS_KEY);
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
lc_known_hosts_trust (LcKnownHosts *self,
                      const char *machine_id,
                      const char *machine_name,
                      guint incarnation,
                      LcHostKey *key,
                      LcTrustSource source,
                      GError **error)
{
  g_autofree char *alias = lc_known_hosts_dup_alias (machine_id, incarnation);
  g_autoptr (LcTrustedKey) trusted = lc_trusted_key_new (alias, key);

  trusted->machine = lc_trusted_key_dup_machine (machine_id);
  trusted->machine_name = g_strdup (machine_name);
  trusted->incarnation = incarnation;
  trusted->when = g_date_time_new_now_utc ();
  trusted->source = source;
  trusted->by = g_utf8_make_valid (g_get_user_name (), -1);
  return lc_known_hosts_add (LC_HOST_KEY_STORE (self), trusted, error);
}

gboolean
lc_known_hosts_forget (LcKnownHosts *self, const char *machine_id, GError **error)
{
  g_autofree char *machine = lc_trusted_key_dup_machine (machine_id);
  g_auto (GStrv) lines = load (self, error);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  if (lines == NULL)
    return FALSE;
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (LcTrustedKey) trusted = parse_trusted (lines[i]);

      if (trusted == NULL || g_strcmp0 (trusted->machine, machine) != 0)
        g_ptr_array_add (kept, lines[i]);
    }
  return kept->len == g_strv_length (lines) || save (self, kept, error);
}

char **
lc_known_hosts_dup_algorithms (LcKnownHosts *self,
                               const char *machine_id,
                               guint incarnation,
                               LcOpensshHosts *openssh)
{
  g_autofree char *alias = lc_known_hosts_dup_alias (machine_id, incarnation);
  g_auto (GStrv) lines = load (self, NULL);
  g_autoptr (GPtrArray) keys = find_keys (lines, alias, LC_KNOWN_HOSTS_KEY);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < keys->len; i++)
    g_strv_builder_add (names, lc_host_key_get_algorithm (g_ptr_array_index (keys, i)));
  if (keys->len > 0)
    return g_strv_builder_end (names);
  return openssh != NULL ? lc_openssh_hosts_dup_algorithms (openssh) : NULL;
}
