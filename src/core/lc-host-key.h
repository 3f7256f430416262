/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LcHostKey:
 *
 * A server's public host key, as people compare it. Immutable, reference counted.
 */
typedef struct _LcHostKey LcHostKey;

#define LC_TYPE_HOST_KEY (lc_host_key_get_type ())
GType lc_host_key_get_type (void);

/* @algorithm: as in RFC 4253 and authorized_keys files, such as "ssh-ed25519"; @blob: the public
 * key in wire format. */
LcHostKey *lc_host_key_new (const char *algorithm, GBytes *blob);
LcHostKey *lc_host_key_ref (LcHostKey *self);
void lc_host_key_unref (LcHostKey *self);
const char *lc_host_key_get_algorithm (LcHostKey *self);
GBytes *lc_host_key_get_blob (LcHostKey *self);

/* "SHA256:…" without padding, as `ssh-keygen -l` prints it. */
const char *lc_host_key_get_fingerprint (LcHostKey *self);

/* Whether somebody's words name this key: its fingerprint with or without "SHA256:", alone or in a
 * line of `ssh-keygen -l`. */
gboolean lc_host_key_has_fingerprint (LcHostKey *self, const char *text);

/* As ssh-keygen calls it: "RSA", "ECDSA", "ED25519"; the algorithm for any other. */
const char *lc_host_key_get_kind (LcHostKey *self);

/* Its length as `ssh-keygen -l` prints it; 0 when that cannot be told. */
guint lc_host_key_get_bits (LcHostKey *self);
gboolean lc_host_key_equal (LcHostKey *self, LcHostKey *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcHostKey, lc_host_key_unref)

G_END_DECLS
