/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-sign-in.h"

G_BEGIN_DECLS

/**
 * LcIdentity:
 *
 * Who can sign people in to a cloud, and out again.
 */
#define LC_TYPE_IDENTITY (lc_identity_get_type ())
G_DECLARE_INTERFACE (LcIdentity, lc_identity, LC, IDENTITY, GObject)

struct _LcIdentityInterface
{
  GTypeInterface parent_iface;

  LcSignIn *(*sign_in) (LcIdentity *self,
                        LcCloud *cloud,
                        const char *tenant,
                        LcSignInMethod method,
                        const char *login_hint);
  DexFuture *(*sign_out) (LcIdentity *self, LcAccount *account);
};

/**
 * lc_identity_sign_in:
 * @tenant: (nullable): a directory, for people who are guests; the configured one when %NULL
 * @login_hint: (nullable): the user name to fill in, when an account must sign in again
 *
 * Begins to sign in. The caller opens the page (lc_sign_in_get_uri()) when it is there. On success
 * the account is in the account store and its refresh token in the secret store.
 *
 * Returns: (transfer full): what to show and await
 */
LcSignIn *lc_identity_sign_in (LcIdentity *self,
                               LcCloud *cloud,
                               const char *tenant,
                               LcSignInMethod method,
                               const char *login_hint);

/* Forgets the account and removes every secret of it. Resolves to %TRUE. */
DexFuture *lc_identity_sign_out (LcIdentity *self, LcAccount *account) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
