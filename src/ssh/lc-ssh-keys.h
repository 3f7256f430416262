/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-keys.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/**
 * LcSshKeys:
 *
 * #LcKeys over ~/.ssh, the SSH agent and the connections of a pool. Main thread.
 */
#define LC_TYPE_SSH_KEYS (lc_ssh_keys_get_type ())
G_DECLARE_FINAL_TYPE (LcSshKeys, lc_ssh_keys, LC, SSH_KEYS, GObject)

/* @folder: where key files are, usually ~/.ssh */
LcKeys *lc_ssh_keys_new (LcSshPool *pool, const char *folder);

G_END_DECLS
