/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh-fixture.h"
#include "test-peer.h"

#define ADD(path, options, func)                                                                   \
  g_test_add ("/ssh/reconnect/" path, SshFixture, options, ssh_fixture_set_up, func,               \
              ssh_fixture_tear_down)

#define OTHER_LOGIN "changing"

typedef struct
{
  LcSshConnection *connection;
  LcSshForward *forward;
  TestPeer *echo;
  guint16 port;
} Open;

static Open
open_forward (SshFixture *fixture)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  Open self;

  times.reconnect_ms = 30000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  self.connection = ssh_fixture_connect (fixture);
  self.echo = test_peer_new (test_peer_echo, NULL);
  self.forward = ssh_fixture_forward (self.connection, "127.0.0.1", test_peer_get_port (self.echo));
  self.port = lc_ssh_forward_get_local_port (self.forward);
  return self;
}

static void
close_forward (Open *self)
{
  g_object_unref (self->forward);
  g_object_unref (self->connection);
  test_peer_free (self->echo);
}

static void
await_state (Open *self, LcSshState state)
{
  await_condition (lc_ssh_connection_get_state (self->connection) == state, 30);
}

/* The same object, the same port; and who connects in between waits instead of being refused. */
static void
test_same_port (SshFixture *fixture, gconstpointer data)
{
  Open open = open_forward (fixture);
  guint questions = fixture->prompt->host_keys;
  char byte = 'x';

  for (guint i = 0; i < 3; i++)
    {
      int fd;

      test_peer_assert_echo (open.port);
      lc_test_sshd_kill (fixture->sshd);
      await_state (&open, LC_SSH_RECONNECTING);
      fd = test_peer_connect (open.port);
      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (send (fd, &byte, 1, MSG_NOSIGNAL), ==, 1);
      lc_test_sshd_restart (fixture->sshd, NULL);
      await_state (&open, LC_SSH_CONNECTED);
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      close (fd);
    }
  g_assert_cmpuint (fixture->prompt->host_keys, ==, questions);
  lc_ssh_connection_release (open.connection);
  await_state (&open, LC_SSH_CLOSED);
  g_assert_null (lc_ssh_connection_get_error (open.connection));
  close_forward (&open);
}

static void
test_forwards_meanwhile (SshFixture *fixture, gconstpointer data)
{
  Open open = open_forward (fixture);
  LcSshForward *second;
  g_autoptr (GError) error = NULL;

  lc_test_sshd_kill (fixture->sshd);
  await_state (&open, LC_SSH_RECONNECTING);
  g_assert_false (
      await_future (lc_ssh_connection_exec (open.connection, "true", NULL), 20, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
  g_clear_error (&error);
  second = ssh_fixture_forward (open.connection, "127.0.0.1", test_peer_get_port (open.echo));
  g_assert_true (await_future (lc_ssh_forward_close (open.forward), 20, NULL, &error));
  lc_test_sshd_restart (fixture->sshd, NULL);
  await_state (&open, LC_SSH_CONNECTED);
  test_peer_assert_echo (lc_ssh_forward_get_local_port (second));
  g_assert_cmpint (test_peer_connect (open.port), <, 0);
  g_object_unref (second);
  close_forward (&open);
}

static void
assert_gives_up (SshFixture *fixture, const char *options, gboolean new_keys, LcError code)
{
  Open open = open_forward (fixture);

  lc_test_sshd_signal_sessions (fixture->sshd, SIGSTOP);
  if (new_keys)
    lc_test_sshd_change_host_keys (fixture->sshd);
  lc_test_sshd_restart (fixture->sshd, options);
  await_state (&open, LC_SSH_CLOSED);
  g_assert_error (lc_ssh_connection_get_error (open.connection), LC_ERROR, (int) code);
  g_assert_cmpint (test_peer_connect (open.port), <, 0);
  close_forward (&open);
}

static void
test_log_in_refused (SshFixture *fixture, gconstpointer data)
{
  assert_gives_up (fixture, "PasswordAuthentication no\n", FALSE, LC_ERROR_AUTH_FAILED);
}

/* The password was changed meanwhile, which is another login's: other tests use the first. */
static void
test_password_changed (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcSecret) before = lc_secret_new ("Before-the-change-1");
  g_autoptr (LcSecret) after = lc_secret_new ("After-the-change-2");
  g_autoptr (LcCredentials) old = lc_credentials_new_password (OTHER_LOGIN, before, FALSE);
  g_autoptr (LcCredentials) new = lc_credentials_new_password (OTHER_LOGIN, after, FALSE);
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  LcSshConnection *connection;
  LcSshForward *forward;
  g_autoptr (GError) error = NULL;

  times.reconnect_ms = 30000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  lc_test_sshd_set_password (OTHER_LOGIN, lc_secret_peek (before));
  connection = ssh_fixture_try_connect (fixture, old, &error);
  g_assert_no_error (error);
  forward = ssh_fixture_forward (connection, "127.0.0.1", 9);
  lc_test_sshd_set_password (OTHER_LOGIN, lc_secret_peek (after));
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 30);
  ssh_fixture_assert_auth_error (lc_ssh_connection_get_error (connection), "password");
  g_assert_cmpint (test_peer_connect (lc_ssh_forward_get_local_port (forward)), <, 0);
  g_object_unref (forward);
  g_object_unref (connection);

  connection = ssh_fixture_try_connect (fixture, new, &error);
  g_assert_no_error (error);
  ssh_fixture_disconnect (connection);
}

static void
test_other_machine (SshFixture *fixture, gconstpointer data)
{
  assert_gives_up (fixture, NULL, TRUE, LC_ERROR_HOST_KEY_CHANGED);
}

static void
test_machine_stopped (SshFixture *fixture, gconstpointer data)
{
  lc_machine_set_state (fixture->machine, LC_MACHINE_STATE_STOPPED);
  assert_gives_up (fixture, NULL, FALSE, LC_ERROR_CONFLICT);
}

/* Closed by the person, or dropped, while it is being made again: it never comes back. */
static void
test_closed_meanwhile (SshFixture *fixture, gconstpointer data)
{
  for (guint drop = 0; drop < 2; drop++)
    {
      Open open = open_forward (fixture);

      lc_test_sshd_kill (fixture->sshd);
      await_state (&open, LC_SSH_RECONNECTING);
      if (!drop)
        {
          lc_ssh_connection_release (open.connection);
          await_state (&open, LC_SSH_CLOSED);
          g_assert_null (lc_ssh_connection_get_error (open.connection));
        }
      close_forward (&open);
      await_condition (ssh_fixture_count_threads () == 0, 5);
      lc_test_sshd_restart (fixture->sshd, NULL);
    }
}

/* Without forwards there is nothing to come back for. */
static void
test_nothing_to_keep (SshFixture *fixture, gconstpointer data)
{
  Open open = open_forward (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_true (await_future (lc_ssh_forward_close (open.forward), 5, NULL, &error));
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  await_state (&open, LC_SSH_CLOSED);
  g_assert_error (lc_ssh_connection_get_error (open.connection), LC_ERROR, LC_ERROR_OFFLINE);
  close_forward (&open);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("same-port", NULL, test_same_port);
  ADD ("forwards-meanwhile", NULL, test_forwards_meanwhile);
  ADD ("log-in-refused", NULL, test_log_in_refused);
  ADD ("password-changed", NULL, test_password_changed);
  ADD ("other-machine", NULL, test_other_machine);
  ADD ("machine-stopped", NULL, test_machine_stopped);
  ADD ("closed-meanwhile", NULL, test_closed_meanwhile);
  ADD ("nothing-to-keep", NULL, test_nothing_to_keep);
  return g_test_run ();
}
