/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcSshKeyPair:
 * @private_key: in OpenSSH's own format (PROTOCOL.key in its sources), not encrypted
 * @public_line: for an authorized_keys file, without a line end
 */
typedef struct
{
  LcSecret *private_key;
  char *public_line;
} LcSshKeyPair;

/* Makes an Ed25519 key, in memory that is wiped. @comment: one line. Returns: (nullable) (transfer
 * full). Any thread. */
LcSshKeyPair *lc_ssh_key_pair_new (const char *comment, GError **error);
void lc_ssh_key_pair_free (LcSshKeyPair *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshKeyPair, lc_ssh_key_pair_free)

G_END_DECLS
