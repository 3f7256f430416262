/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-link.h"

G_BEGIN_DECLS

/**
 * lc_ssh_dial:
 * @link: stopping it ends the wait
 * @host: a name or an address
 *
 * Resolves the name and connects to one address after the other, on the calling thread.
 *
 * Returns: the connected socket, or -1 with %LC_ERROR_OFFLINE (refused, unreachable, not found),
 * %LC_ERROR_TIMED_OUT or %LC_ERROR_CANCELLED
 */
int lc_ssh_dial (LcSshLink *link, const char *host, guint16 port, GError **error);

G_END_DECLS
