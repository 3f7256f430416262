/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-link.h"
#include "lc-ssh-times.h"

G_BEGIN_DECLS

/* Starts a connection's thread. It ends by itself when the link is stopped or the connection lost,
 * and tells lc_ssh_connection_closed_cb() as the last thing it does; nobody has to join it. */
void lc_ssh_thread_start (LcSshLink *link, const LcSshTimes *times);

G_END_DECLS
