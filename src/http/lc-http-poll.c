/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-http-poll.h"

#include "lc-async.h"
#include "lc-backoff.h"
#include "lc-error.h"

#define FIRST_WAIT         500
#define LONGEST_WAIT       (15 * 1000)
#define FIRST_LOCAL_WAIT   100
#define LONGEST_LOCAL_WAIT (2 * 1000)
#define LONGEST_ASKED_WAIT (60 * 1000)

typedef enum
{
  RUNNING,
  DONE,
  FAILED,
} Verdict;

typedef struct
{
  LcHttpClient *client;
  LcHttpResponse *started;
  LcOperation *operation;
  LcHttpProbe probe;
  gpointer data;
  GDestroyNotify destroy;

  char *uri; /* nullable */
  gboolean uri_refused;
  guint asked_ms;
  LcBackoff backoff;
} Poll;

static void
poll_free (gpointer data)
{
  Poll *poll = data;

  g_object_unref (poll->client);
  g_object_unref (poll->started);
  g_clear_object (&poll->operation);
  if (poll->destroy != NULL)
    poll->destroy (poll->data);
  g_free (poll->uri);
  g_free (poll);
}

static DexFuture *
convert_error_cb (DexFuture *failed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (failed, &error);
  return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
}

static Verdict
verdict_for_status (const char *status)
{
  if (g_ascii_strcasecmp (status, "Succeeded") == 0)
    return DONE;
  if (g_ascii_strcasecmp (status, "Failed") == 0 || g_ascii_strcasecmp (status, "Canceled") == 0)
    return FAILED;
  return RUNNING;
}

static GError *
operation_error (LcHttpResponse *response, LcJsonReader *root, const char *status)
{
  g_autoptr (LcJsonReader) inside = lc_json_reader_get_member (root, "error");
  LcErrorDetails details = {
    .http_status = lc_http_response_get_status (response),
    .service_code = (char *) lc_json_reader_get_string (inside, "code"),
    .service_message = (char *) lc_json_reader_get_string (inside, "message"),
    .request_id = (char *) lc_http_response_get_request_id (response),
  };

  return lc_error_new_with_details (LC_ERROR_REMOTE_FAILED, &details,
                                    "The service's operation ended as %s%s%s", status,
                                    details.service_code != NULL ? ": " : "",
                                    details.service_code != NULL ? details.service_code : "");
}

/* An operation object (CONTRACTS 4.1), or what a Location answers (4.2). */
static Verdict
judge (Poll *poll, LcHttpResponse *response, GError **error)
{
  guint http_status = lc_http_response_get_status (response);
  g_autoptr (LcJsonReader) root = NULL;
  g_autoptr (LcJsonReader) inner = NULL;
  const char *status;
  Verdict verdict;
  gint64 percent;

  if (lc_http_response_get_body_length (response) == 0)
    return http_status == 202 ? RUNNING : DONE;
  root = lc_http_response_read_json (response, error);
  if (root == NULL)
    return FAILED;
  inner = lc_json_reader_get_member (root, "properties");
  status = lc_json_reader_get_string (root, "status");
  if (status == NULL)
    status = lc_json_reader_get_string (inner, "provisioningState");
  percent = lc_json_reader_get_int (root, "percentComplete", -1);
  if (!lc_json_reader_check (root, error))
    return FAILED;
  if (poll->operation != NULL && percent >= 0 && percent <= 100)
    lc_operation_set_progress (poll->operation, percent / 100.0);
  if (status == NULL)
    return http_status == 202 ? RUNNING : DONE;
  verdict = verdict_for_status (status);
  if (verdict == FAILED)
    g_propagate_error (error, operation_error (response, root, status));
  return verdict;
}

static guint
asked_wait (LcHttpResponse *response)
{
  return MIN (lc_http_response_get_retry_after (response), LONGEST_ASKED_WAIT / 1000) * 1000;
}

static Verdict
ask_uri (Poll *poll, GError **error)
{
  g_autoptr (LcHttpRequest) request = lc_http_request_new_for_uri ("GET", poll->uri);
  g_autoptr (LcHttpResponse) response = NULL;

  lc_http_request_set_operation (request, poll->operation);
  response = dex_await_object (lc_http_client_send (poll->client, request), error);
  if (response == NULL)
    return FAILED;
  poll->asked_ms = asked_wait (response);
  return judge (poll, response, error);
}

static Verdict
ask_probe (Poll *poll, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean done = dex_await_boolean (poll->probe (poll->uri, poll->data), &local_error);

  poll->asked_ms = 0;
  if (local_error == NULL)
    return done ? DONE : RUNNING;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FAILED;
}

/* An address that is refused, gone, or at another host is no reason to give up. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_FORBIDDEN) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_NOT_FOUND) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_PROTOCOL);
}

static Verdict
ask (Poll *poll, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  Verdict verdict;

  if (poll->uri != NULL && !poll->uri_refused)
    {
      verdict = ask_uri (poll, &local_error);
      if (verdict != FAILED)
        return verdict;
      if (poll->probe == NULL || !is_refusal (local_error))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FAILED;
        }
      poll->uri_refused = TRUE;
    }
  return ask_probe (poll, error);
}

static DexFuture *
poll_fiber (gpointer data)
{
  Poll *poll = data;
  g_autoptr (GError) error = NULL;

  poll->asked_ms = asked_wait (poll->started);
  for (;;)
    {
      guint wait = lc_backoff_next (&poll->backoff, poll->asked_ms);
      Verdict verdict;

      if (!dex_await (lc_sleep (wait), &error))
        break;
      verdict = ask (poll, &error);
      if (verdict == DONE)
        return dex_future_new_for_boolean (TRUE);
      if (verdict == FAILED)
        break;
    }
  return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
}

DexFuture *
lc_http_poll (LcHttpClient *client,
              LcHttpResponse *started,
              LcOperation *operation,
              guint limit_ms,
              LcHttpProbe probe,
              gpointer data,
              GDestroyNotify destroy)
{
  const char *uri = lc_http_response_get_header (started, "Azure-AsyncOperation");
  guint status = lc_http_response_get_status (started);
  DexFuture *future;
  Poll *poll;

  if (uri == NULL && status == 202)
    uri = lc_http_response_get_header (started, "Location");
  if ((uri == NULL && probe == NULL) || (uri == NULL && (status == 200 || status == 204)))
    {
      if (destroy != NULL)
        destroy (data);
      return dex_future_new_for_boolean (TRUE);
    }
  poll = g_new0 (Poll, 1);
  poll->client = g_object_ref (client);
  poll->started = g_object_ref (started);
  g_set_object (&poll->operation, operation);
  poll->probe = probe;
  poll->data = data;
  poll->destroy = destroy;
  poll->uri = g_strdup (uri);
  poll->backoff = lc_http_client_is_local (client)
                      ? (LcBackoff) LC_BACKOFF_INIT (FIRST_LOCAL_WAIT, LONGEST_LOCAL_WAIT)
                      : (LcBackoff) LC_BACKOFF_INIT (FIRST_WAIT, LONGEST_WAIT);

  future = lc_with_timeout (lc_spawn (poll_fiber, poll, poll_free), limit_ms);
  future = lc_with_cancellable (future, operation != NULL ? lc_operation_get_cancellable (operation)
                                                          : NULL);
  return dex_future_catch (future, convert_error_cb, NULL, NULL);
}
