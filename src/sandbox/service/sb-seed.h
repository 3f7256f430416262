/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "sb-labs.h"

G_BEGIN_DECLS

/* What a new state begins with: tenants, people, labs, from a JSON file (seed/default.json shows
 * its form). */
typedef struct _SbSeed SbSeed;

/* @path: (nullable): %NULL is the built-in one. */
SbSeed *sb_seed_load (const char *path, GError **error);
void sb_seed_free (SbSeed *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbSeed, sb_seed_free)

/* Fills @store when it is new, then sets the passwords of machines; completes with a #GTask of a
 * boolean. */
void sb_seed_apply (SbSeed *self,
                    SbStore *store,
                    SbLabs *labs,
                    GAsyncReadyCallback callback,
                    gpointer user_data);

/* Who can sign in with what: only people and machines of the seed whose password is still the one
 * in it. */
JsonArray *sb_seed_describe_people (SbSeed *self, SbStore *store);

/* A lab with @count machines that nobody has ever started, for measuring lists: @claimed_by has
 * them all, when not %NULL. */
gboolean sb_seed_many (SbStore *store,
                       SbLabs *labs,
                       const char *name,
                       gint64 count,
                       const char *claimed_by,
                       GError **error);

G_END_DECLS
