/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-async.h"
#include "lc-entra-flow.h"
#include "lc-error.h"
#include "lc-printable.h"

#define GRANT  "urn:ietf:params:oauth:grant-type:device_code"
#define SLOWER 5 /* s more, RFC 8628, 3.5 */

typedef struct
{
  LcSecret *device_code;
  char *user_code;
  char *page;
  gint64 expires_in;
  gint64 interval;
} Device;

static void
device_free (Device *self)
{
  g_clear_pointer (&self->device_code, lc_secret_unref);
  g_free (self->user_code);
  g_free (self->page);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Device, device_free)

static gboolean
is_here (const char *host)
{
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_strcmp0 (host, "localhost") == 0;
}

/* The page is shown, and opened in a browser, so it must be one, written as RFC 3986 has it: https,
 * or, for a service on this computer, on this computer too. */
static gboolean
is_page (LcEntraFlow *flow, const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL);

  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return FALSE;
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return FALSE;
  if (g_str_equal (g_uri_get_scheme (uri), "https"))
    return TRUE;
  return lc_http_client_is_local (flow->client) && g_str_equal (g_uri_get_scheme (uri), "http") &&
         is_here (g_uri_get_host (uri));
}

static Device *
read_device (LcEntraFlow *flow, LcHttpResponse *response, GError **error)
{
  g_autoptr (LcJsonReader) root = lc_http_response_read_json (response, error);
  g_autoptr (Device) device = NULL;

  if (root == NULL)
    return NULL;
  device = g_new0 (Device, 1);
  device->device_code = lc_json_reader_take_secret (root, "device_code");
  if (device->device_code == NULL)
    lc_json_reader_complain (root, "device_code", "string");
  device->user_code = lc_dup_printable_line (lc_json_reader_require_string (root, "user_code"));
  device->page = g_strdup (lc_json_reader_require_string (root, "verification_uri"));
  if (!is_page (flow, device->page))
    lc_json_reader_complain (root, "verification_uri", "the address of a web page");
  device->expires_in = CLAMP (lc_json_reader_get_int (root, "expires_in", 900), 1, 3600);
  device->interval = CLAMP (lc_json_reader_get_int (root, "interval", 5), 1, 60);
  if (!lc_json_reader_check (root, error))
    return NULL;
  return g_steal_pointer (&device);
}

static Device *
ask_device_code (LcEntraFlow *self, GError **error)
{
  g_autoptr (LcHttpRequest) request =
      lc_entra_request_new (self->tenant, "devicecode", self->client_id);
  g_autoptr (LcHttpResponse) response = NULL;

  lc_http_request_set_operation (request, lc_sign_in_get_operation (self->sign_in));
  lc_http_request_add_field (request, "scope", self->scope);
  response = dex_await_object (lc_http_client_send (self->client, request), error);
  if (response == NULL)
    return NULL;
  if (lc_http_response_get_status (response) >= 400)
    {
      g_propagate_error (error, lc_entra_error_for_response (response, NULL));
      return NULL;
    }
  return read_device (self, response, error);
}

static LcEntraTokens *
poll_once (LcEntraFlow *self, Device *device, char **oauth_error, GError **error)
{
  LcHttpRequest *request = lc_entra_request_new (self->tenant, "token", self->client_id);

  lc_http_request_set_operation (request, lc_sign_in_get_operation (self->sign_in));
  lc_http_request_add_field (request, "grant_type", GRANT);
  lc_http_request_add_secret_field (request, "device_code", device->device_code);
  return lc_entra_await_tokens (self->client, request, self->client_id, TRUE, oauth_error, error);
}

LcEntraTokens *
lc_entra_flow_await_device (LcEntraFlow *self, GError **error)
{
  LcOperation *operation = lc_sign_in_get_operation (self->sign_in);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) expires_at = NULL;
  g_autoptr (Device) device = NULL;
  gint64 deadline;

  lc_operation_begin_step (operation, "code", NULL);
  device = ask_device_code (self, error);
  if (device == NULL)
    return NULL;
  expires_at = g_date_time_add_seconds (now, device->expires_in);
  deadline = g_get_monotonic_time () + device->expires_in * G_USEC_PER_SEC;
  lc_operation_begin_step (operation, "browser", NULL);
  lc_sign_in_set_page (self->sign_in, device->page, device->user_code, expires_at);
  while (g_get_monotonic_time () < deadline)
    {
      g_autofree char *oauth_error = NULL;
      g_autoptr (GError) refusal = NULL;
      LcEntraTokens *tokens;

      if (!dex_await (lc_sleep (device->interval * 1000), error))
        return NULL;
      tokens = poll_once (self, device, &oauth_error, &refusal);
      if (tokens != NULL)
        return tokens;
      if (g_strcmp0 (oauth_error, "slow_down") == 0)
        device->interval += SLOWER;
      else if (g_strcmp0 (oauth_error, "authorization_pending") != 0)
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return NULL;
        }
    }
  g_propagate_error (error, lc_error_new (LC_ERROR_TIMED_OUT, "The code has expired"));
  return NULL;
}
