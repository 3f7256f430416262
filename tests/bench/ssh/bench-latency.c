/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"
#include "traffic.h"

/* A byte to the echo and back, alone and beside a transfer in the same connection; and how long the
 * first byte of a new connection takes. */

#define ROUNDS     5
#define ROUND_SIZE 400
#define N_PINGS    (ROUNDS * ROUND_SIZE)

typedef enum
{
  IDLE,
  DOWNLOAD,
  UPLOAD
} Load;

static void
measure (const Rival *rivals, Load load, double values[N_RIVALS][N_PINGS])
{
  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < N_RIVALS; i++)
      {
        if (load != IDLE)
          traffic_begin (&rivals[i], load == UPLOAD);
        traffic_ping (&rivals[i], ROUND_SIZE, 0, values[i] + round * ROUND_SIZE);
        if (load != IDLE)
          traffic_end ();
      }
}

static void
bench_pings (const Rival *rivals)
{
  static double values[N_RIVALS][N_PINGS];
  static const char *const names[] = { "1 byte and back, idle", "beside a download",
                                       "beside an upload" };

  for (Load load = IDLE; load <= UPLOAD; load++)
    {
      RivalKind rival = load == IDLE ? RIVAL_SSH_GCM : RIVAL_SSH;
      double p99_reach = load == IDLE ? 1.2 : BUNDLED_LIBSSH2 ? 0.8 : 1.3;
      g_autofree char *p50 = g_strconcat (names[load], ", p50", NULL);
      g_autofree char *p99 = g_strconcat (names[load], ", p99", NULL);

      measure (rivals, load, values);
      if (load == IDLE)
        report (p50, "µs", report_percentile (values[RIVAL_OURS], N_PINGS, 0.5), rival_names[rival],
                report_percentile (values[rival], N_PINGS, 0.5), FALSE, 1.1);
      report (p99, "µs", report_percentile (values[RIVAL_OURS], N_PINGS, 0.99), rival_names[rival],
              report_percentile (values[rival], N_PINGS, 0.99), FALSE, p99_reach);
    }
}

static void
bench_openings (const Rival *rivals, guint at_once, guint rounds)
{
  g_autofree char *what = g_strdup_printf ("first byte of %u new connection%s", at_once,
                                           at_once == 1 ? "" : "s at once");
  g_autofree double *values[N_RIVALS] = { g_new (double, rounds), g_new (double, rounds),
                                          g_new (double, rounds) };

  for (guint round = 0; round < rounds; round++)
    for (guint i = 0; i < N_RIVALS; i++)
      values[i][round] = traffic_first_byte (&rivals[i], at_once);
  report (what, "µs", report_median (values[RIVAL_OURS], rounds), rival_names[RIVAL_SSH],
          report_median (values[RIVAL_SSH], rounds), FALSE, 1.0);
}

int
main (int argc, char **argv)
{
  RivalServer server = { 0 };
  Rival rivals[N_RIVALS];
  guint16 targets[N_TRAFFICS];

  rival_server_start (&server, NULL);
  traffic_start (NULL, targets);
  for (guint i = 0; i < N_RIVALS; i++)
    rival_start (&rivals[i], i, &server, targets, N_TRAFFICS);
  bench_pings (rivals);
  bench_openings (rivals, 1, 300);
  bench_openings (rivals, 16, 40);
  for (guint i = 0; i < N_RIVALS; i++)
    rival_stop (&rivals[i]);
  traffic_stop ();
  rival_server_stop (&server);
  return 0;
}
