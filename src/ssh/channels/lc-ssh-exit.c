/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-exit.h"

#include <signal.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (LcSshExit, lc_ssh_exit, lc_ssh_exit_copy, lc_ssh_exit_free)

/* RFC 4254 6.10 names them without "SIG". */
static int
signal_number (const char *name)
{
  static const struct
  {
    const char *name;
    int number;
  } signals[] = {
    { "ABRT", SIGABRT }, { "ALRM", SIGALRM }, { "FPE", SIGFPE },   { "HUP", SIGHUP },
    { "ILL", SIGILL },   { "INT", SIGINT },   { "KILL", SIGKILL }, { "PIPE", SIGPIPE },
    { "QUIT", SIGQUIT }, { "SEGV", SIGSEGV }, { "TERM", SIGTERM }, { "USR1", SIGUSR1 },
    { "USR2", SIGUSR2 }, { "BUS", SIGBUS },   { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    if (strcmp (name, signals[i].name) == 0)
      return signals[i].number;
  return 0;
}

LcSshExit *
lc_ssh_exit_copy (LcSshExit *self)
{
  LcSshExit *copy = g_new0 (LcSshExit, 1);

  copy->status = self->status;
  copy->signal_name = g_strdup (self->signal_name);
  return copy;
}

void
lc_ssh_exit_free (LcSshExit *self)
{
  g_free (self->signal_name);
  g_free (self);
}

LcSshExit *
lc_ssh_exit_read (LcSshChannel *channel)
{
  LcSshExit *self = g_new0 (LcSshExit, 1);
  char *name = NULL;

  self->status = libssh2_channel_get_exit_status (channel->handle);
  if (libssh2_channel_get_exit_signal (channel->handle, &name, NULL, NULL, NULL, NULL, NULL) == 0 &&
      name != NULL)
    {
      self->status = 128 + signal_number (name);
      self->signal_name = g_utf8_make_valid (name, -1);
    }
  if (name != NULL)
    libssh2_free (channel->session->handle, name);
  return self;
}
