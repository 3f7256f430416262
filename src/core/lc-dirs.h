/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Paths of this program's own files; the folder is made, mode 0700, when it is missing. Free with
 * g_free(). */
char *lc_dirs_data_file (const char *name);    /* $XDG_DATA_HOME/labconnect/NAME */
char *lc_dirs_cache_file (const char *name);   /* $XDG_CACHE_HOME/labconnect/NAME */
char *lc_dirs_runtime_file (const char *name); /* $XDG_RUNTIME_DIR/labconnect/NAME */

G_END_DECLS
