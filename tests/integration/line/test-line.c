/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT     7000
#define DATAGRAM 1400
#define HEADERS  28 /* of IP and UDP */
#define MEGABIT  (1000 * 1000ull)

/* Of a TCP segment, as large as it can be, what is data. */
#define TCP_SHARE (1448.0 / 1500)

/* The machine may be busy: the best of some. */
#define ATTEMPTS 5

static TestLine *line;

static int
make_socket (int type, const char *address, guint16 port)
{
  struct sockaddr_in name = { .sin_family = AF_INET,
                              .sin_port = htons (port),
                              .sin_addr.s_addr = inet_addr (address) };
  struct timeval limit = { .tv_sec = 5 };
  int size = 8 * 1024 * 1024;
  int on = 1;
  int fd = socket (AF_INET, type | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  (void) setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void) setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (type == SOCK_DGRAM)
    (void) setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &name, sizeof name), ==, 0);
  return fd;
}

static void
connect_far (int fd)
{
  struct sockaddr_in far = { .sin_family = AF_INET,
                             .sin_port = htons (PORT),
                             .sin_addr.s_addr = inet_addr (TEST_LINE_FAR) };

  g_assert_cmpint (connect (fd, (struct sockaddr *) &far, sizeof far), ==, 0);
}

/* A pair of UDP sockets, one at each end. */
static void
make_pair (int *near, int *far)
{
  test_line_enter_far (line);
  *far = make_socket (SOCK_DGRAM, TEST_LINE_FAR, PORT);
  test_line_leave_far (line);
  *near = make_socket (SOCK_DGRAM, TEST_LINE_NEAR, 0);
  connect_far (*near);
}

/* There and back, µs. */
static gint64
measure_round_trip (int near, int far)
{
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  gint64 start = g_get_monotonic_time ();
  char byte = 'x';

  g_assert_cmpint (send (near, &byte, 1, 0), ==, 1);
  g_assert_cmpint (recvfrom (far, &byte, 1, 0, (struct sockaddr *) &from, &length), ==, 1);
  g_assert_cmpint (sendto (far, &byte, 1, 0, (struct sockaddr *) &from, length), ==, 1);
  g_assert_cmpint (recv (near, &byte, 1, 0), ==, 1);
  return g_get_monotonic_time () - start;
}

static void
test_delay (void)
{
  static const guint delays[] = { 0, 5, 50 };
  int near;
  int far;

  make_pair (&near, &far);
  for (gsize i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      gint64 wanted = 2 * delays[i] * G_TIME_SPAN_MILLISECOND;
      gint64 least = G_MAXINT64;

      test_line_set (line, &(TestLineSettings) { .delay_ms = delays[i] });
      for (guint j = 0; j < ATTEMPTS; j++)
        least = MIN (least, measure_round_trip (near, far));
      g_test_message ("%u ms: a round trip takes %" G_GINT64_FORMAT " µs", delays[i], least);
      g_assert_cmpint (least, >=, wanted);
      g_assert_cmpint (least, <=, wanted + wanted / 20 + G_TIME_SPAN_MILLISECOND);
    }
  close (near);
  close (far);
}

static guint
send_burst (int near, guint n)
{
  char datagram[DATAGRAM] = "";

  for (guint i = 0; i < n; i++)
    g_assert_cmpint (send (near, datagram, sizeof datagram, 0), ==, sizeof datagram);
  return n;
}

/* Takes what comes until nothing has for a while. @elapsed: (out): from the first to the last, µs
 */
static guint
receive_burst (int far, gint64 *elapsed)
{
  struct pollfd polled = { .fd = far, .events = POLLIN };
  char datagram[DATAGRAM];
  gint64 first = 0;
  gint64 last = 0;
  guint n = 0;

  for (; poll (&polled, 1, 500) > 0; n++)
    {
      g_assert_cmpint (recv (far, datagram, sizeof datagram, 0), ==, sizeof datagram);
      last = g_get_monotonic_time ();
      if (n == 0)
        first = last;
    }
  *elapsed = last - first;
  return n;
}

/* More than fits is offered at once: the queue's worth comes, at the line's rate. */
static void
test_rate_and_queue (void)
{
  const gsize queue = 1000 * 1000;
  guint fits = queue / (DATAGRAM + HEADERS);
  gboolean exact = FALSE;
  int near;
  int far;

  make_pair (&near, &far);
  test_line_set (line, &(TestLineSettings) { .rate = 10 * MEGABIT, .queue = queue });
  for (guint i = 0; i < ATTEMPTS && !exact; i++)
    {
      guint64 dropped = test_line_get_dropped (line);
      guint sent = send_burst (near, 2 * fits);
      gint64 elapsed;
      guint came = receive_burst (far, &elapsed);
      double rate = (came - 1) * (DATAGRAM + HEADERS) * 8.0 / elapsed;

      g_test_message ("of %u datagrams came %u, at %.2f Mbit/s", sent, came, rate);
      g_assert_cmpuint (came + test_line_get_dropped (line) - dropped, ==, sent);
      exact = ABS (rate - 10) < 0.5 && came >= fits && came < fits + fits / 10;
    }
  g_assert_true (exact);
  close (near);
  close (far);
}

static void
test_loss (void)
{
  guint sent = 0;
  guint came = 0;
  gint64 elapsed;
  int near;
  int far;

  make_pair (&near, &far);
  test_line_set (line, &(TestLineSettings) { .loss = 0.1 });
  for (guint i = 0; i < 10; i++)
    {
      sent += send_burst (near, 1000);
      came += receive_burst (far, &elapsed);
    }
  g_test_message ("of %u came %u", sent, came);
  g_assert_cmpfloat_with_epsilon (came / (double) sent, 0.9, 0.015);
  close (near);
  close (far);
}

static void
test_black_hole (void)
{
  gint64 elapsed;
  int near;
  int far;

  make_pair (&near, &far);
  test_line_set (line, &(TestLineSettings) { .delay_ms = 50 });
  send_burst (near, 10);
  test_line_set_black_hole (line, TRUE);
  send_burst (near, 10);
  g_assert_cmpuint (receive_burst (far, &elapsed), ==, 0);
  test_line_set_black_hole (line, FALSE);
  send_burst (near, 10);
  g_assert_cmpuint (receive_burst (far, &elapsed), ==, 10);
  close (near);
  close (far);
}

static gpointer
pour_func (gpointer data)
{
  g_autofree char *block = g_malloc0 (256 * 1024);
  int fd = accept (GPOINTER_TO_INT (data), NULL, NULL);

  while (send (fd, block, 256 * 1024, MSG_NOSIGNAL) > 0)
    continue;
  close (fd);
  return NULL;
}

/* Mbit/s of what TCP brings from the far end, once it has come up to speed. */
static double
measure_tcp (gint64 warm_up, gint64 duration)
{
  g_autofree char *block = g_malloc (256 * 1024);
  guint64 bytes = 0;
  gint64 start;
  GThread *thread;
  int listener;
  int fd;

  test_line_enter_far (line);
  listener = make_socket (SOCK_STREAM, TEST_LINE_FAR, PORT);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  thread = g_thread_new ("pour", pour_func, GINT_TO_POINTER (listener));
  test_line_leave_far (line);
  fd = make_socket (SOCK_STREAM, TEST_LINE_NEAR, 0);
  connect_far (fd);
  start = g_get_monotonic_time () + warm_up;
  while (g_get_monotonic_time () < start)
    g_assert_cmpint (recv (fd, block, 256 * 1024, 0), >, 0);
  while (g_get_monotonic_time () < start + duration)
    bytes += recv (fd, block, 256 * 1024, 0);
  duration = g_get_monotonic_time () - start;
  close (fd);
  g_thread_join (thread);
  close (listener);
  return bytes * 8.0 / duration;
}

static void
test_tcp (gconstpointer data)
{
  const TestLineSettings *settings = data;
  double wanted = settings->rate / (double) MEGABIT * TCP_SHARE;
  double best = 0;

  test_line_set (line, settings);
  for (guint i = 0; i < ATTEMPTS && best < 0.95 * wanted; i++)
    best = MAX (best, measure_tcp (G_TIME_SPAN_SECOND, G_TIME_SPAN_SECOND));
  g_test_message ("TCP brings %.1f Mbit/s of %.1f", best, wanted);
  g_assert_cmpfloat (best, >=, 0.95 * wanted);
  g_assert_cmpfloat (best, <=, 1.05 * wanted);
}

int
main (int argc, char **argv)
{
  static const TestLineSettings mbit_100 = { .delay_ms = 10, .rate = 100 * MEGABIT };
  static const TestLineSettings gbit = { .delay_ms = 5, .rate = 1000 * MEGABIT };
  int status;

  g_test_init (&argc, &argv, NULL);
  line = test_line_new (&(TestLineSettings) { 0 });
  g_test_add_func ("/line/delay", test_delay);
  g_test_add_func ("/line/rate-and-queue", test_rate_and_queue);
  g_test_add_func ("/line/loss", test_loss);
  g_test_add_func ("/line/black-hole", test_black_hole);
  g_test_add_data_func ("/line/tcp/100-megabit", &mbit_100, test_tcp);
  g_test_add_data_func ("/line/tcp/gigabit", &gbit, test_tcp);
  status = g_test_run ();
  test_line_free (line);
  return status;
}
