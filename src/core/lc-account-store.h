/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-account.h"

G_BEGIN_DECLS

/**
 * LcAccountStore:
 *
 * The accounts of this person on this computer: a #GListModel of #LcAccount, kept in a file
 * (without secrets), written atomically. A file that cannot be read is set aside, never
 * overwritten. Main thread.
 */
#define LC_TYPE_ACCOUNT_STORE (lc_account_store_get_type ())
G_DECLARE_FINAL_TYPE (LcAccountStore, lc_account_store, LC, ACCOUNT_STORE, GObject)

/**
 * lc_account_store_new:
 * @path: the file, usually lc_dirs_data_file ("accounts.ini")
 */
LcAccountStore *lc_account_store_new (const char *path);

/* Adds it, or replaces the one with the same id. @error: when the file cannot be written; the
 * account is added all the same. */
gboolean lc_account_store_add (LcAccountStore *self, LcAccount *account, GError **error);
gboolean lc_account_store_remove (LcAccountStore *self, const char *id, GError **error);

/* Returns: (nullable) (transfer none): the account with that id or, when there is exactly one, that
 * user name. */
LcAccount *lc_account_store_find (LcAccountStore *self, const char *id_or_user_name);

G_END_DECLS
