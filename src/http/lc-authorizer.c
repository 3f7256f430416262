/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-authorizer.h"

G_DEFINE_INTERFACE (LcAuthorizer, lc_authorizer, G_TYPE_OBJECT)

static void
lc_authorizer_default_init (LcAuthorizerInterface *iface)
{
}

DexFuture *
lc_authorizer_get_token (LcAuthorizer *self)
{
  g_return_val_if_fail (LC_IS_AUTHORIZER (self), NULL);

  return LC_AUTHORIZER_GET_IFACE (self)->get_token (self);
}

DexFuture *
lc_authorizer_renew_token (LcAuthorizer *self, LcSecret *refused, const char *claims)
{
  g_return_val_if_fail (LC_IS_AUTHORIZER (self), NULL);
  g_return_val_if_fail (refused != NULL, NULL);

  return LC_AUTHORIZER_GET_IFACE (self)->renew_token (self, refused, claims);
}
