/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-entra-tokens.h"
#include "lc-identity.h"

G_BEGIN_DECLS

/* What both ways to sign in need. */
typedef struct
{
  LcSignIn *sign_in;
  LcHttpClient *client;
  char *client_id;
  char *tenant;
  char *scope;
  char *login_hint; /* nullable */
  char *claims;     /* nullable: of a claims challenge */
} LcEntraFlow;

/* The first page of an authorization code flow (CONTRACTS 3.1). */
char *lc_entra_flow_dup_authorize_uri (LcEntraFlow *self,
                                       const char *redirect_uri,
                                       LcSecret *state,
                                       const char *challenge);

/* On a fiber: the whole way to the tokens, telling the operation of the sign-in. */
LcEntraTokens *lc_entra_flow_await_browser (LcEntraFlow *self, GError **error);
LcEntraTokens *lc_entra_flow_await_device (LcEntraFlow *self, GError **error);

G_END_DECLS
