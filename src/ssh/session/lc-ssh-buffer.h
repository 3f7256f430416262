/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A byte queue: what is in it lies in one piece, from @start to @end. Its memory comes with the
 * first byte and goes with lc_ssh_buffer_clear(), wiped, since passwords are typed through it. */
typedef struct
{
  guint8 *data;
  gsize start;
  gsize end;
  gsize size;
  gsize filled; /* at most, so far */
} LcSshBuffer;

static inline gsize
lc_ssh_buffer_length (const LcSshBuffer *self)
{
  return self->end - self->start;
}

static inline const guint8 *
lc_ssh_buffer_peek (const LcSshBuffer *self)
{
  return self->data + self->start;
}

static inline void
lc_ssh_buffer_consume (LcSshBuffer *self, gsize length)
{
  self->start += length;
  if (self->start == self->end)
    self->start = self->end = 0;
}

/* Returns: where @length more bytes may be written; lc_ssh_buffer_added() says how many were. */
guint8 *lc_ssh_buffer_reserve (LcSshBuffer *self, gsize length);

static inline void
lc_ssh_buffer_added (LcSshBuffer *self, gsize length)
{
  self->end += length;
  if (self->filled < self->end)
    self->filled = self->end;
}

void lc_ssh_buffer_append (LcSshBuffer *self, const void *data, gsize length);
void lc_ssh_buffer_clear (LcSshBuffer *self);

G_END_DECLS
