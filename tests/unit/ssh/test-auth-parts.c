/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lc-challenge.h"
#include "lc-ssh-agent.h"
#include "lc-ssh-auth-words.h"
#include "lc-ssh-wire.h"

/* What logging in is made of, without a server. */

static void
test_wire (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  LcSshWire wire;
  gsize length;
  g_autofree char *text = NULL;

  lc_ssh_wire_put_byte (bytes, 7);
  lc_ssh_wire_put_uint32 (bytes, 0x01020304);
  lc_ssh_wire_put_string (bytes, "abc", 3);
  lc_ssh_wire_put_string (bytes, "", 0);
  g_assert_cmpmem (bytes->data, bytes->len, "\7\1\2\3\4\0\0\0\3abc\0\0\0\0", 16);

  wire = (LcSshWire) LC_SSH_WIRE_INIT (bytes->data, bytes->len);
  g_assert_cmpuint (lc_ssh_wire_get_byte (&wire), ==, 7);
  g_assert_cmpuint (lc_ssh_wire_get_uint32 (&wire), ==, 0x01020304);
  text = lc_ssh_wire_dup_string (&wire);
  g_assert_cmpstr (text, ==, "abc");
  lc_ssh_wire_get_string (&wire, &length);
  g_assert_cmpuint (length, ==, 0);
  g_assert_false (wire.bad);
  g_assert_cmpuint (wire.length, ==, 0);
}

/* Whatever is cut off: nothing is read that is not there. */
static void
test_wire_cut (void)
{
  static const char whole[] = "\7\0\0\0\3abc";

  for (gsize length = 0; length < sizeof whole - 1; length++)
    {
      g_autofree char *exact = g_memdup2 (whole, MAX (length, 1));
      LcSshWire wire = LC_SSH_WIRE_INIT (exact, length);
      gsize size;

      lc_ssh_wire_get_byte (&wire);
      lc_ssh_wire_get_string (&wire, &size);
      g_assert_true (wire.bad);
      g_assert_cmpuint (size, ==, 0);
      g_assert_cmpuint (lc_ssh_wire_get_uint32 (&wire), ==, 0);
    }
}

static void
test_agent_answers (void)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GByteArray) blob = g_byte_array_new ();
  g_autoptr (GPtrArray) keys = NULL;
  g_autofree char *algorithm = NULL;
  const LcSshAgentKey *key;

  lc_ssh_wire_put_string (blob, "ssh-rsa-cert-v01@openssh.com", 28);
  lc_ssh_wire_put_byte (answer, 12);
  lc_ssh_wire_put_uint32 (answer, 1);
  lc_ssh_wire_put_string (answer, blob->data, blob->len);
  lc_ssh_wire_put_string (answer, "ada@\033[31mhome", 13);

  keys = lc_ssh_agent_parse_keys (answer->data, answer->len);
  g_assert_cmpuint (keys->len, ==, 1);
  key = keys->pdata[0];
  g_assert_null (strchr (key->comment, '\033'));
  algorithm = lc_ssh_agent_dup_algorithm (key->blob);
  g_assert_cmpstr (algorithm, ==, "ssh-rsa");

  for (guint length = 0; length < answer->len; length++)
    g_assert_null (lc_ssh_agent_parse_keys (answer->data, length));
}

static void
test_words (void)
{
  static const char *const passwords[] = {
    "Password", "student's password",  "(student@vm) Password", "Mot de passe",
    "Passwort", "Password for newton", "Current password",      "student@vm’s PASSWORD",
  };
  static const char *const others[] = {
    "Verification code",
    "One-time password (OATH) for `student'",
    "Password token",
    "OTP password",
    "Passcode or option (1-3)",
    "",
    "PIN",
    "Enter your second password code",
  };

  static const char *const news[] = {
    "New password",         "Retype new password", "New UNIX password",
    "Nouveau mot de passe", "Password again",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (passwords); i++)
    if (!lc_ssh_asks_password (passwords[i]))
      g_error ("%s", passwords[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (lc_ssh_asks_password (others[i]))
      g_error ("%s", others[i]);
  g_assert_true (lc_ssh_asks_old_password ("Current password"));
  g_assert_true (lc_ssh_asks_old_password ("(current) UNIX password"));
  g_assert_false (lc_ssh_asks_old_password ("Password"));
  g_assert_false (lc_ssh_asks_old_password ("Current code"));
  for (gsize i = 0; i < G_N_ELEMENTS (news); i++)
    if (!lc_ssh_asks_new_password (news[i]) || lc_ssh_asks_password (news[i]))
      g_error ("%s", news[i]);
  g_assert_false (lc_ssh_asks_new_password ("Current password"));
  g_assert_false (lc_ssh_asks_new_password ("New one-time password"));
  g_assert_false (lc_ssh_asks_new_password ("Enter again"));
}

static void
test_challenge (void)
{
  g_autoptr (LcChallenge) empty = lc_challenge_new (" ", "");
  g_autoptr (LcChallenge) challenge = lc_challenge_new ("Name\033[2J", "One\nTwo");

  g_assert_null (lc_challenge_get_name (empty));
  g_assert_null (lc_challenge_get_instruction (empty));
  g_assert_cmpuint (lc_challenge_get_n_questions (empty), ==, 0);

  lc_challenge_add (challenge, "Password: ", FALSE);
  lc_challenge_add (challenge, "Line\nbreak\342\200\256?", TRUE);
  lc_challenge_add (challenge, ":", FALSE);
  g_assert_null (strchr (lc_challenge_get_name (challenge), '\033'));
  g_assert_cmpstr (lc_challenge_get_instruction (challenge), ==, "One\nTwo");
  g_assert_cmpstr (lc_challenge_get_text (challenge, 0), ==, "Password");
  g_assert_false (lc_challenge_get_echo (challenge, 0));
  g_assert_null (strchr (lc_challenge_get_text (challenge, 1), '\n'));
  g_assert_null (strstr (lc_challenge_get_text (challenge, 1), "\342\200\256"));
  g_assert_true (lc_challenge_get_echo (challenge, 1));
  g_assert_cmpstr (lc_challenge_get_text (challenge, 2), ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ssh/wire", test_wire);
  g_test_add_func ("/ssh/wire/cut", test_wire_cut);
  g_test_add_func ("/ssh/agent/answers", test_agent_answers);
  g_test_add_func ("/ssh/auth/words", test_words);
  g_test_add_func ("/ssh/auth/challenge", test_challenge);
  return g_test_run ();
}
