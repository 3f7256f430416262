/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-audience.h"
#include "sb-error.h"
#include "sb-request.h"
#include "sb-token.h"
#include "sb-util.h"

static void
test_durations (void)
{
  static const struct
  {
    const char *given;
    const char *normal; /* NULL: refused */
  } cases[] = {
    { "PT0S", "PT0S" },
    { "PT10H", "PT10H" },
    { "PT25H", "P1DT1H" },
    { "P1DT1H", "P1DT1H" },
    { "P1W", "P7D" },
    { "PT90M", "PT1H30M" },
    { "PT61.5S", "PT1M1S" },
    { "PT9999H", "P416DT15H" },
    { "PT10000H", NULL },
    { "P", NULL },
    { "PT", NULL },
    { "P1DT", NULL },
    { "P1Y", NULL },
    { "P1M", NULL },
    { "10H", NULL },
    { "PT-1H", NULL },
    { "", NULL },
    { "PT1H ", NULL },
    { "PT99999999999H", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 milliseconds = -1;
      gboolean is_valid = sb_parse_duration (cases[i].given, &milliseconds);
      g_autofree char *text = is_valid ? sb_format_duration (milliseconds) : NULL;

      g_test_message ("%s", cases[i].given);
      g_assert_cmpstr (text, ==, cases[i].normal);
    }
  g_assert_false (sb_parse_duration (NULL, NULL));
}

static void
test_times (void)
{
  g_autofree char *text = sb_format_time (G_GINT64_CONSTANT (1795352400123));

  g_assert_cmpstr (text, ==, "2026-11-22T13:00:00.1230000Z");
}

static void
test_machine_passwords (void)
{
  static const char *const good[] = { "Analytical-Engine-1843", "abcdefgh1234!", "ÉTÉ-été-2026-é" };
  static const char *const bad[] = {
    "Short-1", "alllowercaseletters", "P@ssword123", "Line\nbreak-12", "", "12345678901234567"
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (sb_check_machine_password (good[i], "student", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sb_check_machine_password (bad[i], "student", &error));
      g_assert_error (error, SB_ERROR, SB_ERROR_INVALID_PASSWORD);
    }
}

static void
test_machine_logins (void)
{
  static const char *const good[] = { "student", "ada-lovelace_2", "x" };
  static const char *const bad[] = {
    "",    "root", "systemd-x", "-rf", "2nd",
    "Ada", "a b",  "a\n",       "a;b", "abcdefghijklmnopqrstuvwxyz0123456"
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (sb_check_machine_login (good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (sb_check_machine_login (bad[i], NULL));
}

static void
test_people_passwords (void)
{
  g_autofree char *hash = sb_hash_password ("engine-of-notes", NULL);
  g_autofree char *again = sb_hash_password ("engine-of-notes", NULL);

  g_assert_true (g_str_has_prefix (hash, "$y$"));
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (sb_check_password ("engine-of-notes", hash));
  g_assert_false (sb_check_password ("engine-of-note", hash));
  g_assert_false (sb_check_password ("engine-of-notes", "nonsense"));
}

static void
test_slug (void)
{
  g_autofree char *plain = sb_slug ("Data science with Python", 40);
  g_autofree char *cut = sb_slug ("Data science", 5);
  g_autofree char *odd = sb_slug ("--Été: 2026!", 40);
  g_autofree char *empty = sb_slug ("数据", 40);

  g_assert_cmpstr (plain, ==, "data-science-with-python");
  g_assert_cmpstr (cut, ==, "data");
  g_assert_cmpstr (odd, ==, "ete-2026");
  g_assert_cmpstr (empty, ==, "lab");
}

static void
test_base64url (void)
{
  static const guchar bytes[] = { 0xfb, 0xff, 0xfe, 0x00 };
  g_autofree char *text = sb_base64url_encode (bytes, sizeof bytes);
  gsize length;
  g_autofree guchar *back = sb_base64url_decode (text, &length);

  g_assert_cmpstr (text, ==, "-__-AA");
  g_assert_cmpmem (back, length, bytes, sizeof bytes);
}

static void
test_tokens (void)
{
  JsonObject *claims = json_object_new ();
  g_autofree char *token = NULL;
  g_autofree char *forged = NULL;
  g_autoptr (JsonObject) back = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const nonsense[] = { "", ".", "..", "a.b", "a.b.c", "a.b.c.d" };

  json_object_set_int_member (claims, "exp", sb_now () / 1000 + 60);
  json_object_set_string_member (claims, "oid", "ada");
  token = sb_token_sign (claims, "key");
  back = sb_token_verify (token, "key", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (back, "oid"), ==, "ada");

  g_assert_null (sb_token_verify (token, "other", &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_INVALID_TOKEN);
  g_clear_error (&error);

  /* Other claims under the same signature. */
  forged = g_strdup (token);
  forged[g_strrstr (forged, ".") - forged - 1] ^= 1;
  g_assert_null (sb_token_verify (forged, "key", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    g_assert_null (sb_token_verify (nonsense[i], "key", NULL));

  sb_clock_advance (60 * SB_SECOND);
  g_assert_null (sb_token_verify (token, "key", &error));
  g_assert_error (error, SB_ERROR, SB_ERROR_EXPIRED_TOKEN);
}

static void
test_audience (void)
{
  static const char *const good[] = {
    "http://127.0.0.1:4280/.default offline_access openid profile",
    "openid https://management.azure.com/user_impersonation",
    "https://management.azure.com//.default",
  };
  static const char *const bad[] = {
    "",
    "openid profile",
    "http://127.0.0.1:4281/.default",
    "https://graph.microsoft.com/.default",
    "http://127.0.0.1:4280/.default http://127.0.0.1:4280/user_impersonation",
    "http://127.0.0.1:4280/.default https://management.azure.com/.default",
    "http://127.0.0.1:4280/Files.Read",
    "/.default",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *audience = sb_audience_for_scope (good[i], 4280);

      g_assert_nonnull (audience);
      g_assert_true (sb_audience_is_ours (audience, 4280));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (sb_audience_for_scope (bad[i], 4280));
  g_assert_true (sb_scope_has ("a offline_access b", "offline_access"));
  g_assert_false (sb_scope_has ("offline_access_not", "offline_access"));
}

static void
test_paths (void)
{
  g_autoptr (GHashTable) params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_assert_true (sb_path_match ("/Labs/{lab}/start", "/labs/Data%20science/START", params));
  g_assert_cmpstr (g_hash_table_lookup (params, "lab"), ==, "Data science");
  g_assert_false (sb_path_match ("/labs/{lab}", "/labs/", NULL));
  g_assert_false (sb_path_match ("/labs/{lab}", "/labs/a/b", NULL));
  g_assert_false (sb_path_match ("/labs/{lab}", "/labs/a%2Fb", NULL));
  g_assert_false (sb_path_match ("/labs/{lab}", "/labs/a%00b", NULL));
  g_assert_false (sb_path_match ("/labs/{lab}", "/labs/%ff%fe", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/util/durations", test_durations);
  g_test_add_func ("/sandbox/util/times", test_times);
  g_test_add_func ("/sandbox/util/machine-passwords", test_machine_passwords);
  g_test_add_func ("/sandbox/util/machine-logins", test_machine_logins);
  g_test_add_func ("/sandbox/util/people-passwords", test_people_passwords);
  g_test_add_func ("/sandbox/util/slug", test_slug);
  g_test_add_func ("/sandbox/util/base64url", test_base64url);
  g_test_add_func ("/sandbox/util/tokens", test_tokens);
  g_test_add_func ("/sandbox/util/audience", test_audience);
  g_test_add_func ("/sandbox/util/paths", test_paths);

  return g_test_run ();
}
