/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <string.h>

#include "ssh-fixture.h"

/* Servers that know only one algorithm of a kind: each that libssh2 has works, and of the others it
 * is said that they are the reason. */

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/algorithm/" path, options, func)
#define ADD_LIBSSH(path, options, func)                                                            \
  ssh_fixture_add (LC_TEST_SSHD_LIBSSH, "/ssh/algorithm/" path, options, func)

static void
assert_works (SshFixture *fixture, const char *options)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (LcSshExecResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;

  lc_known_hosts_forget (fixture->known_hosts, lc_machine_get_id (fixture->machine), NULL);
  lc_test_sshd_restart (fixture->sshd, options);
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  if (connection == NULL)
    g_error ("%s: %s", options, error->message);
  result = ssh_fixture_exec (connection, "head -c 300000 /dev/zero", NULL);
  g_assert_cmpuint (g_bytes_get_size (result->output), ==, 300000);
  ssh_fixture_disconnect (connection);
}

static void
assert_each_works (SshFixture *fixture, const char *format, const char *names)
{
  g_auto (GStrv) each = g_strsplit (names, " ", -1);

  for (guint i = 0; each[i] != NULL; i++)
    {
      g_autofree char *options = g_strdup_printf (format, each[i]);

      assert_works (fixture, options);
    }
}

static void
test_openssh (SshFixture *fixture, gconstpointer data)
{
  assert_each_works (fixture, "KexAlgorithms %s\n",
                     "curve25519-sha256 curve25519-sha256@libssh.org ecdh-sha2-nistp256 "
                     "ecdh-sha2-nistp384 ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256 "
                     "diffie-hellman-group16-sha512 diffie-hellman-group14-sha256");
  assert_each_works (fixture, "Ciphers %s\n",
                     "aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com "
                     "aes256-ctr aes192-ctr aes128-ctr");
  assert_each_works (fixture, "Ciphers aes128-ctr\nMACs %s\n",
                     "hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha2-256 "
                     "hmac-sha2-512 hmac-sha1-etm@openssh.com hmac-sha1");
  assert_each_works (fixture, "HostKeyAlgorithms %s\n", "ssh-ed25519 rsa-sha2-512 rsa-sha2-256");
}

static void
test_libssh (SshFixture *fixture, gconstpointer data)
{
  assert_each_works (fixture, "kex %s\n",
                     "curve25519-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp521 "
                     "diffie-hellman-group16-sha512 diffie-hellman-group14-sha256");
  assert_each_works (fixture, "ciphers %s\n",
                     "aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com "
                     "aes256-ctr");
  assert_each_works (fixture, "ciphers aes128-ctr\nmacs %s\n",
                     "hmac-sha2-256-etm@openssh.com hmac-sha2-512");
  assert_each_works (fixture, "host-keys %s\n", "ssh-ed25519 rsa-sha2-512 rsa-sha2-256");
}

static void
assert_refused (SshFixture *fixture, const char *options, const char *reason)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  g_autoptr (GError) error = NULL;

  lc_test_sshd_restart (fixture->sshd, options);
  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  g_test_message ("%s: %s", options, error->message);
  g_assert_error (error, LC_ERROR, LC_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_cmpstr (lc_error_get_details (error)->service_code, ==, "no-common-algorithm");
}

#define OLD_KEX     "KexAlgorithms diffie-hellman-group14-sha1\n"
#define OLD_KEY     "HostKeyAlgorithms ssh-rsa\n"
#define OLD_CIPHERS "Ciphers aes128-cbc\n"
#define OLD_MACS    "MACs hmac-md5\n"

static void
test_only_old (SshFixture *fixture, gconstpointer data)
{
  assert_refused (fixture, OLD_KEX OLD_KEY OLD_CIPHERS OLD_MACS, "key exchange");
  assert_refused (fixture, OLD_KEX, "key exchange");
  assert_refused (fixture, OLD_KEY, "host key");
  assert_refused (fixture, OLD_CIPHERS, "cipher");
  assert_refused (fixture, OLD_MACS "Ciphers aes128-ctr\n", "message authentication");
}

static void
test_only_new (SshFixture *fixture, gconstpointer data)
{
  assert_refused (fixture, "KexAlgorithms mlkem768x25519-sha256\n", "key exchange");
  assert_refused (fixture, "KexAlgorithms sntrup761x25519-sha512\n", "key exchange");
}

static void
test_only_old_libssh (SshFixture *fixture, gconstpointer data)
{
  assert_refused (fixture, "kex diffie-hellman-group14-sha1\n", "key exchange");
  assert_refused (fixture, "ciphers aes128-cbc\n", "cipher");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD ("each", NULL, test_openssh);
  ADD ("only-old", NULL, test_only_old);
  ADD ("only-new", NULL, test_only_new);
  ADD_LIBSSH ("each", NULL, test_libssh);
  ADD_LIBSSH ("only-old", NULL, test_only_old_libssh);
  return g_test_run ();
}
