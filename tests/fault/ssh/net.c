/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-test-processes.h"

static void
run_nft (const char *command)
{
  const char *const argv[] = { "/usr/sbin/nft", command, NULL };

  g_free (lc_test_run (argv));
}

void
test_net_isolate (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
  int fd;

  g_assert_cmpint (unshare (CLONE_NEWNET), ==, 0);
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &request), ==, 0);
  close (fd);
  run_nft ("add table inet test");
  run_nft ("add chain inet test input { type filter hook input priority 0; }");
}

void
test_net_lose_to (guint16 port)
{
  g_autofree char *rule = g_strdup_printf ("add rule inet test input tcp dport %u drop", port);

  run_nft (rule);
}

void
test_net_black_hole (guint16 port)
{
  g_autofree char *rule = g_strdup_printf ("add rule inet test input tcp sport %u drop", port);

  run_nft (rule);
  test_net_lose_to (port);
}

void
test_net_restore (void)
{
  run_nft ("flush chain inet test input");
}
