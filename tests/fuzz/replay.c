/* SPDX-License-Identifier: GPL-3.0-or-later */

/* replay FOLDER: a target's corpus as an ordinary test. Besides each file its beginnings are tried,
 * which is where parsers read too far. */

#include <string.h>

#include "fuzz.h"

#define MOST_BEGINNINGS 512

static void
test_file (gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (data, &content, &length, &error);
  g_assert_no_error (error);
  for (gsize end = 0; end < MIN (length, MOST_BEGINNINGS); end++)
    {
      /* In memory of exactly that size, so that AddressSanitizer sees what is read behind it. */
      g_autofree guint8 *beginning = g_malloc (MAX (end, 1));

      memcpy (beginning, content, end);
      LLVMFuzzerTestOneInput (beginning, end);
    }
  LLVMFuzzerTestOneInput ((const guint8 *) content, length);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  LLVMFuzzerInitialize (&argc, &argv);
  dir = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *title = g_strconcat ("/fuzz/", name, NULL);

      g_test_add_data_func_full (title, g_build_filename (argv[1], name, NULL), test_file, g_free);
    }
  return g_test_run ();
}
