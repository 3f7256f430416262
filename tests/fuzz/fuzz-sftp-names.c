/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an SFTP server lists: whatever it says, a name stays in its folder. And its other answers.
 */

#include <lc-sftp-names.h>
#include <lc-sftp-wire.h>
#include <lc-sftp.h>
#include <string.h>

#include "fuzz.h"

static void
check_names (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lc_sftp_entry_free);
  LcSshWire reader = { .data = data, .length = size };
  gboolean good = lc_sftp_names_read (&reader, entries);

  g_assert_true (good != reader.bad);
  g_assert_cmpuint (reader.length, <=, size);
  for (guint i = 0; i < entries->len; i++)
    {
      LcSftpEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *path = g_canonicalize_filename (entry->name, "/folder");
      g_autofree char *parent = g_path_get_dirname (path);

      g_assert_cmpstr (parent, ==, "/folder");
      g_assert_cmpuint (strlen (entry->name), <=, 255);
      g_assert_true (lc_sftp_is_file_name ((const guint8 *) entry->name, strlen (entry->name)));
    }
}

static void
check_status (const guint8 *data, gsize size)
{
  LcSftpReply reply = { .type = LC_SFTP_STATUS, .body = { .data = data, .length = size } };
  gboolean end = FALSE;
  g_autoptr (GError) error = lc_sftp_reply_status (&reply, &end);

  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  g_assert_true (!end || error != NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  check_names (data, size);
  check_status (data, size);
  return 0;
}
