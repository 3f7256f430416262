/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-account-store.h"
#include "lc-fake-identity.h"
#include "lc-fake-prompt.h"
#include "lc-memory-secret-store.h"
#include "lc-ssh-connection-private.h"
#include "ssh-fixture.h"
#include "test-peer.h"

/* The fixture's server is the jump host; the machine lies behind it. */
typedef struct
{
  SshFixture *fixture;
  LcTestSshd *behind;
  LcFakePrompt *prompt;
  LcMemorySecretStore *secrets;
  LcRegistry *registry;
} Way;

#define ADD(path, func)                                                                            \
  g_test_add ("/ssh/jump/" path, SshFixture, NULL, ssh_fixture_set_up, func, ssh_fixture_tear_down)

static Way
make_way (SshFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "accounts.ini", NULL);
  g_autoptr (LcAccountStore) accounts = lc_account_store_new (path);
  g_autoptr (LcFakeIdentity) identity = lc_fake_identity_new (accounts);
  Way self = { .fixture = fixture };

  self.behind = lc_test_sshd_start (NULL);
  self.prompt = lc_fake_prompt_new ();
  self.secrets = lc_memory_secret_store_new ();
  self.registry = lc_registry_new (accounts, fixture->profiles, LC_SECRET_STORE (self.secrets),
                                   LC_IDENTITY (identity), LC_PROMPT (self.prompt));
  lc_ssh_pool_set_registry (fixture->pool, self.registry);
  lc_machine_set_ssh (fixture->machine, "127.0.0.1", lc_test_sshd_get_port (self.behind));
  /* Another one than the fixture has connected to. */
  g_assert_true (
      lc_known_hosts_forget (fixture->known_hosts, lc_machine_get_id (fixture->machine), NULL));
  fixture->prompt->host_keys = 0;
  return self;
}

/* @format: with the jump host's port for each %u */
static void
set_jump (Way *self, const char *format)
{
  guint port = lc_test_sshd_get_port (self->fixture->sshd);
  g_autofree char *jump = g_strdup_printf (format, port, port);

  lc_profile_store_set_jump (self->fixture->profiles, lc_machine_get_id (self->fixture->machine),
                             jump);
}

static void
clear_way (Way *self)
{
  g_object_unref (self->registry);
  g_object_unref (self->secrets);
  g_object_unref (self->prompt);
  lc_test_sshd_stop (self->behind);
}

static void
test_through (SshFixture *fixture, gconstpointer data)
{
  Way way = make_way (fixture);
  LcSshConnection *connection;
  g_autoptr (LcSshExecResult) result = NULL;
  g_autofree char *log = NULL;

  set_jump (&way, "student@127.0.0.1:%u");
  lc_fake_prompt_push_password (way.prompt, "student", LC_TEST_SSHD_PASSWORD, TRUE);
  connection = ssh_fixture_connect (fixture);
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 2);
  g_assert_cmpuint (ssh_fixture_count_threads (), ==, fixture->threads + 2);
  g_assert_null (lc_ssh_connection_get_info (connection)->address);
  result = ssh_fixture_exec (connection, "echo $SSH_CONNECTION", NULL);
  g_assert_nonnull (strstr (g_bytes_get_data (result->output, NULL), "127.0.0.1"));
  log = lc_test_sshd_dup_log (way.behind);
  g_assert_nonnull (strstr (log, "Accepted password for student"));
  ssh_fixture_disconnect (connection);
  /* The jump host's connection goes with what went through it. */
  await_condition (ssh_fixture_count_threads () == fixture->threads, 10);

  /* The second time nobody is asked. */
  g_assert_cmpuint (lc_memory_secret_store_count (way.secrets), ==, 1);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 2);
  clear_way (&way);
}

/* Both connections at once, as when the network goes. */
static void
test_made_again (SshFixture *fixture, gconstpointer data)
{
  Way way = make_way (fixture);
  TestPeer *echo = test_peer_new (test_peer_echo, NULL);
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  LcSshConnection *connection;
  LcSshForward *forward;

  times.reconnect_ms = 60000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  set_jump (&way, "student@127.0.0.1:%u");
  lc_fake_prompt_push_password (way.prompt, "student", LC_TEST_SSHD_PASSWORD, FALSE);
  connection = ssh_fixture_connect (fixture);
  forward = ssh_fixture_forward (connection, "127.0.0.1", test_peer_get_port (echo));
  for (guint i = 0; i < 2; i++)
    {
      test_peer_assert_echo (lc_ssh_forward_get_local_port (forward));
      lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_RECONNECTING, 20);
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CONNECTED, 30);
    }
  test_peer_assert_echo (lc_ssh_forward_get_local_port (forward));
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
  test_peer_free (echo);
  clear_way (&way);
}

static void
test_two (SshFixture *fixture, gconstpointer data)
{
  Way way = make_way (fixture);

  /* The same server twice, under two names. */
  set_jump (&way, "student@127.0.0.1:%u,ssh://student@localhost:%u");
  lc_fake_prompt_push_password (way.prompt, "student", LC_TEST_SSHD_PASSWORD, FALSE);
  lc_fake_prompt_push_password (way.prompt, "student", LC_TEST_SSHD_PASSWORD, FALSE);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));
  g_assert_cmpuint (fixture->prompt->host_keys, ==, 3);
  clear_way (&way);
}

static GError *
fail_to_connect (SshFixture *fixture)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_password (LC_TEST_SSHD_PASSWORD);
  GError *error = NULL;

  g_assert_null (ssh_fixture_try_connect (fixture, credentials, &error));
  return error;
}

static void
test_wrong_password (SshFixture *fixture, gconstpointer data)
{
  Way way = make_way (fixture);
  g_autoptr (GError) error = NULL;

  set_jump (&way, "student@127.0.0.1:%u");
  lc_fake_prompt_push_password (way.prompt, "student", "wrong", FALSE);
  lc_fake_prompt_push_password (way.prompt, "student", LC_TEST_SSHD_PASSWORD, FALSE);
  ssh_fixture_disconnect (ssh_fixture_connect (fixture));

  lc_fake_prompt_push_password (way.prompt, "student", "wrong", FALSE);
  lc_fake_prompt_push_cancel (way.prompt);
  error = fail_to_connect (fixture);
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
  clear_way (&way);
}

static void
test_forbidden (SshFixture *fixture, gconstpointer data)
{
  Way way = make_way (fixture);
  g_autoptr (GError) error = NULL;

  lc_test_sshd_restart (fixture->sshd, "AllowTcpForwarding no\n");
  set_jump (&way, "student@127.0.0.1:%u");
  lc_fake_prompt_push_password (way.prompt, "student", LC_TEST_SSHD_PASSWORD, FALSE);
  error = fail_to_connect (fixture);
  g_assert_error (error, LC_ERROR, LC_ERROR_FORBIDDEN);
  clear_way (&way);
}

static void
test_nonsense (SshFixture *fixture, gconstpointer data)
{
  Way way = make_way (fixture);
  g_autoptr (GError) error = NULL;

  set_jump (&way, "-oProxyCommand=reboot");
  error = fail_to_connect (fixture);
  g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
  clear_way (&way);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("through", test_through);
  ADD ("made-again", test_made_again);
  ADD ("two", test_two);
  ADD ("wrong-password", test_wrong_password);
  ADD ("forbidden", test_forbidden);
  ADD ("nonsense", test_nonsense);
  return g_test_run ();
}
