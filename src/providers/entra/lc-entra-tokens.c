/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-entra-tokens.h"

#include <string.h>

#include "lc-async.h"
#include "lc-backoff.h"
#include "lc-entra-pkce.h"
#include "lc-error.h"
#include "lc-printable.h"

#define ATTEMPTS     3
#define LONGEST_LIFE (48 * 3600)

typedef struct
{
  const char *code;
  LcError error;
} Meaning;

static const Meaning meanings[] = {
  { "authorization_declined", LC_ERROR_AUTH_FAILED },
  { "access_denied", LC_ERROR_AUTH_FAILED },
  { "expired_token", LC_ERROR_TIMED_OUT },
  { "bad_verification_code", LC_ERROR_TIMED_OUT },
  { "invalid_grant", LC_ERROR_AUTH_REQUIRED },
  { "interaction_required", LC_ERROR_AUTH_REQUIRED },
  { "login_required", LC_ERROR_AUTH_REQUIRED },
  { "consent_required", LC_ERROR_AUTH_REQUIRED },
  { "invalid_scope", LC_ERROR_UNSUPPORTED },
  { "invalid_resource", LC_ERROR_UNSUPPORTED },
  { "unauthorized_client", LC_ERROR_UNSUPPORTED },
  { "invalid_client", LC_ERROR_UNSUPPORTED },
  { "unsupported_grant_type", LC_ERROR_UNSUPPORTED },
  { "unsupported_response_type", LC_ERROR_UNSUPPORTED },
  { "invalid_request", LC_ERROR_UNSUPPORTED },
  { "temporarily_unavailable", LC_ERROR_REMOTE_FAILED },
  { "server_error", LC_ERROR_REMOTE_FAILED },
};

/* Letters, digits, "._-": it becomes part of addresses and file names. */
static gboolean
is_plain_id (const char *text)
{
  gsize length = strlen (text);

  return length >= 1 && length <= 128 && text[0] != '.' &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
             length;
}

static char *
clean_name (const char *text)
{
  g_autofree char *name = text != NULL ? g_strstrip (g_strdup (text)) : NULL;
  g_autofree char *printable = lc_dup_printable_line (name);

  if (name == NULL || strlen (name) > 256 || !g_str_equal (name, printable))
    return NULL;
  return *name != '\0' ? g_steal_pointer (&name) : NULL;
}

/* Descriptions begin with "AADSTS70016: …". */
static char *
service_code (const char *code, const char *description)
{
  gsize digits;

  if (description == NULL || !g_str_has_prefix (description, "AADSTS"))
    return g_strdup (code);
  digits = strspn (description + strlen ("AADSTS"), "0123456789");
  return digits > 0 ? g_strndup (description, strlen ("AADSTS") + digits) : g_strdup (code);
}

static LcEntraTokens *
read_tokens (LcHttpResponse *response, const char *client_id, gboolean identify, GError **error)
{
  g_autoptr (LcJsonReader) root = lc_http_response_read_json (response, error);
  g_autoptr (LcEntraTokens) tokens = NULL;
  g_autoptr (LcSecret) id_token = NULL;
  const char *type;

  if (root == NULL)
    return NULL;
  tokens = g_new0 (LcEntraTokens, 1);
  type = lc_json_reader_require_string (root, "token_type");
  if (g_ascii_strcasecmp (type, "Bearer") != 0)
    lc_json_reader_complain (root, "token_type", "Bearer");
  tokens->expires_in = lc_json_reader_get_int (root, "expires_in", 0);
  if (tokens->expires_in <= 0)
    lc_json_reader_complain (root, "expires_in", "seconds");
  tokens->expires_in = MIN (tokens->expires_in, LONGEST_LIFE);
  tokens->access_token = lc_json_reader_take_secret (root, "access_token");
  if (tokens->access_token == NULL)
    lc_json_reader_complain (root, "access_token", "string");
  tokens->refresh_token = lc_json_reader_take_secret (root, "refresh_token");
  id_token = lc_json_reader_take_secret (root, "id_token");
  if (identify && id_token == NULL)
    lc_json_reader_complain (root, "id_token", "string");
  if (!lc_json_reader_check (root, error))
    return NULL;
  if (identify &&
      !lc_entra_tokens_read_identity (tokens, lc_secret_peek (id_token), client_id, error))
    return NULL;
  return g_steal_pointer (&tokens);
}

void
lc_entra_tokens_free (LcEntraTokens *self)
{
  g_clear_pointer (&self->access_token, lc_secret_unref);
  g_clear_pointer (&self->refresh_token, lc_secret_unref);
  g_free (self->tenant);
  g_free (self->object_id);
  g_free (self->user_name);
  g_free (self->display_name);
  g_free (self);
}

LcHttpRequest *
lc_entra_request_new (const char *tenant, const char *endpoint, const char *client_id)
{
  LcHttpRequest *request =
      lc_http_request_new ("POST", "", tenant, "oauth2", "v2.0", endpoint, NULL);

  lc_http_request_set_accept_errors (request, TRUE);
  lc_http_request_add_field (request, "client_id", client_id);
  return request;
}

LcEntraTokens *
lc_entra_await_tokens (LcHttpClient *client,
                       LcHttpRequest *request,
                       const char *client_id,
                       gboolean identify,
                       char **oauth_error,
                       GError **error)
{
  g_autoptr (LcHttpRequest) owned = request;
  LcBackoff backoff = LC_BACKOFF_INIT (1000, 4000);

  for (int attempt = 1;; attempt++)
    {
      g_autoptr (LcHttpResponse) response =
          dex_await_object (lc_http_client_send (client, owned), error);
      g_autoptr (GError) refusal = NULL;
      g_autofree char *code = NULL;

      if (response == NULL)
        return NULL;
      if (lc_http_response_get_status (response) < 400)
        return read_tokens (response, client_id, identify, error);
      refusal = lc_entra_error_for_response (response, &code);
      if (!g_error_matches (refusal, LC_ERROR, LC_ERROR_REMOTE_FAILED) || attempt == ATTEMPTS)
        {
          if (oauth_error != NULL)
            *oauth_error = g_steal_pointer (&code);
          g_propagate_error (error, g_steal_pointer (&refusal));
          return NULL;
        }
      if (!dex_await (lc_sleep (lc_backoff_next (&backoff, 0)), error))
        return NULL;
    }
}

GError *
lc_entra_error_new (guint http_status,
                    const char *code,
                    const char *description,
                    const char *request_id)
{
  g_autofree char *service = service_code (code, description);
  LcErrorDetails details = {
    .http_status = http_status,
    .service_code = service,
    .service_message = (char *) description,
    .request_id = (char *) request_id,
  };
  LcError meaning = http_status >= 500 ? LC_ERROR_REMOTE_FAILED : LC_ERROR_AUTH_FAILED;

  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_str_equal (meanings[i].code, code))
      meaning = meanings[i].error;
  return lc_error_new_with_details (meaning, &details, "The sign-in service answered: %s", code);
}

GError *
lc_entra_error_for_response (LcHttpResponse *response, char **oauth_error)
{
  g_autoptr (LcJsonReader) root = lc_http_response_read_json (response, NULL);
  const char *code = root != NULL ? lc_json_reader_get_string (root, "error") : NULL;
  const char *request_id;

  if (oauth_error != NULL)
    *oauth_error = g_strdup (code);
  if (code == NULL)
    return lc_http_response_dup_error (response);
  request_id = lc_json_reader_get_string (root, "trace_id");
  return lc_entra_error_new (lc_http_response_get_status (response), code,
                             lc_json_reader_get_string (root, "error_description"),
                             request_id != NULL ? request_id
                                                : lc_http_response_get_request_id (response));
}

gboolean
lc_entra_tokens_read_identity (LcEntraTokens *self,
                               const char *id_token,
                               const char *client_id,
                               GError **error)
{
  g_auto (GStrv) parts = g_strsplit (id_token, ".", 4);
  g_autofree char *payload = NULL;
  g_autoptr (LcJsonReader) root = NULL;
  gsize length = 0;

  if (g_strv_length (parts) == 3)
    payload = lc_base64url_decode (parts[1], &length);
  if (payload == NULL)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_PROTOCOL, "The id_token is not a JWT"));
      return FALSE;
    }
  root = lc_json_reader_new (payload, length, error);
  if (root == NULL)
    return FALSE;
  g_set_str (&self->tenant, lc_json_reader_require_string (root, "tid"));
  g_set_str (&self->object_id, lc_json_reader_require_string (root, "oid"));
  if (!is_plain_id (self->tenant))
    lc_json_reader_complain (root, "tid", "a directory's id");
  if (!is_plain_id (self->object_id))
    lc_json_reader_complain (root, "oid", "a person's id");
  if (!g_str_equal (lc_json_reader_require_string (root, "aud"), client_id))
    lc_json_reader_complain (root, "aud", "this program's client id");
  self->user_name = clean_name (lc_json_reader_get_string (root, "preferred_username"));
  if (self->user_name == NULL)
    self->user_name = clean_name (lc_json_reader_get_string (root, "upn"));
  if (self->user_name == NULL)
    self->user_name = g_strdup (self->object_id);
  self->display_name = clean_name (lc_json_reader_get_string (root, "name"));
  return lc_json_reader_check (root, error);
}
