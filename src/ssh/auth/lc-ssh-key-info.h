/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-keys.h"

G_BEGIN_DECLS

/**
 * lc_ssh_key_info_parse:
 * @path: where it is
 * @private_key: the private key file's content
 * @public_line: (nullable): the content of the ".pub" file beside it
 *
 * What can be said of a private key file without its passphrase. Any thread.
 *
 * Returns: (nullable) (transfer full): %NULL when it is none
 */
LcKey *lc_ssh_key_info_parse (const char *path,
                              const char *private_key,
                              gsize length,
                              const char *public_line);

/* Reads the files in a folder, blocking, and appends those that are private keys, by name. */
void lc_ssh_key_info_read_folder (const char *folder, GPtrArray *keys);

/* Asks the SSH agent, blocking for some seconds at most, and appends its keys. */
void lc_ssh_key_info_read_agent (GPtrArray *keys);

G_END_DECLS
