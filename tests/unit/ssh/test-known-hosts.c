/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lc-error.h"
#include "lc-known-hosts-line.h"
#include "lc-known-hosts.h"

typedef struct
{
  char *folder;
  char *path;
  LcKnownHosts *hosts;
} Fixture;

static LcHostKey *
make_key (const char *algorithm, const char *rest)
{
  g_autoptr (GByteArray) blob = g_byte_array_new ();
  guint32 length = GUINT32_TO_BE (strlen (algorithm));
  g_autoptr (GBytes) bytes = NULL;

  g_byte_array_append (blob, (const guint8 *) &length, 4);
  g_byte_array_append (blob, (const guint8 *) algorithm, strlen (algorithm));
  g_byte_array_append (blob, (const guint8 *) rest, strlen (rest));
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&blob));
  return lc_host_key_new (algorithm, bytes);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("lc-known-hosts-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "known_hosts", NULL);
  self->hosts = lc_known_hosts_new (self->path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->hosts);
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static LcHostKeyVerdict
check (Fixture *self, guint incarnation, LcHostKey *key, LcHostKey **known)
{
  g_autoptr (GError) error = NULL;
  LcHostKeyVerdict verdict =
      lc_known_hosts_check (self->hosts, "/Machines/One", incarnation, key, known, &error);

  g_assert_true ((error != NULL) == (verdict == LC_HOST_KEY_UNCERTAIN));
  return verdict;
}

static void
add (Fixture *self, guint incarnation, LcHostKey *key)
{
  g_autoptr (GError) error = NULL;

  lc_known_hosts_trust (self->hosts, "/machines/one", "one", incarnation, key, LC_TRUST_ASKED,
                        &error);
  g_assert_no_error (error);
}

static void
test_verdicts (Fixture *self, gconstpointer data)
{
  g_autoptr (LcHostKey) one = make_key ("ssh-ed25519", "one");
  g_autoptr (LcHostKey) two = make_key ("ssh-ed25519", "two");
  g_autoptr (LcHostKey) rsa = make_key ("ssh-rsa", "rsa");
  g_autoptr (LcHostKey) known = NULL;
  g_auto (GStrv) algorithms = NULL;

  g_assert_cmpint (check (self, 0, one, &known), ==, LC_HOST_KEY_UNKNOWN);
  g_assert_null (known);
  g_assert_null (lc_known_hosts_dup_algorithms (self->hosts, "/machines/one", 0, NULL));
  add (self, 0, one);
  add (self, 0, one);
  g_assert_cmpint (check (self, 0, one, NULL), ==, LC_HOST_KEY_MATCHES);
  g_assert_cmpint (check (self, 0, two, &known), ==, LC_HOST_KEY_CHANGED);
  g_assert_true (lc_host_key_equal (known, one));
  /* Of another kind, where one is known, is as wrong. */
  g_assert_cmpint (check (self, 0, rsa, NULL), ==, LC_HOST_KEY_CHANGED);
  /* A reset machine is another one. */
  g_assert_cmpint (check (self, 1, two, NULL), ==, LC_HOST_KEY_UNKNOWN);
  add (self, 0, rsa);
  algorithms = lc_known_hosts_dup_algorithms (self->hosts, "/machines/one", 0, NULL);
  g_assert_cmpuint (g_strv_length (algorithms), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) algorithms, "ssh-rsa"));
}

static void
test_file (Fixture *self, gconstpointer data)
{
  g_autoptr (LcHostKey) one = make_key ("ssh-ed25519", "one");
  g_autofree char *alias = lc_known_hosts_dup_alias ("/machines/one", 0);
  g_autofree char *text = NULL;
  struct stat status;

  add (self, 0, one);
  g_assert_cmpint (stat (self->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, alias));
  g_assert_cmpuint (strlen (alias), ==, strlen ("labconnect-") + 16);
  g_assert_nonnull (strstr (text, " ssh-ed25519 "));
}

/* What we do not understand stays as it was. */
static void
test_foreign_lines (Fixture *self, gconstpointer data)
{
  static const char foreign[] = "# a comment\n"
                                "\n"
                                "|1|c2FsdA==|aGFzaA== ssh-rsa AAAA\n"
                                "@revoked * ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n"
                                "\xff\xfe not text at all";
  g_autoptr (LcHostKey) one = make_key ("ssh-ed25519", "one");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_true (g_file_set_contents (self->path, foreign, -1, NULL));
  add (self, 0, one);
  add (self, 3, one);
  g_assert_true (g_file_get_contents (self->path, &before, NULL, NULL));
  g_assert_true (g_str_has_prefix (before, foreign));
  g_assert_cmpint (check (self, 3, one, NULL), ==, LC_HOST_KEY_MATCHES);

  g_assert_true (lc_known_hosts_forget (self->hosts, "/MACHINES/one", NULL));
  g_assert_cmpint (check (self, 0, one, NULL), ==, LC_HOST_KEY_UNKNOWN);
  g_assert_cmpint (check (self, 3, one, NULL), ==, LC_HOST_KEY_UNKNOWN);
  g_assert_true (g_file_get_contents (self->path, &after, NULL, NULL));
  g_assert_true (g_str_has_prefix (after, foreign));
  g_assert_cmpuint (strlen (after), ==, strlen (foreign) + 1);
}

/* A file that cannot be read must not look as if nothing were known. */
static void
test_unreadable (Fixture *self, gconstpointer data)
{
  g_autoptr (LcHostKey) one = make_key ("ssh-ed25519", "one");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  g_assert_cmpint (check (self, 0, one, NULL), ==, LC_HOST_KEY_UNCERTAIN);
  g_assert_false (
      lc_known_hosts_trust (self->hosts, "/machines/one", NULL, 0, one, LC_TRUST_ASKED, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_FAILED);
  g_assert_cmpint (g_rmdir (self->path), ==, 0);

  g_assert_true (g_file_set_contents (self->path, "a\0b", 3, NULL));
  g_assert_cmpint (check (self, 0, one, NULL), ==, LC_HOST_KEY_UNCERTAIN);
}

static void
count_cb (guint *count)
{
  ++*count;
}

/* As Preferences sees it: listed, removed, and taken back with all that was known of it. */
static void
test_store (Fixture *self, gconstpointer data)
{
  static const char foreign[] = "labconnect-x ssh-rsa nonsense\n"
                                "example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n"
                                "@revoked labconnect-* ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n";
  LcHostKeyStore *store = LC_HOST_KEY_STORE (self->hosts);
  g_autoptr (LcHostKey) one = make_key ("ssh-ed25519", "one");
  g_autoptr (LcHostKey) two = make_key ("ssh-ed25519", "two");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GPtrArray) again = NULL;
  guint changes = 0;

  g_signal_connect_swapped (store, "changed", G_CALLBACK (count_cb), &changes);
  keys = lc_host_key_store_list (store, NULL);
  g_assert_cmpuint (keys->len, ==, 0);
  g_clear_pointer (&keys, g_ptr_array_unref);

  g_assert_true (g_file_set_contents (self->path, foreign, -1, NULL));
  add (self, 0, one);
  add (self, 1, two);
  g_assert_cmpuint (changes, ==, 2);
  g_assert_true (g_file_get_contents (self->path, &before, NULL, NULL));
  keys = lc_host_key_store_list (store, NULL);
  g_assert_cmpuint (keys->len, ==, 2);
  g_assert_cmpstr (((LcTrustedKey *) keys->pdata[1])->machine_name, ==, "one");
  g_assert_cmpuint (((LcTrustedKey *) keys->pdata[1])->incarnation, ==, 1);

  g_assert_true (lc_host_key_store_remove (store, keys->pdata[1], NULL));
  g_assert_true (lc_host_key_store_remove (store, keys->pdata[1], NULL));
  g_assert_cmpuint (changes, ==, 3);
  g_assert_cmpint (check (self, 1, two, NULL), ==, LC_HOST_KEY_UNKNOWN);
  g_assert_cmpint (check (self, 0, one, NULL), ==, LC_HOST_KEY_MATCHES);
  again = lc_host_key_store_list (store, NULL);
  g_assert_cmpuint (again->len, ==, 1);

  g_assert_true (lc_host_key_store_add (store, keys->pdata[1], NULL));
  g_assert_cmpint (check (self, 1, two, NULL), ==, LC_HOST_KEY_MATCHES);
  g_assert_true (g_file_get_contents (self->path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
}

static void
test_lines (void)
{
  static const char *const bad[] = {
    "",
    " ",
    "#host ssh-rsa AAAA",
    "host",
    "host ssh-ed25519",
    "host ssh-ed25519 !!!!",
    "host ssh-ed25519 AAAA",
    "host ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==",
    "@cert-authority",
    "@revoked @revoked host ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==",
    "@trusted host ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==",
  };
  g_autoptr (LcKnownHostsLine) line =
      lc_known_hosts_line_parse ("\ta,b  ssh-ed25519\tAAAAC3NzaC1lZDI1NTE5AAAAIA== two words \r");
  g_autofree char *text = NULL;

  g_assert_nonnull (line);
  g_assert_cmpstr (line->hosts, ==, "a,b");
  g_assert_cmpstr (line->comment, ==, "two words");
  text = lc_known_hosts_line_format (line->hosts, line->key, line->comment);
  g_assert_cmpstr (text, ==, "a,b ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== two words");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (lc_known_hosts_line_parse (bad[i]));
}

static LcTrustedKey *
parse_trusted (const char *comment)
{
  g_autofree char *text =
      g_strconcat ("labconnect-x ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== ", comment, NULL);
  g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (text);

  return lc_known_hosts_line_dup_trusted (line);
}

/* How, when and by whom: as it was written, and as older versions wrote it. */
static void
test_comments (void)
{
  g_autoptr (LcTrustedKey) old =
      parse_trusted ("machine=0123456789abcdef incarnation=3 added=2026-11-02T03:04:05Z");
  g_autoptr (LcTrustedKey) odd =
      parse_trusted ("incarnation=-1 added=soon how=magic by=%00 name=%");
  g_autoptr (LcTrustedKey) bare = parse_trusted ("");
  g_autoptr (LcTrustedKey) full = lc_trusted_key_copy (old);
  g_autoptr (LcTrustedKey) again = NULL;
  g_autoptr (LcKnownHostsLine) line = NULL;
  g_autofree char *text = NULL;
  g_autofree char *date = g_date_time_format_iso8601 (old->when);

  g_assert_cmpstr (date, ==, "2026-11-02T03:04:05Z");
  g_assert_cmpstr (old->machine, ==, "0123456789abcdef");
  g_assert_cmpuint (old->incarnation, ==, 3);
  g_assert_cmpint (old->source, ==, LC_TRUST_ASKED);
  g_assert_null (old->by);
  g_assert_null (old->machine_name);

  g_assert_cmpuint (odd->incarnation, ==, 0);
  g_assert_null (odd->when);
  g_assert_null (odd->by);
  g_assert_null (odd->machine_name);
  g_assert_null (bare->machine);
  g_assert_cmpint (odd->source, ==, LC_TRUST_ASKED);

  full->source = LC_TRUST_RESET;
  full->by = g_strdup ("Ada L=ovelace");
  full->machine_name = g_strdup ("Salle n° 3\nmachine=ffff how=openssh");
  text = lc_known_hosts_line_format_trusted (full);
  g_assert_null (strchr (text, '\n'));
  line = lc_known_hosts_line_parse (text);
  again = lc_known_hosts_line_dup_trusted (line);
  g_assert_cmpstr (again->machine, ==, old->machine);
  g_assert_true (g_date_time_equal (again->when, old->when));
  g_assert_cmpuint (again->incarnation, ==, 3);
  g_assert_cmpint (again->source, ==, LC_TRUST_RESET);
  g_assert_cmpstr (again->by, ==, full->by);
  g_assert_true (g_str_has_prefix (again->machine_name, "Salle n° 3"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/known-hosts/verdicts", Fixture, NULL, set_up, test_verdicts, tear_down);
  g_test_add ("/known-hosts/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/known-hosts/foreign-lines", Fixture, NULL, set_up, test_foreign_lines, tear_down);
  g_test_add ("/known-hosts/unreadable", Fixture, NULL, set_up, test_unreadable, tear_down);
  g_test_add ("/known-hosts/store", Fixture, NULL, set_up, test_store, tear_down);
  g_test_add_func ("/known-hosts/lines", test_lines);
  g_test_add_func ("/known-hosts/comments", test_comments);
  return g_test_run ();
}
