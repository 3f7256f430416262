/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-tunnel-details.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

GPtrArray *
lc_tunnel_details_new (const LcSshInfo *info)
{
  GPtrArray *details = lc_details_new ();

  lc_details_add (details, N_ ("Address"), info->address, TRUE);
  lc_details_add (details, N_ ("Server"), info->server, FALSE);
  lc_details_add (details, N_ ("Key exchange"), info->key_exchange, FALSE);
  lc_details_add (details, N_ ("Host key"), info->host_key, FALSE);
  lc_details_add (details, N_ ("Fingerprint"), info->fingerprint, TRUE);
  lc_details_add (details, N_ ("Encryption from the machine"), info->cipher_in, FALSE);
  lc_details_add (details, N_ ("Encryption to the machine"), info->cipher_out, FALSE);
  lc_details_add (details, N_ ("Integrity from the machine"), info->mac_in, FALSE);
  lc_details_add (details, N_ ("Integrity to the machine"), info->mac_out, FALSE);
  lc_details_add (details, N_ ("Logged in with"), info->authentication, FALSE);
  lc_details_add (details, N_ ("Library"), info->library, FALSE);
  return details;
}
