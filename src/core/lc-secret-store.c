/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-secret-store.h"

G_DEFINE_ENUM_TYPE (LcSecretKind,
                    lc_secret_kind,
                    G_DEFINE_ENUM_VALUE (LC_SECRET_REFRESH_TOKEN, "refresh-token"),
                    G_DEFINE_ENUM_VALUE (LC_SECRET_MACHINE_PASSWORD, "machine-password"),
                    G_DEFINE_ENUM_VALUE (LC_SECRET_KEY_PASSPHRASE, "key-passphrase"),
                    G_DEFINE_ENUM_VALUE (LC_SECRET_MACHINE_KEY, "machine-key"))
G_DEFINE_ENUM_TYPE (LcSecretStoreState,
                    lc_secret_store_state,
                    G_DEFINE_ENUM_VALUE (LC_SECRET_STORE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (LC_SECRET_STORE_LOCKED, "locked"),
                    G_DEFINE_ENUM_VALUE (LC_SECRET_STORE_SESSION_ONLY, "session-only"))
G_DEFINE_INTERFACE (LcSecretStore, lc_secret_store, G_TYPE_OBJECT)

static void
lc_secret_store_default_init (LcSecretStoreInterface *iface)
{
  g_object_interface_install_property (
      iface,
      g_param_spec_enum ("state", NULL, NULL, LC_TYPE_SECRET_STORE_STATE, LC_SECRET_STORE_READY,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));
}

LcSecretStoreState
lc_secret_store_get_state (LcSecretStore *self)
{
  return LC_SECRET_STORE_GET_IFACE (self)->get_state (self);
}

DexFuture *
lc_secret_store_unlock (LcSecretStore *self)
{
  return LC_SECRET_STORE_GET_IFACE (self)->unlock (self);
}

DexFuture *
lc_secret_store_lookup (LcSecretStore *self,
                        LcSecretKind kind,
                        const char *account_id,
                        const char *subject)
{
  return LC_SECRET_STORE_GET_IFACE (self)->lookup (self, kind, account_id, subject);
}

DexFuture *
lc_secret_store_store (LcSecretStore *self,
                       LcSecretKind kind,
                       const char *account_id,
                       const char *subject,
                       const char *label,
                       LcSecret *secret)
{
  return LC_SECRET_STORE_GET_IFACE (self)->store (self, kind, account_id, subject, label, secret);
}

DexFuture *
lc_secret_store_remove (LcSecretStore *self,
                        LcSecretKind kind,
                        const char *account_id,
                        const char *subject)
{
  return LC_SECRET_STORE_GET_IFACE (self)->remove (self, kind, account_id, subject);
}

DexFuture *
lc_secret_store_remove_account (LcSecretStore *self, const char *account_id)
{
  return LC_SECRET_STORE_GET_IFACE (self)->remove_account (self, account_id);
}

DexFuture *
lc_secret_store_list (LcSecretStore *self, LcSecretKind kind)
{
  return LC_SECRET_STORE_GET_IFACE (self)->list (self, kind);
}
