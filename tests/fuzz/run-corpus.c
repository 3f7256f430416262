/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

/* Feeds a target all files of the folder in argv[1], each whole and with its end cut off at every
 * byte. */
int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (argv[1], 0, &error);
  const char *name;
  guint files = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *data = NULL;
      gsize size;

      g_file_get_contents (path, &data, &size, &error);
      g_assert_no_error (error);
      for (gsize length = 0; length <= size; length++)
        LLVMFuzzerTestOneInput ((const uint8_t *) data, length);
      files++;
    }
  g_assert_cmpuint (files, >, 0);
  return 0;
}
