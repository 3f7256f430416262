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

#define START_TIMEOUT (20 * G_TIME_SPAN_SECOND)

static const char base_config[] = "ListenAddress 127.0.0.1\n"
                                  "PidFile none\n"
                                  "StrictModes no\n"
                                  "PasswordAuthentication yes\n"
                                  "KbdInteractiveAuthentication no\n"
                                  "UsePAM no\n"
                                  "PerSourcePenalties no\n"
                                  "MaxStartups 200\n"
                                  "UseDNS no\n"
                                  "LogLevel VERBOSE\n"
                                  "Subsystem sftp internal-sftp\n";

struct _LcTestSshd
{
  char *folder;
  guint16 port;
  GPid pid;
};

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors,
                     &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s", argv[0], error->message, errors != NULL ? errors : "");
}

/* Several test programs may want the user at once. */
static void
make_user (void)
{
  static const char script[] =
      "id " LC_TEST_SSHD_LOGIN " >/dev/null 2>&1 || "
      "useradd --create-home --shell /bin/bash " LC_TEST_SSHD_LOGIN " && echo '" LC_TEST_SSHD_LOGIN
      ":" LC_TEST_SSHD_PASSWORD "' | chpasswd";
  const char *const argv[] = { "sh", "-c", script, NULL };
  int lock = open ("/tmp/lc-test-sshd.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);

  g_assert_cmpint (lock, >=, 0);
  g_assert_cmpint (flock (lock, LOCK_EX), ==, 0);
  run (argv);
  close (lock);
}

static guint16
find_port (void)
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
make_host_key (LcTestSshd *self, const char *type)
{
  g_autofree char *name = g_strdup_printf ("%s/host_%s", self->folder, type);
  const char *const argv[] = { "ssh-keygen", "-q", "-t", type, "-N", "", "-f", name, NULL };

  g_unlink (name);
  run (argv);
}

static void
write_config (LcTestSshd *self, const char *options)
{
  g_autofree char *path = g_build_filename (self->folder, "config", NULL);
  /* The first value of an option counts. */
  g_autofree char *text =
      g_strdup_printf ("%s\n%sPort %u\nHostKey %s/host_ed25519\nHostKey %s/host_rsa\n"
                       "AuthorizedKeysFile %s/authorized_keys\n",
                       options != NULL ? options : "", base_config, self->port, self->folder,
                       self->folder, self->folder);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
launch (LcTestSshd *self, const char *options)
{
  g_autofree char *config = g_build_filename (self->folder, "config", NULL);
  g_autofree char *log = g_build_filename (self->folder, "log", NULL);
  const char *const argv[] = { "/usr/sbin/sshd", "-D", "-f", config, "-E", log, NULL };
  gint64 limit = g_get_monotonic_time () + START_TIMEOUT;
  g_autoptr (GError) error = NULL;

  write_config (self, options);
  g_spawn_async (NULL, (char **) argv, NULL,
                 G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                     G_SPAWN_STDERR_TO_DEV_NULL,
                 child_setup_cb, NULL, &self->pid, &error);
  g_assert_no_error (error);
  while (!answers (self->port))
    {
      if (g_get_monotonic_time () > limit || waitpid (self->pid, NULL, WNOHANG) != 0)
        {
          g_autofree char *said = lc_test_sshd_dup_log (self);

          g_error ("sshd does not start: %s", said);
        }
      poll (NULL, 0, 10);
    }
}

static GPid
parent_of (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  const char *rest;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  rest = strrchr (text, ')');
  return rest != NULL && strlen (rest) > 4 ? atoi (rest + 4) : 0;
}

static gboolean
descends (GPid pid, GPid from)
{
  for (guint i = 0; i < 16 && pid > 1; i++)
    {
      pid = parent_of (pid);
      if (pid == from)
        return TRUE;
    }
  return FALSE;
}

static gboolean
contains (GArray *found, GPid pid)
{
  for (guint i = 0; i < found->len; i++)
    if (g_array_index (found, GPid, i) == pid)
      return TRUE;
  return FALSE;
}

/* Whether there are sessions that are not in @found yet; they are then. */
static gboolean
find_sessions (LcTestSshd *self, GArray *found)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  guint before = found->len;
  const char *name;

  while ((name = g_dir_read_name (processes)) != NULL)
    {
      GPid pid = atoi (name);

      if (pid > 0 && descends (pid, self->pid) && !contains (found, pid))
        g_array_append_val (found, pid);
    }
  return found->len > before;
}

static void
kill_all (LcTestSshd *self)
{
  if (self->pid == 0)
    return;
  lc_test_sshd_signal_sessions (self, SIGKILL);
  lc_test_sshd_stop_listening (self);
}

LcTestSshd *
lc_test_sshd_start (const char *options)
{
  LcTestSshd *self = g_new0 (LcTestSshd, 1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (geteuid (), ==, 0);
  make_user ();
  g_mkdir_with_parents ("/run/sshd", 0755);
  self->folder = g_dir_make_tmp ("lc-sshd-XXXXXX", &error);
  g_assert_no_error (error);
  g_chmod (self->folder, 0755);
  self->port = find_port ();
  lc_test_sshd_change_host_keys (self);
  launch (self, options);
  return self;
}

void
lc_test_sshd_stop (LcTestSshd *self)
{
  const char *const argv[] = { "rm", "-rf", self->folder, NULL };

  kill_all (self);
  run (argv);
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
  kill_all (self);
  launch (self, options);
}

void
lc_test_sshd_change_host_keys (LcTestSshd *self)
{
  make_host_key (self, "ed25519");
  make_host_key (self, "rsa");
}

guint
lc_test_sshd_signal_sessions (LcTestSshd *self, int signal_number)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (GPid));

  /* All are found before the first is signalled: orphans would no longer descend from it. And those
   * that are found stand still, since a session that has just begun makes a process of its own. */
  while (find_sessions (self, found))
    for (guint i = 0; signal_number != SIGCONT && i < found->len; i++)
      kill (g_array_index (found, GPid, i), SIGSTOP);
  for (guint i = 0; i < found->len; i++)
    kill (g_array_index (found, GPid, i), signal_number);
  return found->len;
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
  run ((const char *const *) argv);

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
