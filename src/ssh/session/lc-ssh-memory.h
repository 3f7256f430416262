/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LC_SSH_MEMORY_SPARES 16

/**
 * LcSshMemory:
 * @kept: the blocks that go with the session at the latest
 * @keeping: whether new blocks are among them
 * @used: bytes, of all blocks
 * @spare: blocks for packets, which come and go all the time: the system would take the memory back
 *   and clear it each time
 *
 * What libssh2 allocates for one session. libssh2 1.11.1 forgets two keys in each key exchange
 * (mac.c, with AES-GCM) and requests that are under way when a session ends: they go with the
 * session. Not while it reads a private key, since there it calls free() on one of its blocks
 * (openssl.c). Small blocks are wiped when they are freed: they may have held a password or a key.
 * Not thread-safe.
 *
 * There is a limit, which ends the session with an error: libssh2 1.11.1 reads a chacha20-poly1305
 * packet with a wrong MAC again and again, and allocates each time (transport.c). Our changes
 * (subprojects/packagefiles/libssh2) mend that and the keys, but the system's libssh2 does not have
 * them.
 */
typedef struct
{
  GHashTable *kept;
  gboolean keeping;
  gsize used;
  gpointer spare[LC_SSH_MEMORY_SPARES];
  guint n_spares;
} LcSshMemory;

/* More than all windows of all channels in real life. */
#define LC_SSH_MEMORY_LIMIT (1024 * 1024 * 1024)

void lc_ssh_memory_init (LcSshMemory *self);
gpointer lc_ssh_memory_alloc (LcSshMemory *self, gsize size);
gpointer lc_ssh_memory_realloc (LcSshMemory *self, gpointer block, gsize size);
void lc_ssh_memory_free (LcSshMemory *self, gpointer block);

/* Frees what is left. */
void lc_ssh_memory_clear (LcSshMemory *self);

G_END_DECLS
