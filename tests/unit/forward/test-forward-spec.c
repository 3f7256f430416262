/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lc-error.h"
#include "lc-forward-spec.h"

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    guint16 listen_port;
    const char *host;
    guint16 port;
    const char *path;
    const char *target;
  } cases[] = {
    { "5432:localhost:5432", 5432, "localhost", 5432, NULL, "localhost:5432" },
    { "0:db.school.example:1", 0, "db.school.example", 1, NULL, "db.school.example:1" },
    { "65535:10.0.0.4:65535", 65535, "10.0.0.4", 65535, NULL, "10.0.0.4:65535" },
    { "80:[::1]:8080", 80, "::1", 8080, NULL, "[::1]:8080" },
    { "80:[fe80::2]:8080", 80, "fe80::2", 8080, NULL, "[fe80::2]:8080" },
    { "80:[10.0.0.4]:8080", 80, "10.0.0.4", 8080, NULL, "10.0.0.4:8080" },
    { "localhost:1:a:2", 1, "a", 2, NULL, "a:2" },
    { "127.0.0.1:1:a:2", 1, "a", 2, NULL, "a:2" },
    { "[::1]:1:[::1]:2", 1, "::1", 2, NULL, "[::1]:2" },
    { "0:/run/db.sock", 0, NULL, 0, "/run/db.sock", "/run/db.sock" },
    { "localhost:7:/tmp/a:b [c", 7, NULL, 0, "/tmp/a:b [c", "/tmp/a:b [c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LcForwardSpec) spec = lc_forward_spec_parse (cases[i].text, FALSE, &error);
      g_autoptr (LcForwardSpec) copy = NULL;
      g_autofree char *target = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      copy = lc_forward_spec_copy (spec);
      target = lc_forward_spec_dup_target (copy);
      g_assert_false (copy->back);
      g_assert_cmpint (copy->listen_port, ==, cases[i].listen_port);
      g_assert_cmpstr (copy->host, ==, cases[i].host);
      g_assert_cmpint (copy->port, ==, cases[i].port);
      g_assert_cmpstr (copy->path, ==, cases[i].path);
      g_assert_cmpstr (target, ==, cases[i].target);
    }
}

static void
test_bad (void)
{
  static const char *const cases[] = {
    "",
    "8888",
    "8888:localhost",
    "localhost:8888",
    "8888:localhost:0",
    "8888::8888",
    "65536:a:1",
    "1:a:65536",
    "-1:a:1",
    "+1:a:1",
    "1:a b:2",
    "1:-oProxy:2",
    "1:::1:2",
    "1:[]:2",
    "1:a:2x",
    "x:a:2",
    "1:a\n:2",
    " 1:a:2",
    "1:[a:2",
    "1:[::1]x:2",
    "1:a:2:",
    ":1:a:2",
    "*:1:a:2",
    "0.0.0.0:1:a:2",
    "[::]:1:a:2",
    "10.0.0.4:1:/run/x",
    "1:run/x",
    "1:a:/run/x",
    "localhost:localhost:1:a:2",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i]);
      g_assert_null (lc_forward_spec_parse (cases[i], FALSE, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
    }
}

static void
test_long_path (void)
{
  g_autofree char *name = g_strnfill (107, 'x');
  g_autofree char *text = g_strdup_printf ("1:/%s", name);
  g_autoptr (LcForwardSpec) spec = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (lc_forward_spec_parse (text, FALSE, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
  text[strlen (text) - 1] = '\0';
  spec = lc_forward_spec_parse (text, FALSE, NULL);
  g_assert_nonnull (spec);
}

static void
test_back (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcForwardSpec) spec = lc_forward_spec_parse ("0:localhost:80", TRUE, &error);

  g_assert_no_error (error);
  g_assert_true (spec->back);
  g_assert_cmpint (spec->port, ==, 80);

  g_assert_null (lc_forward_spec_parse ("0:/run/x", TRUE, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
  g_assert_nonnull (strstr (error->message, "PORT:HOST:PORT"));
}

static void
test_target (void)
{
  static const char *const bad[] = {
    "", "a", "a:", ":1", "a:0", "a:1:2", "::1:22", "-a:1", "1:/x"
  };
  g_autofree char *host = NULL;
  g_autofree char *address = NULL;
  guint16 port = 0;

  g_assert_true (lc_forward_spec_parse_target ("db.school.example:22", &host, &port, NULL));
  g_assert_cmpstr (host, ==, "db.school.example");
  g_assert_cmpint (port, ==, 22);
  g_assert_true (lc_forward_spec_parse_target ("[::1]:65535", &address, &port, NULL));
  g_assert_cmpstr (address, ==, "::1");
  g_assert_cmpint (port, ==, 65535);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *none = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (lc_forward_spec_parse_target (bad[i], &none, &port, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
      g_assert_null (none);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forward-spec/good", test_good);
  g_test_add_func ("/forward-spec/bad", test_bad);
  g_test_add_func ("/forward-spec/long-path", test_long_path);
  g_test_add_func ("/forward-spec/back", test_back);
  g_test_add_func ("/forward-spec/target", test_target);
  return g_test_run ();
}
