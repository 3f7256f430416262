/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret-store.h"

G_BEGIN_DECLS

/**
 * LcKeyring:
 *
 * The desktop's keyring, and the memory of this process while there is none. It looks for a Secret
 * Service when it is made and whenever one appears on the session bus; its state is
 * %LC_SECRET_STORE_READY until the first look has told otherwise, and every call waits for that
 * look.
 *
 * - Looking up never shows a prompt; an item in a locked collection rejects with
 *   %LC_ERROR_KEYRING_LOCKED. So does a missing one while the default collection is locked, since
 * some keyrings cannot be searched then.
 * - Storing may show the keyring's prompt. A secret is never lost: what the keyring does not take
 * stays in memory, and the future resolves to %FALSE instead of %TRUE.
 * - Removing rejects with %LC_ERROR_KEYRING_LOCKED when a locked item stayed.
 *
 * Main thread.
 */
#define LC_TYPE_KEYRING (lc_keyring_get_type ())
G_DECLARE_FINAL_TYPE (LcKeyring, lc_keyring, LC, KEYRING, GObject)

LcSecretStore *lc_keyring_new (void);

G_END_DECLS
