/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-dirs.h"

#include <errno.h>

static char *
own_file (const char *base, const char *name)
{
  g_autofree char *folder = g_build_filename (base, "labconnect", NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_message ("Cannot make %s: %s", folder, g_strerror (errno));
  return g_build_filename (folder, name, NULL);
}

char *
lc_dirs_data_file (const char *name)
{
  return own_file (g_get_user_data_dir (), name);
}

char *
lc_dirs_cache_file (const char *name)
{
  return own_file (g_get_user_cache_dir (), name);
}

char *
lc_dirs_runtime_file (const char *name)
{
  return own_file (g_get_user_runtime_dir (), name);
}
