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

  lc_sftp_packet_u32 (self, 0);
  g_byte_array_append (self, &kind, 1);
  lc_sftp_packet_u32 (self, id);
  return self;
}

void
lc_sftp_packet_u32 (GByteArray *self, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (self, (const guint8 *) &big, sizeof big);
}

void
lc_sftp_packet_u64 (GByteArray *self, guint64 value)
{
  guint64 big = GUINT64_TO_BE (value);

  g_byte_array_append (self, (const guint8 *) &big, sizeof big);
}

void
lc_sftp_packet_bytes (GByteArray *self, const void *data, gsize length)
{
  lc_sftp_packet_u32 (self, length);
  g_byte_array_append (self, data, length);
}

void
lc_sftp_packet_string (GByteArray *self, const char *text)
{
  lc_sftp_packet_bytes (self, text, strlen (text));
}

void
lc_sftp_packet_mode (GByteArray *self, guint32 mode)
{
  lc_sftp_packet_u32 (self, HAS_MODE);
  lc_sftp_packet_u32 (self, mode & 07777);
}

void
lc_sftp_packet_end (GByteArray *self)
{
  guint32 length = GUINT32_TO_BE (self->len - 4);

  memcpy (self->data, &length, sizeof length);
}

/* Returns: (nullable): what was there */
static const guint8 *
take (LcSftpReader *self, gsize length)
{
  const guint8 *data = self->data;

  if (self->bad || self->left < length)
    {
      self->bad = TRUE;
      return NULL;
    }
  self->data += length;
  self->left -= length;
  return data;
}

guint8
lc_sftp_reader_u8 (LcSftpReader *self)
{
  const guint8 *data = take (self, 1);

  return data != NULL ? *data : 0;
}

guint32
lc_sftp_reader_u32 (LcSftpReader *self)
{
  const guint8 *data = take (self, 4);
  guint32 value = 0;

  if (data != NULL)
    memcpy (&value, data, sizeof value);
  return GUINT32_FROM_BE (value);
}

guint64
lc_sftp_reader_u64 (LcSftpReader *self)
{
  guint64 high = lc_sftp_reader_u32 (self);

  return high << 32 | lc_sftp_reader_u32 (self);
}

const guint8 *
lc_sftp_reader_bytes (LcSftpReader *self, gsize *length)
{
  gsize wanted = lc_sftp_reader_u32 (self);
  const guint8 *data = take (self, wanted);

  *length = data != NULL ? wanted : 0;
  return data != NULL ? data : (const guint8 *) "";
}

char *
lc_sftp_reader_string (LcSftpReader *self)
{
  gsize length;
  const guint8 *data = lc_sftp_reader_bytes (self, &length);

  if (memchr (data, '\0', length) != NULL)
    return NULL;
  return g_strndup ((const char *) data, length);
}

void
lc_sftp_reader_attributes (LcSftpReader *self, LcSftpAttributes *attributes)
{
  guint32 has = lc_sftp_reader_u32 (self);

  *attributes = (LcSftpAttributes) { 0 };
  if (has & HAS_SIZE)
    attributes->size = lc_sftp_reader_u64 (self);
  if (has & HAS_OWNER)
    lc_sftp_reader_u64 (self); /* user and group */
  if (has & HAS_MODE)
    attributes->mode = lc_sftp_reader_u32 (self);
  if (has & HAS_TIMES)
    {
      lc_sftp_reader_u32 (self); /* of access */
      attributes->modified_at = lc_sftp_reader_u32 (self);
    }
  if (has & HAS_EXTENDED)
    for (guint32 n = lc_sftp_reader_u32 (self); n > 0 && !self->bad; n--)
      {
        gsize ignored;

        lc_sftp_reader_bytes (self, &ignored);
        lc_sftp_reader_bytes (self, &ignored);
      }
}
