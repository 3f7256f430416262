/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-cloud-file.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define GROUP "Cloud"

char *
sb_cloud_file_write (guint port, const char *base, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder =
      g_build_filename (g_get_user_runtime_dir (), "labconnect", "clouds", NULL);
  g_autofree char *name = g_strdup_printf ("%u.cloud", port);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The folder %s cannot be made: %s", folder,
                   g_strerror (errno));
      return NULL;
    }

  g_key_file_set_string (file, GROUP, "Name", "Local Lab");
  g_key_file_set_string (file, GROUP, "Authority", base);
  g_key_file_set_string (file, GROUP, "ResourceManager", base);
  g_key_file_set_integer (file, GROUP, "ProcessId", getpid ());
  if (!g_key_file_save_to_file (file, path, error))
    return NULL;

  return g_steal_pointer (&path);
}

void
sb_cloud_file_remove (char *path)
{
  g_unlink (path);
  g_free (path);
}
