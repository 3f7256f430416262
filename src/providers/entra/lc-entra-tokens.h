/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-http-client.h"

G_BEGIN_DECLS

/* What the token endpoint gave (CONTRACTS 3.3). */
typedef struct
{
  LcSecret *access_token;
  LcSecret *refresh_token; /* nullable */
  gint64 expires_in;       /* seconds */

  /* From the id_token, when there was one. */
  char *tenant;
  char *object_id;
  char *user_name;
  char *display_name; /* nullable */
} LcEntraTokens;

void lc_entra_tokens_free (LcEntraTokens *self);

/* "POST {tenant}/oauth2/v2.0/{endpoint}", with the client id. */
LcHttpRequest *
lc_entra_request_new (const char *tenant, const char *endpoint, const char *client_id);

/**
 * lc_entra_await_tokens:
 * @request: (transfer full): to the token endpoint
 * @client_id: whom the tokens are for
 * @identify: whether an id_token must come with them
 * @oauth_error: (out) (optional) (nullable): the protocol's own error code when there was one
 *
 * On a fiber. Repeats what the service says may pass.
 */
LcEntraTokens *lc_entra_await_tokens (LcHttpClient *client,
                                      LcHttpRequest *request,
                                      const char *client_id,
                                      gboolean identify,
                                      char **oauth_error,
                                      GError **error);

/* The table of CONTRACTS 3.5, for an error body or the parameters of a redirect. @code: the
 * protocol's error; @description, @request_id: (nullable) */
GError *lc_entra_error_new (guint http_status,
                            const char *code,
                            const char *description,
                            const char *request_id);

/* Of an error answer of the endpoint. @oauth_error: as above */
GError *lc_entra_error_for_response (LcHttpResponse *response, char **oauth_error);

/* Reads the payload of an id_token. It came over the connection to the token endpoint, so its
 * signature says nothing more (OpenID Connect Core 3.1.3.7, 6). */
gboolean lc_entra_tokens_read_identity (LcEntraTokens *self,
                                        const char *id_token,
                                        const char *client_id,
                                        GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcEntraTokens, lc_entra_tokens_free)

G_END_DECLS
