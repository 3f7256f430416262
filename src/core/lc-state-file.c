/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-state-file.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "lc-error.h"

GKeyFile *
lc_state_file_load (const char *path)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;

  if (g_key_file_load_from_file (key_file, path, G_KEY_FILE_NONE, &error) ||
      g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&key_file);

  aside = g_strconcat (path, ".unreadable", NULL);
  g_message ("Cannot read %s (%s): it is set aside as %s", path, error->message, aside);
  if (g_rename (path, aside) != 0)
    g_message ("Cannot rename %s: %s", path, g_strerror (errno));
  return g_key_file_new ();
}

gboolean
lc_state_file_save (GKeyFile *key_file, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize length;
  g_autofree char *text = g_key_file_to_data (key_file, &length, NULL);

  if (g_file_set_contents_full (path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &local))
    return TRUE;
  g_propagate_error (error, lc_error_convert (g_steal_pointer (&local)));
  return FALSE;
}

char *
lc_state_file_dup_group (const char *text)
{
  return g_uri_escape_string (text, "/:@ ", FALSE);
}
