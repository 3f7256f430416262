/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-account.h"
#include "lc-operation.h"

G_BEGIN_DECLS

typedef enum
{
  LC_SIGN_IN_BROWSER,     /* authorization code with PKCE, loopback redirect (RFC 8252) */
  LC_SIGN_IN_DEVICE_CODE, /* RFC 8628 */
} LcSignInMethod;

#define LC_TYPE_SIGN_IN_METHOD (lc_sign_in_method_get_type ())
GType lc_sign_in_method_get_type (void);

/**
 * LcSignIn:
 *
 * A sign-in that is under way. Properties: method, uri (nullable: the page to open; "copy link"),
 * user-code (nullable: to type there, device code only), expires-at (nullable #GDateTime),
 * operation (#LcOperation: steps, cancel). The values come when the service has given them. Main
 * thread.
 */
#define LC_TYPE_SIGN_IN (lc_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (LcSignIn, lc_sign_in, LC, SIGN_IN, GObject)

LcSignIn *lc_sign_in_new (LcSignInMethod method, LcCloud *cloud);
LcSignInMethod lc_sign_in_get_method (LcSignIn *self);
LcCloud *lc_sign_in_get_cloud (LcSignIn *self);
const char *lc_sign_in_get_uri (LcSignIn *self);
const char *lc_sign_in_get_user_code (LcSignIn *self);
GDateTime *lc_sign_in_get_expires_at (LcSignIn *self);
LcOperation *lc_sign_in_get_operation (LcSignIn *self);
void
lc_sign_in_set_page (LcSignIn *self, const char *uri, const char *user_code, GDateTime *expires_at);

/* Resolves to the #LcAccount; the same future for every caller. Dropping it does not cancel:
 * lc_operation_cancel() does. */
DexFuture *lc_sign_in_await (LcSignIn *self) G_GNUC_WARN_UNUSED_RESULT;

/* For implementations: ends it with an account or (transfer full) an error. Also finishes the
 * operation. */
void lc_sign_in_complete (LcSignIn *self, LcAccount *account);
void lc_sign_in_fail (LcSignIn *self, GError *error);

G_END_DECLS
