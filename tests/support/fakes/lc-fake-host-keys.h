/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-host-key-store.h>

G_BEGIN_DECLS

/* An LcHostKeyStore in memory. */
#define LC_TYPE_FAKE_HOST_KEYS (lc_fake_host_keys_get_type ())
G_DECLARE_FINAL_TYPE (LcFakeHostKeys, lc_fake_host_keys, LC, FAKE_HOST_KEYS, GObject)

LcFakeHostKeys *lc_fake_host_keys_new (void);

/* From now on every call rejects, as when the file cannot be read or written. */
void lc_fake_host_keys_fail (LcFakeHostKeys *self, gboolean fails);
guint lc_fake_host_keys_count (LcFakeHostKeys *self);

G_END_DECLS
