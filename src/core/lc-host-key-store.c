/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-host-key-store.h"

G_DEFINE_INTERFACE (LcHostKeyStore, lc_host_key_store, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
lc_host_key_store_default_init (LcHostKeyStoreInterface *iface)
{
  signals[CHANGED] = g_signal_new ("changed", LC_TYPE_HOST_KEY_STORE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

GPtrArray *
lc_host_key_store_list (LcHostKeyStore *self, GError **error)
{
  return LC_HOST_KEY_STORE_GET_IFACE (self)->list (self, error);
}

gboolean
lc_host_key_store_add (LcHostKeyStore *self, const LcTrustedKey *key, GError **error)
{
  return LC_HOST_KEY_STORE_GET_IFACE (self)->add (self, key, error);
}

gboolean
lc_host_key_store_remove (LcHostKeyStore *self, const LcTrustedKey *key, GError **error)
{
  return LC_HOST_KEY_STORE_GET_IFACE (self)->remove (self, key, error);
}

void
lc_host_key_store_changed (LcHostKeyStore *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}
