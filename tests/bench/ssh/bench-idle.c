/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-times.h"
#include "report.h"
#include "traffic.h"

/* A connection with ten forwards that nobody uses. What counts is the memory that was written to,
 * which nobody can share: it is what a connection adds to a program that runs anyway. Of what else
 * a process shows, most is libraries. */

#define FORWARDS 10

/* Of a question whether the server is there: the time for it, the answer, and the main thread's two
 * that is told how long it took. */
#define WAKE_UPS 4

/* GLib's threads that have nothing to do end after 15 s. */
#define SETTLE_US  (20 * G_USEC_PER_SEC)
#define SILENCE_US (25 * G_USEC_PER_SEC)

int
main (int argc, char **argv)
{
  static const RivalKind kinds[] = { RIVAL_OURS, RIVAL_SSH };
  static const char *const fields[] = { "Pss", "Rss" };
  static const char *const names[] = { "ten idle forwards, with a share of libraries",
                                       "ten idle forwards, with all libraries" };
  RivalServer server = { 0 };
  Rival rivals[2];
  guint16 traffic[N_TRAFFICS];
  guint16 targets[FORWARDS];
  guint64 wake_ups[2];
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  guint questions = SILENCE_US / 1000 / times.idle_ms + 1;

  rival_server_start (&server, NULL);
  traffic_start (NULL, traffic);
  for (guint i = 0; i < FORWARDS; i++)
    targets[i] = traffic[TRAFFIC_ECHO];
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    rival_start (&rivals[i], kinds[i], &server, targets, FORWARDS);
  g_usleep (SETTLE_US);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    wake_ups[i] = rival_get_wake_ups (&rivals[i]);
  g_usleep (SILENCE_US);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    wake_ups[i] = rival_get_wake_ups (&rivals[i]) - wake_ups[i];

  report ("ten idle forwards, written memory", "KiB",
          rival_get_memory (&rivals[0], "Private_Dirty"), "ssh -L",
          rival_get_memory (&rivals[1], "Private_Dirty"), FALSE, 1.0);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    printf ("%-44s %9" G_GUINT64_FORMAT " KiB   ssh -L: %9" G_GUINT64_FORMAT "\n", names[i],
            rival_get_memory (&rivals[0], fields[i]), rival_get_memory (&rivals[1], fields[i]));
  printf ("wake-ups in %d s: %" G_GUINT64_FORMAT "; ssh -L, which asks nothing: %" G_GUINT64_FORMAT
          "   reach: %d for each question, %u\n",
          (int) (SILENCE_US / G_USEC_PER_SEC), wake_ups[0], wake_ups[1], WAKE_UPS,
          WAKE_UPS * questions);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    rival_stop (&rivals[i]);
  traffic_stop ();
  rival_server_stop (&server);
  return 0;
}
