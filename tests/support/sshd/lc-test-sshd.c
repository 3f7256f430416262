/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-test-sshd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lc-test-processes.h"
#include "lc-test-sshd-kind.h"

#define START_TIMEOUT (20 * G_TIME_SPAN_SECOND)

struct _LcTestSshd
{
  LcTestSshdKind kind;
  char *folder;
  guint16 port;
  GPid pid;
};

guint16
lc_test_find_port (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &length), ==, 0);
  close (fd);
  return ntohs (address.sin_port);
}

static gboolean
answers (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct timeval limit = { .tv_sec = 1 };
  char banner[4] = "";
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean yes;

  (void) setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  yes = connect (fd, (struct sockaddr *) &address, sizeof address) == 0 &&
        recv (fd, banner, sizeof banner, MSG_WAITALL) == 4 && memcmp (banner, "SSH-", 4) == 0;
  close (fd);
  return yes;
}

static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* What the server says comes into the log. */
static void
spawn (LcTestSshd *self, const char *const *argv)
{
  g_autofree char *log = g_build_filename (self->folder, "log", NULL);
  int fd = open (log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_spawn_async_with_fds (NULL, (char **) argv, NULL,
                          G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, child_setup_cb, NULL,
                          &self->pid, -1, fd, fd, &error);
  close (fd);
  g_assert_no_error (error);
}

static void
launch (LcTestSshd *self, const char *options)
{
  g_auto (GStrv) argv = lc_test_sshd_prepare (self->kind, self->folder, self->port, options);
  gint64 limit = g_get_monotonic_time () + START_TIMEOUT;

  spawn (self, (const char *const *) argv);
  while (!answers (self->port))
    {
      if (g_get_monotonic_time () > limit || waitpid (self->pid, NULL, WNOHANG) != 0)
        {
          g_autofree char *said = lc_test_sshd_dup_log (self);

          g_error ("%s does not start: %s", argv[0], said);
        }
      poll (NULL, 0, 10);
    }
}

/* Several test programs may want to at once. */
void
lc_test_sshd_set_password (const char *login, const char *password)
{
  g_autofree char *script =
      g_strdup_printf ("id %s >/dev/null 2>&1 || useradd --create-home --shell /bin/bash %s\n"
                       "echo '%s:%s' | chpasswd",
                       login, login, login, password);
  const char *const argv[] = { "sh", "-ec", script, NULL };
  int lock = open ("/tmp/lc-test-sshd.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);

  g_assert_cmpint (lock, >=, 0);
  g_assert_cmpint (flock (lock, LOCK_EX), ==, 0);
  g_free (lc_test_run (argv));
  close (lock);
}

LcTestSshd *
lc_test_sshd_start (const char *options)
{
  return lc_test_sshd_start_kind (LC_TEST_SSHD_OPENSSH, options);
}

LcTestSshd *
lc_test_sshd_start_kind (LcTestSshdKind kind, const char *options)
{
  LcTestSshd *self = g_new0 (LcTestSshd, 1);

  g_assert_cmpint (geteuid (), ==, 0);
  lc_test_sshd_set_password (LC_TEST_SSHD_LOGIN, LC_TEST_SSHD_PASSWORD);
  g_mkdir_with_parents ("/run/sshd", 0755);
  self->kind = kind;
  /* Not in /tmp, which others may write to: Dropbear takes no authorized_keys from below that. */
  self->folder = g_mkdtemp (g_strdup ("/run/lc-sshd-XXXXXX"));
  g_assert_nonnull (self->folder);
  g_chmod (self->folder, 0755);
  self->port = lc_test_find_port ();
  lc_test_sshd_change_host_keys (self);
  launch (self, options);
  return self;
}

void
lc_test_sshd_stop (LcTestSshd *self)
{
  const char *const argv[] = { "rm", "-rf", self->folder, NULL };

  lc_test_sshd_kill (self);
  g_free (lc_test_run (argv));
  g_free (self->folder);
  g_free (self);
}

guint16
lc_test_sshd_get_port (LcTestSshd *self)
{
  return self->port;
}

const char *
lc_test_sshd_get_folder (LcTestSshd *self)
{
  return self->folder;
}

char *
lc_test_sshd_dup_fingerprint (LcTestSshd *self)
{
  g_autofree char *path = g_build_filename (self->folder, "host_ed25519.pub", NULL);
  const char *const argv[] = { "ssh-keygen", "-l", "-f", path, NULL };
  g_autofree char *output = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                               NULL, NULL, NULL));
  words = g_strsplit (output, " ", 3);
  g_assert_cmpuint (g_strv_length (words), ==, 3);
  return g_strdup (words[1]);
}

void
lc_test_sshd_restart (LcTestSshd *self, const char *options)
{
  lc_test_sshd_kill (self);
  launch (self, options);
}

void
lc_test_sshd_change_host_keys (LcTestSshd *self)
{
  lc_test_sshd_make_host_key (self->kind, self->folder, "ed25519");
  lc_test_sshd_make_host_key (self->kind, self->folder, "rsa");
}

guint
lc_test_sshd_signal_sessions (LcTestSshd *self, int signal_number)
{
  return lc_test_signal_descendants (self->pid, signal_number);
}

void
lc_test_sshd_signal (LcTestSshd *self, int signal_number)
{
  lc_test_sshd_signal_sessions (self, signal_number);
  kill (self->pid, signal_number);
}

void
lc_test_sshd_kill (LcTestSshd *self)
{
  if (self->pid == 0)
    return;
  lc_test_freeze (self->pid); /* or it would take in who comes back at once */
  lc_test_sshd_signal_sessions (self, SIGKILL);
  lc_test_sshd_stop_listening (self);
}

void
lc_test_sshd_stop_listening (LcTestSshd *self)
{
  if (self->pid == 0)
    return;
  kill (self->pid, SIGKILL);
  waitpid (self->pid, NULL, 0);
  self->pid = 0;
}

char *
lc_test_sshd_make_key (LcTestSshd *self,
                       const char *name,
                       const char *arguments,
                       const char *passphrase,
                       gboolean accepted)
{
  char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  g_autofree char *known_path = g_build_filename (self->folder, "authorized_keys", NULL);
  g_autofree char *known = NULL;
  g_autofree char *public_key = NULL;
  g_autofree char *all = NULL;
  g_auto (GStrv) words = g_strsplit (arguments, " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;

  g_strv_builder_add_many (builder, "ssh-keygen", "-q", "-f", path, "-N",
                           passphrase != NULL ? passphrase : "", NULL);
  g_strv_builder_addv (builder, (const char **) words);
  argv = g_strv_builder_end (builder);
  g_free (lc_test_run ((const char *const *) argv));

  if (accepted)
    {
      g_assert_true (g_file_get_contents (public_path, &public_key, NULL, NULL));
      if (!g_file_get_contents (known_path, &known, NULL, NULL))
        known = g_strdup ("");
      all = g_strconcat (known, public_key, NULL);
      g_assert_true (
          g_file_set_contents_full (known_path, all, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
    }
  return path;
}

char *
lc_test_sshd_dup_log (LcTestSshd *self)
{
  g_autofree char *path = g_build_filename (self->folder, "log", NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}
