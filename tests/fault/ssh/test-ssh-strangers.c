/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <string.h>
#include <sys/socket.h>

#include "lc-ssh-connection-private.h"
#include "ssh-fixture.h"
#include "test-peer.h"

/* What answers there, if anything, is no SSH server. */

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/stranger/" path, options, func)

static void
say (int fd, const char *text)
{
  (void) !send (fd, text, strlen (text), MSG_NOSIGNAL);
}

static void
wait_for_end (int fd)
{
  char byte;

  while (recv (fd, &byte, 1, 0) > 0)
    continue;
}

static void
serve_nothing (int fd, gpointer data)
{
}

static void
serve_silence (int fd, gpointer data)
{
  wait_for_end (fd);
}

static void
serve_garbage (int fd, gpointer data)
{
  guint8 block[4096];

  for (guint i = 0; i < 64; i++)
    {
      for (gsize j = 0; j < sizeof block; j++)
        block[j] = g_random_int ();
      if (send (fd, block, sizeof block, MSG_NOSIGNAL) < 0)
        return;
    }
  wait_for_end (fd);
}

static void
serve_web_page (int fd, gpointer data)
{
  say (fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
}

static void
serve_banner_and_garbage (int fd, gpointer data)
{
  say (fd, "SSH-2.0-OpenSSH_10.0\r\n");
  serve_garbage (fd, data);
}

static void
serve_banner_and_silence (int fd, gpointer data)
{
  say (fd, "SSH-2.0-OpenSSH_10.0\r\n");
  wait_for_end (fd);
}

static void
serve_huge_banner (int fd, gpointer data)
{
  g_autofree char *line = g_strnfill (1000, 'x');

  for (guint i = 0; i < 1000; i++)
    {
      say (fd, line);
      say (fd, "\r\n");
    }
  wait_for_end (fd);
}

static void
serve_endless_line (int fd, gpointer data)
{
  g_autofree char *block = g_strnfill (65536, 'x');

  while (send (fd, block, 65536, MSG_NOSIGNAL) > 0)
    continue;
}

static void
serve_old_protocol (int fd, gpointer data)
{
  say (fd, "SSH-1.5-OpenSSH_2.0\r\n");
  wait_for_end (fd);
}

/* A length field of 4 GB in the first packet. */
static void
serve_huge_packet (int fd, gpointer data)
{
  say (fd, "SSH-2.0-OpenSSH_10.0\r\n");
  (void) !send (fd, "\xff\xff\xff\xff\x04\x14 and so on, and on", 24, MSG_NOSIGNAL);
  wait_for_end (fd);
}

/* What is no SSH server is told in a bounded time, and never crashes or blocks. */
static void
test_not_a_server (SshFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    TestPeerFunc serve;
  } servers[] = {
    { "nothing", serve_nothing },
    { "silence", serve_silence },
    { "garbage", serve_garbage },
    { "web page", serve_web_page },
    { "banner, garbage", serve_banner_and_garbage },
    { "banner, silence", serve_banner_and_silence },
    { "huge banner", serve_huge_banner },
    { "endless line", serve_endless_line },
    { "old protocol", serve_old_protocol },
    { "huge packet", serve_huge_packet },
  };
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;

  times.kex_ms = 1500;
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autoptr (TestPeer) peer = test_peer_new (servers[i].serve, NULL);
      g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", "/machines/2", "two");
      LcSshConnection *connection;
      g_autoptr (GError) error = NULL;

      lc_machine_set_ssh (machine, "127.0.0.1", test_peer_get_port (peer));
      connection = lc_ssh_connection_new (machine, &times);
      g_assert_false (
          await_future (lc_ssh_connection_reach (connection, NULL, NULL), 10, NULL, &error));
      g_test_message ("%s: %s", servers[i].name, error->message);
      g_assert_true (error->domain == LC_ERROR);
      g_assert_true (error->code == LC_ERROR_PROTOCOL || error->code == LC_ERROR_OFFLINE ||
                     error->code == LC_ERROR_TIMED_OUT);
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 5);
      g_object_unref (connection);
    }
}

static void
test_refused_and_unknown (SshFixture *fixture, gconstpointer data)
{
  static const char *const hosts[] = { "127.0.0.1", "no-such-host.invalid" };
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", "/machines/2", "two");
      g_autoptr (LcSshConnection) connection = NULL;
      g_autoptr (GError) error = NULL;

      lc_machine_set_ssh (machine, hosts[i], 1);
      connection = lc_ssh_connection_new (machine, &times);
      g_assert_false (
          await_future (lc_ssh_connection_reach (connection, NULL, NULL), 15, NULL, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
      await_condition (lc_ssh_connection_get_state (connection) == LC_SSH_CLOSED, 5);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("not-a-server", NULL, test_not_a_server);
  ADD ("refused-and-unknown", NULL, test_refused_and_unknown);
  return g_test_run ();
}
