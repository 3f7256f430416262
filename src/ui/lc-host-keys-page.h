/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcHostKeysPage:
 *
 * The host keys that are trusted, with when and by whom; each can be removed, and the removal taken
 * back. A page of an #AdwPreferencesDialog, which shows its toasts.
 */
#define LC_TYPE_HOST_KEYS_PAGE (lc_host_keys_page_get_type ())
G_DECLARE_FINAL_TYPE (LcHostKeysPage, lc_host_keys_page, LC, HOST_KEYS_PAGE, AdwPreferencesPage)

/* @store: (nullable); @catalog: (nullable): what machines are called now */
void lc_host_keys_page_show (LcHostKeysPage *self, LcHostKeyStore *store, LcCatalog *catalog);

G_END_DECLS
