/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-error.h"
#include "lc-forward-spec.h"

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    guint16 local_port;
    const char *host;
    guint16 port;
  } cases[] = {
    { "5432:localhost:5432", 5432, "localhost", 5432 },
    { "0:db.school.example:1", 0, "db.school.example", 1 },
    { "65535:10.0.0.4:65535", 65535, "10.0.0.4", 65535 },
    { "80:[::1]:8080", 80, "::1", 8080 },
    { "80:[fe80::2]:8080", 80, "fe80::2", 8080 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LcForwardSpec) spec = lc_forward_spec_parse (cases[i].text, &error);

      g_assert_no_error (error);
      g_assert_cmpint (spec->local_port, ==, cases[i].local_port);
      g_assert_cmpstr (spec->host, ==, cases[i].host);
      g_assert_cmpint (spec->port, ==, cases[i].port);
    }
}

static void
test_bad (void)
{
  static const char *const cases[] = {
    "",           "8888",        "8888:localhost", "localhost:8888", "8888:localhost:0",
    "8888::8888", "65536:a:1",   "1:a:65536",      "-1:a:1",         "+1:a:1",
    "1:a b:2",    "1:-oProxy:2", "1:::1:2",        "1:[]:2",         "1:a:2x",
    "x:a:2",      "1:a\n:2",     " 1:a:2",         "1:[a:2",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i]);
      g_assert_null (lc_forward_spec_parse (cases[i], &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forward-spec/good", test_good);
  g_test_add_func ("/forward-spec/bad", test_bad);
  return g_test_run ();
}
