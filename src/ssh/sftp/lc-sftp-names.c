/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-names.h"

#include <limits.h>
#include <string.h>

#include "lc-sftp.h"

gboolean
lc_sftp_is_file_name (const guint8 *name, gsize length)
{
  if (length == 0 || length > NAME_MAX)
    return FALSE;
  if (memchr (name, '/', length) != NULL || memchr (name, '\0', length) != NULL)
    return FALSE;
  return !(name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.')));
}

gboolean
lc_sftp_names_read (LcSshWire *reader, GPtrArray *into)
{
  for (guint32 n = lc_ssh_wire_get_uint32 (reader); n > 0 && !reader->bad; n--)
    {
      LcSftpAttributes attributes;
      LcSftpEntry *entry;
      gsize length;
      gsize ignored;
      const guint8 *name = lc_ssh_wire_get_string (reader, &length);

      lc_ssh_wire_get_string (reader, &ignored); /* as `ls -l` would show it */
      lc_sftp_packet_read_attributes (reader, &attributes);
      if (reader->bad || !lc_sftp_is_file_name (name, length))
        continue;
      entry = g_new0 (LcSftpEntry, 1);
      entry->name = g_strndup ((const char *) name, length);
      entry->mode = attributes.mode;
      entry->size = attributes.size;
      entry->modified_at = attributes.modified_at;
      g_ptr_array_add (into, entry);
    }
  return !reader->bad;
}
