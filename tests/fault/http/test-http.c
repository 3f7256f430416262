/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "await.h"
#include "lc-async.h"
#include "lc-error.h"
#include "lc-http-client.h"
#include "lc-http-send.h"
#include "mock-server.h"

/* A service that has a bad day. */

typedef enum
{
  GOOD,
  THROTTLE,
  THROTTLE_LONG,
  UNAVAILABLE,
  BROKEN,
  CUT_HEADERS,
  CUT_BODY,
  CUT_CHUNK,
  NOT_HTTP,
  HANG,
  HUGE,
  ENDLESS,
  BOMB,
} Mood;

typedef struct
{
  Mood moods[4]; /* in order; the last one that is set is repeated, and GOOD ends the list */
  MockServer *server;
} Service;

static gboolean
drip_cb (gpointer user_data)
{
  GIOStream *stream = user_data;
  gssize written =
      g_output_stream_write (g_io_stream_get_output_stream (stream), " ", 1, NULL, NULL);

  return written == 1 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* A byte now and then: never silent, never done. */
static void
drip (SoupServerMessage *message)
{
  const char *head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{";
  GIOStream *stream = soup_server_message_steal_connection (message);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), head, strlen (head), NULL,
                             NULL, NULL);
  g_timeout_add_full (G_PRIORITY_DEFAULT, 20, drip_cb, stream, g_object_unref);
}

static void
reply_huge (SoupServerMessage *message)
{
  gsize length = LC_HTTP_MAX_BODY + 1;
  char *body = g_malloc (length);

  memset (body, ' ', length);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, body, length);
}

/* Small on the wire, too long when it is unpacked. */
static void
reply_bomb (SoupServerMessage *message)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autofree char *spaces = g_strnfill (LC_HTTP_MAX_BODY + 1, ' ');
  g_autofree char *packed = g_malloc (1024 * 1024);
  gsize read, written;

  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), spaces, LC_HTTP_MAX_BODY + 1,
                                        packed, 1024 * 1024, G_CONVERTER_INPUT_AT_END, &read,
                                        &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  mock_set_header (message, "Content-Encoding", "gzip");
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, packed, written);
}

static void
raw (SoupServerMessage *message, const char *text)
{
  mock_reply_raw (message, text, strlen (text));
}

static void
service_cb (MockServer *server,
            SoupServerMessage *message,
            const MockRequest *request,
            guint number,
            gpointer user_data)
{
  const Service *service = user_data;
  guint last = 0;

  while (last + 1 < G_N_ELEMENTS (service->moods) && last < number && service->moods[last] != GOOD)
    last++;
  switch (service->moods[last])
    {
    case THROTTLE:
      mock_set_header (message, "Retry-After", "1");
      mock_reply (message, 429, "");
      break;
    case THROTTLE_LONG:
      mock_set_header (message, "Retry-After", "3600");
      mock_reply (message, 429, "");
      break;
    case UNAVAILABLE:
      mock_reply (message, 503, "<html>nonsense</html>");
      break;
    case BROKEN:
      mock_reply (message, 500, "");
      break;
    case CUT_HEADERS:
      raw (message, "HTTP/1.1 200 OK\r\nContent-Le");
      break;
    case CUT_BODY:
      raw (message, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"value\": [");
      break;
    case CUT_CHUNK:
      raw (message, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"value\"");
      break;
    case NOT_HTTP:
      raw (message, "SSH-2.0-OpenSSH_10.0\r\n");
      break;
    case HANG:
      mock_hang (server, message);
      break;
    case HUGE:
      reply_huge (message);
      break;
    case ENDLESS:
      drip (message);
      break;
    case BOMB:
      reply_bomb (message);
      break;
    case GOOD:
    default:
      mock_reply (message, 200, "{}");
    }
}

static gboolean
send_to (Service *service,
         const char *method,
         guint limit_ms,
         LcOperation *operation,
         GError **error)
{
  g_autoptr (LcHttpClient) client = NULL;
  g_autoptr (LcHttpRequest) request = lc_http_request_new (method, "/x", NULL);

  if (service->server == NULL)
    service->server = mock_server_new (service_cb, service);
  client = lc_http_client_new (mock_server_get_uri (service->server), NULL);
  lc_http_client_set_time_limit (client, limit_ms);
  lc_http_request_set_operation (request, operation);
  return await_future (lc_http_client_send (client, request), 60, NULL, error);
}

static void
assert_count (Service *service, guint count)
{
  g_assert_cmpuint (mock_server_count (service->server), ==, count);
  g_clear_pointer (&service->server, mock_server_free);
}

static void
assert_passes (const Mood mood, const char *method)
{
  Service service = { .moods = { mood } };
  g_autoptr (GError) error = NULL;

  send_to (&service, method, 30000, NULL, &error);
  g_assert_no_error (error);
  assert_count (&service, 2);
}

static void
assert_fails (const Mood mood, const char *method, LcError code, guint count)
{
  Service service = { .moods = { mood, mood, mood, mood } };
  g_autoptr (GError) error = NULL;

  g_assert_false (send_to (&service, method, 4000, NULL, &error));
  g_assert_error (error, LC_ERROR, (int) code);
  if (count > 0)
    assert_count (&service, count);
  g_clear_pointer (&service.server, mock_server_free);
}

static void
test_what_passes (void)
{
  assert_passes (THROTTLE, "GET");
  assert_passes (THROTTLE, "POST");
  assert_passes (UNAVAILABLE, "GET");
  assert_passes (UNAVAILABLE, "POST");
  assert_passes (BROKEN, "GET");
  assert_passes (CUT_BODY, "GET");
  assert_passes (CUT_CHUNK, "GET");
}

/* What may have been done already is not asked for twice. */
static void
test_what_is_not_repeated (void)
{
  assert_fails (BROKEN, "POST", LC_ERROR_REMOTE_FAILED, 1);
  assert_fails (CUT_BODY, "POST", LC_ERROR_OFFLINE, 1);
  assert_fails (THROTTLE_LONG, "GET", LC_ERROR_RATE_LIMITED, 1);
}

static void
test_what_lasts (void)
{
  assert_fails (THROTTLE, "GET", LC_ERROR_RATE_LIMITED, 0);
  assert_fails (BROKEN, "GET", LC_ERROR_REMOTE_FAILED, 0);
  assert_fails (CUT_BODY, "GET", LC_ERROR_OFFLINE, 3);
  assert_fails (HANG, "GET", LC_ERROR_TIMED_OUT, 1);
  assert_fails (ENDLESS, "GET", LC_ERROR_TIMED_OUT, 1);
  assert_fails (HUGE, "GET", LC_ERROR_PROTOCOL, 1);
  assert_fails (CUT_HEADERS, "GET", LC_ERROR_PROTOCOL, 0);
  assert_fails (NOT_HTTP, "GET", LC_ERROR_PROTOCOL, 0);
  assert_fails (BOMB, "GET", LC_ERROR_PROTOCOL, 1);
}

static void
test_nobody_listens (void)
{
  Service service = { .moods = { GOOD } };
  g_autoptr (LcHttpClient) client = NULL;
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/", NULL);
  g_autoptr (GError) error = NULL;

  service.server = mock_server_new (service_cb, &service);
  client = lc_http_client_new (mock_server_get_uri (service.server), NULL);
  g_clear_pointer (&service.server, mock_server_free);
  g_assert_false (await_future (lc_http_client_send (client, request), 30, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
}

static void
detail_cb (LcStep *step, GParamSpec *pspec, gpointer user_data)
{
  if (lc_step_get_detail (step) != NULL)
    g_set_str (user_data, lc_step_get_detail (step));
}

/* People are told why nothing happens. */
static void
test_wait_is_told (void)
{
  Service service = { .moods = { THROTTLE } };
  g_autoptr (LcOperation) operation = lc_operation_new ("Starting", NULL);
  g_autofree char *told = NULL;

  lc_operation_begin_step (operation, "start", "Start");
  g_signal_connect (lc_operation_get_current_step (operation), "notify::detail",
                    G_CALLBACK (detail_cb), &told);
  g_assert_true (send_to (&service, "GET", 30000, operation, NULL));
  assert_count (&service, 2);
  g_assert_nonnull (told);
  g_assert_true (g_str_has_prefix (told, "The service asks to wait "));
  g_assert_null (lc_step_get_detail (lc_operation_get_current_step (operation)));
  lc_operation_finish (operation, NULL);
}

static gboolean
cancel_cb (gpointer operation)
{
  lc_operation_cancel (operation);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  const Mood moods[] = { HANG, ENDLESS, THROTTLE };

  for (gsize i = 0; i < G_N_ELEMENTS (moods); i++)
    {
      Service service = { .moods = { moods[i], moods[i], moods[i], moods[i] } };
      g_autoptr (LcOperation) operation = lc_operation_new ("Starting", NULL);
      g_autoptr (GError) error = NULL;
      gint64 began = g_get_monotonic_time ();

      g_timeout_add (200, cancel_cb, operation);
      g_assert_false (send_to (&service, "GET", 30000, operation, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
      g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC);
      lc_operation_finish (operation, NULL);
      g_clear_pointer (&service.server, mock_server_free);
    }
}

static void
gone_cb (gpointer user_data, GObject *object)
{
  gboolean *gone = user_data;

  *gone = TRUE;
}

/* Nobody waits any longer: nothing of it stays. */
static void
test_dropped (void)
{
  Service service = { .moods = { HANG } };
  g_autoptr (MockServer) server = mock_server_new (service_cb, &service);
  LcHttpClient *client = lc_http_client_new (mock_server_get_uri (server), NULL);
  g_autoptr (LcHttpRequest) request = lc_http_request_new ("GET", "/", NULL);
  DexFuture *future = lc_http_client_send (client, request);
  gboolean gone = FALSE;

  await_condition (mock_server_count (server) == 1, 10);
  g_object_weak_ref (G_OBJECT (client), gone_cb, &gone);
  g_object_unref (client);
  g_assert_false (gone);
  dex_clear (&future);
  await_condition (gone, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/http/what-passes", test_what_passes);
  g_test_add_func ("/http/what-is-not-repeated", test_what_is_not_repeated);
  g_test_add_func ("/http/what-lasts", test_what_lasts);
  g_test_add_func ("/http/nobody-listens", test_nobody_listens);
  g_test_add_func ("/http/wait-is-told", test_wait_is_told);
  g_test_add_func ("/http/cancel", test_cancel);
  g_test_add_func ("/http/dropped", test_dropped);
  return g_test_run ();
}
