/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"
#include "rivals.h"

/* From the first packet to an authenticated session: what "ssh -v" takes between "Connecting to"
 * and "Authenticated to", and what our engine takes to give a connection. Each in a new process;
 * with the start of the process as well, for whoever wants to know. Nobody has to type: the
 * password is there as soon as it is asked for. */

#define ROUNDS 15

static void
bench_login (const RivalServer *server, const char *name)
{
  static const RivalKind rivals[] = { RIVAL_OURS, RIVAL_SSH };
  g_autofree char *process = g_strconcat (name, ", with the process", NULL);
  double logins[2][ROUNDS];
  double starts[2][ROUNDS];

  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (rivals); i++)
      {
        Rival rival;

        rival_start (&rival, rivals[i], server, NULL, 0);
        logins[i][round] = rival.login_us / 1000.0;
        starts[i][round] = rival.start_us / 1000.0;
        rival_stop (&rival);
      }
  report (name, "ms", report_median (logins[0], ROUNDS), "ssh", report_median (logins[1], ROUNDS),
          FALSE, 0.9);
  printf ("%-44s %9.2f ms    ssh: %9.2f\n", process, report_median (starts[0], ROUNDS),
          report_median (starts[1], ROUNDS));
}

int
main (int argc, char **argv)
{
  RivalServer server = { 0 };
  RivalServer with_rsa;
  RivalServer with_password;

  rival_server_start (&server, NULL);
  with_rsa = with_password = server;
  with_rsa.key = lc_test_sshd_make_key (server.sshd, "rsa", "-t rsa -b 3072", NULL, TRUE);
  with_password.key = NULL;
  bench_login (&server, "log in with an ed25519 key");
  bench_login (&with_rsa, "log in with an RSA-3072 key");
  bench_login (&with_password, "log in with a password");
  g_free (with_rsa.key);
  rival_server_stop (&server);
  return 0;
}
