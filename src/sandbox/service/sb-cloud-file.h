/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sb_cloud_file_write:
 *
 * Tells programs of this user that the service runs: a key file in
 * `$XDG_RUNTIME_DIR/labconnect/clouds/`.
 *
 * Returns: (transfer full) (nullable): its path, to be removed when the service stops
 */
char *sb_cloud_file_write (guint port, const char *base, GError **error);

/* Removes it and frees @path. */
void sb_cloud_file_remove (char *path);

G_END_DECLS
