/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server says before it is known who it is: its identification, and all of the key exchange.
 * It is libssh2 that reads it, through our transport and with our memory; whatever comes, there is
 * a host key or an error with words, in bounded memory, and nothing is left. */

#include <lc-ssh-session.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

/* The socket's buffer must hold all of it. */
#define LONGEST     (64 * 1024)

#define MOST_MEMORY (1024 * 1024)

/* One that has said all this, and listens. Returns: the client's end */
static int
make_server (const guint8 *data, gsize size, int *server)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  g_assert_cmpint (send (fds[1], data, size, MSG_NOSIGNAL), ==, (gssize) size);
  g_assert_cmpint (shutdown (fds[1], SHUT_WR), ==, 0);
  *server = fds[1];
  return fds[0];
}

static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == LC_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), <, 1024);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (LcSshLink) link = lc_ssh_link_new (owner);
  g_autoptr (LcSshSession) session = lc_ssh_session_new (link, &times);
  g_autoptr (LcHostKey) key = NULL;
  g_autoptr (GError) error = NULL;
  int server;
  int client;

  if (size == 0 || size > LONGEST)
    return 0;
  client = make_server (data, size, &server);
  key = lc_ssh_session_reach (session, client, "server", 22, NULL, &error);
  /* It cannot have signed what it did not know. */
  g_assert_null (key);
  check_error (error);
  g_assert_cmpuint (session->memory.used, <, MOST_MEMORY);
  close (server);
  return 0;
}
