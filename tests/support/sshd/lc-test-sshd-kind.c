/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-test-sshd-kind.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lc-test-processes.h"

/* One kind of address: of a free port for a remote forward, sshd may get the other kind alone. */
static const char base_config[] = "ListenAddress 127.0.0.1\n"
                                  "AddressFamily inet\n"
                                  "PidFile none\n"
                                  "StrictModes no\n"
                                  "PasswordAuthentication yes\n"
                                  "KbdInteractiveAuthentication no\n"
                                  "UsePAM no\n"
                                  "PerSourcePenalties no\n"
                                  "UseDNS no\n"
                                  "LogLevel VERBOSE\n"
                                  "Subsystem sftp internal-sftp\n";

/* Whatever is said of sshd, it is a line of its configuration; the first value of an option counts.
 */
static char **
prepare_openssh (const char *folder, const char *config, guint16 port, const char *options)
{
  const char *const argv[] = { "/usr/sbin/sshd", "-D", "-e", "-f", config, NULL };
  g_autofree char *text = g_strdup_printf (
      "MaxStartups 200\n%s\n%sPort %u\nHostKey %s/host_ed25519\nHostKey %s/host_rsa\n"
      "AuthorizedKeysFile %s/authorized_keys\n",
      options, base_config, port, folder, folder, folder);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (config, text, -1, &error);
  g_assert_no_error (error);
  return g_strdupv ((char **) argv);
}

static char **
prepare_dropbear (const char *folder, guint16 port, const char *options)
{
  g_auto (GStrv) words = g_strsplit (options, " ", -1);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);
  g_autofree char *ed25519 = g_build_filename (folder, "host_ed25519", NULL);
  g_autofree char *rsa = g_build_filename (folder, "host_rsa", NULL);
  g_autofree char *pid = g_build_filename (folder, "pid", NULL);
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();

  g_strv_builder_add_many (argv, "dropbear", "-F", "-E", "-p", address, "-r", ed25519, "-r", rsa,
                           "-P", pid, "-D", folder, NULL);
  if (options[0] != '\0')
    g_strv_builder_addv (argv, (const char **) words);
  return g_strv_builder_end (argv);
}

static char **
prepare_libssh (const char *folder, const char *config, guint16 port, const char *options)
{
  g_autofree char *number = g_strdup_printf ("%u", port);
  const char *const argv[] = { LC_LIBSSH_SERVER, folder, number, NULL };
  g_autoptr (GError) error = NULL;

  g_file_set_contents (config, options, -1, &error);
  g_assert_no_error (error);
  return g_strdupv ((char **) argv);
}

char **
lc_test_sshd_prepare (LcTestSshdKind kind, const char *folder, guint16 port, const char *options)
{
  g_autofree char *config = g_build_filename (folder, "config", NULL);

  if (options == NULL)
    options = "";
  switch (kind)
    {
    case LC_TEST_SSHD_DROPBEAR:
      return prepare_dropbear (folder, port, options);
    case LC_TEST_SSHD_LIBSSH:
      return prepare_libssh (folder, config, port, options);
    case LC_TEST_SSHD_OPENSSH:
    default:
      return prepare_openssh (folder, config, port, options);
    }
}

static void
write_public_half (const char *path, const char *said)
{
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  const char *key = strstr (said, "\nssh-");
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (key);
  line = g_strndup (key + 1, strcspn (key + 1, "\n") + 1);
  g_file_set_contents (public_path, line, -1, &error);
  g_assert_no_error (error);
}

void
lc_test_sshd_make_host_key (LcTestSshdKind kind, const char *folder, const char *type)
{
  g_autofree char *path = g_strdup_printf ("%s/host_%s", folder, type);
  const char *const openssh[] = { "ssh-keygen", "-q", "-t", type, "-N", "", "-f", path, NULL };
  const char *const dropbear[] = { "dropbearkey", "-t", type, "-f", path, NULL };
  g_autofree char *said = NULL;

  g_unlink (path);
  said = lc_test_run (kind == LC_TEST_SSHD_DROPBEAR ? dropbear : openssh);
  if (kind == LC_TEST_SSHD_DROPBEAR)
    write_public_half (path, said);
}
