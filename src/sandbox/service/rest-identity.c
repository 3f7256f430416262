/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sign-in with authorization code and PKCE, and the token endpoint: CONTRACTS 3.1 to 3.5. */

#include "sb-oauth.h"

#include "sb-audience.h"
#include "sb-util.h"

#include <string.h>

#define CODE_LIFETIME (10 * SB_MINUTE)

static const char *
get_text (JsonObject *claims, const char *name)
{
  return json_object_get_string_member_with_default (claims, name, NULL);
}

static gboolean
reply_page_error (SbRequest *request, guint code, const char *description)
{
  g_autofree char *text = sb_oauth_dup_description (request, code, description);

  sb_pages_reply (request, SOUP_STATUS_BAD_REQUEST, "failed", "error", text, NULL);
  return TRUE;
}

/* Back to the program, with a code or an error. */
static void
redirect (SbRequest *request,
          const char *redirect_uri,
          const char *state,
          const char *name,
          const char *value,
          const char *description)
{
  g_autoptr (GString) where = g_string_new (redirect_uri);

  g_string_append_printf (where, "?%s=", name);
  g_string_append_uri_escaped (where, value, NULL, TRUE);
  if (description != NULL)
    {
      g_string_append (where, "&error_description=");
      g_string_append_uri_escaped (where, description, NULL, TRUE);
    }
  if (state != NULL)
    {
      g_string_append (where, "&state=");
      g_string_append_uri_escaped (where, state, NULL, TRUE);
    }
  soup_server_message_set_redirect (request->message, SOUP_STATUS_FOUND, where->str);
}

static gboolean
redirect_error (SbRequest *request,
                const char *redirect_uri,
                const char *state,
                const char *error,
                guint code,
                const char *description)
{
  g_autofree char *text = sb_oauth_dup_description (request, code, description);

  redirect (request, redirect_uri, state, "error", error, text);
  return TRUE;
}

static void
reply_sign_in (SbRequest *request,
               const char *tenant,
               const char *flow,
               const char *user_name,
               const char *problem)
{
  g_autofree char *action = g_strdup_printf ("/%s/login", tenant);
  g_autofree char *error = problem != NULL ? sb_pages_dup_text (request, problem) : NULL;

  sb_pages_reply (request, SOUP_STATUS_OK, "sign-in", "action", action, "flow", flow, "username",
                  user_name, user_name != NULL ? "focus-password" : "focus-name", "autofocus",
                  "error", error, NULL);
}

/* What is wrong with the request of a program that may be answered by a redirect. */
static const char *
check_authorize (SbService *self, SbRequest *request, const char **error, guint *code)
{
  const char *scope = sb_request_get_query (request, "scope");
  const char *challenge = sb_request_get_query (request, "code_challenge");
  const char *mode = sb_request_get_query (request, "response_mode");
  g_autofree char *audience = NULL;

  *error = "invalid_request";
  if (g_strcmp0 (sb_request_get_query (request, "response_type"), "code") != 0)
    {
      *error = "unsupported_response_type";
      *code = 700054;
      return "The response_type must be 'code'.";
    }
  *code = 900144;
  if (mode != NULL && !g_str_equal (mode, "query"))
    return "This service knows response_mode 'query' only.";
  *code = 9002325;
  if (challenge == NULL || strlen (challenge) != 43 ||
      g_strcmp0 (sb_request_get_query (request, "code_challenge_method"), "S256") != 0)
    return "Proof Key for Code Exchange is required, with method S256.";

  *error = "invalid_scope";
  *code = 70011;
  audience = scope != NULL ? sb_audience_for_scope (scope, sb_service_get_port (self)) : NULL;
  if (audience == NULL)
    return "The provided value for the input parameter 'scope' is not valid.";

  *error = "login_required";
  *code = 50058;
  if (g_strcmp0 (sb_request_get_query (request, "prompt"), "none") == 0)
    return "A silent sign-in request was sent but no user is signed in.";

  return NULL;
}

static gboolean
identity_authorize (SbService *self, SbRequest *request, GError **error)
{
  const char *tenant = sb_request_get_param (request, "tenant");
  const char *client = sb_request_get_query (request, "client_id");
  const char *state = sb_request_get_query (request, "state");
  const char *nonce = sb_request_get_query (request, "nonce");
  g_autofree char *back =
      sb_oauth_dup_redirect_uri (sb_request_get_query (request, "redirect_uri"));
  g_autofree char *flow = NULL;
  const char *problem, *kind;
  JsonObject *claims;
  guint code = 0;

  if (!sb_oauth_is_tenant (self, tenant))
    return reply_page_error (request, 90002, "Tenant not found. Check that it is the right one.");
  if (!sb_oauth_is_client (client))
    return reply_page_error (request, 700016,
                             "The application (client_id) was not found in the directory.");
  if (back == NULL)
    return reply_page_error (request, 50011,
                             "The redirect URI specified in the request does not match the "
                             "redirect URIs configured for the application: http://localhost.");

  problem = check_authorize (self, request, &kind, &code);
  if (problem != NULL)
    return redirect_error (request, back, state, kind, code, problem);

  claims = json_object_new ();
  json_object_set_string_member (claims, "kind", "code");
  json_object_set_string_member (claims, "client_id", client);
  json_object_set_string_member (claims, "redirect_uri", back);
  json_object_set_string_member (claims, "scope", sb_request_get_query (request, "scope"));
  json_object_set_string_member (claims, "challenge",
                                 sb_request_get_query (request, "code_challenge"));
  if (state != NULL)
    json_object_set_string_member (claims, "state", state);
  if (nonce != NULL)
    json_object_set_string_member (claims, "nonce", nonce);
  flow = sb_pages_begin_flow (self, request, claims);
  reply_sign_in (request, tenant, flow, sb_request_get_query (request, "login_hint"), NULL);

  return TRUE;
}

/* The person with that password, or the text that says why not. */
static SbPerson *
check_credentials (SbService *self, const char *tenant, GHashTable *form, const char **problem)
{
  const char *user_name = g_hash_table_lookup (form, "username");
  const char *password = g_hash_table_lookup (form, "password");
  g_autofree char *plain = g_strdup (user_name != NULL ? user_name : "");
  g_autoptr (SbPerson) person = NULL;

  person = sb_store_find_person_by_name (sb_service_get_store (self), g_strstrip (plain), NULL);
  *problem = "wrong-password";
  if (person == NULL || password == NULL || strlen (password) > 256 ||
      !sb_check_password (password, person->password_hash))
    return NULL;

  *problem = "wrong-tenant";
  if (!sb_oauth_has_person (self, tenant, person))
    return NULL;

  *problem = NULL;
  return g_steal_pointer (&person);
}

static gboolean
finish_code (SbService *self,
             SbRequest *request,
             JsonObject *claims,
             const SbPerson *person,
             GError **error)
{
  g_autofree char *code = sb_random_token (32);
  g_autofree char *family = g_uuid_string_random ();
  SbGrant grant = { .client_id = (char *) get_text (claims, "client_id"),
                    .redirect_uri = (char *) get_text (claims, "redirect_uri"),
                    .challenge = (char *) get_text (claims, "challenge"),
                    .scope = (char *) get_text (claims, "scope"),
                    .nonce = (char *) get_text (claims, "nonce"),
                    .person_id = person->id,
                    .family = family,
                    .expires = sb_now () + CODE_LIFETIME };

  if (!sb_store_add_auth_code (sb_service_get_store (self), code, &grant, error))
    return FALSE;

  redirect (request, grant.redirect_uri, get_text (claims, "state"), "code", code, NULL);
  return TRUE;
}

static gboolean
finish_device (SbService *self,
               SbRequest *request,
               JsonObject *claims,
               const SbPerson *person,
               GError **error)
{
  if (!sb_store_settle_device_code (sb_service_get_store (self), get_text (claims, "user_code"),
                                    person != NULL ? "Approved" : "Declined",
                                    person != NULL ? person->id : NULL, error))
    return FALSE;

  sb_pages_reply (request, SOUP_STATUS_OK, person != NULL ? "done" : "declined", NULL);
  return TRUE;
}

static gboolean
identity_login (SbService *self, SbRequest *request, GError **error)
{
  const char *tenant = sb_request_get_param (request, "tenant");
  g_autoptr (GHashTable) form = sb_request_dup_form (request);
  const char *flow = g_hash_table_lookup (form, "flow");
  g_autoptr (JsonObject) claims = sb_pages_check_flow (self, request, flow);
  g_autoptr (SbPerson) person = NULL;
  const char *problem;
  gboolean is_device;

  if (claims == NULL)
    {
      g_autofree char *text = sb_pages_dup_text (request, "stale");

      sb_pages_reply (request, SOUP_STATUS_BAD_REQUEST, "failed", "error", text, NULL);
      return TRUE;
    }

  is_device = g_strcmp0 (get_text (claims, "kind"), "device") == 0;
  if (g_hash_table_contains (form, "decline"))
    return is_device ? finish_device (self, request, claims, NULL, error)
                     : redirect_error (request, get_text (claims, "redirect_uri"),
                                       get_text (claims, "state"), "access_denied", 65004,
                                       "The user declined to sign in.");

  person = check_credentials (self, tenant, form, &problem);
  if (person == NULL)
    {
      reply_sign_in (request, tenant, flow, g_hash_table_lookup (form, "username"), problem);
      return TRUE;
    }

  return is_device ? finish_device (self, request, claims, person, error)
                   : finish_code (self, request, claims, person, error);
}

static gboolean
is_verifier (const char *verifier, const char *challenge)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *encoded = NULL;
  guchar digest[32];
  gsize size = sizeof digest;

  if (verifier == NULL || strlen (verifier) < 43 || strlen (verifier) > 128)
    return FALSE;

  g_checksum_update (checksum, (const guchar *) verifier, -1);
  g_checksum_get_digest (checksum, digest, &size);
  encoded = sb_base64url_encode (digest, size);

  return g_str_equal (encoded, challenge);
}

static gboolean
reply_invalid_grant (SbRequest *request, guint code, const char *description)
{
  return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "invalid_grant", code,
                               description);
}

static gboolean
reply_for_grant (SbService *self,
                 SbRequest *request,
                 GHashTable *form,
                 const SbGrant *grant,
                 GError **error)
{
  const char *tenant = sb_request_get_param (request, "tenant");
  const char *scope = g_hash_table_lookup (form, "scope");
  g_autoptr (SbPerson) person =
      sb_store_find_person (sb_service_get_store (self), grant->person_id, error);

  if (person == NULL)
    return FALSE;
  if (!sb_oauth_has_person (self, tenant, person))
    return reply_invalid_grant (
        request, 50020, "The user account does not exist in the tenant and cannot sign in there.");

  return sb_oauth_reply_tokens (self, request, person, grant,
                                scope != NULL && *scope != '\0' ? scope : grant->scope,
                                g_strcmp0 (g_hash_table_lookup (form, "client_info"), "1") == 0,
                                error);
}

static gboolean
token_for_code (SbService *self, SbRequest *request, GHashTable *form, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  const char *code = g_hash_table_lookup (form, "code");
  const char *back = g_hash_table_lookup (form, "redirect_uri");
  g_autoptr (SbGrant) grant = NULL;

  if (code == NULL)
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "invalid_request", 900144,
                                 "The request body must contain the following parameter: 'code'.");

  grant = sb_store_find_auth_code (store, code, NULL);
  if (grant == NULL || !g_str_equal (grant->client_id, g_hash_table_lookup (form, "client_id")))
    return reply_invalid_grant (
        request, 70000, "The provided authorization code is not valid for this application.");
  if (grant->is_used)
    {
      /* RFC 6749, 4.1.2: a code that comes twice has leaked; what it gave is taken back. */
      if (!sb_store_revoke_family (store, grant->family, error))
        return FALSE;
      return reply_invalid_grant (request, 54005,
                                  "OAuth2 Authorization code was already redeemed.");
    }
  if (grant->expires <= sb_now ())
    return reply_invalid_grant (request, 70008,
                                "The provided authorization code has expired. Sign in again.");
  if (!sb_oauth_same_redirect_uri (back, grant->redirect_uri))
    return reply_invalid_grant (
        request, 500112, "The reply address does not match the one of the authorization request.");
  if (!is_verifier (g_hash_table_lookup (form, "code_verifier"), grant->challenge))
    return reply_invalid_grant (request, 501481,
                                "The Code_Verifier does not match the code_challenge supplied in "
                                "the authorization request.");
  if (!sb_store_use_auth_code (store, code, error))
    return FALSE;

  return reply_for_grant (self, request, form, grant, error);
}

static gboolean
token_for_refresh (SbService *self, SbRequest *request, GHashTable *form, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  const char *token = g_hash_table_lookup (form, "refresh_token");
  const char *client = g_hash_table_lookup (form, "client_id");
  g_autoptr (SbGrant) grant = NULL;
  SbDatabase *database = sb_store_get_database (store);
  gboolean is_answered;

  if (token != NULL)
    grant = sb_store_find_refresh_token (store, token, NULL);
  if (grant == NULL || !g_str_equal (grant->client_id, client))
    return reply_invalid_grant (request, 9002313,
                                "Invalid request. The refresh token is malformed or not valid.");
  if (grant->is_used)
    {
      /* Used twice: one of the two who have it should not. */
      if (!sb_store_revoke_family (store, grant->family, error))
        return FALSE;
      return reply_invalid_grant (
          request, 50173,
          "The provided grant was used before and has been revoked. Sign in again.");
    }
  if (grant->expires <= sb_now ())
    return reply_invalid_grant (request, 700082,
                                "The refresh token has expired due to inactivity.");

  if (!sb_database_begin (database, error))
    return FALSE;
  is_answered = sb_store_use_refresh_token (store, token, error) &&
                reply_for_grant (self, request, form, grant, error);
  /* A refusal, such as of the scope, does not use the token up. */
  if (!is_answered || soup_server_message_get_status (request->message) != SOUP_STATUS_OK)
    {
      sb_database_rollback (database);
      return is_answered;
    }

  return sb_database_commit (database, error);
}

static gboolean
token_for_device (SbService *self, SbRequest *request, GHashTable *form, GError **error)
{
  SbStore *store = sb_service_get_store (self);
  const char *code = g_hash_table_lookup (form, "device_code");
  g_autoptr (SbDeviceCode) device = NULL;
  g_autofree char *family = g_uuid_string_random ();
  gint64 now = sb_now ();
  gboolean is_early;

  if (code != NULL)
    device = sb_store_find_device_code (store, code, NULL);
  if (device == NULL || !g_str_equal (device->client_id, g_hash_table_lookup (form, "client_id")))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "bad_verification_code", 70019,
                                 "The device code is not known.");
  if (device->expires <= now || g_str_equal (device->status, "Used"))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "expired_token", 70020,
                                 "The code has expired.");

  /* Half a second of grace for a timer that fires early. RFC 8628, 3.5: five seconds more. */
  is_early = device->polled != 0 && now - device->polled < device->interval * SB_SECOND - 500;
  if (!sb_store_poll_device_code (store, code, device->interval + (is_early ? 5 : 0), error))
    return FALSE;
  if (g_str_equal (device->status, "Declined"))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "authorization_declined", 70018,
                                 "The user declined to sign in.");
  if (is_early)
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "slow_down", 90055,
                                 "The program asks too often. Wait longer between requests.");
  if (g_str_equal (device->status, "Pending"))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "authorization_pending", 70016,
                                 "The sign-in has not been finished yet. Try again later.");

  if (!sb_store_settle_device_code (store, device->user_code, "Used", device->person_id, error))
    return FALSE;

  return reply_for_grant (self, request, form,
                          &(SbGrant) { .client_id = device->client_id,
                                       .scope = device->scope,
                                       .person_id = device->person_id,
                                       .family = family },
                          error);
}

static gboolean
identity_token (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (GHashTable) form = sb_request_dup_form (request);
  const char *type = g_hash_table_lookup (form, "grant_type");

  if (!sb_oauth_is_tenant (self, sb_request_get_param (request, "tenant")))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "invalid_request", 90002,
                                 "Tenant not found.");
  if (g_hash_table_contains (form, "client_secret") ||
      g_hash_table_contains (form, "client_assertion"))
    return sb_oauth_reply_error (request, SOUP_STATUS_UNAUTHORIZED, "invalid_client", 700025,
                                 "Client is public so neither 'client_assertion' nor "
                                 "'client_secret' should be presented.");
  if (!sb_oauth_is_client (g_hash_table_lookup (form, "client_id")))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "unauthorized_client", 700016,
                                 "The application (client_id) was not found in the directory.");
  if (g_strcmp0 (type, "authorization_code") == 0)
    return token_for_code (self, request, form, error);
  if (g_strcmp0 (type, "refresh_token") == 0)
    return token_for_refresh (self, request, form, error);
  if (g_strcmp0 (type, "urn:ietf:params:oauth:grant-type:device_code") == 0)
    return token_for_device (self, request, form, error);

  return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST,
                               type == NULL ? "invalid_request" : "unsupported_grant_type",
                               type == NULL ? 900144 : 70003,
                               "The grant_type is missing or not supported.");
}

static void
add_text_array (JsonObject *object, const char *name, const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  JsonArray *array = json_array_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    json_array_add_string_element (array, parts[i]);
  json_object_set_array_member (object, name, array);
}

static gboolean
identity_configuration (SbService *self, SbRequest *request, GError **error)
{
  const char *tenant = sb_request_get_param (request, "tenant");
  JsonObject *answer = NULL;
  static const struct
  {
    const char *name;
    const char *path;
  } endpoints[] = { { "authorization_endpoint", "oauth2/v2.0/authorize" },
                    { "token_endpoint", "oauth2/v2.0/token" },
                    { "device_authorization_endpoint", "oauth2/v2.0/devicecode" },
                    { "jwks_uri", "discovery/v2.0/keys" } };
  g_autofree char *issuer = NULL;

  if (tenant == NULL)
    tenant = "common";
  if (!sb_oauth_is_tenant (self, tenant))
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "invalid_tenant", 90002,
                                 "Tenant not found.");

  answer = json_object_new ();
  for (guint i = 0; i < G_N_ELEMENTS (endpoints); i++)
    {
      g_autofree char *url = g_strdup_printf ("%s/%s/%s", request->base, tenant, endpoints[i].path);

      json_object_set_string_member (answer, endpoints[i].name, url);
    }
  issuer = g_strdup_printf ("%s/%s/v2.0", request->base, tenant);
  json_object_set_string_member (answer, "issuer", issuer);
  add_text_array (answer, "response_types_supported", "code");
  add_text_array (answer, "response_modes_supported", "query");
  add_text_array (answer, "subject_types_supported", "pairwise");
  add_text_array (answer, "scopes_supported", "openid profile email offline_access");
  add_text_array (answer, "code_challenge_methods_supported", "S256");
  add_text_array (answer, "id_token_signing_alg_values_supported", "HS256");
  add_text_array (answer, "token_endpoint_auth_methods_supported", "none");
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

/* The key is a shared secret (sb-token.h), so there is none to publish. */
static gboolean
identity_keys (SbService *self, SbRequest *request, GError **error)
{
  JsonObject *answer = json_object_new ();

  json_object_set_array_member (answer, "keys", json_array_new ());
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

#define OPEN(method, template, handler) { method, template, SB_ROUTE_OPEN, NULL, handler }

const SbRoute sb_identity_routes[] = {
  OPEN ("GET", "/{tenant}/oauth2/v2.0/authorize", identity_authorize),
  OPEN ("POST", "/{tenant}/login", identity_login),
  OPEN ("POST", "/{tenant}/oauth2/v2.0/token", identity_token),
  OPEN ("GET", "/.well-known/openid-configuration", identity_configuration),
  OPEN ("GET", "/{tenant}/.well-known/openid-configuration", identity_configuration),
  OPEN ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", identity_configuration),
  OPEN ("GET", "/{tenant}/discovery/v2.0/keys", identity_keys),
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
