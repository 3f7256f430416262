/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sign-in on another device: RFC 8628, CONTRACTS 3.4. */

#include "sb-oauth.h"

#include "sb-audience.h"
#include "sb-util.h"

#define LIFETIME_SECONDS 900
#define INTERVAL_SECONDS 5
#define USER_CODE_LENGTH 9

/* Letters and digits that nobody takes for another one. */
static char *
make_user_code (void)
{
  static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  g_autofree char *random = sb_random_token (USER_CODE_LENGTH);
  gsize length;
  g_autofree guchar *bytes = sb_base64url_decode (random, &length);
  char *code = g_malloc0 (USER_CODE_LENGTH + 1);

  for (guint i = 0; i < USER_CODE_LENGTH; i++)
    code[i] = letters[bytes[i] % (sizeof letters - 1)];

  return code;
}

static gboolean
device_begin (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (GHashTable) form = sb_request_dup_form (request);
  const char *scope = g_hash_table_lookup (form, "scope");
  g_autofree char *audience = NULL;
  g_autofree char *code = sb_random_token (32);
  g_autofree char *user_code = make_user_code ();
  g_autofree char *uri = g_strdup_printf ("%s/device", request->base);
  g_autofree char *message = NULL;
  SbDeviceCode device = { .user_code = user_code,
                          .client_id = g_hash_table_lookup (form, "client_id"),
                          .scope = (char *) scope,
                          .expires = sb_now () + LIFETIME_SECONDS * SB_SECOND,
                          .interval = INTERVAL_SECONDS };
  JsonObject *answer;

  if (!sb_oauth_is_tenant (self, sb_request_get_param (request, "tenant")))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "invalid_request", 90002,
                                 "Tenant not found.");
  if (!sb_oauth_is_client (device.client_id))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "unauthorized_client", 700016,
                                 "The application (client_id) was not found in the directory.");
  if (scope != NULL)
    audience = sb_audience_for_scope (scope, sb_service_get_port (self));
  if (audience == NULL)
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "invalid_scope", 70011,
                                 "The 'scope' is not valid.");
  if (!sb_store_add_device_code (sb_service_get_store (self), code, &device, error))
    return FALSE;

  message = g_strdup_printf (
      "To sign in, use a web browser to open the page %s and enter the code %s to authenticate.",
      uri, user_code);
  answer = json_object_new ();
  json_object_set_string_member (answer, "user_code", user_code);
  json_object_set_string_member (answer, "device_code", code);
  json_object_set_string_member (answer, "verification_uri", uri);
  json_object_set_int_member (answer, "expires_in", LIFETIME_SECONDS);
  json_object_set_int_member (answer, "interval", INTERVAL_SECONDS);
  json_object_set_string_member (answer, "message", message);
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
device_page (SbService *self, SbRequest *request, GError **error)
{
  sb_pages_reply (request, SOUP_STATUS_OK, "device", NULL);

  return TRUE;
}

static gboolean
device_enter (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (GHashTable) form = sb_request_dup_form (request);
  const char *given = g_hash_table_lookup (form, "code");
  g_autofree char *code = g_ascii_strup (given != NULL ? given : "", -1);
  g_autoptr (SbDeviceCode) device = NULL;
  g_autofree char *flow = NULL;
  JsonObject *claims;

  device = sb_store_find_user_code (sb_service_get_store (self), g_strstrip (code), NULL);
  if (device == NULL || device->expires <= sb_now () || !g_str_equal (device->status, "Pending"))
    {
      g_autofree char *text = sb_pages_dup_text (request, "wrong-code");

      sb_pages_reply (request, SOUP_STATUS_OK, "device", "error", text, NULL);
      return TRUE;
    }

  claims = json_object_new ();
  json_object_set_string_member (claims, "kind", "device");
  json_object_set_string_member (claims, "user_code", device->user_code);
  flow = sb_pages_begin_flow (self, request, claims);
  sb_pages_reply (request, SOUP_STATUS_OK, "sign-in", "action", "/common/login", "flow", flow,
                  "focus-name", "autofocus", NULL);

  return TRUE;
}

const SbRoute sb_device_routes[] = {
  { "POST", "/{tenant}/oauth2/v2.0/devicecode", SB_ROUTE_OPEN, NULL, device_begin },
  { "GET", "/device", SB_ROUTE_OPEN, NULL, device_page },
  { "POST", "/device", SB_ROUTE_OPEN, NULL, device_enter },
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
