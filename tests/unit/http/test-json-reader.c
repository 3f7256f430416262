/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lc-error.h"
#include "lc-json-reader.h"

static LcJsonReader *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  LcJsonReader *reader = lc_json_reader_new (text, strlen (text), &error);

  g_assert_no_error (error);
  return reader;
}

static void
assert_complaint (LcJsonReader *reader, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (lc_json_reader_check (reader, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_values (void)
{
  g_autoptr (LcJsonReader) root = parse ("{\"name\": \"vm\", \"count\": 3, \"big\": 4.0,"
                                         " \"on\": true, \"none\": null, \"used\": \"PT1H30M\"}");

  g_assert_cmpstr (lc_json_reader_get_string (root, "name"), ==, "vm");
  g_assert_cmpstr (lc_json_reader_require_string (root, "name"), ==, "vm");
  g_assert_cmpint (lc_json_reader_get_int (root, "count", -1), ==, 3);
  g_assert_cmpint (lc_json_reader_get_int (root, "big", -1), ==, 4);
  g_assert_true (lc_json_reader_get_boolean (root, "on", FALSE));
  g_assert_cmpint (lc_json_reader_get_duration (root, "used", -1), ==, 5400);
  g_assert_null (lc_json_reader_get_string (root, "none"));
  g_assert_null (lc_json_reader_get_string (root, "missing"));
  g_assert_cmpint (lc_json_reader_get_int (root, "missing", 9), ==, 9);
  g_assert_true (lc_json_reader_check (root, NULL));
}

static void
test_complaint_has_path (void)
{
  g_autoptr (LcJsonReader) root =
      parse ("{\"environments\": [{}, {\"vm\": {\"name\": 7}}, {\"vm\": {\"name\": []}}]}");
  g_autoptr (LcJsonReader) list = lc_json_reader_get_member (root, "environments");
  g_autoptr (LcJsonReader) item = lc_json_reader_get_element (list, 1);
  g_autoptr (LcJsonReader) vm = lc_json_reader_get_member (item, "vm");
  g_autoptr (LcJsonReader) other = lc_json_reader_get_element (list, 2);

  g_assert_cmpuint (lc_json_reader_get_length (list), ==, 3);
  g_assert_null (lc_json_reader_get_string (vm, "name"));
  g_assert_cmpint (lc_json_reader_get_int (other, "vm", 0), ==, 0);
  /* The first one counts. */
  assert_complaint (root, "environments[1].vm.name: expected string");
}

static void
test_wrong_containers (void)
{
  g_autoptr (LcJsonReader) root = parse ("[1, 2]");
  g_autoptr (LcJsonReader) member = lc_json_reader_get_member (root, "value");
  g_autoptr (LcJsonReader) element = lc_json_reader_get_element (member, 4);

  g_assert_null (lc_json_reader_get_string (element, "id"));
  assert_complaint (root, "document: expected object");
}

static void
test_required (void)
{
  g_autoptr (LcJsonReader) root = parse ("{\"item\": {\"id\": \"\"}}");
  g_autoptr (LcJsonReader) item = lc_json_reader_get_member (root, "item");

  g_assert_cmpstr (lc_json_reader_require_string (item, "id"), ==, "");
  assert_complaint (root, "item.id: expected string");
}

static void
test_bad_duration (void)
{
  g_autoptr (LcJsonReader) root = parse ("{\"usageQuota\": \"ten hours\"}");

  g_assert_cmpint (lc_json_reader_get_duration (root, "usageQuota", -1), ==, -1);
  assert_complaint (root, "usageQuota: expected duration");
}

static void
test_secret_is_taken (void)
{
  g_autoptr (LcJsonReader) root = parse ("{\"token\": \"planted\"}");
  g_autoptr (LcSecret) secret = lc_json_reader_take_secret (root, "token");

  g_assert_cmpstr (lc_secret_peek (secret), ==, "planted");
  g_assert_cmpstr (lc_json_reader_get_string (root, "token"), ==, "");
}

static void
test_refused (void)
{
  const char *texts[] = { "",
                          " ",
                          "{",
                          "{'a': 1}",
                          "// hello\n{}",
                          "{\"a\": \"\xff\"}",
                          "nonsense",
                          "{\"a\": 1,}",
                          "<html></html>" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lc_json_reader_new (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
    }
}

static void
test_depth (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (LcJsonReader) brackets = parse ("{\"a\": \"[[[[\\\"[[[[\"}");
  g_autoptr (LcJsonReader) reader = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < LC_JSON_MAX_DEPTH; i++)
    g_string_append_c (deep, '[');
  for (int i = 0; i < LC_JSON_MAX_DEPTH; i++)
    g_string_append_c (deep, ']');
  reader = parse (deep->str);
  g_string_prepend_c (deep, '[');
  g_string_append_c (deep, ']');
  g_assert_null (lc_json_reader_new (deep->str, deep->len, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-reader/values", test_values);
  g_test_add_func ("/json-reader/complaint-has-path", test_complaint_has_path);
  g_test_add_func ("/json-reader/wrong-containers", test_wrong_containers);
  g_test_add_func ("/json-reader/required", test_required);
  g_test_add_func ("/json-reader/bad-duration", test_bad_duration);
  g_test_add_func ("/json-reader/secret-is-taken", test_secret_is_taken);
  g_test_add_func ("/json-reader/refused", test_refused);
  g_test_add_func ("/json-reader/depth", test_depth);
  return g_test_run ();
}
