/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lc-notebook-answer.h"

#define SERVER(members) "@LC server {" members "}\n"
#define PLAIN                                                                                      \
  "\"base_url\": \"/\", \"hostname\": \"localhost\", \"port\": 8888, \"pid\": 42, "                \
  "\"password\": false, \"secure\": false, \"sock\": \"\", \"token\": \"abc\""

static LcNotebookAnswer *
parse (const char *text)
{
  return lc_notebook_answer_parse (text, strlen (text));
}

static const LcNotebookServer *
server_at (LcNotebookAnswer *answer, guint index)
{
  g_assert_cmpuint (index, <, answer->servers->len);
  return g_ptr_array_index (answer->servers, index);
}

/* What the three families write, from real servers. */
static void
test_families (void)
{
  g_autoptr (LcNotebookAnswer) answer = parse (
      "Welcome to the lab!\n"
      "\n@LC server {  \"base_url\": \"/\",  \"hostname\": \"localhost\",  \"notebook_dir\": "
      "\"/home/student\",  \"password\": false,  \"pid\": 55,  \"port\": 8888,  \"secure\": false, "
      " "
      "\"sock\": \"\",  \"token\": \"7472b272\",  \"url\": \"http://localhost:8888/\"}\r\n"
      "@LC server {\"base_url\": \"/lab-7\", \"hostname\": \"0.0.0.0\", \"password\": true, "
      "\"pid\": "
      "56, \"port\": 8889, \"root_dir\": \"/srv\", \"secure\": false, \"sock\": \"\", \"token\": "
      "\"\", "
      "\"url\": \"http://x:8889/lab-7/\", \"version\": \"2.15.0\"}\n"
      "@LC server {\"base_url\": \"/\", \"hostname\": \"localhost\", \"password\": false, \"pid\": "
      "57, "
      "\"port\": 0, \"secure\": false, \"sock\": "
      "\"/home/student/.local/share/jupyter/labconnect/9.sock\", \"token\": \"ours\", \"url\": "
      "\"http+unix://%2Fhome\"}\n"
      "@LC jupyter lab\n\n@LC end\n");

  g_assert_true (answer->complete);
  g_assert_true (answer->can_start);
  g_assert_cmpuint (answer->servers->len, ==, 3);

  g_assert_true (server_at (answer, 0)->own);
  g_assert_cmpstr (server_at (answer, 0)->socket, ==,
                   "/home/student/.local/share/jupyter/labconnect/9.sock");
  g_assert_cmpint (server_at (answer, 0)->pid, ==, 57);

  g_assert_cmpstr (server_at (answer, 1)->host, ==, "localhost");
  g_assert_cmpint (server_at (answer, 1)->port, ==, 8888);
  g_assert_cmpstr (lc_secret_peek (server_at (answer, 1)->token), ==, "7472b272");

  g_assert_cmpstr (server_at (answer, 2)->base_url, ==, "/lab-7/");
  g_assert_cmpstr (server_at (answer, 2)->host, ==, "127.0.0.1");
  g_assert_null (server_at (answer, 2)->token);
  g_assert_true (server_at (answer, 2)->password);
}

static void
test_order (void)
{
  g_autoptr (LcNotebookAnswer) answer =
      parse (SERVER ("\"port\": 1, \"password\": true, \"token\": \"\"")
                 SERVER ("\"port\": 2, \"password\": false, \"token\": \"\"")
                     SERVER ("\"port\": 3, \"pid\": 10, \"token\": \"t\"")
                         SERVER ("\"port\": 4, \"pid\": 11, \"token\": \"t\""));
  static const guint16 ports[] = { 4, 3, 2, 1 };

  g_assert_false (answer->complete);
  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    g_assert_cmpint (server_at (answer, i)->port, ==, ports[i]);
}

static void
test_refused (void)
{
  static const char *const cases[] = {
    "@LC server",
    "@LC server ",
    "@LC server []\n",
    "@LC server {\n",
    "@LC server null\n",
    "@LC serverx {" PLAIN "}\n",
    " @LC server {" PLAIN "}\n",
    "@LC server 2{" PLAIN "}\n",
    "@LC server {" PLAIN "}{\n",
    SERVER ("\"port\": 0"),
    SERVER ("\"port\": 65536"),
    SERVER ("\"port\": -1"),
    SERVER ("\"port\": \"8888\""),
    SERVER ("\"port\": 8888.5"),
    SERVER ("\"port\": 8888, \"secure\": true"),
    SERVER ("\"port\": 8888, \"hostname\": \"-oProxyCommand=x\""),
    SERVER ("\"port\": 8888, \"hostname\": \"a b\""),
    SERVER ("\"port\": 8888, \"token\": \"a\\r\\nX: y\""),
    SERVER ("\"port\": 8888, \"token\": \"a b\""),
    SERVER ("\"port\": 8888, \"token\": \"\\u00e9\""),
    SERVER ("\"port\": 8888, \"base_url\": \"no-slash\""),
    SERVER ("\"port\": 8888, \"base_url\": \"/a b/\""),
    SERVER ("\"port\": 8888, \"base_url\": \"/a\\r\\nHost: evil/\""),
    SERVER ("\"port\": 8888, \"base_url\": \"/?x\""),
    SERVER ("\"port\": 8888, \"base_url\": \"/#x\""),
    SERVER ("\"sock\": \"relative.sock\""),
    SERVER ("\"port\": 8888, \"a\": "
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LcNotebookAnswer) answer = parse (cases[i]);

      g_test_message ("%s", cases[i]);
      g_assert_cmpuint (answer->servers->len, ==, 0);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (LcNotebookAnswer) many = NULL;
  g_autoptr (LcNotebookAnswer) chatty = NULL;
  g_autofree char *long_token = g_strnfill (600, 'x');

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, SERVER (PLAIN));
  g_string_append_printf (text, "@LC server {\"port\": 1, \"token\": \"%s\"}\n", long_token);
  many = lc_notebook_answer_parse (text->str, text->len);
  g_assert_cmpuint (many->servers->len, ==, 64);

  g_string_truncate (text, 0);
  for (guint i = 0; i < 10000; i++)
    g_string_append (text, "@LC log \033[31mred\033[0m \377 line\n");
  chatty = lc_notebook_answer_parse (text->str, text->len);
  g_assert_cmpuint (strlen (chatty->log), <=, 8192);
  g_assert_null (strchr (chatty->log, '\033'));
  g_assert_true (g_utf8_validate (chatty->log, -1, NULL));
}

static void
test_ends (void)
{
  g_autoptr (LcNotebookAnswer) ended = parse ("@LC ended\n@LC log Traceback\n@LC end\n");
  g_autoptr (LcNotebookAnswer) late = parse ("@LC late\n@LC end");
  g_autoptr (LcNotebookAnswer) missing = parse ("@LC missing\n@LC end\n");
  g_autoptr (LcNotebookAnswer) nothing = parse ("This account is currently not available.\n");

  g_assert_true (ended->ended && ended->complete);
  g_assert_cmpstr (ended->log, ==, "Traceback\n");
  g_assert_true (late->late && late->complete);
  g_assert_true (missing->missing && missing->complete);
  g_assert_false (nothing->complete);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer/families", test_families);
  g_test_add_func ("/answer/order", test_order);
  g_test_add_func ("/answer/refused", test_refused);
  g_test_add_func ("/answer/limits", test_limits);
  g_test_add_func ("/answer/ends", test_ends);
  return g_test_run ();
}
