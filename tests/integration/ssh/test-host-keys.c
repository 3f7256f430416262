/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What OpenSSH's known hosts files change when a real server is met. */

#include <glib/gstdio.h>
#include <libdex.h>
#include <string.h>

#include "lc-known-hosts-line.h"
#include "ssh-fixture.h"

#define ADD(path, func)                                                                            \
  g_test_add ("/ssh/host-keys/" path, SshFixture, NULL, set_up, func, tear_down)

#define MACHINE "/machines/1"

static char *
dup_openssh_path (SshFixture *fixture)
{
  return g_build_filename (fixture->folder, "openssh_hosts", NULL);
}

static void
set_up (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  const char *files[] = { NULL, NULL };

  ssh_fixture_set_up (fixture, data);
  path = dup_openssh_path (fixture);
  files[0] = path;
  lc_known_hosts_set_openssh_files (fixture->known_hosts, files);
  g_assert_true (lc_known_hosts_forget (fixture->known_hosts, MACHINE, NULL));
  fixture->prompt->host_keys = 0;
}

static void
tear_down (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = dup_openssh_path (fixture);

  g_unlink (path);
  ssh_fixture_tear_down (fixture, data);
}

/* "ALGORITHM BASE64" of one of the server's keys. */
static char *
dup_server_key (SshFixture *fixture, const char *kind)
{
  g_autofree char *name = g_strdup_printf ("host_%s.pub", kind);
  g_autofree char *path = g_build_filename (lc_test_sshd_get_folder (fixture->sshd), name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (text, " ", 3);
  return g_strconcat (words[0], " ", words[1], NULL);
}

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* @line: with "%H" for the server's "[127.0.0.1]:PORT" */
static void
add_line (SshFixture *fixture, const char *line)
{
  g_autofree char *path = dup_openssh_path (fixture);
  g_autofree char *host = g_strdup_printf ("[127.0.0.1]:%u", lc_test_sshd_get_port (fixture->sshd));
  g_autoptr (GString) text = g_string_new (line);
  g_autofree char *before = NULL;

  g_string_replace (text, "%H", host, 0);
  if (g_file_get_contents (path, &before, NULL, NULL))
    g_string_prepend (text, before);
  g_string_append_c (text, '\n');
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

static void
add_key (SshFixture *fixture, const char *prefix, const char *kind)
{
  g_autofree char *key = dup_server_key (fixture, kind);
  g_autofree char *line = g_strconcat (prefix, " ", key, NULL);

  add_line (fixture, line);
}

/* The one line of our file. */
static LcTrustedKey *
read_trusted (SshFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "known_hosts", NULL);
  g_autofree char *text = NULL;
  g_autoptr (LcKnownHostsLine) line = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = lc_known_hosts_line_parse (text);
  g_assert_nonnull (line);
  return lc_known_hosts_line_dup_trusted (line);
}

static void
assert_trusted (SshFixture *fixture, LcTrustSource source, const char *kind)
{
  g_autoptr (LcTrustedKey) trusted = read_trusted (fixture);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  g_assert_cmpint (trusted->source, ==, source);
  g_assert_cmpstr (lc_host_key_get_kind (trusted->key), ==, kind);
  g_assert_cmpstr (trusted->by, ==, g_get_user_name ());
  g_assert_cmpstr (trusted->machine_name, ==, "ml-lab-vm-1");
  g_assert_cmpint (ABS (g_date_time_difference (now, trusted->when)), <, G_TIME_SPAN_MINUTE);
}

static void
assert_refused (SshFixture *fixture, const char *service_code)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (GError) error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_HOST_KEY_CHANGED);
  g_assert_cmpstr (lc_error_get_details (error)->service_code, ==, service_code);
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 0);
}

static void
test_asked (SshFixture *fixture, gconstpointer data)
{
  add_key (fixture, "somewhere.example.com", "ed25519");
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  g_assert_null (fixture->prompt->other);
  g_assert_false (fixture->prompt->has_authority);
  assert_trusted (fixture, LC_TRUST_ASKED, "ED25519");
}

static void
test_imported (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = dup_openssh_path (fixture);

  add_key (fixture, "%H", "ed25519");
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 0);
  assert_trusted (fixture, LC_TRUST_OPENSSH, "ED25519");

  /* Known by ourselves from then on: what OpenSSH forgets, stays. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 0);
}

static void
test_hashed (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = dup_openssh_path (fixture);
  g_autofree char *old = g_strconcat (path, ".old", NULL);
  const char *const argv[] = { "ssh-keygen", "-H", "-f", path, NULL };

  add_key (fixture, "%H", "ed25519");
  run (argv);
  g_unlink (old);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 0);
  assert_trusted (fixture, LC_TRUST_OPENSSH, "ED25519");
}

/* The server prefers its ed25519 key, but only the RSA key is known. */
static void
test_imported_algorithm_first (SshFixture *fixture, gconstpointer data)
{
  add_key (fixture, "%H", "rsa");
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 0);
  assert_trusted (fixture, LC_TRUST_OPENSSH, "RSA");
}

/* What we know of the machine itself goes before what OpenSSH knows of its address. */
static void
test_own_algorithm_first (SshFixture *fixture, gconstpointer data)
{
  lc_test_sshd_restart (fixture->sshd, "HostKeyAlgorithms rsa-sha2-512\n");
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  lc_test_sshd_restart (fixture->sshd, NULL);
  add_key (fixture, "%H", "ed25519");
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  assert_trusted (fixture, LC_TRUST_ASKED, "RSA");
}

static void
test_revoked (SshFixture *fixture, gconstpointer data)
{
  add_key (fixture, "%H", "ed25519");
  add_key (fixture, "@revoked *", "ed25519");
  assert_refused (fixture, "host-key-revoked");
}

/* Also when we have trusted it before. */
static void
test_revoked_later (SshFixture *fixture, gconstpointer data)
{
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  fixture->prompt->host_keys = 0;
  add_key (fixture, "@revoked %H", "ed25519");
  assert_refused (fixture, "host-key-revoked");
}

/* By a line in our own file. */
static void
test_revoked_here (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "known_hosts", NULL);
  g_autofree char *key = dup_server_key (fixture, "ed25519");
  g_autofree char *text = g_strdup_printf ("@revoked labconnect-* %s\n", key);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  assert_refused (fixture, "host-key-revoked");
}

/* An address that had another machine behind it: asked about, with the key that it had. */
static void
test_other (SshFixture *fixture, gconstpointer data)
{
  g_autofree char *before = lc_test_sshd_dup_fingerprint (fixture->sshd);
  g_autofree char *after = NULL;

  add_key (fixture, "%H", "ed25519");
  lc_test_sshd_change_host_keys (fixture->sshd);
  lc_test_sshd_restart (fixture->sshd, NULL);
  after = lc_test_sshd_dup_fingerprint (fixture->sshd);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  g_assert_cmpstr (fixture->prompt->other, ==, before);
  g_assert_cmpstr (fixture->prompt->fingerprint, ==, after);
  assert_trusted (fixture, LC_TRUST_ASKED, "ED25519");
}

/* Reset from here: OpenSSH does not know it, and a new key is expected. */
static void
test_other_after_reset (SshFixture *fixture, gconstpointer data)
{
  add_key (fixture, "%H", "ed25519");
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  lc_test_sshd_change_host_keys (fixture->sshd);
  lc_test_sshd_restart (fixture->sshd, NULL);
  assert_refused (fixture, "host-key-changed");

  g_assert_true (lc_known_hosts_forget (fixture->known_hosts, MACHINE, NULL));
  lc_profile_store_count_reset (fixture->profiles, MACHINE);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_true (fixture->prompt->was_reset);
  g_assert_nonnull (fixture->prompt->other);
  assert_trusted (fixture, LC_TRUST_RESET, "ED25519");
}

/* A server with a certificate by an authority that OpenSSH trusts. libssh2 cannot ask for it: the
 * person is asked about the plain key, and told so. */
static void
test_authority (SshFixture *fixture, gconstpointer data)
{
  const char *folder = lc_test_sshd_get_folder (fixture->sshd);
  g_autofree char *ca = g_build_filename (folder, "ca", NULL);
  g_autofree char *ca_public = g_strconcat (ca, ".pub", NULL);
  g_autofree char *host_public = g_build_filename (folder, "host_ed25519.pub", NULL);
  g_autofree char *options = g_strdup_printf ("HostCertificate %s/host_ed25519-cert.pub\n", folder);
  g_autofree char *ca_key = NULL;
  g_autofree char *line = NULL;
  const char *const make[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca, NULL };
  const char *const sign[] = { "ssh-keygen", "-q", "-s",        ca,          "-I", "host",
                               "-h",         "-n", "127.0.0.1", host_public, NULL };

  run (make);
  run (sign);
  g_assert_true (g_file_get_contents (ca_public, &ca_key, NULL, NULL));
  line = g_strconcat ("@cert-authority %H ", ca_key, NULL);
  add_line (fixture, line);
  lc_test_sshd_restart (fixture->sshd, options);

  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 1);
  g_assert_true (fixture->prompt->has_authority);
  assert_trusted (fixture, LC_TRUST_ASKED, "ED25519");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("asked", test_asked);
  ADD ("imported", test_imported);
  ADD ("hashed", test_hashed);
  ADD ("imported-algorithm-first", test_imported_algorithm_first);
  ADD ("own-algorithm-first", test_own_algorithm_first);
  ADD ("revoked", test_revoked);
  ADD ("revoked-later", test_revoked_later);
  ADD ("revoked-here", test_revoked_here);
  ADD ("other", test_other);
  ADD ("other-after-reset", test_other_after_reset);
  ADD ("authority", test_authority);
  return g_test_run ();
}
