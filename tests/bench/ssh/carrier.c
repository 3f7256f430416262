/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <libdex.h>
#include <stdio.h>
#include <unistd.h>

#include "ssh-fixture.h"

/* carrier HOST PORT KEY TARGET…: our engine in a process of its own, as ssh is one, so that time
 * and memory are its own, too. Logs in with the key ("-": with the password), forwards a port to
 * each port TARGET of the far end, says how long the login took (µs) and which ports it listens on,
 * and stays until its input ends. */

static gboolean
input_ended_cb (int fd, GIOCondition condition, gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static LcSshConnection *
log_in (SshFixture *parts, const char *key)
{
  g_autoptr (LcCredentials) credentials = g_str_equal (key, "-")
                                              ? ssh_fixture_password (LC_TEST_SSHD_PASSWORD)
                                              : ssh_fixture_key (key, NULL);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  LcSshConnection *connection = ssh_fixture_try_connect (parts, credentials, &error);

  g_assert_no_error (error);
  printf ("login %" G_GINT64_FORMAT "\n", g_get_monotonic_time () - start);
  return connection;
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *known_hosts = NULL;
  g_autofree char *profiles = NULL;
  SshFixture parts = { 0 };
  LcSshConnection *connection;

  g_assert_cmpint (argc, >=, 4);
  dex_init ();
  parts.folder = g_dir_make_tmp ("lc-carrier-XXXXXX", NULL);
  known_hosts = g_build_filename (parts.folder, "known_hosts", NULL);
  profiles = g_build_filename (parts.folder, "profiles.ini", NULL);
  parts.known_hosts = lc_known_hosts_new (known_hosts);
  parts.profiles = lc_profile_store_new (profiles);
  parts.prompt = g_object_new (TEST_TYPE_PROMPT, NULL);
  parts.pool = lc_ssh_pool_new (parts.known_hosts, parts.profiles, LC_PROMPT (parts.prompt));
  parts.machine = lc_machine_new ("account", "lab", "/machines/1", "ml-lab-vm-1");
  lc_machine_set_ssh (parts.machine, argv[1], atoi (argv[2]));

  connection = log_in (&parts, argv[3]);
  for (int i = 4; i < argc; i++)
    {
      LcSshForward *forward = ssh_fixture_forward (connection, "127.0.0.1", atoi (argv[i]));

      printf ("forward %u\n", lc_ssh_forward_get_local_port (forward));
    }
  printf ("ready\n");
  fflush (stdout);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, input_ended_cb, loop);
  g_main_loop_run (loop);
  /* The process ends with all that it has: what is measured is over. */
  _exit (0);
}
