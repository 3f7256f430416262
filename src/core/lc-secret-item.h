/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret-store.h"

G_BEGIN_DECLS

/**
 * LcSecretItem:
 *
 * That something is kept, without what is kept: kind, account and subject as in #LcSecretStore, and
 * the label that the desktop's keyring program shows.
 */
struct _LcSecretItem
{
  LcSecretKind kind;
  char *account_id;
  char *subject;
  char *label;
};

#define LC_TYPE_SECRET_ITEM (lc_secret_item_get_type ())
GType lc_secret_item_get_type (void);

LcSecretItem *lc_secret_item_new (LcSecretKind kind,
                                  const char *account_id,
                                  const char *subject,
                                  const char *label);
LcSecretItem *lc_secret_item_copy (const LcSecretItem *self);
void lc_secret_item_free (LcSecretItem *self);

/* Returns: whether both name the same secret */
gboolean lc_secret_item_equal (const LcSecretItem *self, const LcSecretItem *other);

/* For lc_secret_store_list(): by their labels, as people sort. (GCompareFunc for a #GPtrArray) */
int lc_secret_item_compare (gconstpointer one, gconstpointer other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSecretItem, lc_secret_item_free)

G_END_DECLS
