/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-identity.h"

G_DEFINE_INTERFACE (LcIdentity, lc_identity, G_TYPE_OBJECT)

static void
lc_identity_default_init (LcIdentityInterface *iface)
{
}

LcSignIn *
lc_identity_sign_in (LcIdentity *self,
                     LcCloud *cloud,
                     const char *tenant,
                     LcSignInMethod method,
                     const char *login_hint)
{
  return LC_IDENTITY_GET_IFACE (self)->sign_in (self, cloud, tenant, method, login_hint);
}

DexFuture *
lc_identity_sign_out (LcIdentity *self, LcAccount *account)
{
  return LC_IDENTITY_GET_IFACE (self)->sign_out (self, account);
}
