/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LcSecret:
 *
 * A password, key or token while it is in use: reference counted, never printed, wiped with
 * explicit_bzero() when the last reference goes. Thread-safe, immutable.
 */
typedef struct _LcSecret LcSecret;

#define LC_TYPE_SECRET (lc_secret_get_type ())
GType lc_secret_get_type (void);

LcSecret *lc_secret_new (const char *text);

/**
 * lc_secret_new_take:
 * @text: (transfer full): allocated with g_malloc(); wiped and freed
 */
LcSecret *lc_secret_new_take (char *text);
LcSecret *lc_secret_new_for_data (const void *data, gsize length);
LcSecret *lc_secret_ref (LcSecret *self);
void lc_secret_unref (LcSecret *self);

/**
 * lc_secret_peek:
 *
 * Returns: (transfer none): the text, NUL-terminated, valid while a reference is held
 */
const char *lc_secret_peek (LcSecret *self);
gsize lc_secret_get_length (LcSecret *self);
gboolean lc_secret_equal (LcSecret *self, LcSecret *other); /* in constant time */

/**
 * lc_wipe_string:
 * @text: (nullable) (transfer full): freed after it was overwritten
 */
void lc_wipe_string (char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSecret, lc_secret_unref)

G_END_DECLS
