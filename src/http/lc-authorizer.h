/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcAuthorizer:
 *
 * Who gives the HTTP client its bearer tokens. Main thread; both calls reject with %LC_ERROR only.
 */
#define LC_TYPE_AUTHORIZER (lc_authorizer_get_type ())
G_DECLARE_INTERFACE (LcAuthorizer, lc_authorizer, LC, AUTHORIZER, GObject)

struct _LcAuthorizerInterface
{
  GTypeInterface parent_iface;

  DexFuture *(*get_token) (LcAuthorizer *self);
  DexFuture *(*renew_token) (LcAuthorizer *self, LcSecret *refused, const char *claims);
};

/* Resolves to an #LcSecret (boxed): a token that is valid for a while yet. Rejects with
 * %LC_ERROR_AUTH_REQUIRED when somebody must sign in. */
DexFuture *lc_authorizer_get_token (LcAuthorizer *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_authorizer_renew_token:
 * @refused: the token that was answered with 401
 * @claims: (nullable): the JSON of a claims challenge (CONTRACTS 3.6), decoded
 *
 * Resolves to another #LcSecret (boxed). Rejects with %LC_ERROR_AUTH_REQUIRED when there is none
 * without the person.
 */
DexFuture *lc_authorizer_renew_token (LcAuthorizer *self,
                                      LcSecret *refused,
                                      const char *claims) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
