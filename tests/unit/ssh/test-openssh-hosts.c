/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What we make of OpenSSH's known hosts files, against what ssh-keygen makes of the same ones. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lc-known-hosts-line.h"
#include "lc-known-hosts-pattern.h"
#include "lc-openssh-hosts.h"

#define KEY     "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2yRz8TyBDiSXvcBS0OXeOa2brUQJHqV0dPDT1vB/DZ"
#define ANOTHER "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDdzPvJ1jRr3YdVBRyGWIsSlYzGBTBYeUDY3t1ySGLYW"

static const char *const names[] = {
  "lab.example.com",
  "lab.example.org",
  "example.com",
  "127.0.0.1",
  "::1",
  "lab",
  "[lab.example.com]:2222",
  "[lab.example.com]:222",
  "[127.0.0.1]:2222",
  "[::1]:2222",
  "xlab.example.com",
  "l",
};

/* Each as the first field of a line, with and without markers. */
static const char *const fields[] = {
  "lab.example.com",
  "LAB.Example.COM",
  "lab.example.com,127.0.0.1",
  "a,b,,lab.example.com,",
  "*",
  "*.example.com",
  "*example.com",
  "lab.example.???",
  "lab.example.??",
  "???",
  "?",
  "l*b.*.c?m",
  "*,!lab.example.com",
  "!lab.example.com,*",
  "!*.org,lab.example.*",
  "!lab.example.com",
  "lab.example.com,!*",
  "!!lab.example.com",
  "[lab.example.com]:2222",
  "[LAB.example.com]:2222",
  "[*.example.com]:222*",
  "[*]:*",
  "[127.0.0.1]:2222,[::1]:2222",
  "::1",
  "127.0.0.?",
  "lab.example.com:2222",
  "a**b",
  "l**********b*********.*********e*****x",
  "*l*a*b*.*e*x*a*m*p*l*e*.*c*o*m*",
  "|1|nonsense",
  "|1|c2FsdA==|aGFzaA==",
  "|2|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
};

static char *
write_file (const char *folder, const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("lc-openssh-hosts-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static char *
run_keygen (const char *option, const char *name, const char *path)
{
  const char *const with_name[] = { "ssh-keygen", option, name, "-f", path, NULL };
  const char *const without[] = { "ssh-keygen", option, "-f", path, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) (name != NULL ? with_name : without), NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL, NULL,
                &error);
  g_assert_no_error (error);
  return g_steal_pointer (&output);
}

/* The numbers of the lines that are about the host: as ssh-keygen says, such as " 3 7CA 8REVOKED".
 */
static char *
find_theirs (const char *path, const char *name)
{
  g_autofree char *output = run_keygen ("-F", name, path);
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  GString *found = g_string_new (NULL);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *number = strstr (lines[i], " found: line ");

      if (lines[i][0] != '#' || number == NULL)
        continue;
      g_auto (GStrv) words = g_strsplit (number + strlen (" found: line "), " ", -1);

      g_string_append_printf (found, " %s%s", words[0], words[1] != NULL ? words[1] : "");
    }
  return g_string_free_and_steal (found);
}

/* The same as we say. */
static char *
find_ours (const char *text, const char *name)
{
  static const char *const markers[] = { "", "REVOKED", "CA" };
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *found = g_string_new (NULL);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (lines[i]);

      if (line != NULL && lc_known_hosts_pattern_match (line->hosts, name))
        g_string_append_printf (found, " %" G_GSIZE_FORMAT "%s", i + 1, markers[line->marker]);
    }
  return g_string_free_and_steal (found);
}

static void
compare (const char *folder, const char *text)
{
  g_autofree char *path = write_file (folder, "hosts", text);
  guint n_found = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *theirs = find_theirs (path, names[i]);
      g_autofree char *ours = find_ours (text, names[i]);

      g_test_message ("%s:%s", names[i], ours);
      g_assert_cmpstr (ours, ==, theirs);
      n_found += theirs[0] != '\0';
    }
  g_assert_cmpuint (n_found, >, 0);
}

static char *
make_table (const char *prefix)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    g_string_append_printf (text, "%s%s " KEY " a comment\n", prefix, fields[i]);
  return g_string_free_and_steal (text);
}

static void
test_patterns (void)
{
  static const char *const prefixes[] = { "", "@revoked ", "@cert-authority ", "\t ",
                                          "@revoked  \t" };
  g_autofree char *folder = make_folder ();

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *text = make_table (prefixes[i]);

      compare (folder, text);
    }
  remove_folder (folder);
}

static void
test_lines (void)
{
  static const char text[] = "# lab.example.com:22 SSH-2.0-OpenSSH_10.0\n"
                             "lab.example.com " KEY "\n"
                             "lab.example.com\t" KEY "\t# not a comment line\n"
                             "  lab.example.com   " KEY "\n"
                             "#lab.example.com " KEY "\n"
                             "\n"
                             "   \t\n"
                             "@unknown lab.example.com " KEY "\n"
                             "@revoked @revoked lab.example.com " KEY "\n"
                             "@revoked @cert-authority lab.example.com " KEY "\n"
                             "[lab.example.com]:2222 " KEY "\n"
                             "[127.0.0.1]:2222 " ANOTHER;
  g_autofree char *folder = make_folder ();

  compare (folder, text);
  remove_folder (folder);
}

/* `ssh-keygen -H` hides the names; whoever knows a name finds it all the same. */
static void
test_hashed (void)
{
  g_autofree char *folder = make_folder ();
  GString *text = g_string_new (NULL);
  g_autofree char *path = NULL;
  g_autofree char *old = NULL;
  g_autofree char *said = NULL;
  g_autofree char *hashed = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_string_append_printf (text, "%s " KEY "\n", names[i]);
  g_string_append (text, "one.example.com,two.example.com " ANOTHER "\n");
  path = write_file (folder, "hosts", text->str);
  said = run_keygen ("-H", NULL, path);
  g_assert_true (g_file_get_contents (path, &hashed, NULL, NULL));
  g_assert_null (strstr (hashed, "example"));

  compare (folder, hashed);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *found = find_ours (hashed, names[i]);

      g_assert_cmpstr (found, !=, "");
    }
  old = g_strconcat (path, ".old", NULL);
  g_assert_true (g_file_test (old, G_FILE_TEST_EXISTS));
  g_string_free (text, TRUE);
  remove_folder (folder);
}

static LcHostKey *
key_of (const char *words)
{
  g_autofree char *text = g_strconcat ("x ", words, NULL);
  g_autoptr (LcKnownHostsLine) line = lc_known_hosts_line_parse (text);

  return lc_host_key_ref (line->key);
}

static void
test_files (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *user = write_file (folder, "known_hosts",
                                      "lab.example.com " KEY "\n"
                                      "[lab.example.com]:2222 " ANOTHER "\n");
  g_autofree char *system = write_file (folder, "ssh_known_hosts",
                                        "@revoked * " ANOTHER "\n"
                                        "@cert-authority *.example.com " KEY "\n");
  const char *const files[] = { "/nowhere/known_hosts", folder, user, "/dev/zero", system, NULL };
  g_autoptr (LcHostKey) key = key_of (KEY);
  g_autoptr (LcHostKey) another = key_of (ANOTHER);
  g_autoptr (LcOpensshHosts) plain = lc_openssh_hosts_read (files, "LAB.example.com", 22);
  g_autoptr (LcOpensshHosts) port = lc_openssh_hosts_read (files, "lab.example.com", 2222);
  g_autoptr (LcOpensshHosts) none = lc_openssh_hosts_read (NULL, "lab.example.com", 22);
  g_auto (GStrv) algorithms = lc_openssh_hosts_dup_algorithms (plain);
  g_auto (GStrv) of_revoked = lc_openssh_hosts_dup_algorithms (port);

  g_assert_true (lc_openssh_hosts_knows (plain, key));
  g_assert_false (lc_openssh_hosts_revokes (plain, key));
  g_assert_true (lc_openssh_hosts_revokes (plain, another));
  g_assert_true (lc_openssh_hosts_has_authority (plain));
  g_assert_null (lc_openssh_hosts_find_other (plain, key));
  g_assert_true (lc_openssh_hosts_find_other (plain, another) != NULL);
  g_assert_cmpuint (g_strv_length (algorithms), ==, 1);

  /* On another port of the same name is another machine. */
  g_assert_false (lc_openssh_hosts_knows (port, key));
  g_assert_true (lc_openssh_hosts_knows (port, another));
  g_assert_true (lc_openssh_hosts_revokes (port, another));
  g_assert_false (lc_openssh_hosts_has_authority (port));
  g_assert_null (of_revoked);

  g_assert_false (lc_openssh_hosts_knows (none, key));
  g_assert_null (lc_openssh_hosts_find_other (none, key));
  remove_folder (folder);
}

/* A key that is revoked for a host is so on all of its ports. */
static void
test_revoked_on_every_port (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = write_file (folder, "hosts",
                                      "@revoked lab.example.com " KEY "\n"
                                      "[lab.example.com]:2222 " KEY "\n");
  const char *const files[] = { path, NULL };
  g_autoptr (LcHostKey) key = key_of (KEY);
  g_autoptr (LcOpensshHosts) hosts = lc_openssh_hosts_read (files, "lab.example.com", 2222);

  g_assert_true (lc_openssh_hosts_revokes (hosts, key));
  remove_folder (folder);
}

/* A pipe would make us wait for who writes to it; a NUL must not hide what follows. */
static void
test_odd_files (void)
{
  static const char text[] = "lab " KEY "\0\n@revoked lab " KEY "\n";
  g_autofree char *folder = make_folder ();
  g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);
  g_autofree char *with_nul = g_build_filename (folder, "nul", NULL);
  const char *const files[] = { pipe, with_nul, NULL };
  g_autoptr (LcHostKey) key = key_of (KEY);
  g_autoptr (LcOpensshHosts) hosts = NULL;

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_true (g_file_set_contents (with_nul, text, sizeof text - 1, NULL));
  hosts = lc_openssh_hosts_read (files, "lab", 22);
  g_assert_true (lc_openssh_hosts_knows (hosts, key));
  g_assert_true (lc_openssh_hosts_revokes (hosts, key));
  remove_folder (folder);
}

static void
test_default_files (void)
{
  g_auto (GStrv) files = lc_openssh_hosts_dup_default_files ();
  g_autofree char *first = g_build_filename (g_get_home_dir (), ".ssh", "known_hosts", NULL);

  g_assert_cmpuint (g_strv_length (files), ==, 4);
  g_assert_cmpstr (files[0], ==, first);
  g_assert_cmpstr (files[2], ==, "/etc/ssh/ssh_known_hosts");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/openssh-hosts/patterns", test_patterns);
  g_test_add_func ("/openssh-hosts/lines", test_lines);
  g_test_add_func ("/openssh-hosts/hashed", test_hashed);
  g_test_add_func ("/openssh-hosts/files", test_files);
  g_test_add_func ("/openssh-hosts/revoked-on-every-port", test_revoked_on_every_port);
  g_test_add_func ("/openssh-hosts/odd-files", test_odd_files);
  g_test_add_func ("/openssh-hosts/default-files", test_default_files);
  return g_test_run ();
}
