/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-secret.h"

G_BEGIN_DECLS

typedef enum
{
  LC_SECRET_REFRESH_TOKEN,    /* of an account */
  LC_SECRET_MACHINE_PASSWORD, /* of a login on a machine */
  LC_SECRET_KEY_PASSPHRASE,   /* of a private key file, whatever the machine */
  LC_SECRET_MACHINE_KEY,      /* the private key that was made for a login on a machine */
} LcSecretKind;

#define LC_TYPE_SECRET_KIND (lc_secret_kind_get_type ())
GType lc_secret_kind_get_type (void);

typedef enum
{
  LC_SECRET_STORE_READY,
  LC_SECRET_STORE_LOCKED,
  LC_SECRET_STORE_SESSION_ONLY, /* no keyring: secrets stay in memory until the program ends */
} LcSecretStoreState;

#define LC_TYPE_SECRET_STORE_STATE (lc_secret_store_state_get_type ())
GType lc_secret_store_state_get_type (void);

/**
 * LcSecretStore:
 *
 * Where secrets are kept. An item is named by its kind, the account it belongs to and a subject:
 * empty for a refresh token, "LOGIN@machine-id" for a machine's password or key, the path for a key
 * file's passphrase. Main thread. Property "state".
 */
#define LC_TYPE_SECRET_STORE (lc_secret_store_get_type ())
G_DECLARE_INTERFACE (LcSecretStore, lc_secret_store, LC, SECRET_STORE, GObject)

/* See lc-secret-item.h. */
typedef struct _LcSecretItem LcSecretItem;

struct _LcSecretStoreInterface
{
  GTypeInterface parent_iface;

  LcSecretStoreState (*get_state) (LcSecretStore *self);
  DexFuture *(*unlock) (LcSecretStore *self);
  DexFuture *(*lookup) (LcSecretStore *self,
                        LcSecretKind kind,
                        const char *account_id,
                        const char *subject);
  DexFuture *(*store) (LcSecretStore *self,
                       LcSecretKind kind,
                       const char *account_id,
                       const char *subject,
                       const char *label,
                       LcSecret *secret);
  DexFuture *(*remove) (LcSecretStore *self,
                        LcSecretKind kind,
                        const char *account_id,
                        const char *subject);
  DexFuture *(*remove_account) (LcSecretStore *self, const char *account_id);
  DexFuture *(*list) (LcSecretStore *self, LcSecretKind kind);
};

LcSecretStoreState lc_secret_store_get_state (LcSecretStore *self);

/* Asks the keyring to unlock itself, with its own dialog. Resolves to %TRUE; rejects with
 * %LC_ERROR_KEYRING_LOCKED when the person declined. */
DexFuture *lc_secret_store_unlock (LcSecretStore *self) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to an #LcSecret (boxed). Rejects with %LC_ERROR_NOT_FOUND, or %LC_ERROR_KEYRING_LOCKED:
 * there may be one. */
DexFuture *lc_secret_store_lookup (LcSecretStore *self,
                                   LcSecretKind kind,
                                   const char *account_id,
                                   const char *subject) G_GNUC_WARN_UNUSED_RESULT;

/* @label: what the desktop's keyring program shows, such as "LabConnect: password of student on
 * ml-lab-vm-7". */
DexFuture *lc_secret_store_store (LcSecretStore *self,
                                  LcSecretKind kind,
                                  const char *account_id,
                                  const char *subject,
                                  const char *label,
                                  LcSecret *secret) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to %TRUE also when there was none. */
DexFuture *lc_secret_store_remove (LcSecretStore *self,
                                   LcSecretKind kind,
                                   const char *account_id,
                                   const char *subject) G_GNUC_WARN_UNUSED_RESULT;

/* Everything of an account: for signing out. */
DexFuture *lc_secret_store_remove_account (LcSecretStore *self,
                                           const char *account_id) G_GNUC_WARN_UNUSED_RESULT;

/* What is kept of that kind, of all accounts; no secret is loaded. Resolves to a #GPtrArray (boxed)
 * of #LcSecretItem, in the order of their labels. Rejects with %LC_ERROR_KEYRING_LOCKED when there
 * may be more than can be seen. */
DexFuture *lc_secret_store_list (LcSecretStore *self, LcSecretKind kind) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
