/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-http-client.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-backoff.h"
#include "lc-error.h"
#include "lc-http-request-private.h"
#include "lc-http-response-private.h"
#include "lc-http-send.h"
#include "lc-redact.h"

#define SILENCE_LIMIT           30 /* s without a byte */
#define DEFAULT_TIME_LIMIT      (100 * 1000)
#define LONGEST_WAIT            (60 * 1000) /* ms, of what a service may ask for */
#define MAX_REPETITIONS         5
#define MAX_NETWORK_REPETITIONS 2
#define MAX_REDIRECTS           5
#define MAX_PAGES               1000
#define MAX_LIST                (4 * LC_HTTP_MAX_BODY) /* bytes, of all pages */

struct _LcHttpClient
{
  GObject parent_instance;

  char *base_uri;
  GUri *base;
  gboolean local;
  LcAuthorizer *authorizer;
  SoupSession *session;
  guint time_limit;
};

/* One request on its way, with all its repetitions. */
typedef struct
{
  LcHttpClient *client;
  LcHttpRequest *request;
  GUri *uri;
  LcSecret *token;
  gint64 deadline; /* monotonic time, us */
  LcBackoff backoff;
  guint repetitions;
  guint network_repetitions;
  guint redirects;
  gboolean renewed;
} Exchange;

typedef struct
{
  LcHttpClient *client;
  LcHttpRequest *request;
} Listing;

G_DEFINE_FINAL_TYPE (LcHttpClient, lc_http_client, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_BASE_URI,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_object_unref (exchange->client);
  g_object_unref (exchange->request);
  g_clear_pointer (&exchange->uri, g_uri_unref);
  g_clear_pointer (&exchange->token, lc_secret_unref);
  g_free (exchange);
}

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_object_unref (listing->client);
  g_object_unref (listing->request);
  g_free (listing);
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static DexFuture *
convert_error_cb (DexFuture *failed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (failed, &error);
  return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
}

static void
log_header_cb (const char *name, const char *value, gpointer user_data)
{
  g_autofree char *redacted = lc_redact_header (name, value);

  g_debug ("  %s: %s", name, redacted);
}

static void
log_response (Exchange *exchange, LcHttpResponse *response, gint64 began)
{
  g_autofree char *text = g_uri_to_string (exchange->uri);
  g_autofree char *redacted = lc_redact_uri (text);

  g_debug ("%s %s: %u, %" G_GSIZE_FORMAT " bytes, %" G_GINT64_FORMAT " ms",
           lc_http_request_get_method (exchange->request), redacted,
           lc_http_response_get_status (response), lc_http_response_get_body_length (response),
           (g_get_monotonic_time () - began) / 1000);
  if (lc_http_response_get_status (response) >= 400)
    lc_http_response_foreach_header (response, log_header_cb, NULL);
}

static void
log_failure (Exchange *exchange, const GError *error)
{
  g_autofree char *text = g_uri_to_string (exchange->uri);
  g_autofree char *redacted = lc_redact_uri (text);

  g_debug ("%s %s: %s", lc_http_request_get_method (exchange->request), redacted, error->message);
}

/* %LC_ERROR_TLS for plain http to another computer: tokens and passwords would be readable. */
static gboolean
check_base (LcHttpClient *self, GError **error)
{
  if (self->base == NULL)
    g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT,
                                            "The service's address is not an http(s) address"));
  else if (g_str_equal (g_uri_get_scheme (self->base), "http") && !self->local)
    g_propagate_error (error, lc_error_new (LC_ERROR_TLS,
                                            "Plain http is for services on this computer only"));
  else
    return TRUE;
  return FALSE;
}

static SoupMessage *
build_message (Exchange *exchange)
{
  const char *method = lc_http_request_get_method (exchange->request);
  SoupMessage *message = soup_message_new_from_uri (method, exchange->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *id = g_uuid_string_random ();
  const char *content_type = NULL;
  GBytes *body = lc_http_request_get_body (exchange->request, &content_type);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept", "application/json");
  soup_message_headers_replace (headers, "x-ms-client-request-id", id);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, content_type, body);
  else if (!g_str_equal (method, "GET"))
    soup_message_headers_set_content_length (headers, 0);
  if (exchange->token != NULL)
    {
      char *value = g_strconcat ("Bearer ", lc_secret_peek (exchange->token), NULL);

      soup_message_headers_replace (headers, "Authorization", value);
      lc_wipe_string (value);
    }
  return message;
}

static LcHttpResponse *
send_once (Exchange *exchange, GError **error)
{
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GError) local_error = NULL;
  gint64 began = g_get_monotonic_time ();
  LcHttpResponse *response;

  if (exchange->client->authorizer != NULL && exchange->token == NULL)
    {
      exchange->token =
          dex_await_boxed (lc_authorizer_get_token (exchange->client->authorizer), error);
      if (exchange->token == NULL)
        return NULL;
    }
  message = build_message (exchange);
  response =
      dex_await_object (lc_http_send_message (exchange->client->session, message), &local_error);
  if (response != NULL)
    {
      log_response (exchange, response, began);
      return response;
    }
  log_failure (exchange, local_error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* Waits before the next attempt, and tells so; %FALSE when there is no time left for it. */
static gboolean
wait_for_turn (Exchange *exchange, guint asked_ms, GError **error)
{
  LcOperation *operation = lc_http_request_get_operation (exchange->request);
  guint wait = lc_backoff_next (&exchange->backoff, MIN (asked_ms, LONGEST_WAIT));
  gboolean slept;

  if (g_get_monotonic_time () + wait * (gint64) 1000 > exchange->deadline)
    return FALSE;
  if (operation != NULL && asked_ms > 0)
    {
      guint seconds = (wait + 999) / 1000;
      g_autofree char *detail =
          g_strdup_printf (ngettext ("The service asks to wait %u second",
                                     "The service asks to wait %u seconds", seconds),
                           seconds);

      lc_operation_set_detail (operation, detail);
    }
  slept = dex_await (lc_sleep (wait), error);
  if (operation != NULL && asked_ms > 0)
    lc_operation_set_detail (operation, NULL);
  return slept;
}

/* RFC 9110, 15.4; only where nothing can leak: a GET to the same host. */
static gboolean
follow_redirect (Exchange *exchange, LcHttpResponse *response, GError **error)
{
  const char *location = lc_http_response_get_header (response, "Location");
  g_autoptr (GUri) target = NULL;

  if (location != NULL)
    target = g_uri_parse_relative (exchange->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (target == NULL || !g_str_equal (lc_http_request_get_method (exchange->request), "GET") ||
      !lc_uri_is_same_origin (target, exchange->client->base) ||
      exchange->redirects++ >= MAX_REDIRECTS)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_PROTOCOL,
                                              "The service redirects to another address"));
      return FALSE;
    }
  g_uri_unref (exchange->uri);
  exchange->uri = g_steal_pointer (&target);
  return TRUE;
}

static gboolean
renew_token (Exchange *exchange, LcHttpResponse *response, GError **error)
{
  g_autofree char *claims = lc_http_response_dup_claims (response);
  g_autoptr (LcSecret) refused = g_steal_pointer (&exchange->token);

  exchange->renewed = TRUE;
  exchange->token =
      dex_await_boxed (lc_authorizer_renew_token (exchange->client->authorizer, refused, claims),
                       error);
  return exchange->token != NULL;
}

/* Whether the request may be sent again after this status (CONTRACTS 4). */
static gboolean
may_repeat (Exchange *exchange, guint status)
{
  if (exchange->repetitions >= MAX_REPETITIONS)
    return FALSE;
  if (status == 429 || status == 503)
    return TRUE;
  return status >= 500 && status != 501 &&
         g_str_equal (lc_http_request_get_method (exchange->request), "GET");
}

/* %TRUE: again. %FALSE without @error: done. */
static gboolean
handle_response (Exchange *exchange, LcHttpResponse *response, GError **error)
{
  guint status = lc_http_response_get_status (response);

  if (status >= 300 && status < 400)
    return follow_redirect (exchange, response, error);
  if (status == 401 && exchange->client->authorizer != NULL && !exchange->renewed)
    return renew_token (exchange, response, error);
  if (may_repeat (exchange, status))
    {
      guint asked_ms = MIN (lc_http_response_get_retry_after (response), 3600) * 1000;

      exchange->repetitions++;
      if (asked_ms <= LONGEST_WAIT && wait_for_turn (exchange, asked_ms, error))
        return TRUE;
      if (error != NULL && *error != NULL)
        return FALSE;
    }
  if (status >= 400 &&
      !(lc_http_request_get_accept_errors (exchange->request) && status < 500 && status != 429))
    g_propagate_error (error, lc_http_response_dup_error (response));
  return FALSE;
}

/* %TRUE: again. %FALSE: @error stays, or becomes a cancelled one. */
static gboolean
handle_network_error (Exchange *exchange, GError **error)
{
  LcHttpClient *client = exchange->client;
  g_autoptr (GError) wait_error = NULL;
  gboolean reachable =
      client->local || g_network_monitor_get_network_available (g_network_monitor_get_default ());
  gboolean passing = g_error_matches (*error, LC_ERROR, LC_ERROR_OFFLINE) ||
                     g_error_matches (*error, LC_ERROR, LC_ERROR_TIMED_OUT);

  if (!passing || !reachable || !lc_http_request_get_idempotent (exchange->request) ||
      exchange->network_repetitions++ >= MAX_NETWORK_REPETITIONS)
    return FALSE;
  if (wait_for_turn (exchange, 0, &wait_error))
    {
      g_clear_error (error);
      return TRUE;
    }
  if (wait_error != NULL)
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&wait_error));
    }
  return FALSE;
}

static DexFuture *
exchange_fiber (gpointer data)
{
  Exchange *exchange = data;
  g_autoptr (GError) error = NULL;

  if (!check_base (exchange->client, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  exchange->uri = lc_http_request_build_uri (exchange->request, exchange->client->base, &error);
  if (exchange->uri == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  for (;;)
    {
      g_autoptr (LcHttpResponse) response = send_once (exchange, &error);

      if (response == NULL)
        {
          if (!handle_network_error (exchange, &error))
            return dex_future_new_for_error (g_steal_pointer (&error));
        }
      else if (!handle_response (exchange, response, &error))
        {
          if (error != NULL)
            return dex_future_new_for_error (g_steal_pointer (&error));
          return dex_future_new_take_object (g_steal_pointer (&response));
        }
    }
}

static gboolean
add_page (GPtrArray *items, LcHttpResponse *response, char **next, GError **error)
{
  g_autoptr (LcJsonReader) root = lc_http_response_read_json (response, error);
  g_autoptr (LcJsonReader) value = NULL;
  guint length;

  if (root == NULL)
    return FALSE;
  value = lc_json_reader_get_member (root, "value");
  length = lc_json_reader_get_length (value);
  for (guint i = 0; i < length; i++)
    g_ptr_array_add (items, lc_json_reader_get_element (value, i));
  g_set_str (next, lc_json_reader_get_string (root, "nextLink"));
  return lc_json_reader_check (root, error);
}

static DexFuture *
list_fiber (gpointer data)
{
  Listing *listing = data;
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lc_json_reader_unref);
  g_autoptr (LcHttpRequest) request = g_object_ref (listing->request);
  g_autofree char *next = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  for (guint page = 0; page < MAX_PAGES && size <= MAX_LIST; page++)
    {
      g_autofree char *previous = g_steal_pointer (&next);
      g_autoptr (LcHttpResponse) response =
          dex_await_object (lc_http_client_send (listing->client, request), &error);

      if (response == NULL || !add_page (items, response, &next, &error))
        return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
      size += lc_http_response_get_body_length (response);
      if (next == NULL || *next == '\0')
        return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&items));
      if (g_strcmp0 (next, previous) == 0)
        break;
      g_object_unref (request);
      request = lc_http_request_new_for_uri ("GET", next);
      lc_http_request_set_operation (request, lc_http_request_get_operation (listing->request));
    }
  return dex_future_new_for_error (lc_error_new (LC_ERROR_PROTOCOL, "The list has no end"));
}

static void
lc_http_client_constructed (GObject *object)
{
  LcHttpClient *self = LC_HTTP_CLIENT (object);
  const char *host;

  G_OBJECT_CLASS (lc_http_client_parent_class)->constructed (object);

  self->base =
      g_uri_parse (self->base_uri != NULL ? self->base_uri : "", SOUP_HTTP_URI_FLAGS, NULL);
  host = self->base != NULL ? g_uri_get_host (self->base) : NULL;
  if (host == NULL || *host == '\0' || g_uri_get_user (self->base) != NULL ||
      (!g_str_equal (g_uri_get_scheme (self->base), "http") &&
       !g_str_equal (g_uri_get_scheme (self->base), "https")))
    g_clear_pointer (&self->base, g_uri_unref);
  self->local = self->base != NULL && is_loopback (host);
  /* No proxy is asked to reach this computer: it would read what plain http carries. */
  if (self->local)
    soup_session_set_proxy_resolver (self->session, NULL);
}

static void
lc_http_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcHttpClient *self = LC_HTTP_CLIENT (object);

  if (id == PROP_BASE_URI)
    g_value_set_string (value, self->base_uri);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
lc_http_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  LcHttpClient *self = LC_HTTP_CLIENT (object);

  if (id == PROP_BASE_URI)
    self->base_uri = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
lc_http_client_dispose (GObject *object)
{
  LcHttpClient *self = LC_HTTP_CLIENT (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->authorizer);

  G_OBJECT_CLASS (lc_http_client_parent_class)->dispose (object);
}

static void
lc_http_client_finalize (GObject *object)
{
  LcHttpClient *self = LC_HTTP_CLIENT (object);

  g_free (self->base_uri);
  g_clear_pointer (&self->base, g_uri_unref);

  G_OBJECT_CLASS (lc_http_client_parent_class)->finalize (object);
}

static void
lc_http_client_class_init (LcHttpClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = lc_http_client_constructed;
  object_class->get_property = lc_http_client_get_property;
  object_class->set_property = lc_http_client_set_property;
  object_class->dispose = lc_http_client_dispose;
  object_class->finalize = lc_http_client_finalize;

  properties[PROP_BASE_URI] =
      g_param_spec_string ("base-uri", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_http_client_init (LcHttpClient *self)
{
  self->time_limit = DEFAULT_TIME_LIMIT;
  self->session = soup_session_new_with_options ("timeout", SILENCE_LIMIT, "idle-timeout", 60,
                                                 "user-agent", "LabConnect/" LC_VERSION, NULL);
}

LcHttpClient *
lc_http_client_new (const char *base_uri, LcAuthorizer *authorizer)
{
  LcHttpClient *self = g_object_new (LC_TYPE_HTTP_CLIENT, "base-uri", base_uri, NULL);

  g_set_object (&self->authorizer, authorizer);
  return self;
}

void
lc_http_client_set_time_limit (LcHttpClient *self, guint milliseconds)
{
  g_return_if_fail (LC_IS_HTTP_CLIENT (self));

  self->time_limit = milliseconds;
}

gboolean
lc_http_client_is_local (LcHttpClient *self)
{
  g_return_val_if_fail (LC_IS_HTTP_CLIENT (self), FALSE);

  return self->local;
}

DexFuture *
lc_http_client_send (LcHttpClient *self, LcHttpRequest *request)
{
  Exchange *exchange = g_new0 (Exchange, 1);
  LcOperation *operation = lc_http_request_get_operation (request);
  DexFuture *future;

  exchange->client = g_object_ref (self);
  exchange->request = g_object_ref (request);
  exchange->deadline = g_get_monotonic_time () + self->time_limit * (gint64) 1000;
  exchange->backoff = (LcBackoff) LC_BACKOFF_INIT (500, 16 * 1000);

  future = lc_with_timeout (lc_spawn (exchange_fiber, exchange, exchange_free), self->time_limit);
  future = lc_with_cancellable (future, operation != NULL ? lc_operation_get_cancellable (operation)
                                                          : NULL);
  return dex_future_catch (future, convert_error_cb, NULL, NULL);
}

DexFuture *
lc_http_client_list (LcHttpClient *self, LcHttpRequest *request)
{
  Listing *listing = g_new0 (Listing, 1);

  listing->client = g_object_ref (self);
  listing->request = g_object_ref (request);
  return lc_spawn (list_fiber, listing, listing_free);
}
