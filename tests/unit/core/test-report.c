/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lc-error.h>
#include <lc-redactor.h>
#include <lc-report.h>
#include <string.h>

#include "world.h"

static void
assert_redacted (const char *text, const char *expected)
{
  g_autoptr (LcRedactor) redactor = lc_redactor_new ();
  g_autofree char *result = NULL;

  lc_redactor_add (redactor, "machine", "ml-lab-7");
  lc_redactor_add (redactor, "machine", "ml-lab-77");
  lc_redactor_add (redactor, "machine", "ML-LAB-7");
  lc_redactor_add (redactor, "login", "student");
  lc_redactor_add (redactor, "login", "x");
  lc_redactor_add (redactor, "login", NULL);
  lc_redactor_add (redactor, "person", "Émile (B.)");
  lc_redactor_add (redactor, "host", "lab.westeurope.cloudapp.azure.com");
  lc_redactor_add (redactor, "host", "127.0.0.1");
  result = lc_redactor_apply (redactor, text);
  g_assert_cmpstr (result, ==, expected);
}

static void
test_names (void)
{
  assert_redacted ("ml-lab-7, ML-Lab-7 and ml-lab-77", "machine-1, machine-1 and machine-2");
  assert_redacted ("student@lab.westeurope.cloudapp.azure.com:22", "login-1@host-1:22");
  assert_redacted ("students, my-student and x", "students, my-student and x");
  assert_redacted ("of émile (b.).", "of person-1.");
  assert_redacted ("127.0.0.1:8888 and localhost and ::1", "127.0.0.1:8888 and localhost and ::1");
}

static void
test_addresses (void)
{
  assert_redacted ("to 192.0.2.7 port 22, 10.0.0.4:80", "to (address) port 22, (address):80");
  assert_redacted ("[2001:db8::1:2]:22 fe80::1 2001:db8:0:1:2:3:4:5 2001:db8::",
                   "[(address)]:22 (address) (address) (address)");
  assert_redacted ("ada@school.example, grace@mail.university.example", "(mail), (mail)");
  assert_redacted ("/home/ada/.ssh/id_ed25519", "/home/…/.ssh/id_ed25519");
  assert_redacted ("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8.", "SHA256:….");
  assert_redacted ("id 7d1a8c2e-0b7f-4f0e-9c7b-3f1a2b4c5d6e", "id (id)");
}

static void
test_secrets (void)
{
  assert_redacted ("http://127.0.0.1:1/?token=0123abcd&x=1", "http://127.0.0.1:1/?token=…&x=1");
  assert_redacted ("Authorization: Bearer abc.def", "Authorization: Bearer …");
  assert_redacted ("password=hunter2 Passphrase=a", "password=… Passphrase=…");
}

/* What people look for in a log is still there. */
static void
test_what_stays (void)
{
  static const char *const lines[] = {
    "14:05:01 reached, 14:05:02.123 logged in",
    "aes128-gcm@openssh.com chacha20-poly1305@openssh.com curve25519-sha256@libssh.org",
    "rijndael-cbc@lysator.liu.se hmac-ripemd160@openssh.com",
    "SSH-2.0-OpenSSH_10.0p2 Debian-7, libssh2/1.11.1",
    "ssh-ed25519 sk-ssh-ed25519-cert-v01@openssh.com",
    "lc::error 12 %",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    assert_redacted (lines[i], lines[i]);
}

static void
test_nonsense (void)
{
  g_autoptr (LcRedactor) redactor = lc_redactor_new ();
  g_autofree char *long_text = g_strnfill (200000, ':');
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;

  lc_redactor_add (redactor, "machine", "a.*(b[\\");
  once = lc_redactor_apply (redactor, "the a.*(b[\\ and \xff\xfe");
  g_assert_true (g_utf8_validate (once, -1, NULL));
  g_assert_nonnull (strstr (once, "the machine-1 and"));
  twice = lc_redactor_apply (redactor, long_text);
  g_assert_nonnull (twice);
}

static void
test_report (void)
{
  World *world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  LcErrorDetails details = { .service_message = (char *) "ada@school.example is not known here" };
  g_autoptr (GError) error =
      lc_error_new_with_details (LC_ERROR_OFFLINE, &details,
                                 "student@ml-lab.school.example port 22 went away");
  g_autoptr (LcFakeConnection) connection = lc_fake_connection_new (machine, "notebook");
  g_autoptr (LcOperation) operation = lc_operation_new ("Opening lab-1", "lab-1");
  g_autoptr (LcOperation) failed = lc_operation_new ("Opening lab-2", "lab-2");
  g_autofree char *report = NULL;
  static const char *const personal[] = { "ada",       "school.example", "student", "Data science",
                                          "192.0.2.7", "nThbg6kX",       "babbage", "gate",
                                          "turing",    "lab-2" };
  static const char *const wanted[] = {
    "LabConnect ",
    "GTK 4",
    "\nRunning operations:\n",
    "Opening machine-",
    "\nLast failures:\n",
    " s  start-machine: done\n",
    " s  reach: failed\n",
    "Key exchange: curve25519-sha256",
    "Address: (left out)",
    "Timeline:",
    "logged in as login-1 at host-1",
    "Ended by itself:",
    "offline",
  };

  lc_machine_set_ssh (machine, "ml-lab.school.example", 22);
  lc_machine_set_login (machine, "student");
  lc_fake_connection_set_journal (connection,
                                  "14:05:01 reached 192.0.2.7 port 22\n"
                                  "14:05:02 SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8\n"
                                  "14:05:03 logged in as student at ml-lab.school.example\n"
                                  "14:05:04 through babbage@gate and turing@far-gate\n");
  lc_profile_store_set_jump (world->profiles, "lab-1", "babbage@gate:2222,turing@far-gate");
  lc_registry_add_connection (world->registry, LC_CONNECTION (connection));
  lc_connection_set_closed (LC_CONNECTION (connection), error);
  lc_operation_begin_step (failed, "start-machine", "Start the machine");
  lc_operation_begin_step (failed, "reach", "Wait for the machine to answer");
  lc_operation_finish (failed, error);
  report = lc_report_dup (world->registry, world->catalog, "GTK 4\n");
  g_test_message ("%s", report);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_nonnull (strstr (report, wanted[i]));
  for (guint i = 0; i < G_N_ELEMENTS (personal); i++)
    g_assert_null (strstr (report, personal[i]));
  lc_operation_finish (operation, NULL);
  world_free (world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/report/names", test_names);
  g_test_add_func ("/report/addresses", test_addresses);
  g_test_add_func ("/report/secrets", test_secrets);
  g_test_add_func ("/report/what-stays", test_what_stays);
  g_test_add_func ("/report/nonsense", test_nonsense);
  g_test_add_func ("/report/report", test_report);
  return g_test_run ();
}
