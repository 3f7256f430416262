/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "lc-error.h"
#include "lc-http-poll.h"
#include "mock-server.h"

/* A service that begins an operation and is asked how it goes. */
typedef struct
{
  guint begin_status;
  const char *begin_header;
  guint status;
  const char *answers[4]; /* in order, the last one repeated */
  const char *retry_after;
  guint probes;
  guint done_after;
  gboolean probe_fails;
} Service;

static void
service_cb (MockServer *server,
            SoupServerMessage *message,
            const MockRequest *request,
            guint number,
            gpointer user_data)
{
  const Service *service = user_data;
  const char *answer;

  if (number == 0)
    {
      g_autofree char *uri = g_strdup_printf ("%s/operation?s=x", mock_server_get_uri (server));

      if (service->begin_header != NULL)
        mock_set_header (message, service->begin_header, uri);
      mock_reply (message, service->begin_status, NULL);
      return;
    }
  g_assert_cmpstr (request->path, ==, "/operation");
  answer = service->answers[0];
  for (guint i = 1; i < number && i < G_N_ELEMENTS (service->answers); i++)
    if (service->answers[i] != NULL)
      answer = service->answers[i];
  if (service->retry_after != NULL)
    mock_set_header (message, "Retry-After", service->retry_after);
  mock_reply (message, g_str_equal (answer, "202") ? 202 : service->status,
              g_str_equal (answer, "202") ? NULL : answer);
}

static DexFuture *
probe_cb (const char *operation_uri, gpointer data)
{
  Service *service = data;

  service->probes++;
  if (service->probe_fails)
    return dex_future_new_for_error (lc_error_new (LC_ERROR_QUOTA_EXHAUSTED, "No hours left"));
  return dex_future_new_for_boolean (service->probes > service->done_after);
}

static gboolean
run (Service *service, gboolean probe, guint limit_ms, LcOperation *operation, GError **error)
{
  g_autoptr (MockServer) server = mock_server_new (service_cb, service);
  g_autoptr (LcHttpClient) client = lc_http_client_new (mock_server_get_uri (server), NULL);
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("POST", "/start", NULL);
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_true (await_future (lc_http_client_send (client, request), 10, &value, NULL));
  return await_future (lc_http_poll (client, g_value_get_object (&value), operation, limit_ms,
                                     probe ? probe_cb : NULL, service, NULL),
                       30, NULL, error);
}

static void
assert_succeeds (Service *service, gboolean probe)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (run (service, probe, 20000, NULL, &error));
  g_assert_no_error (error);
}

static void
test_done_at_once (void)
{
  Service service = { .begin_status = 200 };

  assert_succeeds (&service, TRUE);
  g_assert_cmpuint (service.probes, ==, 0);
}

static void
test_operation_address (void)
{
  Service service = {
    .begin_status = 202,
    .begin_header = "Azure-AsyncOperation",
    .status = 200,
    .answers = { "{\"status\": \"InProgress\", \"percentComplete\": 50}",
                 "{\"status\": \"Whatever\"}", "{\"status\": \"succeeded\"}" },
  };
  g_autoptr (LcOperation) operation = lc_operation_new ("Starting", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (run (&service, FALSE, 20000, operation, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (lc_operation_get_progress (operation), ==, 0.5);
  lc_operation_finish (operation, NULL);
}

static void
test_location (void)
{
  Service service = {
    .begin_status = 202,
    .begin_header = "Location",
    .status = 200,
    .answers = { "202", "{\"name\": \"the resource\"}" },
  };

  assert_succeeds (&service, FALSE);
}

/* More seconds than milliseconds fit in. */
static void
test_long_wait (void)
{
  Service service = {
    .begin_status = 202,
    .begin_header = "Location",
    .status = 200,
    .retry_after = "4294968",
    .answers = { "202", "{}" },
  };
  g_autoptr (GError) error = NULL;

  g_assert_false (run (&service, FALSE, 3000, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_TIMED_OUT);
}

static void
test_failed (void)
{
  Service service = {
    .begin_status = 202,
    .begin_header = "Azure-AsyncOperation",
    .status = 200,
    .answers = { "{\"status\": \"Failed\", \"error\": {\"code\": \"Full\", \"message\": \"m\"}}" },
  };
  g_autoptr (GError) error = NULL;

  g_assert_false (run (&service, TRUE, 20000, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_REMOTE_FAILED);
  g_assert_cmpstr (lc_error_get_details (error)->service_code, ==, "Full");
  g_assert_cmpuint (service.probes, ==, 0);
}

static void
test_refused_address (void)
{
  Service service = {
    .begin_status = 202,
    .begin_header = "Location",
    .status = 403,
    .answers = { "{}" },
    .done_after = 1,
  };
  g_autoptr (GError) error = NULL;

  assert_succeeds (&service, TRUE);
  g_assert_cmpuint (service.probes, ==, 2);
  g_assert_false (run (&service, FALSE, 20000, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_FORBIDDEN);
}

static void
test_no_address (void)
{
  Service service = { .begin_status = 202, .done_after = 2 };
  Service failing = { .begin_status = 202, .probe_fails = TRUE };
  g_autoptr (GError) error = NULL;

  assert_succeeds (&service, TRUE);
  g_assert_cmpuint (service.probes, ==, 3);
  g_assert_false (run (&failing, TRUE, 20000, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_QUOTA_EXHAUSTED);
}

static void
test_limit (void)
{
  Service service = { .begin_status = 202, .done_after = 1000 };
  g_autoptr (GError) error = NULL;

  g_assert_false (run (&service, TRUE, 1000, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_TIMED_OUT);
}

static gboolean
cancel_cb (gpointer user_data)
{
  lc_operation_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  Service service = { .begin_status = 202, .done_after = 1000 };
  g_autoptr (LcOperation) operation = lc_operation_new ("Starting", NULL);
  g_autoptr (GError) error = NULL;

  g_timeout_add (100, cancel_cb, operation);
  g_assert_false (run (&service, TRUE, 20000, operation, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
  lc_operation_finish (operation, error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/poll/done-at-once", test_done_at_once);
  g_test_add_func ("/poll/operation-address", test_operation_address);
  g_test_add_func ("/poll/location", test_location);
  g_test_add_func ("/poll/long-wait", test_long_wait);
  g_test_add_func ("/poll/failed", test_failed);
  g_test_add_func ("/poll/refused-address", test_refused_address);
  g_test_add_func ("/poll/no-address", test_no_address);
  g_test_add_func ("/poll/limit", test_limit);
  g_test_add_func ("/poll/cancel", test_cancel);
  return g_test_run ();
}
