/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-secret-store.h>

G_BEGIN_DECLS

/**
 * LcMemorySecretStore:
 *
 * A keyring in memory whose state a test selects. Locked, it rejects with KEYRING_LOCKED until it
 * is unlocked, if the person lets it.
 */
#define LC_TYPE_MEMORY_SECRET_STORE (lc_memory_secret_store_get_type ())
G_DECLARE_FINAL_TYPE (LcMemorySecretStore, lc_memory_secret_store, LC, MEMORY_SECRET_STORE, GObject)

LcMemorySecretStore *lc_memory_secret_store_new (void);
void lc_memory_secret_store_set_state (LcMemorySecretStore *self, LcSecretStoreState state);

/* Whether the person unlocks it when asked; initially so. */
void lc_memory_secret_store_set_unlocks (LcMemorySecretStore *self, gboolean unlocks);

/* Nullable, transfer none: what is stored, whatever the state. */
LcSecret *lc_memory_secret_store_peek (LcMemorySecretStore *self,
                                       LcSecretKind kind,
                                       const char *account_id,
                                       const char *subject);
guint lc_memory_secret_store_count (LcMemorySecretStore *self);
guint lc_memory_secret_store_count_unlocks (LcMemorySecretStore *self);

G_END_DECLS
