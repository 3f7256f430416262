/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-account-store.h"
#include "lc-authorizer.h"
#include "lc-identity.h"
#include "lc-secret-store.h"
#include "lc-settings.h"

G_BEGIN_DECLS

/**
 * LcEntraIdentity:
 *
 * Signs people in with Microsoft Entra ID, or a service that speaks its OAuth 2.0 endpoints
 * (CONTRACTS 3). Main thread.
 */
#define LC_TYPE_ENTRA_IDENTITY (lc_entra_identity_get_type ())
G_DECLARE_FINAL_TYPE (LcEntraIdentity, lc_entra_identity, LC, ENTRA_IDENTITY, GObject)

/**
 * lc_entra_identity_new:
 * @accounts: where accounts are added and removed
 * @secrets: where refresh tokens are kept; one that cannot be stored stays in memory until the
 *   program ends
 * @settings: client id and tenant
 */
LcEntraIdentity *
lc_entra_identity_new (LcAccountStore *accounts, LcSecretStore *secrets, LcSettings *settings);

/**
 * lc_entra_identity_get_authorizer:
 * @account: signed in, now or when the program ran before
 *
 * Returns: (transfer none): who gives tokens for the account; one per account, kept until it is
 * signed out
 */
LcAuthorizer *lc_entra_identity_get_authorizer (LcEntraIdentity *self, LcAccount *account);

G_END_DECLS
