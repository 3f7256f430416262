/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <string.h>

#include "ssh-fixture.h"

static void
test_password (SshFixture *fixture, gconstpointer data)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);
  g_autoptr (LcSshExecResult) result = ssh_fixture_exec (connection, "echo hello; id -un", NULL);

  g_assert_cmpint (result->exit_status, ==, 0);
  g_assert_cmpstr (g_bytes_get_data (result->output, NULL), ==, "hello\nstudent\n");
  ssh_fixture_disconnect (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add ("/ssh/connect/password", SshFixture, NULL, ssh_fixture_set_up, test_password,
              ssh_fixture_tear_down);
  return g_test_run ();
}
