/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "await.h"
#include "lc-entra-listener.h"
#include "lc-error.h"
#include "mock-server.h"

#define STATE "the-right-state"

/* A browser, as far as the listener can tell. */
typedef struct
{
  SoupSession *session;
  SoupMessage *message;
  GBytes *page;
  GError *error;
  gboolean done;
} Browser;

typedef struct
{
  LcEntraListener *listener;
  DexFuture *code;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcSecret) state = lc_secret_new (STATE);
  g_autoptr (GError) error = NULL;

  fixture->listener = lc_entra_listener_new (state, &error);
  g_assert_no_error (error);
  fixture->code = lc_entra_listener_await_code (fixture->listener);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  dex_clear (&fixture->code);
  g_assert_finalize_object (fixture->listener);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Browser *browser = user_data;

  browser->page = soup_session_send_and_read_finish (browser->session, result, &browser->error);
  browser->done = TRUE;
}

static void
begin (Browser *browser, const char *method, const char *uri)
{
  *browser = (Browser) { .session = soup_session_new_with_options ("timeout", 10, NULL),
                         .message = soup_message_new (method, uri) };
  soup_session_send_and_read_async (browser->session, browser->message, G_PRIORITY_DEFAULT, NULL,
                                    loaded_cb, browser);
}

static void
end (Browser *browser)
{
  await_condition (browser->done, 10);
  g_clear_pointer (&browser->page, g_bytes_unref);
  g_clear_error (&browser->error);
  g_clear_object (&browser->message);
  g_clear_object (&browser->session);
}

static char *
address (Fixture *fixture, const char *host, const char *rest)
{
  const char *redirect = lc_entra_listener_get_redirect_uri (fixture->listener);
  const char *port = strrchr (redirect, ':');

  g_assert_true (g_str_has_prefix (redirect, "http://localhost:"));
  g_assert_true (g_str_has_suffix (redirect, "/"));
  return g_strdup_printf ("http://%s%s%s", host, port, rest);
}

static void
assert_turned_away (Fixture *fixture, const char *method, const char *rest, guint status)
{
  g_autofree char *uri = address (fixture, "127.0.0.1", rest);
  Browser browser;

  begin (&browser, method, uri);
  await_condition (browser.done, 10);
  g_assert_no_error (browser.error);
  g_assert_cmpuint (soup_message_get_status (browser.message), ==, status);
  end (&browser);
  g_assert_true (dex_future_is_pending (fixture->code));
}

static void
assert_signs_in (Fixture *fixture, const char *host)
{
  g_autofree char *uri = address (fixture, host, "?code=the-code&state=" STATE);
  g_autofree char *page = NULL;
  SoupMessageHeaders *headers;
  LcSecret *code;
  Browser browser;

  begin (&browser, "GET", uri);
  await_condition (!dex_future_is_pending (fixture->code), 10);
  code = g_value_get_boxed (dex_future_get_value (fixture->code, NULL));
  g_assert_cmpstr (lc_secret_peek (code), ==, "the-code");
  g_assert_false (browser.done);
  g_assert_true (await_future (lc_entra_listener_answer (fixture->listener, TRUE), 10, NULL, NULL));
  await_condition (browser.done, 10);
  g_assert_no_error (browser.error);
  g_assert_cmpuint (soup_message_get_status (browser.message), ==, 200);
  headers = soup_message_get_response_headers (browser.message);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Cache-Control"), ==, "no-store");
  g_assert_nonnull (soup_message_headers_get_one (headers, "Content-Security-Policy"));
  page = g_strndup (g_bytes_get_data (browser.page, NULL), g_bytes_get_size (browser.page));
  g_assert_nonnull (strstr (page, "You Are Signed In"));
  g_assert_null (strstr (page, "the-code"));
  g_assert_null (strstr (page, STATE));
  g_assert_null (strstr (page, "http"));
  end (&browser);
}

static void
test_signs_in (Fixture *fixture, gconstpointer data)
{
  assert_signs_in (fixture, "127.0.0.1");
}

static void
test_signs_in_v6 (Fixture *fixture, gconstpointer data)
{
  assert_signs_in (fixture, "[::1]");
}

static void
test_others_are_turned_away (Fixture *fixture, gconstpointer data)
{
  const char *base = lc_entra_listener_get_redirect_uri (fixture->listener);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) silent = NULL;
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_NONE, NULL);

  /* A preconnection that never says anything. */
  silent = g_socket_client_connect_to_host (client, "127.0.0.1", g_uri_get_port (uri), NULL, NULL);
  g_assert_nonnull (silent);
  assert_turned_away (fixture, "GET", "favicon.ico", 404);
  assert_turned_away (fixture, "GET", "x?code=evil&state=" STATE, 404);
  assert_turned_away (fixture, "HEAD", "?code=evil&state=" STATE, 405);
  assert_turned_away (fixture, "POST", "?code=evil&state=" STATE, 405);
  assert_turned_away (fixture, "GET", "", 400);
  assert_turned_away (fixture, "GET", "?code=evil", 400);
  assert_turned_away (fixture, "GET", "?code=evil&state=wrong", 400);
  assert_turned_away (fixture, "GET", "?code=evil&state=" STATE "x", 400);
  assert_turned_away (fixture, "GET", "?error=access_denied&state=wrong", 400);
  assert_signs_in (fixture, "127.0.0.1");
}

static void
test_second_answer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *uri = address (fixture, "127.0.0.1", "?code=second&state=" STATE);
  Browser browser;

  assert_signs_in (fixture, "127.0.0.1");
  begin (&browser, "GET", uri);
  await_condition (browser.done, 10);
  g_assert_no_error (browser.error);
  g_assert_cmpuint (soup_message_get_status (browser.message), ==, 200);
  end (&browser);
  g_assert_cmpstr (lc_secret_peek (g_value_get_boxed (dex_future_get_value (fixture->code, NULL))),
                   ==, "the-code");
}

static void
test_refusal (Fixture *fixture, gconstpointer data)
{
  g_autofree char *uri = address (
      fixture, "127.0.0.1",
      "?error=access_denied&error_description=AADSTS65004%3A+Declined.%3Cb%3E&state=" STATE);
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;
  Browser browser;

  begin (&browser, "GET", uri);
  await_condition (!dex_future_is_pending (fixture->code), 10);
  g_assert_null (dex_future_get_value (fixture->code, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_AUTH_FAILED);
  g_assert_cmpstr (lc_error_get_details (error)->service_code, ==, "AADSTS65004");
  g_assert_true (
      await_future (lc_entra_listener_answer (fixture->listener, FALSE), 10, NULL, NULL));
  await_condition (browser.done, 10);
  page = g_strndup (g_bytes_get_data (browser.page, NULL), g_bytes_get_size (browser.page));
  g_assert_nonnull (strstr (page, "The Sign-In Failed"));
  g_assert_null (strstr (page, "<b>"));
  end (&browser);
}

/* The browser is closed before it has its page. */
static void
test_impatient_browser (Fixture *fixture, gconstpointer data)
{
  g_autofree char *uri = address (fixture, "127.0.0.1", "?code=the-code&state=" STATE);
  Browser browser;

  begin (&browser, "GET", uri);
  await_condition (!dex_future_is_pending (fixture->code), 10);
  soup_session_abort (browser.session);
  end (&browser);
  g_assert_true (await_future (lc_entra_listener_answer (fixture->listener, TRUE), 10, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add ("/listener/signs-in", Fixture, NULL, set_up, test_signs_in, tear_down);
  g_test_add ("/listener/signs-in-v6", Fixture, NULL, set_up, test_signs_in_v6, tear_down);
  g_test_add ("/listener/others-are-turned-away", Fixture, NULL, set_up,
              test_others_are_turned_away, tear_down);
  g_test_add ("/listener/second-answer", Fixture, NULL, set_up, test_second_answer, tear_down);
  g_test_add ("/listener/refusal", Fixture, NULL, set_up, test_refusal, tear_down);
  g_test_add ("/listener/impatient-browser", Fixture, NULL, set_up, test_impatient_browser,
              tear_down);
  return g_test_run ();
}
