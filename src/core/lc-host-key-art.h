/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-host-key.h"

G_BEGIN_DECLS

/**
 * lc_host_key_dup_art:
 *
 * The key's fingerprint as a picture that an eye can compare: eleven lines of nineteen characters,
 * exactly as `ssh-keygen -lv` prints them. (D. Loss, T. Limmer, A. von Gernler: "The drunken
 * bishop: An analysis of the OpenSSH fingerprint visualization algorithm", 2009.) It says nothing
 * that the fingerprint does not: who cannot see it misses nothing.
 *
 * Returns: (transfer full): the lines, without an end after the last one
 */
char *lc_host_key_dup_art (LcHostKey *key);

G_END_DECLS
