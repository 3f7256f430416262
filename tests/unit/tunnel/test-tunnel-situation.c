/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "lc-tunnel-details.h"
#include "lc-tunnel-situation.h"

#define S   G_USEC_PER_SEC
#define NOW (1000 * (gint64) S)

static void
assert_words (LcTunnelSituation situation, gint64 now, const char *expected, gint64 expected_until)
{
  gint64 until = -1;
  g_autofree char *text = lc_tunnel_situation_describe (&situation, now, &until);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (until, ==, expected_until);
}

/* All is well: no words, and nothing that would wake up to count. */
static void
test_well (void)
{
  LcTunnelSituation open = { .state = LC_SSH_CONNECTED,
                             .machine = LC_MACHINE_STATE_RUNNING,
                             .heard_at = NOW - 20 * S,
                             .attempt = 3,
                             .attempt_at = NOW + 5 * S };

  assert_words (open, NOW, NULL, 0);
  open.machine = LC_MACHINE_STATE_STOPPED;
  assert_words (open, NOW, NULL, 0);
  open.state = LC_SSH_CLOSED;
  assert_words (open, NOW, NULL, 0);
}

static void
test_silence_counts_up (void)
{
  LcTunnelSituation silent = { .state = LC_SSH_SILENT, .machine = LC_MACHINE_STATE_RUNNING };

  assert_words (silent, NOW, "The machine does not answer", 0);
  silent.heard_at = NOW - 20 * S;
  assert_words (silent, NOW, "No answer for 20 s", NOW + S);
  assert_words (silent, NOW + S - 1, "No answer for 20 s", NOW + S);
  assert_words (silent, NOW + S, "No answer for 21 s", NOW + 2 * S);
  silent.heard_at = NOW + 5 * S;
  assert_words (silent, NOW, "The machine does not answer", 0);
}

static void
test_attempts_count_down (void)
{
  static const char *const waiting[] = {
    "Reconnecting, first try in 8 s",    "Reconnecting, second try in 8 s",
    "Reconnecting, third try in 8 s",    "Reconnecting, fourth try in 8 s",
    "Reconnecting, fifth try in 8 s",    "Reconnecting, try number 6 in 8 s",
    "Reconnecting, try number 7 in 8 s",
  };
  static const char *const trying[] = {
    "Reconnecting, first try",    "Reconnecting, second try", "Reconnecting, third try",
    "Reconnecting, fourth try",   "Reconnecting, fifth try",  "Reconnecting, try number 6",
    "Reconnecting, try number 7",
  };
  LcTunnelSituation lost = { .state = LC_SSH_RECONNECTING,
                             .machine = LC_MACHINE_STATE_RUNNING,
                             .attempt_at = NOW };

  assert_words (lost, NOW, "The connection was lost and is being made again", 0);
  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    {
      lost.attempt = i + 1;
      assert_words (lost, NOW - 8 * S, waiting[i], NOW - 7 * S);
      assert_words (lost, NOW, trying[i], 0);
      assert_words (lost, NOW + 60 * S, trying[i], 0);
    }

  lost.attempt = 3;
  assert_words (lost, NOW - 8 * S + 1, "Reconnecting, third try in 8 s", NOW - 7 * S);
  assert_words (lost, NOW - 7 * S, "Reconnecting, third try in 7 s", NOW - 6 * S);
  assert_words (lost, NOW - 1, "Reconnecting, third try in 1 s", NOW);
}

/* Whoever follows "until" sees every second once, and comes to an end. */
static void
test_ticks (void)
{
  LcTunnelSituation lost = { .state = LC_SSH_RECONNECTING,
                             .machine = LC_MACHINE_STATE_RUNNING,
                             .attempt = 2,
                             .attempt_at = NOW };
  gint64 now = NOW - 30 * S - 123456;
  guint ticks = 0;

  for (gint64 until = now; until != 0; ticks++)
    {
      g_autofree char *text = NULL;

      now = until;
      text = lc_tunnel_situation_describe (&lost, now, &until);
      g_assert_true (until == 0 || until > now);
    }
  g_assert_cmpuint (ticks, ==, 32);
}

static void
test_stopped (void)
{
  LcTunnelSituation off = { .state = LC_SSH_SILENT, .heard_at = NOW - 3 * S };
  static const LcMachineState states[] = { LC_MACHINE_STATE_STOPPING, LC_MACHINE_STATE_STOPPED,
                                           LC_MACHINE_STATE_DELETING };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      off.machine = states[i];
      off.state = LC_SSH_SILENT;
      assert_words (off, NOW, "The machine was stopped", 0);
      off.state = LC_SSH_RECONNECTING;
      assert_words (off, NOW, "The machine was stopped", 0);
    }
}

static const LcDetail *
find (GPtrArray *details, const char *name)
{
  for (guint i = 0; i < details->len; i++)
    if (g_str_equal (((const LcDetail *) details->pdata[i])->name, name))
      return details->pdata[i];

  return NULL;
}

/* What a server says is made printable; what leads to a machine is marked. */
static void
test_details (void)
{
  LcSshInfo info = { .address = (char *) "192.0.2.7 port 22",
                     .server = (char *) "SSH-2.0-Evil\033[31m\n",
                     .key_exchange = (char *) "curve25519-sha256",
                     .fingerprint = (char *) "SHA256:abc",
                     .cipher_in = (char *) "aes128-gcm@openssh.com" };
  g_autoptr (GPtrArray) details = lc_tunnel_details_new (&info);

  g_assert_cmpuint (details->len, ==, 5);
  g_assert_true (find (details, "Address")->personal);
  g_assert_true (find (details, "Fingerprint")->personal);
  g_assert_false (find (details, "Key exchange")->personal);
  g_assert_cmpstr (find (details, "Key exchange")->value, ==, "curve25519-sha256");
  g_assert_null (strpbrk (find (details, "Server")->value, "\033\n"));
  g_assert_null (find (details, "Integrity to the machine"));
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tunnel-situation/well", test_well);
  g_test_add_func ("/tunnel-situation/silence-counts-up", test_silence_counts_up);
  g_test_add_func ("/tunnel-situation/attempts-count-down", test_attempts_count_down);
  g_test_add_func ("/tunnel-situation/ticks", test_ticks);
  g_test_add_func ("/tunnel-situation/stopped", test_stopped);
  g_test_add_func ("/tunnel-situation/details", test_details);
  return g_test_run ();
}
