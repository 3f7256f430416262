/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-duration.h"
#include "lc-redact.h"
#include "lc-wiped-buffer.h"

static void
test_durations (void)
{
  const struct
  {
    const char *text;
    gint64 seconds;
  } durations[] = {
    { "PT0S", 0 },       { "PT10H", 36000 },         { "PT1H30M", 5400 },
    { "P1DT1H", 90000 }, { "P2D", 172800 },          { "P1W", 604800 },
    { "PT90M", 5400 },   { "PT1.9999999S", 1 },      { "PT2H0.1234567S", 7200 },
    { "P0D", 0 },        { "PT9999H", 9999 * 3600 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      gint64 seconds = -1;

      g_assert_true (lc_parse_duration (durations[i].text, &seconds));
      g_assert_cmpint (seconds, ==, durations[i].seconds);
    }
}

static void
test_no_durations (void)
{
  const char *texts[] = {
    NULL,
    "",
    "P",
    "PT",
    "P1DT",
    "1H",
    "PT1",
    "PTH",
    "P1Y",
    "P1M",
    "PT-1H",
    "PT1.5H",
    "PT1.S",
    "pt1h",
    "PT1HT1M",
    "PT1M1H",
    "PT1H ",
    " PT1H",
    "PT1S1S",
    "PT1.12345678901S",
    "P9999999D",
    "PT9999999999999999999H",
    "P999999999999W",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gint64 seconds = -7;

      g_test_message ("%s", texts[i] != NULL ? texts[i] : "(null)");
      g_assert_false (lc_parse_duration (texts[i], &seconds));
      g_assert_cmpint (seconds, ==, -7);
    }
}

static void
test_redacted_uris (void)
{
  const struct
  {
    const char *uri;
    const char *redacted;
  } uris[] = {
    { "https://management.azure.com/subscriptions?api-version=2022-12-01",
      "https://management.azure.com/subscriptions?api-version=2022-12-01" },
    { "http://localhost:4000/?code=planted&state=planted2&api-version=1",
      "http://localhost:4000/?code=…&state=…&api-version=1" },
    { "https://planted:planted@host/x?t=1&c=planted&s#planted", "https://host/x?t=…&c=…&s=…" },
    { "https://host/x?$filter=Email%20eq%20'planted'", "https://host/x?$filter=…" },
    { "nonsense planted", "(not an address)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_autofree char *redacted = lc_redact_uri (uris[i].uri);

      g_assert_cmpstr (redacted, ==, uris[i].redacted);
    }
}

static void
test_redacted_headers (void)
{
  const struct
  {
    const char *name;
    const char *value;
    const char *redacted;
  } headers[] = {
    { "Authorization", "Bearer planted", "…" },
    { "Set-Cookie", "a=planted", "…" },
    { "WWW-Authenticate", "Bearer claims=\"planted\"", "…" },
    { "Retry-After", "17", "17" },
    { "X-MS-Request-Id", "abc", "abc" },
    { "x-ms-ratelimit-remaining-subscription-reads", "1099", "1099" },
    { "Location", "https://host/op?s=planted", "https://host/op?s=…" },
    { "Azure-AsyncOperation", "https://host/op?api-version=1&h=planted",
      "https://host/op?api-version=1&h=…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *redacted = lc_redact_header (headers[i].name, headers[i].value);

      g_assert_cmpstr (redacted, ==, headers[i].redacted);
    }
}

static void
test_wiped_buffer (void)
{
  g_auto (LcWipedBuffer) buffer = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);

  for (int i = 0; i < 1000; i++)
    {
      lc_wiped_buffer_append (&buffer, "0123456789", i % 11);
      g_string_append_len (expected, "0123456789", i % 11);
    }
  bytes = lc_wiped_buffer_steal_bytes (&buffer);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected->str,
                   expected->len);
  g_assert_null (buffer.data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/durations", test_durations);
  g_test_add_func ("/text/no-durations", test_no_durations);
  g_test_add_func ("/text/redacted-uris", test_redacted_uris);
  g_test_add_func ("/text/redacted-headers", test_redacted_headers);
  g_test_add_func ("/text/wiped-buffer", test_wiped_buffer);
  return g_test_run ();
}
