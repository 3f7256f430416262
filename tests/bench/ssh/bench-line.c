/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "report.h"
#include "traffic.h"

/* Over a line: "bench-ssh-line long" for one without a limit, where it counts how much is kept
 * underway. That is what the server's kernel buffers at most, 4 MiB as Linux comes, which leaves
 * little to choose; so it is measured with a server that may buffer more, too.
 * "bench-ssh-line filled" for one with a rate, which both should fill without letting
 * others wait. */

#define ROUNDS  3
#define MEGABIT (1000 * 1000ull)

/* The rest of a transfer that was cut off leaves the line. */
#define SETTLE_US       (500 * 1000)

#define LONG_SECONDS    6
#define FILLED_SECONDS  3
#define WARM_UP_SECONDS 1.5

#define N_PINGS         150
#define PING_PAUSE_US   10000

static TestLine *line;
static RivalServer server;
static guint16 targets[N_TRAFFICS];

static void
start_both (Rival *rivals)
{
  rival_start (&rivals[0], RIVAL_OURS, &server, targets, N_TRAFFICS);
  rival_start (&rivals[1], RIVAL_SSH, &server, targets, N_TRAFFICS);
}

static void
stop_both (Rival *rivals)
{
  rival_stop (&rivals[0]);
  rival_stop (&rivals[1]);
}

/* MB/s, medians. */
static void
measure_flow (const Rival *rivals, gboolean upload, double seconds, double *medians)
{
  double values[2][ROUNDS];

  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < 2; i++)
      {
        values[i][round] = traffic_flow (&rivals[i], upload, seconds) / 1e6;
        g_usleep (SETTLE_US);
      }
  for (guint i = 0; i < 2; i++)
    medians[i] = report_median (values[i], ROUNDS);
}

/* What the far kernel may hold of a connection that it sends. */
static void
set_far_buffers (const char *sizes)
{
  test_line_enter_far (line);
  g_assert_true (g_file_set_contents_full ("/proc/sys/net/ipv4/tcp_wmem", sizes, -1,
                                           G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  test_line_leave_far (line);
}

/* As many as a browser opens to one server. */
#define AT_ONCE 6

static void
bench_opening (const Rival *rivals, guint round_trip_ms, guint n)
{
  g_autofree char *what =
      n == 1 ? g_strdup_printf ("first byte, %u ms round trip", round_trip_ms)
             : g_strdup_printf ("first byte of %u at once, %u ms round trip", n, round_trip_ms);
  double values[2][ROUNDS];

  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < 2; i++)
      values[i][round] = traffic_first_byte (&rivals[i], n) / 1000;
  report (what, "ms", report_median (values[0], ROUNDS), "ssh -L",
          report_median (values[1], ROUNDS), FALSE, 1.0);
}

static void
bench_long (guint round_trip_ms)
{
  g_autofree char *what = g_strdup_printf ("download, %u ms round trip", round_trip_ms);
  g_autofree char *little =
      g_strdup_printf ("download, %u ms, server as Linux comes", round_trip_ms);
  Rival rivals[2];
  double flow[2];

  test_line_set (line, &(TestLineSettings) { .delay_ms = round_trip_ms / 2 });
  set_far_buffers ("4096 16384 4194304");
  start_both (rivals);
  measure_flow (rivals, FALSE, LONG_SECONDS, flow);
  printf ("%-44s %9.2f MB/s  ssh -L: %9.2f   %.2f×\n", little, flow[0], flow[1], flow[0] / flow[1]);
  stop_both (rivals);
  set_far_buffers ("4096 16384 67108864");
  start_both (rivals);
  measure_flow (rivals, FALSE, LONG_SECONDS, flow);
  report (what, "MB/s", flow[0], "ssh -L", flow[1], TRUE, 3.0);
  bench_opening (rivals, round_trip_ms, 1);
  bench_opening (rivals, round_trip_ms, AT_ONCE);
  stop_both (rivals);
}

static void
bench_filled (guint64 megabits, guint round_trip_ms)
{
  Rival rivals[2];

  test_line_set (line,
                 &(TestLineSettings) { .delay_ms = round_trip_ms / 2, .rate = megabits * MEGABIT });
  start_both (rivals);
  for (guint upload = 0; upload < 2; upload++)
    {
      g_autofree char *what =
          g_strdup_printf ("%s, %u Mbit/s, %u ms", upload ? "upload" : "download", (guint) megabits,
                           round_trip_ms);
      double flow[2];

      for (guint i = 0; i < 2; i++)
        (void) traffic_flow (&rivals[i], upload, WARM_UP_SECONDS); /* TCP finds the line's limit */
      measure_flow (rivals, upload, FILLED_SECONDS, flow);
      report (what, "MB/s", flow[0], "ssh -L", flow[1], TRUE, 0.99);
    }
  stop_both (rivals);
}

/* Small messages on a line that a transfer of the same connection fills. */
static void
bench_pings (guint round_trip_ms, gboolean upload)
{
  g_autofree char *what = g_strdup_printf ("1 byte beside %s, %u ms, p99",
                                           upload ? "an upload" : "a download", round_trip_ms);
  static double values[2][ROUNDS * N_PINGS];
  Rival rivals[2];

  test_line_set (line,
                 &(TestLineSettings) { .delay_ms = round_trip_ms / 2, .rate = 100 * MEGABIT });
  start_both (rivals);
  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < 2; i++)
      {
        traffic_begin (&rivals[i], upload);
        g_usleep (SETTLE_US);
        traffic_ping (&rivals[i], N_PINGS, PING_PAUSE_US, values[i] + round * N_PINGS);
        traffic_end ();
        g_usleep (SETTLE_US);
      }
  report (what, "ms", report_percentile (values[0], ROUNDS * N_PINGS, 0.99) / 1000, "ssh -L",
          report_percentile (values[1], ROUNDS * N_PINGS, 0.99) / 1000, FALSE, 1.0);
  stop_both (rivals);
}

int
main (int argc, char **argv)
{
  static const guint long_ms[] = { 50, 100, 200 };
  static const guint filled_ms[] = { 0, 20, 80 };
  static const guint megabits[] = { 1000, 100 };
  gboolean is_long = argc == 2 && strcmp (argv[1], "long") == 0;

  line = test_line_new (&(TestLineSettings) { 0 });
  rival_server_start (&server, line);
  traffic_start (line, targets);
  for (gsize i = 0; is_long && i < G_N_ELEMENTS (long_ms); i++)
    bench_long (long_ms[i]);
  for (gsize i = 0; !is_long && i < G_N_ELEMENTS (megabits); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (filled_ms); j++)
      bench_filled (megabits[i], filled_ms[j]);
  for (gsize i = 0; !is_long && i < G_N_ELEMENTS (filled_ms); i++)
    for (guint upload = 0; upload < 2; upload++)
      bench_pings (filled_ms[i], upload);
  traffic_stop ();
  rival_server_stop (&server);
  test_line_free (line);
  return 0;
}
