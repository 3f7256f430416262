/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A service's refusal: two bytes of status, headers up to an empty line, a body. */

#include <lc-error.h>
#include <lc-http-response-private.h>
#include <lc-redact.h>

#include "fuzz.h"

static void
redact_cb (const char *name, const char *value, gpointer user_data)
{
  g_autofree char *header = lc_redact_header (name, value);
  g_autofree char *uri = lc_redact_uri (value);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  const char *end = strstr (text, "\r\n\r\n");
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  GByteArray *body = g_byte_array_new ();
  g_autoptr (LcHttpResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LcJsonReader) json = NULL;
  g_autofree char *claims = NULL;

  /* As a connection does: the first line is the status line's. */
  if (end != NULL)
    soup_headers_parse (text, (int) (end + 2 - text), headers);
  if (end != NULL)
    g_byte_array_append (body, data + (end + 4 - text), (guint) (size - (end + 4 - text)));
  response = lc_http_response_new (size > 1 ? 400 + data[0] % 200 : 500, headers, body);
  soup_message_headers_unref (headers);

  error = lc_http_response_dup_error (response);
  g_assert_true (error->domain == LC_ERROR);
  claims = lc_http_response_dup_claims (response);
  if (claims != NULL)
    g_assert_true (claims[0] == '{' && g_utf8_validate (claims, -1, NULL));
  g_assert_cmpuint (lc_http_response_get_retry_after (response), <=, G_MAXINT32);
  json = lc_http_response_read_json (response, NULL);
  lc_http_response_foreach_header (response, redact_cb, NULL);
  return 0;
}
