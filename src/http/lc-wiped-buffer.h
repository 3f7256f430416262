/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcWipedBuffer:
 *
 * Text that grows and may hold secrets: memory that it leaves is overwritten. Start with zeros.
 */
typedef struct
{
  char *data;
  gsize length;
  gsize size;
} LcWipedBuffer;

void lc_wiped_buffer_append (LcWipedBuffer *self, const char *text, gsize length);

/* Returns: (transfer full): what was collected, overwritten when the last reference goes */
GBytes *lc_wiped_buffer_steal_bytes (LcWipedBuffer *self);
void lc_wiped_buffer_clear (LcWipedBuffer *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LcWipedBuffer, lc_wiped_buffer_clear)

G_END_DECLS
