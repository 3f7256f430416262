/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "await.h"
#include "lc-error.h"
#include "lc-ssh-pool.h"
#include "lc-test-sshd.h"
#include "test-line.h"

G_BEGIN_DECLS

/* Answers as the test says, and counts the questions. */
#define TEST_TYPE_PROMPT (test_prompt_get_type ())
G_DECLARE_FINAL_TYPE (TestPrompt, test_prompt, TEST, PROMPT, GObject)

struct _TestPrompt
{
  GObject parent_instance;

  gboolean trust;         /* the answer to an unknown host key */
  gboolean never_answer;  /* leaves the question of the host key open */
  const char *passphrase; /* NULL: declines */

  /* One for each question that a machine asks, in their order; where they end, declines. */
  const char *const *answers;
  gboolean never_answer_challenge;

  guint host_keys;
  guint passphrases;
  guint challenges;
  guint open_challenges; /* neither answered nor withdrawn */
  GString *asked;        /* of the challenges: "REASON[name|instruction] text (seen), text; " */
  gboolean was_reset;
  gboolean has_authority;
  char *fingerprint;
  char *other; /* nullable: the fingerprint of the key that OpenSSH has */
  LcPromptReason reason;
};

typedef struct
{
  LcTestSshd *sshd;
  char *folder;
  LcKnownHosts *known_hosts;
  LcProfileStore *profiles;
  TestPrompt *prompt;
  LcSshPool *pool;
  LcMachine *machine;
  LcOperation *operation; /* of the last connect */
  guint fds;
  guint threads;
} SshFixture;

/* Which server the program's first argument names: "dropbear", "libssh"; OpenSSH without one. */
LcTestSshdKind ssh_fixture_choose_server (int argc, char **argv);

typedef void (*SshFixtureFunc) (SshFixture *self, gconstpointer data);

/* Adds a case that is for one kind of server, when it is the chosen one. @options: for it,
 * nullable */
void
ssh_fixture_add (LcTestSshdKind kind, const char *path, const char *options, SshFixtureFunc func);

/* Adds a case that is for every kind of server. */
void ssh_fixture_add_everywhere (const char *path, SshFixtureFunc func);

/* @options: for the server, nullable */
void ssh_fixture_set_up (SshFixture *self, gconstpointer options);

/* Fails the test when a descriptor or a thread is left. */
void ssh_fixture_tear_down (SshFixture *self, gconstpointer options);

/* Exchanges the server for one at the far end of a line. @options: for it, nullable */
void ssh_fixture_move_far (SshFixture *self, TestLine *line, const char *options);

DexFuture *ssh_fixture_start_connect (SshFixture *self, LcCredentials *credentials);
LcSshConnection *
ssh_fixture_try_connect (SshFixture *self, LcCredentials *credentials, GError **error);

/* With the right password; must succeed. */
LcSshConnection *ssh_fixture_connect (SshFixture *self);

/* Ends it and waits until it has ended. @connection: (transfer full) */
void ssh_fixture_disconnect (LcSshConnection *connection);
LcCredentials *ssh_fixture_password (const char *password);
LcCredentials *ssh_fixture_key (const char *path, const char *passphrase);
LcSshExecResult *ssh_fixture_exec (LcSshConnection *connection, const char *command, GBytes *input);

/* @command under a name that only this test program uses: others run at the same time. And how many
 * run under it on the machine. */
char *ssh_fixture_mark (const char *command);
guint ssh_fixture_count_marked (LcSshConnection *connection);
LcSshForward *ssh_fixture_forward (LcSshConnection *connection, const char *host, guint16 port);

/* Descriptors and threads of this process, not counting GLib's idle workers. */
guint ssh_fixture_count_fds (void);
guint ssh_fixture_count_threads (void);

/* How often the engine's threads have gone to sleep so far. */
guint64 ssh_fixture_count_sleeps (void);

/* Whether the error has this LC_ERROR code and this service code. */
void ssh_fixture_assert_auth_error (const GError *error, const char *service_code);

G_END_DECLS
