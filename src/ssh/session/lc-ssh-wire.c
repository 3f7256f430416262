/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-wire.h"

#include <string.h>

static const guchar *
take (LcSshWire *self, gsize length)
{
  const guchar *taken = self->data;

  if (self->bad || length > self->length)
    {
      self->bad = TRUE;
      return NULL;
    }
  self->data += length;
  self->length -= length;
  return taken;
}

guint8
lc_ssh_wire_get_byte (LcSshWire *self)
{
  const guchar *byte = take (self, 1);

  return byte != NULL ? *byte : 0;
}

guint32
lc_ssh_wire_get_uint32 (LcSshWire *self)
{
  const guchar *bytes = take (self, sizeof (guint32));
  guint32 value = 0;

  if (bytes != NULL)
    memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

guint64
lc_ssh_wire_get_uint64 (LcSshWire *self)
{
  guint64 high = lc_ssh_wire_get_uint32 (self);

  return high << 32 | lc_ssh_wire_get_uint32 (self);
}

const guchar *
lc_ssh_wire_get_string (LcSshWire *self, gsize *length)
{
  guint32 size = lc_ssh_wire_get_uint32 (self);
  const guchar *bytes = take (self, size);

  *length = bytes != NULL ? size : 0;
  return bytes != NULL ? bytes : (const guchar *) "";
}

char *
lc_ssh_wire_dup_string (LcSshWire *self)
{
  gsize length;
  const guchar *bytes = lc_ssh_wire_get_string (self, &length);
  char *copy = g_malloc (length + 1);

  memcpy (copy, bytes, length);
  copy[length] = '\0';
  return copy;
}

void
lc_ssh_wire_put_byte (GByteArray *bytes, guint8 value)
{
  g_byte_array_append (bytes, &value, sizeof value);
}

void
lc_ssh_wire_put_uint32 (GByteArray *bytes, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (bytes, (const guint8 *) &big, sizeof big);
}

void
lc_ssh_wire_put_uint64 (GByteArray *bytes, guint64 value)
{
  guint64 big = GUINT64_TO_BE (value);

  g_byte_array_append (bytes, (const guint8 *) &big, sizeof big);
}

void
lc_ssh_wire_put_string (GByteArray *bytes, gconstpointer data, gsize length)
{
  lc_ssh_wire_put_uint32 (bytes, length);
  g_byte_array_append (bytes, data, length);
}
