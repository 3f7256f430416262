/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-info.h"

G_DEFINE_BOXED_TYPE (LcSshInfo, lc_ssh_info, lc_ssh_info_copy, lc_ssh_info_free)

LcSshInfo *
lc_ssh_info_copy (const LcSshInfo *self)
{
  LcSshInfo *copy = g_new0 (LcSshInfo, 1);

  copy->address = g_strdup (self->address);
  copy->server = g_strdup (self->server);
  copy->key_exchange = g_strdup (self->key_exchange);
  copy->host_key = g_strdup (self->host_key);
  copy->fingerprint = g_strdup (self->fingerprint);
  copy->cipher_in = g_strdup (self->cipher_in);
  copy->cipher_out = g_strdup (self->cipher_out);
  copy->mac_in = g_strdup (self->mac_in);
  copy->mac_out = g_strdup (self->mac_out);
  copy->authentication = g_strdup (self->authentication);
  copy->library = g_strdup (self->library);
  return copy;
}

void
lc_ssh_info_free (LcSshInfo *self)
{
  g_free (self->address);
  g_free (self->server);
  g_free (self->key_exchange);
  g_free (self->host_key);
  g_free (self->fingerprint);
  g_free (self->cipher_in);
  g_free (self->cipher_out);
  g_free (self->mac_in);
  g_free (self->mac_out);
  g_free (self->authentication);
  g_free (self->library);
  g_free (self);
}
