/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * lc_ssh_socket_pair:
 * @other: (out): the other end, non-blocking, for the pump
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the end for whoever uses the channel; %NULL with
 *   %LC_ERROR_FAILED when there are no descriptors left
 */
GSocket *lc_ssh_socket_pair (int *other, GError **error);

G_END_DECLS
