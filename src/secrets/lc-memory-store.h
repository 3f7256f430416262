/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret-store.h"

G_BEGIN_DECLS

/**
 * LcMemoryStore:
 *
 * Secrets in this process's memory, wiped when they are removed and when it is disposed. Its state
 * is always %LC_SECRET_STORE_SESSION_ONLY. Its futures are complete when they are returned. Main
 * thread.
 */
#define LC_TYPE_MEMORY_STORE (lc_memory_store_get_type ())
G_DECLARE_FINAL_TYPE (LcMemoryStore, lc_memory_store, LC, MEMORY_STORE, GObject)

LcSecretStore *lc_memory_store_new (void);

/* Returns: (transfer full) (nullable): the secret, without a future. */
LcSecret *lc_memory_store_dup (LcMemoryStore *self,
                               LcSecretKind kind,
                               const char *account_id,
                               const char *subject);

/* Adds an #LcSecretItem for each secret of that kind to @items. */
void lc_memory_store_collect (LcMemoryStore *self, LcSecretKind kind, GPtrArray *items);

G_END_DECLS
