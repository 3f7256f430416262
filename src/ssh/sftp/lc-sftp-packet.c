/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-packet.h"

#include <string.h>

/* Which attributes follow. */
#define HAS_SIZE     0x00000001u
#define HAS_OWNER    0x00000002u
#define HAS_MODE     0x00000004u
#define HAS_TIMES    0x00000008u
#define HAS_EXTENDED 0x80000000u

GByteArray *
lc_sftp_packet_begin (LcSftpType type, guint32 id)
{
  GByteArray *self = g_byte_array_new ();
  guint8 kind = type;

  lc_ssh_wire_put_uint32 (self, 0);
  g_byte_array_append (self, &kind, 1);
  lc_ssh_wire_put_uint32 (self, id);
  return self;
}

void
lc_sftp_packet_string (GByteArray *self, const char *text)
{
  lc_ssh_wire_put_string (self, text, strlen (text));
}

void
lc_sftp_packet_mode (GByteArray *self, guint32 mode)
{
  lc_ssh_wire_put_uint32 (self, HAS_MODE);
  lc_ssh_wire_put_uint32 (self, mode & 07777);
}

void
lc_sftp_packet_end (GByteArray *self)
{
  guint32 length = GUINT32_TO_BE (self->len - 4);

  memcpy (self->data, &length, sizeof length);
}

char *
lc_sftp_packet_dup_text (LcSshWire *self)
{
  gsize length;
  const guint8 *data = lc_ssh_wire_get_string (self, &length);

  if (memchr (data, '\0', length) != NULL)
    return NULL;
  return g_strndup ((const char *) data, length);
}

void
lc_sftp_packet_read_attributes (LcSshWire *self, LcSftpAttributes *attributes)
{
  guint32 has = lc_ssh_wire_get_uint32 (self);

  *attributes = (LcSftpAttributes) { 0 };
  if (has & HAS_SIZE)
    attributes->size = lc_ssh_wire_get_uint64 (self);
  if (has & HAS_OWNER)
    lc_ssh_wire_get_uint64 (self); /* user and group */
  if (has & HAS_MODE)
    attributes->mode = lc_ssh_wire_get_uint32 (self);
  if (has & HAS_TIMES)
    {
      lc_ssh_wire_get_uint32 (self); /* of access */
      attributes->modified_at = lc_ssh_wire_get_uint32 (self);
    }
  if (has & HAS_EXTENDED)
    for (guint32 n = lc_ssh_wire_get_uint32 (self); n > 0 && !self->bad; n--)
      {
        gsize ignored;

        lc_ssh_wire_get_string (self, &ignored);
        lc_ssh_wire_get_string (self, &ignored);
      }
}
