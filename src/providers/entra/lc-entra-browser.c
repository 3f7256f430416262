/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-async.h"
#include "lc-entra-flow.h"
#include "lc-entra-listener.h"
#include "lc-entra-pkce.h"
#include "lc-error.h"

#define PATIENCE 300 /* s for the person to finish in the browser */

static void
append_query (GString *uri, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  g_string_append_printf (uri, "&%s=%s", name, escaped);
}

static LcEntraTokens *
exchange_code (LcEntraFlow *self,
               LcEntraListener *listener,
               LcSecret *code,
               LcSecret *verifier,
               GError **error)
{
  LcHttpRequest *request = lc_entra_request_new (self->tenant, "token", self->client_id);

  lc_http_request_set_operation (request, lc_sign_in_get_operation (self->sign_in));
  lc_http_request_add_field (request, "grant_type", "authorization_code");
  lc_http_request_add_secret_field (request, "code", code);
  lc_http_request_add_field (request, "redirect_uri",
                             lc_entra_listener_get_redirect_uri (listener));
  lc_http_request_add_secret_field (request, "code_verifier", verifier);
  lc_http_request_add_field (request, "scope", self->scope);
  return lc_entra_await_tokens (self->client, request, self->client_id, TRUE, NULL, error);
}

static LcSecret *
await_code (LcEntraListener *listener, GError **error)
{
  return dex_await_boxed (
      lc_with_timeout (lc_entra_listener_await_code (listener), PATIENCE * 1000), error);
}

char *
lc_entra_flow_dup_authorize_uri (LcEntraFlow *self,
                                 const char *redirect_uri,
                                 LcSecret *state,
                                 const char *challenge)
{
  g_autofree char *tenant = g_uri_escape_string (self->tenant, NULL, FALSE);
  GString *uri = g_string_new (lc_cloud_get_authority (lc_sign_in_get_cloud (self->sign_in)));

  g_string_append_printf (uri, "/%s/oauth2/v2.0/authorize?response_type=code", tenant);
  append_query (uri, "client_id", self->client_id);
  append_query (uri, "redirect_uri", redirect_uri);
  append_query (uri, "response_mode", "query");
  append_query (uri, "scope", self->scope);
  append_query (uri, "state", lc_secret_peek (state));
  append_query (uri, "code_challenge", challenge);
  append_query (uri, "code_challenge_method", "S256");
  if (self->login_hint != NULL)
    append_query (uri, "login_hint", self->login_hint);
  else
    append_query (uri, "prompt", "select_account");
  if (self->claims != NULL)
    append_query (uri, "claims", self->claims);
  return g_string_free (uri, FALSE);
}

LcEntraTokens *
lc_entra_flow_await_browser (LcEntraFlow *self, GError **error)
{
  LcOperation *operation = lc_sign_in_get_operation (self->sign_in);
  g_autoptr (LcSecret) state = lc_entra_random ();
  g_autoptr (LcSecret) verifier = lc_entra_random ();
  g_autofree char *challenge = lc_entra_challenge (verifier);
  g_autoptr (LcEntraListener) listener = lc_entra_listener_new (state, error);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) expires_at = g_date_time_add_seconds (now, PATIENCE);
  g_autoptr (LcEntraTokens) tokens = NULL;
  g_autoptr (LcSecret) code = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *uri = NULL;

  if (listener == NULL)
    return NULL;
  uri = lc_entra_flow_dup_authorize_uri (self, lc_entra_listener_get_redirect_uri (listener), state,
                                         challenge);
  lc_operation_begin_step (operation, "browser", NULL);
  lc_sign_in_set_page (self->sign_in, uri, NULL, expires_at);
  code = await_code (listener, &failure);
  if (code != NULL)
    {
      lc_operation_begin_step (operation, "tokens", NULL);
      tokens = exchange_code (self, listener, code, verifier, &failure);
    }
  if (!dex_await (lc_entra_listener_answer (listener, tokens != NULL), error))
    return NULL;
  if (tokens == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return g_steal_pointer (&tokens);
}
