/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-keys.h>

G_BEGIN_DECLS

/**
 * LcFakeKeys:
 *
 * Keys as the test wants them; a new one is the text "the key".
 */
#define LC_TYPE_FAKE_KEYS (lc_fake_keys_get_type ())
G_DECLARE_FINAL_TYPE (LcFakeKeys, lc_fake_keys, LC, FAKE_KEYS, GObject)

LcFakeKeys *lc_fake_keys_new (void);

/* A key that is found. @key: (transfer full) */
void lc_fake_keys_add (LcFakeKeys *self, LcKey *key);

/* How often the password is refused before it works. */
void lc_fake_keys_set_refusals (LcFakeKeys *self, guint refusals);
guint lc_fake_keys_count_made (LcFakeKeys *self);

G_END_DECLS
