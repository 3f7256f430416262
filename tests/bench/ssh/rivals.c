/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rivals.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const rival_names[N_RIVALS] = { "LabConnect", "ssh -L", "ssh -L aes128-gcm" };

void
rival_server_start (RivalServer *self, TestLine *line)
{
  if (line != NULL)
    test_line_enter_far (line);
  self->sshd = lc_test_sshd_start (line != NULL ? "ListenAddress " TEST_LINE_FAR "\n" : NULL);
  if (line != NULL)
    test_line_leave_far (line);
  self->address = line != NULL ? TEST_LINE_FAR : "127.0.0.1";
  self->key = lc_test_sshd_make_key (self->sshd, "key", "-t ed25519", NULL, TRUE);
}

void
rival_server_stop (RivalServer *self)
{
  lc_test_sshd_stop (self->sshd);
  g_free (self->key);
}

/* The child of forkpty(), because ssh asks for a password there only. */
static void
become (char **argv, int in, int out, int errors)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (in >= 0)
    dup2 (in, STDIN_FILENO);
  dup2 (out, STDOUT_FILENO);
  dup2 (errors, STDERR_FILENO);
  execvp (argv[0], argv);
  _exit (127);
}

static char *
read_line (int fd)
{
  GString *line = g_string_new (NULL);
  char c;

  while (read (fd, &c, 1) == 1 && c != '\n')
    g_string_append_c (line, c);
  return g_string_free_and_steal (line);
}

static void
start_ours (Rival *self, const RivalServer *server, const guint16 *targets, guint n)
{
  g_autofree char *port = g_strdup_printf ("%u", lc_test_sshd_get_port (server->sshd));
  const char *key = server->key != NULL ? server->key : "-";
  const char *argv[5 + RIVAL_FORWARDS_MAX] = { g_getenv ("BENCH_CARRIER"), server->address, port,
                                               key };
  g_autoptr (GStrvBuilder) targets_builder = g_strv_builder_new ();
  g_auto (GStrv) target_args = NULL;
  gint64 start = g_get_monotonic_time ();
  int in[2];
  int out[2];
  guint found = 0;

  for (guint i = 0; i < n; i++)
    g_strv_builder_take (targets_builder, g_strdup_printf ("%u", targets[i]));
  target_args = g_strv_builder_end (targets_builder);
  for (guint i = 0; i < n; i++)
    argv[4 + i] = target_args[i];
  g_assert_cmpint (pipe2 (in, O_CLOEXEC), ==, 0);
  g_assert_cmpint (pipe2 (out, O_CLOEXEC), ==, 0);
  self->pid = fork ();
  g_assert_cmpint (self->pid, >=, 0);
  if (self->pid == 0)
    become ((char **) argv, in[0], out[1], STDERR_FILENO);
  close (in[0]);
  close (out[1]);
  self->input = in[1];
  for (;;)
    {
      g_autofree char *line = read_line (out[0]);

      if (g_str_has_prefix (line, "login "))
        {
          self->login_us = g_ascii_strtoll (line + strlen ("login "), NULL, 10);
          self->start_us = g_get_monotonic_time () - start;
        }
      else if (g_str_has_prefix (line, "forward "))
        self->ports[found++] = atoi (line + strlen ("forward "));
      else if (g_str_equal (line, "ready"))
        break;
      else
        g_error ("the carrier says: %s", line);
    }
  g_assert_cmpuint (found, ==, n);
  close (out[0]);
}

/* A person who types as soon as the question comes. */
static void
type_password (int terminal)
{
  static const char answer[] = LC_TEST_SSHD_PASSWORD "\n";
  g_autoptr (GString) said = g_string_new (NULL);
  char c;

  while (strstr (said->str, "assword: ") == NULL)
    {
      g_assert_cmpint (read (terminal, &c, 1), ==, 1);
      g_string_append_c (said, c);
    }
  g_assert_cmpint (write (terminal, answer, strlen (answer)), ==, strlen (answer));
}

/* Until "ssh -v" says that it is authenticated; timed from its first word about the connection. */
static void
follow_ssh (Rival *self, int terminal, gint64 start)
{
  gint64 connecting = 0;

  for (;;)
    {
      g_autofree char *line = read_line (self->errors);
      gint64 now = g_get_monotonic_time ();

      if (strstr (line, "Connecting to ") != NULL)
        connecting = now;
      else if (strstr (line, "Next authentication method: password") != NULL)
        type_password (terminal);
      else if (g_str_has_prefix (line, "Authenticated to "))
        {
          g_assert_cmpint (connecting, >, 0);
          self->login_us = now - connecting;
          self->start_us = now - start;
          return;
        }
      else if (*line == '\0')
        g_error ("ssh does not log in");
    }
}

static gboolean
carries (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean yes = connect (fd, (struct sockaddr *) &address, sizeof address) == 0;

  close (fd);
  return yes;
}

static void
start_ssh (Rival *self, const RivalServer *server, const guint16 *targets, guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  gboolean talkative = n == 0; /* it talks about each forwarded connection, which takes time */
  gint64 start = g_get_monotonic_time ();
  int errors[2];
  int terminal;

  g_strv_builder_add_many (builder, "ssh", "-N", talkative ? "-v" : "-oLogLevel=ERROR", "-F",
                           "none", "-o", "StrictHostKeyChecking=no", "-o",
                           "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null",
                           "-o", "ExitOnForwardFailure=yes", "-o", "IdentityAgent=none", NULL);
  if (server->key != NULL)
    g_strv_builder_add_many (builder, "-o", "IdentitiesOnly=yes", "-i", server->key, NULL);
  else
    g_strv_builder_add_many (builder, "-o", "PreferredAuthentications=password", NULL);
  if (self->kind == RIVAL_SSH_GCM)
    g_strv_builder_add_many (builder, "-c", "aes128-gcm@openssh.com", NULL);
  for (guint i = 0; i < n; i++)
    {
      self->ports[i] = lc_test_find_port ();
      g_strv_builder_add (builder, "-L");
      g_strv_builder_take (builder,
                           g_strdup_printf ("%u:127.0.0.1:%u", self->ports[i], targets[i]));
    }
  g_strv_builder_add (builder, "-p");
  g_strv_builder_take (builder, g_strdup_printf ("%u", lc_test_sshd_get_port (server->sshd)));
  g_strv_builder_take (builder, g_strdup_printf ("%s@%s", LC_TEST_SSHD_LOGIN, server->address));
  argv = g_strv_builder_end (builder);

  g_assert_cmpint (pipe2 (errors, O_CLOEXEC), ==, 0);
  self->pid = forkpty (&terminal, NULL, NULL, NULL);
  g_assert_cmpint (self->pid, >=, 0);
  if (self->pid == 0)
    become (argv, -1, STDOUT_FILENO, errors[1]);
  close (errors[1]);
  self->input = terminal;
  self->errors = errors[0];
  if (talkative)
    follow_ssh (self, terminal, start);
  for (guint i = 0; i < n; i++)
    while (!carries (self->ports[i]))
      g_usleep (1000);
}

void
rival_start (Rival *self,
             RivalKind kind,
             const RivalServer *server,
             const guint16 *targets,
             guint n_targets)
{
  *self = (Rival) { .kind = kind, .errors = -1 };
  g_assert_cmpuint (n_targets, <=, RIVAL_FORWARDS_MAX);
  if (kind == RIVAL_OURS)
    start_ours (self, server, targets, n_targets);
  else
    start_ssh (self, server, targets, n_targets);
}

void
rival_stop (Rival *self)
{
  kill (self->pid, SIGKILL);
  waitpid (self->pid, NULL, 0);
  close (self->input);
  if (self->errors >= 0)
    close (self->errors);
}

/* Calls @func with the contents of a file of each thread. */
static double
sum_of_threads (const Rival *self, const char *file, double (*func) (const char *text))
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", self->pid);
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  const char *name;
  double sum = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (tasks, name, file, NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        sum += func (text);
    }
  return sum;
}

static double
parse_schedstat (const char *text)
{
  return g_ascii_strtod (text, NULL) / 1e9;
}

static double
parse_wake_ups (const char *text)
{
  static const char field[] = "\nvoluntary_ctxt_switches:";
  const char *found = strstr (text, field);

  return found != NULL ? g_ascii_strtod (found + strlen (field), NULL) : 0;
}

double
rival_get_cpu (const Rival *self)
{
  return sum_of_threads (self, "schedstat", parse_schedstat);
}

guint64
rival_get_wake_ups (const Rival *self)
{
  return sum_of_threads (self, "status", parse_wake_ups);
}

guint64
rival_get_memory (const Rival *self, const char *field)
{
  const char *file = g_str_has_prefix (field, "Vm") ? "status" : "smaps_rollup";
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", self->pid, file);
  g_autofree char *wanted = g_strdup_printf ("\n%s:", field);
  g_autofree char *text = NULL;
  const char *found;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  found = strstr (text, wanted);
  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen (wanted), NULL, 10);
}

void
rival_reset_peak (const Rival *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/clear_refs", self->pid);
  FILE *file = fopen (path, "w");

  g_assert_nonnull (file);
  fputs ("5", file);
  fclose (file);
}
