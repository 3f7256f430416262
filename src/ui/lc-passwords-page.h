/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-registry.h"

G_BEGIN_DECLS

/**
 * LcPasswordsPage:
 *
 * The passwords, passphrases and keys that are remembered, never what they are; each can be
 * forgotten. A locked keyring can be unlocked from here. A page of an #AdwPreferencesDialog.
 */
#define LC_TYPE_PASSWORDS_PAGE (lc_passwords_page_get_type ())
G_DECLARE_FINAL_TYPE (LcPasswordsPage, lc_passwords_page, LC, PASSWORDS_PAGE, AdwPreferencesPage)

void lc_passwords_page_show (LcPasswordsPage *self, LcRegistry *registry);

G_END_DECLS
