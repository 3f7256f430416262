/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

/* Bytes between a descriptor of this program and a socket, each direction on a thread of its own,
 * since descriptors 0 to 2 may block and belong to others too: a terminal, a pipe, a file. Neither
 * the descriptor nor the socket is closed. Main thread. */

/**
 * lc_cli_copy_in:
 * @fd: such as standard input
 * @stop: ends it
 *
 * Resolves to %TRUE when @fd has ended, which the socket is told, and when nobody reads the socket
 * any more.
 */
DexFuture *lc_cli_copy_in (int fd, GSocket *socket, GCancellable *stop) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_cli_copy_out:
 * @fd: such as standard output
 * @stop: ends it
 *
 * Resolves to %TRUE when the socket has ended and all of it is written. Rejects with
 * %G_IO_ERROR_BROKEN_PIPE when nobody reads @fd any more, %G_IO_ERROR_NO_SPACE …
 */
DexFuture *lc_cli_copy_out (GSocket *socket, int fd, GCancellable *stop) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
