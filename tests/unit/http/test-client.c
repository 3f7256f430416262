/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "await.h"
#include "fake-authorizer.h"
#include "lc-error.h"
#include "lc-http-client.h"
#include "mock-server.h"

/* One answer of a scripted server. */
typedef struct
{
  guint status;
  const char *body;
  const char *header;
  const char *value;
} Answer;

/* The answers in order; the last one is repeated. */
typedef struct
{
  Answer answers[8];
} Script;

static void
script_cb (MockServer *server,
           SoupServerMessage *message,
           const MockRequest *request,
           guint number,
           gpointer user_data)
{
  const Script *script = user_data;
  const Answer *answer = &script->answers[0];

  for (guint i = 0; i < number && i + 1 < G_N_ELEMENTS (script->answers); i++)
    if (script->answers[i + 1].status != 0)
      answer = &script->answers[i + 1];
  if (answer->header != NULL)
    mock_set_header (message, answer->header, answer->value);
  mock_reply (message, answer->status, answer->body);
}

static LcHttpResponse *
send_request (LcHttpClient *client, LcHttpRequest *request, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!await_future (lc_http_client_send (client, request), 30, &value, error))
    return NULL;
  return g_value_dup_object (&value);
}

static void
assert_fails (LcHttpClient *client, LcHttpRequest *request, LcError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (send_request (client, request, &error));
  g_assert_error (error, LC_ERROR, (int) code);
}

static void
assert_status (LcHttpClient *client, LcHttpRequest *request, guint status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcHttpResponse) response = send_request (client, request, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (lc_http_response_get_status (response), ==, status);
}

static void
test_request (void)
{
  Script script = { { { 200, "{\"ok\": true}" } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (0);
  g_autoptr (LcHttpClient) client =
      lc_http_client_new (mock_server_get_uri (server), LC_AUTHORIZER (authorizer));
  g_autoptr (LcHttpRequest) request =
      lc_http_request_new ("POST", "/labs/a b/é", "x/y", "?#", NULL);
  g_autoptr (LcHttpResponse) response = NULL;
  g_autoptr (LcJsonReader) root = NULL;
  g_autoptr (LcSecret) password = lc_secret_new ("p\"\\\n€");
  const MockRequest *seen;

  lc_http_request_add_query (request, "api-version", "2018-10-15");
  lc_http_request_add_query (request, "$expand", "a($expand=b)&c");
  lc_http_request_add_member (request, "id", "1");
  lc_http_request_add_secret_member (request, "password", password);
  response = send_request (client, request, NULL);
  g_assert_nonnull (response);
  root = lc_http_response_read_json (response, NULL);
  g_assert_true (lc_json_reader_get_boolean (root, "ok", FALSE));
  seen = mock_server_get_request (server, 0);
  g_assert_cmpstr (seen->path, ==, "/labs/a%20b/%C3%A9/x%2Fy/%3F%23");
  g_assert_cmpstr (seen->query, ==, "api-version=2018-10-15&$expand=a($expand=b)%26c");
  g_assert_cmpstr (seen->body, ==, "{\"id\":\"1\",\"password\":\"p\\u0022\\u005c\\u000a€\"}");
  g_assert_cmpstr (seen->content_type, ==, "application/json");
  g_assert_cmpstr (seen->authorization, ==, "Bearer token-1");
  g_assert_true (g_str_has_prefix (seen->user_agent, "LabConnect/"));
}

static void
test_form_and_empty_post (void)
{
  Script script = { { { 204, NULL } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
  g_autoptr (LcHttpRequest) form = lc_http_request_new ("POST", "/token", NULL);
  g_autoptr (LcHttpRequest) empty = lc_http_request_new ("POST", "/start", NULL);

  lc_http_request_add_field (form, "scope", "a/.default b");
  lc_http_request_add_field (form, "code", "1&2=3+4");
  assert_status (client, form, 204);
  g_assert_cmpstr (mock_server_get_request (server, 0)->body, ==,
                   "scope=a%2F.default%20b&code=1%262%3D3%2B4");
  g_assert_cmpstr (mock_server_get_request (server, 0)->content_type, ==,
                   "application/x-www-form-urlencoded");
  g_assert_null (mock_server_get_request (server, 0)->authorization);
  assert_status (client, empty, 204);
  g_assert_cmpstr (mock_server_get_request (server, 1)->content_length, ==, "0");
}

static void
test_addresses (void)
{
  g_autoptr (LcHttpClient) remote = lc_http_client_new ("http://example.com", NULL);
  g_autoptr (LcHttpClient) nonsense = lc_http_client_new ("ftp://example.com", NULL);
  g_autoptr (LcHttpClient) user = lc_http_client_new ("https://me@example.com", NULL);
  g_autoptr (LcHttpClient) v6 = lc_http_client_new ("http://[::1]:9", NULL);
  g_autoptr (LcHttpClient) trick = lc_http_client_new ("http://localhost.example.com", NULL);
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/", NULL);
  g_autoptr (LcHttpRequest) dots = lc_http_request_new ("GET", "/a/../b", NULL);
  g_autoptr (LcHttpRequest) dot = lc_http_request_new ("GET", "/a", "..", NULL);
  g_autoptr (LcHttpRequest) elsewhere =
      lc_http_request_new_for_uri ("GET", "http://127.0.0.1:9/next");

  assert_fails (remote, request, LC_ERROR_TLS);
  assert_fails (trick, request, LC_ERROR_TLS);
  assert_fails (nonsense, request, LC_ERROR_INVALID_INPUT);
  assert_fails (user, request, LC_ERROR_INVALID_INPUT);
  assert_fails (v6, dots, LC_ERROR_INVALID_INPUT);
  assert_fails (v6, dot, LC_ERROR_INVALID_INPUT);
  assert_fails (v6, elsewhere, LC_ERROR_PROTOCOL);
  g_assert_true (lc_http_client_is_local (v6));
  g_assert_false (lc_http_client_is_local (trick));
}

static void
test_statuses (void)
{
  const struct
  {
    guint status;
    LcError code;
  } statuses[] = {
    { 400, LC_ERROR_INVALID_INPUT }, { 403, LC_ERROR_FORBIDDEN },   { 404, LC_ERROR_NOT_FOUND },
    { 405, LC_ERROR_UNSUPPORTED },   { 409, LC_ERROR_CONFLICT },    { 401, LC_ERROR_AUTH_REQUIRED },
    { 418, LC_ERROR_PROTOCOL },      { 501, LC_ERROR_UNSUPPORTED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      Script script = { { { statuses[i].status, "" } } };
      g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
      g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
      g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/", NULL);

      assert_fails (client, request, statuses[i].code);
      g_assert_cmpuint (mock_server_count (server), ==, 1);
    }
}

static void
test_error_details (void)
{
  Script script = { { { 409,
                        "{\"error\": {\"code\": \"Conflict\", \"message\": \"Busy.\", \"details\":"
                        " [{\"code\": \"OperationInProgress\", \"message\": \"x\"}]}}",
                        "x-ms-request-id", "abc" } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/", NULL);
  g_autoptr (GError) error = NULL;
  const LcErrorDetails *details;

  g_assert_null (send_request (client, request, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CONFLICT);
  details = lc_error_get_details (error);
  g_assert_cmpuint (details->http_status, ==, 409);
  g_assert_cmpstr (details->service_code, ==, "Conflict");
  g_assert_cmpstr (details->service_message, ==, "Busy.");
  g_assert_cmpstr (details->request_id, ==, "abc");
}

static void
test_accept_errors (void)
{
  Script script = { { { 400, "{\"error\": \"invalid_grant\"}" } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("POST", "/", NULL);

  lc_http_request_set_accept_errors (request, TRUE);
  assert_status (client, request, 400);
}

static void
test_renewed_once (void)
{
  Script script = { { { 401, "" }, { 200, "{}" } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (5);
  g_autoptr (LcHttpClient) client =
      lc_http_client_new (mock_server_get_uri (server), LC_AUTHORIZER (authorizer));
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("POST", "/", NULL);

  assert_status (client, request, 200);
  g_assert_cmpstr (mock_server_get_request (server, 0)->authorization, ==, "Bearer token-1");
  g_assert_cmpstr (mock_server_get_request (server, 1)->authorization, ==, "Bearer token-2");
}

static void
test_refused_twice (void)
{
  Script script = { { { 401, "" } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (5);
  g_autoptr (LcHttpClient) client =
      lc_http_client_new (mock_server_get_uri (server), LC_AUTHORIZER (authorizer));
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/", NULL);

  assert_fails (client, request, LC_ERROR_AUTH_REQUIRED);
  g_assert_cmpuint (mock_server_count (server), ==, 2);
  g_assert_cmpuint (fake_authorizer_get_renewals (authorizer), ==, 1);
}

static void
test_claims (void)
{
  Script script = { { { 401, "", "WWW-Authenticate",
                        "Bearer authorization_uri=\"https://login.example/common\","
                        " error=\"insufficient_claims\","
                        " claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7fX19\"" } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (0);
  g_autoptr (LcHttpClient) client =
      lc_http_client_new (mock_server_get_uri (server), LC_AUTHORIZER (authorizer));
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/", NULL);

  assert_fails (client, request, LC_ERROR_AUTH_REQUIRED);
  g_assert_cmpstr (fake_authorizer_get_claims (authorizer), ==, "{\"access_token\":{\"nbf\":{}}}");
}

static void
test_redirects (void)
{
  Script elsewhere = { { { 302, "", "Location", "http://127.0.0.1:9/steal" } } };
  Script here = { { { 302, "", "Location", "/there?x=1" }, { 200, "{}" } } };
  Script circle = { { { 307, "", "Location", "/there" } } };
  g_autoptr (MockServer) first = mock_server_new (script_cb, &elsewhere);
  g_autoptr (MockServer) second = mock_server_new (script_cb, &here);
  g_autoptr (MockServer) third = mock_server_new (script_cb, &circle);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (0);
  g_autoptr (LcHttpClient) client =
      lc_http_client_new (mock_server_get_uri (first), LC_AUTHORIZER (authorizer));
  g_autoptr (LcHttpClient) friend =
      lc_http_client_new (mock_server_get_uri (second), LC_AUTHORIZER (authorizer));
  g_autoptr (LcHttpClient) lost = lc_http_client_new (mock_server_get_uri (third), NULL);
  g_autoptr (LcHttpRequest) get = lc_http_request_new ("GET", "/", NULL);
  g_autoptr (LcHttpRequest) post = lc_http_request_new ("POST", "/", NULL);

  assert_fails (client, get, LC_ERROR_PROTOCOL);
  assert_fails (friend, post, LC_ERROR_PROTOCOL);
  assert_status (friend, get, 200);
  assert_fails (lost, get, LC_ERROR_PROTOCOL);
  g_assert_cmpuint (mock_server_count (third), ==, 6);
}

static void
test_pages (void)
{
  Script script = { {
      { 200, "{\"value\": [{\"id\": \"1\"}, {\"id\": \"2\"}], \"nextLink\": \"/list?page=2\"}" },
      { 200, "{\"value\": [{\"id\": \"3\"}], \"nextLink\": \"\"}" },
  } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/list", NULL);
  g_auto (GValue) value = G_VALUE_INIT;
  GPtrArray *items;

  g_assert_true (await_future (lc_http_client_list (client, request), 10, &value, NULL));
  items = g_value_get_boxed (&value);
  g_assert_cmpuint (items->len, ==, 3);
  g_assert_cmpstr (lc_json_reader_get_string (items->pdata[2], "id"), ==, "3");
  g_assert_cmpstr (mock_server_get_request (server, 1)->query, ==, "page=2");
}

static void
test_bad_pages (void)
{
  const char *bodies[] = {
    "{\"value\": [], \"nextLink\": \"http://127.0.0.1:9/steal\"}",
    "{\"value\": 3}",
    "{\"value\": [], \"nextLink\": 7}",
    "{\"value\": [], \"nextLink\": \"/again\"}",
    "{\"value\": [",
    "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      Script script = { { { 200, bodies[i] } } };
      g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
      g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
      g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/list", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (await_future (lc_http_client_list (client, request), 10, NULL, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
    }
}

/* Each page differs from the last one, and there is always another. */
static void
endless_cb (MockServer *server,
            SoupServerMessage *message,
            const MockRequest *request,
            guint number,
            gpointer user_data)
{
  g_autofree char *padding = g_strnfill (15 * 1024 * 1024, 'a');
  g_autofree char *body =
      g_strdup_printf ("{\"value\": [], \"padding\": \"%s\", \"nextLink\": \"/list?page=%u\"}",
                       padding, number);

  g_assert_cmpuint (number, <, 10);
  mock_reply (message, 200, body);
}

static void
test_endless_pages (void)
{
  g_autoptr (MockServer) server = mock_server_new (endless_cb, NULL);
  g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/list", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (lc_http_client_list (client, request), 60, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
}

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n", message);
}

static void
test_log_has_no_secrets (void)
{
  Script script = { { { 400, "{\"error\": {\"code\": \"X\", \"message\": \"planted-1\"}}",
                        "Set-Cookie", "a=planted-2" } } };
  g_autoptr (MockServer) server = mock_server_new (script_cb, &script);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (0);
  g_autoptr (LcHttpClient) client =
      lc_http_client_new (mock_server_get_uri (server), LC_AUTHORIZER (authorizer));
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("POST", "/token", NULL);
  g_autoptr (LcSecret) secret = lc_secret_new ("planted-3");
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  lc_http_request_add_query (request, "code", "planted-4");
  lc_http_request_add_query (request, "state", "planted-5");
  lc_http_request_add_secret_field (request, "refresh_token", secret);
  lc_http_request_add_field (request, "password", "planted-6");
  g_log_set_default_handler (log_cb, log);
  g_assert_null (send_request (client, request, &error));
  g_log_set_default_handler (g_log_default_handler, NULL);
  g_test_message ("%s", log->str);
  g_assert_nonnull (strstr (log->str, "POST http://127.0.0.1:"));
  g_assert_null (strstr (log->str, "planted"));
  g_assert_null (strstr (log->str, "token-1"));
  g_assert_null (strstr (error->message, "planted"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/client/request", test_request);
  g_test_add_func ("/client/form-and-empty-post", test_form_and_empty_post);
  g_test_add_func ("/client/addresses", test_addresses);
  g_test_add_func ("/client/statuses", test_statuses);
  g_test_add_func ("/client/error-details", test_error_details);
  g_test_add_func ("/client/accept-errors", test_accept_errors);
  g_test_add_func ("/client/renewed-once", test_renewed_once);
  g_test_add_func ("/client/refused-twice", test_refused_twice);
  g_test_add_func ("/client/claims", test_claims);
  g_test_add_func ("/client/redirects", test_redirects);
  g_test_add_func ("/client/pages", test_pages);
  g_test_add_func ("/client/bad-pages", test_bad_pages);
  g_test_add_func ("/client/endless-pages", test_endless_pages);
  g_test_add_func ("/client/log-has-no-secrets", test_log_has_no_secrets);
  return g_test_run ();
}
