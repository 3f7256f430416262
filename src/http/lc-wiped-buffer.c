/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-wiped-buffer.h"

#include <string.h>

static void
free_buffer (gpointer data)
{
  LcWipedBuffer *buffer = data;

  lc_wiped_buffer_clear (buffer);
  g_free (buffer);
}

void
lc_wiped_buffer_append (LcWipedBuffer *self, const char *text, gsize length)
{
  if (length > self->size - self->length)
    {
      gsize size = MAX (self->size * 2, self->length + length + 64);
      char *data = g_malloc (size);

      if (self->length > 0)
        memcpy (data, self->data, self->length);
      if (self->data != NULL)
        explicit_bzero (self->data, self->size);
      g_free (self->data);
      self->data = data;
      self->size = size;
    }
  if (length > 0)
    memcpy (self->data + self->length, text, length);
  self->length += length;
}

GBytes *
lc_wiped_buffer_steal_bytes (LcWipedBuffer *self)
{
  LcWipedBuffer *kept = g_new (LcWipedBuffer, 1);

  *kept = *self;
  *self = (LcWipedBuffer) { 0 };
  return g_bytes_new_with_free_func (kept->data, kept->length, free_buffer, kept);
}

void
lc_wiped_buffer_clear (LcWipedBuffer *self)
{
  if (self->data != NULL)
    explicit_bzero (self->data, self->size);
  g_free (self->data);
  *self = (LcWipedBuffer) { 0 };
}
