/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Known hosts files, ours and OpenSSH's, line by line and whole. What is understood can be written
 * down and is then understood as the same; a key is never both known and passed over. */

#include <lc-host-key-art.h>
#include <lc-known-hosts-line.h>
#include <lc-known-hosts-pattern.h>
#include <lc-known-hosts.h>
#include <string.h>

#include "fuzz.h"

#define MACHINE "machine"
#define HOST    "lab.example.com"

/* Eleven lines of nineteen characters, without an end. */
#define ART_SIZE (11 * 20 - 1)

/* The words of the comment, whatever they are; written down, they mean the same. */
static void
check_trusted (LcKnownHostsLine *line)
{
  g_autoptr (LcTrustedKey) trusted = lc_known_hosts_line_dup_trusted (line);
  g_autofree char *written = lc_known_hosts_line_format_trusted (trusted);
  g_autoptr (LcKnownHostsLine) again = lc_known_hosts_line_parse (written);
  g_autoptr (LcTrustedKey) twice = NULL;

  g_assert_nonnull (again);
  twice = lc_known_hosts_line_dup_trusted (again);
  g_assert_cmpstr (twice->alias, ==, trusted->alias);
  g_assert_cmpuint (twice->incarnation, ==, trusted->incarnation);
  g_assert_cmpint (twice->source, ==, trusted->source);
  g_assert_cmpstr (twice->by, ==, trusted->by);
  g_assert_cmpstr (twice->machine_name, ==, trusted->machine_name);
  g_assert_true ((twice->when != NULL) == (trusted->when != NULL));
}

/* A name that is excluded is not matched, and an excluded one is never matched by more patterns. */
static void
check_pattern (LcKnownHostsLine *line)
{
  gboolean matches = lc_known_hosts_pattern_match (line->hosts, HOST);
  g_autofree char *more = g_strconcat (line->hosts, ",*", NULL);
  g_autofree char *excluded = g_strconcat (line->hosts, ",!" HOST, NULL);

  g_assert_false (lc_known_hosts_pattern_match (excluded, HOST));
  if (matches && line->hosts[0] != '|')
    g_assert_true (lc_known_hosts_pattern_match (more, HOST));
}

static void
check_art (LcHostKey *key)
{
  g_autofree char *art = lc_host_key_dup_art (key);

  g_assert_cmpuint (strlen (art), ==, ART_SIZE);
  g_assert_true (g_str_is_ascii (art));
}

static void
check_line (const char *text)
{
  g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (text);
  g_autoptr (LcKnownHostsLine) again = NULL;
  g_autofree char *written = NULL;

  if (line == NULL)
    return;
  check_trusted (line);
  check_pattern (line);
  check_art (line->key);
  written = lc_known_hosts_line_format (line->hosts, line->key,
                                        line->comment != NULL ? line->comment : "");
  again = lc_known_hosts_line_parse (written);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->hosts, ==, line->hosts);
  g_assert_true (lc_host_key_equal (again->key, line->key));
  g_assert_cmpstr (again->comment, ==, line->comment);
}

/* A key that is added is known from then on, whatever the file held, unless it cannot be read. */
static void
check_file (const char *path)
{
  static const char blob[] = "\0\0\0\13ssh-ed25519\0\0\0\1x";
  g_autoptr (GBytes) bytes = g_bytes_new_static (blob, sizeof blob - 1);
  g_autoptr (LcHostKey) key = lc_host_key_new ("ssh-ed25519", bytes);
  g_autoptr (LcKnownHosts) hosts = lc_known_hosts_new (path);
  g_auto (GStrv) algorithms = lc_known_hosts_dup_algorithms (hosts, MACHINE, 0, NULL);

  LcHostKeyVerdict verdict = lc_known_hosts_check (hosts, MACHINE, 0, key, NULL, NULL);

  if (verdict == LC_HOST_KEY_UNCERTAIN || verdict == LC_HOST_KEY_REVOKED)
    return;
  g_assert_true (lc_known_hosts_trust (hosts, MACHINE, MACHINE, 0, key, LC_TRUST_ASKED, NULL));
  g_assert_cmpint (lc_known_hosts_check (hosts, MACHINE, 0, key, NULL, NULL), ==,
                   LC_HOST_KEY_MATCHES);
  g_assert_true (lc_known_hosts_forget (hosts, MACHINE, NULL));
}

/* The same file as one of OpenSSH's: what is said of each key in it is consistent. */
static void
check_openssh (const char *path, char **lines)
{
  const char *const files[] = { path, NULL };
  g_autoptr (LcOpensshHosts) hosts = lc_openssh_hosts_read (files, HOST, 22);
  g_autoptr (LcOpensshHosts) other = lc_openssh_hosts_read (files, HOST, 2222);
  g_auto (GStrv) algorithms = lc_openssh_hosts_dup_algorithms (hosts);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (lines[i]);

      if (line == NULL || !lc_known_hosts_pattern_match (line->hosts, HOST))
        continue;
      g_assert_true (line->marker != LC_KNOWN_HOSTS_KEY ||
                     lc_openssh_hosts_knows (hosts, line->key));
      g_assert_true (line->marker != LC_KNOWN_HOSTS_AUTHORITY ||
                     lc_openssh_hosts_has_authority (hosts));
      if (line->marker == LC_KNOWN_HOSTS_REVOKED)
        {
          g_assert_true (lc_openssh_hosts_revokes (hosts, line->key));
          g_assert_true (lc_openssh_hosts_revokes (other, line->key));
        }
      if (line->marker == LC_KNOWN_HOSTS_KEY && !lc_openssh_hosts_revokes (hosts, line->key))
        g_assert_true (g_strv_contains ((const char *const *) algorithms,
                                        lc_host_key_get_algorithm (line->key)));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *path = fuzz_write_file (data, size);

  for (guint i = 0; lines[i] != NULL; i++)
    check_line (lines[i]);
  check_openssh (path, lines);
  check_file (path);
  return 0;
}
