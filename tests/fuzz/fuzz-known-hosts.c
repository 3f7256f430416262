/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The known hosts file, line by line and whole. What is understood can be written down and is then
 * understood as the same. */

#include <lc-known-hosts-line.h>
#include <lc-known-hosts.h>

#include "fuzz.h"

#define MACHINE "machine"

static void
check_line (const char *text)
{
  g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (text);
  g_autoptr (LcKnownHostsLine) again = NULL;
  g_autofree char *written = NULL;

  if (line == NULL)
    return;
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

  if (lc_known_hosts_check (hosts, MACHINE, 0, key, NULL, NULL) == LC_HOST_KEY_UNCERTAIN)
    return;
  g_assert_true (lc_known_hosts_trust (hosts, MACHINE, MACHINE, 0, key, LC_TRUST_ASKED, NULL));
  g_assert_cmpint (lc_known_hosts_check (hosts, MACHINE, 0, key, NULL, NULL), ==,
                   LC_HOST_KEY_MATCHES);
  g_assert_true (lc_known_hosts_forget (hosts, MACHINE, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    check_line (lines[i]);
  check_file (fuzz_write_file (data, size));
  return 0;
}
