/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-oauth.h"

#include <string.h>

#include "sb-audience.h"
#include "sb-token.h"
#include "sb-util.h"

#define ACCESS_SECONDS   3600
#define REFRESH_LIFETIME (90 * SB_DAY)

static JsonObject *
begin_claims (SbRequest *request,
              const SbPerson *person,
              const char *audience,
              const char *issuer_end)
{
  JsonObject *claims = json_object_new ();
  g_autofree char *issuer =
      g_strdup_printf ("%s/%s/%s", request->base, person->tenant_id, issuer_end);
  g_autofree char *name = g_strdup_printf ("%s %s", person->given_name, person->family_name);
  gint64 now = sb_now () / 1000;

  json_object_set_string_member (claims, "aud", audience);
  json_object_set_string_member (claims, "iss", issuer);
  json_object_set_int_member (claims, "iat", now);
  json_object_set_int_member (claims, "nbf", now);
  json_object_set_int_member (claims, "exp", now + ACCESS_SECONDS);
  json_object_set_string_member (claims, "oid", person->id);
  json_object_set_string_member (claims, "sub", person->id);
  json_object_set_string_member (claims, "tid", person->tenant_id);
  json_object_set_string_member (claims, "name", name);

  return claims;
}

static char *
dup_access_token (SbService *service,
                  SbRequest *request,
                  const SbPerson *person,
                  const char *client_id,
                  const char *audience)
{
  JsonObject *claims = begin_claims (request, person, audience, "");
  g_autofree char *unique = sb_random_token (16);

  json_object_set_string_member (claims, "appid", client_id);
  json_object_set_string_member (claims, "upn", person->user_name);
  json_object_set_string_member (claims, "scp", "user_impersonation");
  json_object_set_string_member (claims, "uti", unique);
  json_object_set_string_member (claims, "ver", "1.0");

  return sb_token_sign (claims, sb_service_get_key (service));
}

static char *
dup_id_token (SbService *service, SbRequest *request, const SbPerson *person, const SbGrant *grant)
{
  JsonObject *claims = begin_claims (request, person, grant->client_id, "v2.0");

  json_object_set_string_member (claims, "preferred_username", person->user_name);
  json_object_set_string_member (claims, "given_name", person->given_name);
  json_object_set_string_member (claims, "family_name", person->family_name);
  if (grant->nonce != NULL)
    json_object_set_string_member (claims, "nonce", grant->nonce);
  json_object_set_string_member (claims, "ver", "2.0");

  return sb_token_sign (claims, sb_service_get_key (service));
}

/* What Microsoft's own libraries ask for with client_info=1, to name the account. */
static char *
dup_client_info (const SbPerson *person)
{
  g_autofree char *json =
      g_strdup_printf ("{\"uid\":\"%s\",\"utid\":\"%s\"}", person->id, person->tenant_id);

  return sb_base64url_encode ((const guchar *) json, strlen (json));
}

char *
sb_oauth_dup_description (SbRequest *request, guint code, const char *description)
{
  g_autofree char *time = sb_format_time (sb_now ());

  time[10] = ' ';
  return g_strdup_printf ("AADSTS%u: %s Trace ID: %s Correlation ID: %s Timestamp: %.19sZ", code,
                          description, request->id, request->id, time);
}

gboolean
sb_oauth_reply_error (SbRequest *request,
                      guint status,
                      const char *error,
                      guint code,
                      const char *description)
{
  JsonObject *answer = json_object_new ();
  JsonArray *codes = json_array_new ();
  g_autofree char *text = sb_oauth_dup_description (request, code, description);
  g_autofree char *time = sb_format_time (sb_now ());
  g_autofree char *stamp = NULL;

  time[10] = ' ';
  stamp = g_strdup_printf ("%.19sZ", time);
  json_array_add_int_element (codes, code);
  json_object_set_string_member (answer, "error", error);
  json_object_set_string_member (answer, "error_description", text);
  json_object_set_array_member (answer, "error_codes", codes);
  json_object_set_string_member (answer, "timestamp", stamp);
  json_object_set_string_member (answer, "trace_id", request->id);
  json_object_set_string_member (answer, "correlation_id", request->id);
  sb_request_reply_json (request, status, answer);

  return TRUE;
}

gboolean
sb_oauth_is_tenant (SbService *service, const char *tenant)
{
  g_autoptr (SbTenant) found = NULL;

  if (g_str_equal (tenant, "common") || g_str_equal (tenant, "organizations"))
    return TRUE;

  found = sb_store_find_tenant (sb_service_get_store (service), tenant, NULL);
  return found != NULL;
}

gboolean
sb_oauth_has_person (SbService *service, const char *tenant, const SbPerson *person)
{
  g_autoptr (SbTenant) found = NULL;

  if (g_str_equal (tenant, "common") || g_str_equal (tenant, "organizations"))
    return TRUE;

  found = sb_store_find_tenant (sb_service_get_store (service), tenant, NULL);
  return found != NULL && g_str_equal (found->id, person->tenant_id);
}

gboolean
sb_oauth_is_client (const char *client_id)
{
  return client_id != NULL && g_uuid_string_is_valid (client_id);
}

gboolean
sb_oauth_reply_tokens (SbService *service,
                       SbRequest *request,
                       const SbPerson *person,
                       const SbGrant *grant,
                       const char *scope,
                       gboolean with_client_info,
                       GError **error)
{
  g_autofree char *audience = sb_audience_for_scope (scope, sb_service_get_port (service));
  g_autofree char *access = NULL;
  g_autofree char *granted = NULL;
  JsonObject *answer;

  if (audience == NULL)
    return sb_oauth_reply_error (request, SOUP_STATUS_BAD_REQUEST, "invalid_scope", 70011,
                                 "The provided request must include a 'scope' input parameter "
                                 "that names one resource of this service.");

  answer = json_object_new ();
  granted = g_strdup_printf ("%s/user_impersonation %s/.default", audience, audience);
  access = dup_access_token (service, request, person, grant->client_id, audience);
  json_object_set_string_member (answer, "token_type", "Bearer");
  json_object_set_string_member (answer, "scope", granted);
  json_object_set_int_member (answer, "expires_in", ACCESS_SECONDS - 1);
  json_object_set_int_member (answer, "ext_expires_in", ACCESS_SECONDS - 1);
  json_object_set_string_member (answer, "access_token", access);
  if (sb_scope_has (grant->scope, "offline_access"))
    {
      g_autofree char *refresh = sb_random_token (48);
      SbGrant next = *grant;

      next.expires = sb_now () + REFRESH_LIFETIME;
      if (!sb_store_add_refresh_token (sb_service_get_store (service), refresh, &next, error))
        {
          json_object_unref (answer);
          return FALSE;
        }
      json_object_set_string_member (answer, "refresh_token", refresh);
    }
  if (sb_scope_has (scope, "openid"))
    {
      g_autofree char *id_token = dup_id_token (service, request, person, grant);

      json_object_set_string_member (answer, "id_token", id_token);
    }
  if (with_client_info)
    {
      g_autofree char *info = dup_client_info (person);

      json_object_set_string_member (answer, "client_info", info);
    }
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

/* CONTRACTS 3.1: http for localhost only, any port; 127.0.0.1 and [::1] are not registered. */
char *
sb_oauth_dup_redirect_uri (const char *redirect_uri)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GUri) whole = NULL;

  if (redirect_uri != NULL)
    uri = g_uri_parse (redirect_uri, G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL || !g_str_equal (g_uri_get_scheme (uri), "http") ||
      g_strcmp0 (g_uri_get_host (uri), "localhost") != 0 || g_uri_get_fragment (uri) != NULL ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL)
    return NULL;

  whole = g_uri_build (G_URI_FLAGS_ENCODED, "http", NULL, "localhost", g_uri_get_port (uri),
                       *g_uri_get_path (uri) == '\0' ? "/" : g_uri_get_path (uri), NULL, NULL);

  return g_uri_to_string (whole);
}

gboolean
sb_oauth_same_redirect_uri (const char *a, const char *b)
{
  g_autofree char *whole_a = sb_oauth_dup_redirect_uri (a);
  g_autofree char *whole_b = sb_oauth_dup_redirect_uri (b);
  g_autoptr (GUri) uri_a = NULL;
  g_autoptr (GUri) uri_b = NULL;

  if (whole_a == NULL || whole_b == NULL)
    return FALSE;

  uri_a = g_uri_parse (whole_a, G_URI_FLAGS_ENCODED, NULL);
  uri_b = g_uri_parse (whole_b, G_URI_FLAGS_ENCODED, NULL);

  return g_strcmp0 (g_uri_get_path (uri_a), g_uri_get_path (uri_b)) == 0;
}
