/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-buffer.h"

#include <string.h>

static void
grow (LcSshBuffer *self, gsize size)
{
  guint8 *larger = g_malloc (size);

  if (self->end > 0)
    memcpy (larger, self->data, self->end);
  if (self->data != NULL)
    explicit_bzero (self->data, self->filled);
  g_free (self->data);
  self->data = larger;
  self->size = size;
  self->filled = self->end;
}

guint8 *
lc_ssh_buffer_reserve (LcSshBuffer *self, gsize length)
{
  gsize used = lc_ssh_buffer_length (self);

  if (self->size - self->end < length)
    {
      if (self->start > 0)
        memmove (self->data, self->data + self->start, used);
      self->start = 0;
      self->end = used;
    }
  if (self->size - self->end < length)
    grow (self, MAX (used + length, MIN (self->size * 2, self->size + (1 << 20))));
  return self->data + self->end;
}

void
lc_ssh_buffer_append (LcSshBuffer *self, const void *data, gsize length)
{
  if (length == 0)
    return;
  memcpy (lc_ssh_buffer_reserve (self, length), data, length);
  lc_ssh_buffer_added (self, length);
}

void
lc_ssh_buffer_clear (LcSshBuffer *self)
{
  if (self->data != NULL)
    explicit_bzero (self->data, self->filled);
  g_clear_pointer (&self->data, g_free);
  self->start = self->end = self->size = self->filled = 0;
}
