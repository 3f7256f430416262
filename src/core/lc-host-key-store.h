/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-trusted-key.h"

G_BEGIN_DECLS

/**
 * LcHostKeyStore:
 *
 * The host keys that are trusted, for those who look after them. Main thread. Signal "changed": the
 * list is another one.
 */
#define LC_TYPE_HOST_KEY_STORE (lc_host_key_store_get_type ())
G_DECLARE_INTERFACE (LcHostKeyStore, lc_host_key_store, LC, HOST_KEY_STORE, GObject)

struct _LcHostKeyStoreInterface
{
  GTypeInterface parent_iface;

  GPtrArray *(*list) (LcHostKeyStore *self, GError **error);
  gboolean (*add) (LcHostKeyStore *self, const LcTrustedKey *key, GError **error);
  gboolean (*remove) (LcHostKeyStore *self, const LcTrustedKey *key, GError **error);
};

/* All reject with %LC_ERROR_FAILED when what is kept cannot be read or written. */

/* Returns: (transfer full) (element-type LcTrustedKey): the keys, the oldest first; %NULL with
 * @error */
GPtrArray *lc_host_key_store_list (LcHostKeyStore *self, GError **error);

/* Trusts it (again), as it says of itself: undoes lc_host_key_store_remove(). One that is there
 * stays as it is. */
gboolean lc_host_key_store_add (LcHostKeyStore *self, const LcTrustedKey *key, GError **error);

/* The machine is asked about when it is met the next time. TRUE also when there was no such key. */
gboolean lc_host_key_store_remove (LcHostKeyStore *self, const LcTrustedKey *key, GError **error);

/* For those who implement it. */
void lc_host_key_store_changed (LcHostKeyStore *self);

G_END_DECLS
