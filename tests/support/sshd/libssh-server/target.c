/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lc-test-sshd.h"

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

gboolean
target_connect (Target *self, const char *host, int port)
{
  g_autofree char *service = g_strdup_printf ("%d", port);
  struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
  struct addrinfo *address = NULL;
  int on = 1;
  int fd;

  if (getaddrinfo (host, service, &hints, &address) != 0)
    return FALSE;
  fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect (fd, address->ai_addr, address->ai_addrlen) < 0)
    close_fd (&fd);
  freeaddrinfo (address);
  if (fd < 0)
    return FALSE;
  (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void) fcntl (fd, F_SETFL, O_NONBLOCK);
  self->output = fd;
  self->input = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  return TRUE;
}

static void
become_user_cb (gpointer data)
{
  const struct passwd *user = data;

  if (initgroups (user->pw_name, user->pw_gid) != 0 || setgid (user->pw_gid) != 0 ||
      setuid (user->pw_uid) != 0 || chdir (user->pw_dir) != 0)
    _exit (126);
  signal (SIGPIPE, SIG_DFL);
}

gboolean
target_run (Target *self, const char *command)
{
  const char *const argv[] = { "/bin/bash", "-c", command, NULL };
  struct passwd *user = getpwnam (LC_TEST_SSHD_LOGIN);
  int *fds[] = { &self->input, &self->output, &self->errors };
  g_auto (GStrv) environment = NULL;

  environment = g_environ_setenv (environment, "HOME", user->pw_dir, TRUE);
  environment = g_environ_setenv (environment, "USER", user->pw_name, TRUE);
  environment = g_environ_setenv (environment, "PATH", "/usr/local/bin:/usr/bin:/bin", TRUE);
  if (!g_spawn_async_with_pipes (NULL, (char **) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD,
                                 become_user_cb, user, &self->pid, &self->input, &self->output,
                                 &self->errors, NULL))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    (void) fcntl (*fds[i], F_SETFL, O_NONBLOCK);
  return TRUE;
}

gssize
target_write (Target *self, const char *data, gsize length)
{
  gssize n = self->input >= 0 ? write (self->input, data, length) : -1;

  if (n < 0 && self->input >= 0 && errno == EAGAIN)
    return 0;
  if (n < 0)
    close_fd (&self->input);
  return n;
}

void
target_end_input (Target *self)
{
  if (self->input >= 0 && self->pid == 0)
    shutdown (self->input, SHUT_WR);
  close_fd (&self->input);
}

void
target_close_output (Target *self, int *fd)
{
  close_fd (fd);
}

gboolean
target_has_ended_output (const Target *self)
{
  return self->output < 0 && self->errors < 0;
}

gboolean
target_has_exited (Target *self)
{
  self->exited = self->exited || waitpid (self->pid, &self->status, WNOHANG) == self->pid;
  return self->exited;
}

/* A command that still runs meets closed pipes. */
void
target_clear (Target *self)
{
  close_fd (&self->input);
  close_fd (&self->output);
  close_fd (&self->errors);
}
