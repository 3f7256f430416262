/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <libdex.h>
#include <signal.h>
#include <stdio.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh-fixture.h"
#include "test-peer.h"

/* A long line without a rate limit, made of a proxy that hands on every piece some time later: who
 * keeps more underway is faster. */

#define PIECE (64 * 1024)

typedef struct
{
  gint64 due;
  gssize length; /* 0: the end */
  char data[];
} Piece;

typedef struct
{
  int from;
  int to;
  gint64 delay;
  GAsyncQueue *queue;
} Lane;

typedef struct
{
  guint16 port;
  gint64 delay; /* one way, µs */
} Line;

static guint64 source_bytes;

static gpointer
lane_read_func (gpointer data)
{
  Lane *lane = data;
  gssize n;

  do
    {
      Piece *piece = g_malloc (sizeof *piece + PIECE);

      n = recv (lane->from, piece->data, PIECE, 0);
      piece->length = MAX (n, 0);
      piece->due = g_get_monotonic_time () + lane->delay;
      g_async_queue_push (lane->queue, piece);
    }
  while (n > 0);
  return NULL;
}

static gpointer
lane_write_func (gpointer data)
{
  Lane *lane = data;
  gboolean open = TRUE;

  while (open)
    {
      g_autofree Piece *piece = g_async_queue_pop (lane->queue);
      gint64 wait = piece->due - g_get_monotonic_time ();

      if (wait > 0)
        poll (NULL, 0, (wait + 999) / 1000); /* this is the line */
      open = piece->length > 0;
      for (gssize done = 0, n; done < piece->length; done += n)
        if ((n = send (lane->to, piece->data + done, piece->length - done, MSG_NOSIGNAL)) < 0)
          n = piece->length;
    }
  shutdown (lane->to, SHUT_WR);
  return NULL;
}

static void
serve_line (int fd, gpointer data)
{
  Line *line = data;
  int server = test_peer_connect (line->port);
  Lane lanes[] = { { .from = fd, .to = server }, { .from = server, .to = fd } };
  GThread *threads[4];

  for (guint i = 0; i < 2; i++)
    {
      lanes[i].delay = line->delay;
      lanes[i].queue = g_async_queue_new_full (g_free);
      threads[2 * i] = g_thread_new ("line", lane_read_func, &lanes[i]);
      threads[2 * i + 1] = g_thread_new ("line", lane_write_func, &lanes[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < 2; i++)
    g_async_queue_unref (lanes[i].queue);
  close (server);
}

static void
serve_source (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (PIECE);
  guint64 left = source_bytes;
  gssize n;

  while (left > 0 && (n = send (fd, block, MIN (left, PIECE), MSG_NOSIGNAL)) > 0)
    left -= n;
}

/* MB/s of a download through the local @port. */
static double
download (guint16 port, guint64 bytes)
{
  g_autofree char *block = g_malloc (PIECE);
  gint64 start = g_get_monotonic_time ();
  guint64 done = 0;
  gssize n;
  int fd;

  source_bytes = bytes;
  fd = test_peer_connect (port);
  while ((n = recv (fd, block, PIECE, 0)) > 0)
    done += n;
  close (fd);
  g_assert_cmpuint (done, ==, bytes);
  return bytes / (double) (g_get_monotonic_time () - start);
}

static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GPid
start_ssh (const char *key, guint16 line_port, guint16 target, guint16 *local_port)
{
  TestPeer *probe = test_peer_new (test_peer_echo, NULL);
  g_autofree char *forward = NULL;
  g_autofree char *port = g_strdup_printf ("%u", line_port);
  g_autoptr (GError) error = NULL;
  int fd = -1;
  GPid pid;

  *local_port = test_peer_get_port (probe);
  test_peer_free (probe);
  forward = g_strdup_printf ("%u:127.0.0.1:%u", *local_port, target);
  {
    const char *argv[] = { "ssh",
                           "-N",
                           "-F",
                           "none",
                           "-i",
                           key,
                           "-p",
                           port,
                           "-c",
                           "aes128-gcm@openssh.com",
                           "-o",
                           "StrictHostKeyChecking=no",
                           "-o",
                           "UserKnownHostsFile=/dev/null",
                           "-o",
                           "LogLevel=ERROR",
                           "-L",
                           forward,
                           LC_TEST_SSHD_LOGIN "@127.0.0.1",
                           NULL };

    g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                   child_setup_cb, NULL, &pid, &error);
  }
  g_assert_no_error (error);
  source_bytes = 0;
  await_condition (fd >= 0 || (fd = test_peer_connect (*local_port)) >= 0, 20);
  close (fd);
  return pid;
}

static void
bench_line (SshFixture *fixture, const char *key, guint16 target, guint milliseconds)
{
  Line line = { .port = lc_test_sshd_get_port (fixture->sshd), .delay = milliseconds * 500 };
  TestPeer *proxy = test_peer_new (serve_line, &line);
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (key, NULL);
  guint64 bytes = 4000 * 1000 * (guint64) (6000 / milliseconds);
  g_autoptr (GError) error = NULL;
  LcSshConnection *connection;
  LcSshForward *forward;
  guint16 ssh_port;
  GPid pid = start_ssh (key, test_peer_get_port (proxy), target, &ssh_port);
  double ours;
  double theirs;

  lc_machine_set_ssh (fixture->machine, "127.0.0.1", test_peer_get_port (proxy));
  connection = ssh_fixture_try_connect (fixture, credentials, &error);
  g_assert_no_error (error);
  forward = ssh_fixture_forward (connection, "127.0.0.1", target);
  ours = download (lc_ssh_forward_get_local_port (forward), bytes);
  theirs = download (ssh_port, bytes / 2);
  printf ("download, %3u ms round trip: %6.1f MB/s, ssh -L %6.1f MB/s   %.2f×\n", milliseconds,
          ours, theirs, ours / theirs);
  fflush (stdout);
  g_object_unref (forward);
  ssh_fixture_disconnect (connection);
  kill (pid, SIGTERM);
  test_peer_free (proxy);
}

int
main (int argc, char **argv)
{
  static const guint round_trips[] = { 50, 100, 200 };
  SshFixture fixture = { 0 };
  g_autofree char *key = NULL;
  TestPeer *source;

  dex_init ();
  signal (SIGPIPE, SIG_IGN);
  ssh_fixture_set_up (&fixture, NULL);
  key = lc_test_sshd_make_key (fixture.sshd, "key", "-t ed25519", NULL, TRUE);
  source = test_peer_new (serve_source, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (round_trips); i++)
    bench_line (&fixture, key, test_peer_get_port (source), round_trips[i]);
  test_peer_free (source);
  ssh_fixture_tear_down (&fixture, NULL);
  return 0;
}
