/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people compare, letter by letter and line by line with what ssh-keygen says. */

#include <glib/gstdio.h>
#include <string.h>

#include "lc-host-key-art.h"
#include "lc-known-hosts-line.h"

static char *
run (const char *const *argv)
{
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return g_steal_pointer (&output);
}

static LcHostKey *
read_public_key (const char *path)
{
  g_autofree char *text = NULL;
  g_autofree char *with_host = NULL;
  g_autoptr (LcKnownHostsLine) line = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  with_host = g_strconcat ("host ", text, NULL);
  line = lc_known_hosts_line_parse (with_host);
  g_assert_nonnull (line);
  return lc_host_key_ref (line->key);
}

/* The first line is "BITS FINGERPRINT COMMENT (KIND)", the picture follows. */
static void
compare (const char *public_path)
{
  const char *const argv[] = { "ssh-keygen", "-lv", "-f", public_path, NULL };
  g_autofree char *expected = run (argv);
  g_autoptr (LcHostKey) key = read_public_key (public_path);
  g_autofree char *art = lc_host_key_dup_art (key);
  g_autofree char *ours =
      g_strdup_printf ("%u %s somebody (%s)\n%s\n", lc_host_key_get_bits (key),
                       lc_host_key_get_fingerprint (key), lc_host_key_get_kind (key), art);

  g_assert_cmpstr (ours, ==, expected);
  g_assert_true (lc_host_key_has_fingerprint (key, expected));
}

static void
test_kind (gconstpointer data)
{
  g_auto (GStrv) words = g_strsplit (data, " ", 2);
  g_autofree char *folder = g_dir_make_tmp ("lc-host-key-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "key", NULL);
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  /* RSA keys take long to make. */
  guint n = g_str_equal (words[0], "rsa") ? 1 : 8;

  for (guint i = 0; i < n; i++)
    {
      const char *const argv[] = { "ssh-keygen", "-q", "-t",       words[0], "-b", words[1], "-N",
                                   "",           "-C", "somebody", "-f",     path, NULL };
      g_autofree char *said = run (argv);

      compare (public_path);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpint (g_unlink (public_path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static LcHostKey *
make_key (const char *algorithm, const char *blob, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (blob, length);

  return lc_host_key_new (algorithm, bytes);
}

/* A server may send anything as its key: there is a picture nevertheless, of the same size. */
static void
test_nonsense (void)
{
  static const struct
  {
    const char *algorithm;
    const char *blob;
    gsize length;
  } keys[] = {
    { "ssh-rsa", "", 0 },
    { "ssh-rsa", "\0\0\0\7ssh-rsa", 11 },
    { "ssh-rsa", "\0\0\0\7ssh-rsa\0\0\0\1\3\xff\xff\xff\xff", 20 },
    { "ssh-rsa", "\0\0\0\7ssh-rsa\0\0\0\1\3\0\0\0\2\0\0", 22 },
    { "an-algorithm-with-a-very-long-name@example.com", "x", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (LcHostKey) key = make_key (keys[i].algorithm, keys[i].blob, keys[i].length);
      g_autofree char *art = lc_host_key_dup_art (key);
      g_auto (GStrv) lines = g_strsplit (art, "\n", -1);

      g_assert_cmpuint (lc_host_key_get_bits (key), ==, 0);
      g_assert_cmpuint (g_strv_length (lines), ==, 11);
      for (gsize j = 0; lines[j] != NULL; j++)
        g_assert_cmpuint (strlen (lines[j]), ==, 19);
    }
}

static void
test_fingerprint_words (void)
{
  g_autoptr (LcHostKey) key = make_key ("ssh-ed25519", "x", 1);
  const char *fingerprint = lc_host_key_get_fingerprint (key);
  const char *bare = fingerprint + strlen ("SHA256:");
  g_autofree char *padded = g_strconcat (" ", bare, "\n", NULL);
  g_autofree char *cut = g_strndup (fingerprint, strlen (fingerprint) - 1);
  g_autofree char *lower = g_ascii_strdown (fingerprint, -1);

  g_assert_true (lc_host_key_has_fingerprint (key, fingerprint));
  g_assert_true (lc_host_key_has_fingerprint (key, bare));
  g_assert_true (lc_host_key_has_fingerprint (key, padded));
  g_assert_false (lc_host_key_has_fingerprint (key, cut));
  g_assert_false (lc_host_key_has_fingerprint (key, lower));
  g_assert_false (lc_host_key_has_fingerprint (key, ""));
  g_assert_false (lc_host_key_has_fingerprint (key, "SHA256:"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/host-key-art/ed25519", "ed25519 256", test_kind);
  g_test_add_data_func ("/host-key-art/ecdsa-256", "ecdsa 256", test_kind);
  g_test_add_data_func ("/host-key-art/ecdsa-384", "ecdsa 384", test_kind);
  g_test_add_data_func ("/host-key-art/ecdsa-521", "ecdsa 521", test_kind);
  g_test_add_data_func ("/host-key-art/rsa-1024", "rsa 1024", test_kind);
  g_test_add_data_func ("/host-key-art/rsa-2049", "rsa 2049", test_kind);
  g_test_add_data_func ("/host-key-art/rsa-3072", "rsa 3072", test_kind);
  g_test_add_func ("/host-key-art/nonsense", test_nonsense);
  g_test_add_func ("/host-key-art/fingerprint-words", test_fingerprint_words);
  return g_test_run ();
}
