/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Packets of data are larger; keys, passwords and log-in requests are not. */
#define WIPED_SIZE (16 * 1024)

/* The largest packet (libssh2_priv.h, MAX_SSH_PACKET_LEN): every block for one has room for that.
 */
#define PACKET_SIZE 35000

static gpointer
take_block (LcSshMemory *self, gsize size)
{
  if (size <= WIPED_SIZE || size > PACKET_SIZE)
    return malloc (MAX (size, 1)); /* because libssh2 calls free() on some */
  return self->n_spares > 0 ? self->spare[--self->n_spares] : malloc (PACKET_SIZE);
}

static gboolean
is_for_packets (gpointer block)
{
  gsize size = malloc_usable_size (block);

  return size >= PACKET_SIZE && size < 2 * PACKET_SIZE;
}

static void
wipe_and_free (gpointer block)
{
  gsize size = malloc_usable_size (block);

  if (size <= WIPED_SIZE)
    explicit_bzero (block, size);
  free (block);
}

void
lc_ssh_memory_init (LcSshMemory *self)
{
  self->kept = g_hash_table_new_full (NULL, NULL, wipe_and_free, NULL);
  self->keeping = TRUE;
  self->used = 0;
  self->n_spares = 0;
}

gpointer
lc_ssh_memory_alloc (LcSshMemory *self, gsize size)
{
  gpointer block;

  if (self->used >= LC_SSH_MEMORY_LIMIT || size > LC_SSH_MEMORY_LIMIT - self->used)
    return NULL;
  block = take_block (self, size);
  if (block == NULL)
    return NULL;
  self->used += malloc_usable_size (block);
  if (self->keeping)
    g_hash_table_add (self->kept, block);
  return block;
}

gpointer
lc_ssh_memory_realloc (LcSshMemory *self, gpointer block, gsize size)
{
  gpointer moved = lc_ssh_memory_alloc (self, size);

  if (moved != NULL && block != NULL)
    {
      memcpy (moved, block, MIN (size, malloc_usable_size (block)));
      lc_ssh_memory_free (self, block);
    }
  return moved;
}

void
lc_ssh_memory_free (LcSshMemory *self, gpointer block)
{
  if (block == NULL)
    return;
  self->used -= MIN (self->used, malloc_usable_size (block));
  if (is_for_packets (block) && self->n_spares < LC_SSH_MEMORY_SPARES)
    {
      g_hash_table_steal (self->kept, block);
      self->spare[self->n_spares++] = block;
    }
  else if (!g_hash_table_remove (self->kept, block))
    wipe_and_free (block);
}

void
lc_ssh_memory_clear (LcSshMemory *self)
{
  g_clear_pointer (&self->kept, g_hash_table_unref);
  while (self->n_spares > 0)
    free (self->spare[--self->n_spares]);
}
