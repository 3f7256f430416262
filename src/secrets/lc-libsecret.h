/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsecret/secret.h>

#include "lc-secret-store.h"

G_BEGIN_DECLS

/*
 * libsecret's asynchronous calls, written out as waits with a time limit. All but
 * lc_libsecret_is_absent() run within a fiber on the main thread and raise errors of libsecret, GIO
 * and libdex as they are.
 */

/* Milliseconds for a call that no person has to answer, and for one that shows the keyring's own
 * prompt. */
#define LC_LIBSECRET_CALL_LIMIT   5000
#define LC_LIBSECRET_PROMPT_LIMIT 180000

/* Returns: (transfer full): the attributes that name an item; @subject: %NULL for every item of the
 * account (then @kind does not matter). */
GHashTable *
lc_libsecret_attributes (LcSecretKind kind, const char *account_id, const char *subject);

/* Whether secrets go to the D-Bus service; if not, libsecret keeps a file of its own. */
gboolean lc_libsecret_uses_service (void);

/* Whether the error means that there is no keyring, rather than that it refused. */
gboolean lc_libsecret_is_absent (const GError *error);

/**
 * lc_libsecret_search:
 * @secret: (out) (transfer full) (nullable): of the first match that is not locked
 * @locked: (out) (transfer full) (element-type SecretItem): the matches that are
 *
 * Returns: whether it could be asked
 */
gboolean
lc_libsecret_search (GHashTable *attributes, LcSecret **secret, GList **locked, GError **error);

/**
 * lc_libsecret_list:
 * @items: (element-type LcSecretItem): where each match of that kind that is not locked is added
 * @locked: (out) (transfer full) (element-type SecretItem): the matches that are
 *
 * Loads no secret.
 *
 * Returns: whether it could be asked
 */
gboolean lc_libsecret_list (LcSecretKind kind, GPtrArray *items, GList **locked, GError **error);

/* Unlocks or makes the collection with the keyring's prompt where that is needed. */
gboolean lc_libsecret_store (GHashTable *attributes,
                             SecretCollection *collection,
                             const char *label,
                             LcSecret *secret,
                             GError **error);

/* Removes the matches that are not locked. */
gboolean lc_libsecret_clear (GHashTable *attributes, GError **error);

/* Returns: (transfer full) (nullable): the default collection; %NULL without @error when there is
 * none. */
SecretCollection *lc_libsecret_dup_default_collection (GError **error);

/**
 * lc_libsecret_unlock:
 * @objects: (element-type GDBusProxy): collections and items
 *
 * Shows the keyring's prompt where that is needed.
 *
 * Returns: how many are unlocked now, 0 when the person declined, -1 with @error
 */
int lc_libsecret_unlock (GList *objects, GError **error);

G_END_DECLS
