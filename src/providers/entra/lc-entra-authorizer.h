/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-account.h"
#include "lc-authorizer.h"
#include "lc-entra-tokens.h"
#include "lc-secret-store.h"
#include "lc-settings.h"

G_BEGIN_DECLS

/**
 * LcEntraAuthorizer:
 *
 * Gives one account's access tokens: from memory while they are good, else by a refresh (CONTRACTS
 * 3.3), of which there is one at a time. Main thread.
 */
#define LC_TYPE_ENTRA_AUTHORIZER (lc_entra_authorizer_get_type ())
G_DECLARE_FINAL_TYPE (LcEntraAuthorizer, lc_entra_authorizer, LC, ENTRA_AUTHORIZER, GObject)

LcEntraAuthorizer *
lc_entra_authorizer_new (LcAccount *account, LcSecretStore *secrets, LcSettings *settings);

/* For an account that was described anew. */
void lc_entra_authorizer_set_account (LcEntraAuthorizer *self, LcAccount *account);

/* The claims that the service asked for and that the next sign-in must pass on. Nullable. */
const char *lc_entra_authorizer_get_claims (LcEntraAuthorizer *self);

/**
 * lc_entra_authorizer_await_adopt:
 *
 * On a fiber: takes over tokens, and stores the refresh token; one that cannot be stored stays in
 * memory until the program ends.
 *
 * Returns: %FALSE only when the wait was cancelled
 */
gboolean
lc_entra_authorizer_await_adopt (LcEntraAuthorizer *self, LcEntraTokens *tokens, GError **error);

/* Signed out: forgets everything, and stores nothing more. */
void lc_entra_authorizer_close (LcEntraAuthorizer *self);

G_END_DECLS
