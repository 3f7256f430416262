/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-keys.h"

G_BEGIN_DECLS

/**
 * LcKeysPage:
 *
 * A page of the preferences: the keys that the person has, to be looked at. Those that were made
 * for machines are with the passwords, since they are in the keyring.
 */
#define LC_TYPE_KEYS_PAGE (lc_keys_page_get_type ())
G_DECLARE_FINAL_TYPE (LcKeysPage, lc_keys_page, LC, KEYS_PAGE, AdwPreferencesPage)

/* @keys: (nullable). Lists them as they are now. */
void lc_keys_page_show (LcKeysPage *self, LcKeys *keys);

G_END_DECLS
