/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the stores of core keep between two runs: one key file each, mode 0600. */

/**
 * lc_state_file_load:
 * @path: the file
 *
 * A file that is not a key file is renamed to "PATH.unreadable", so that what is in it is not lost
 * when the next one is written.
 *
 * Returns: (transfer full): its content, empty when there is none
 */
GKeyFile *lc_state_file_load (const char *path);

/**
 * lc_state_file_save:
 *
 * Replaces the file in one go: either the old or the new content is there, whatever happens.
 * Rejects with %LC_ERROR_FORBIDDEN and the like.
 */
gboolean lc_state_file_save (GKeyFile *key_file, const char *path, GError **error);

/* Returns: (transfer full): @text as it may stand for a group of a key file */
char *lc_state_file_dup_group (const char *text);

G_END_DECLS
