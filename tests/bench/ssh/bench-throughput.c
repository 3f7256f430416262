/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"
#include "traffic.h"

/* What one computer can carry, limited by its processor alone: rate, processor time and memory. */

#define ROUNDS 5

/* A round takes about this long, as far as the bytes allow. */
#define SECONDS 0.5
#define LEAST   (16 * 1000 * 1000ull)
#define MOST    (800 * 1000 * 1000ull)

/* For each channel. */
#define FOR_MEMORY (4 * 1000 * 1000ull)

typedef struct
{
  double rate[N_RIVALS];   /* MB/s */
  double cpu[N_RIVALS];    /* s/GB */
  double memory[N_RIVALS]; /* MiB, at most */
} Figures;

static guint64
choose_total (const Rival *rivals, guint channels, gboolean upload)
{
  double seconds = traffic_move (&rivals[RIVAL_SSH], channels, upload, LEAST);

  return CLAMP (LEAST * SECONDS / seconds, LEAST, MOST);
}

/* MiB, when every channel carries more than its window. */
static double
measure_memory (const Rival *rival, guint channels, gboolean upload)
{
  rival_reset_peak (rival);
  (void) traffic_move (rival, channels, upload, channels * FOR_MEMORY);
  return rival_get_memory (rival, "VmHWM") / 1024.0;
}

static Figures
measure (const Rival *rivals, guint channels, gboolean upload)
{
  double rates[N_RIVALS][ROUNDS];
  double cpus[N_RIVALS][ROUNDS];
  guint64 total = choose_total (rivals, channels, upload);
  Figures figures;

  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < N_RIVALS; i++)
      {
        double cpu = rival_get_cpu (&rivals[i]);
        double seconds = traffic_move (&rivals[i], channels, upload, total);

        rates[i][round] = total / 1e6 / seconds;
        cpus[i][round] = (rival_get_cpu (&rivals[i]) - cpu) / (total / 1e9);
      }
  for (guint i = 0; i < N_RIVALS; i++)
    {
      figures.rate[i] = report_median (rates[i], ROUNDS);
      figures.cpu[i] = report_median (cpus[i], ROUNDS);
      figures.memory[i] = measure_memory (&rivals[i], channels, upload);
    }
  return figures;
}

static void
print (const Figures *figures, guint channels, gboolean upload)
{
  g_autofree char *what = g_strdup_printf ("%s, %u channel%s", upload ? "upload" : "download",
                                           channels, channels == 1 ? "" : "s");
  g_autofree char *cpu = g_strconcat (what, ", processor", NULL);
  g_autofree char *memory = g_strconcat (what, ", most memory", NULL);

  /* The distribution's libssh2 against what ssh does by default; ours against its fastest. */
  if (BUNDLED_LIBSSH2)
    {
      report (what, "MB/s", figures->rate[RIVAL_OURS], rival_names[RIVAL_SSH_GCM],
              figures->rate[RIVAL_SSH_GCM], TRUE, upload ? 1.3 : 1.0);
      report (cpu, "s/GB", figures->cpu[RIVAL_OURS], rival_names[RIVAL_SSH_GCM],
              figures->cpu[RIVAL_SSH_GCM], FALSE, 0.9);
    }
  else
    report (what, "MB/s", figures->rate[RIVAL_OURS], rival_names[RIVAL_SSH],
            figures->rate[RIVAL_SSH], TRUE,
            channels == 1    ? 0.6
            : channels == 16 ? 0.7
                             : 1.0);
  report (memory, "MiB", figures->memory[RIVAL_OURS], rival_names[RIVAL_SSH],
          figures->memory[RIVAL_SSH], FALSE, 0.4);
}

int
main (int argc, char **argv)
{
  static const guint channels[] = { 1, 16, 128 };
  RivalServer server = { 0 };
  Rival rivals[N_RIVALS];
  guint16 targets[N_TRAFFICS];

  rival_server_start (&server, NULL);
  traffic_start (NULL, targets);
  for (guint i = 0; i < N_RIVALS; i++)
    rival_start (&rivals[i], i, &server, targets, N_TRAFFICS);
  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++)
    for (guint upload = 0; upload < 2; upload++)
      {
        Figures figures = measure (rivals, channels[i], upload);

        print (&figures, channels[i], upload);
      }
  for (guint i = 0; i < N_RIVALS; i++)
    rival_stop (&rivals[i]);
  traffic_stop ();
  rival_server_stop (&server);
  return 0;
}
