/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-error.h"
#include "lc-destination.h"

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    const char *login;
    const char *host;
    guint16 port;
  } cases[] = {
    { "bastion", NULL, "bastion", 22 },
    { "ada@bastion.school.example", "ada", "bastion.school.example", 22 },
    { "ada@bastion:2222", "ada", "bastion", 2222 },
    { " ssh://ada@bastion:2222 ", "ada", "bastion", 2222 },
    { "ada@school.example@bastion", "ada@school.example", "bastion", 22 },
    { "192.0.2.7:1", NULL, "192.0.2.7", 1 },
    { "2001:db8::7", NULL, "2001:db8::7", 22 },
    { "[2001:db8::7]", NULL, "2001:db8::7", 22 },
    { "ada@[2001:db8::7]:65535", "ada", "2001:db8::7", 65535 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LcDestination) found = lc_destination_parse (cases[i].text, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (found->login, ==, cases[i].login);
      g_assert_cmpstr (found->host, ==, cases[i].host);
      g_assert_cmpint (found->port, ==, cases[i].port);
    }
}

static void
test_bad (void)
{
  static const char *const cases[] = {
    "",
    "@bastion",
    "ada@",
    "-oProxyCommand=reboot",
    "ada@-bastion",
    "bastion:",
    "bastion:0",
    "bastion:x",
    "bastion:65536",
    "a b",
    "ada@[bastion",
    "[]",
    "[]:22",
    "-l@bastion",
    "fe80::1%eth0",
    "bastion;reboot",
    "\xff\xfe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lc_destination_parse (cases[i], &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = lc_destination_parse_list ("ada@a,b:23", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((LcDestination *) list->pdata[1])->host, ==, "b");
  g_assert_null (lc_destination_parse_list ("a,,b", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  g_assert_null (lc_destination_parse_list ("a,b,c,d,e,f,g,h,i,j,k", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/destination/good", test_good);
  g_test_add_func ("/core/destination/bad", test_bad);
  g_test_add_func ("/core/destination/list", test_list);
  return g_test_run ();
}
