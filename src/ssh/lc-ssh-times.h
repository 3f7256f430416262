/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcSshTimes:
 * @kex_ms: how long the key exchange may take
 * @patience_ms: how long a person may think about the host key before a new connection is made,
 *   since sshd drops one that is not logged in after 120 s (LoginGraceTime)
 * @idle_ms: silence after which the server is asked whether it is there
 * @doubt_ms: how long it may take to answer before people are told
 * @dead_ms: silence after which the connection is given up
 * @probe_ms: the same once there is reason to doubt: the network has changed, or this computer has
 *   slept
 * @unused_ms: how long a connection may carry nothing before it is closed; 0: for ever
 * @reconnect_ms: how long a lost connection that has forwards is made again, with the same ports;
 *   0: it is closed
 */
typedef struct
{
  guint kex_ms;
  guint patience_ms;
  guint idle_ms;
  guint doubt_ms;
  guint dead_ms;
  guint probe_ms;
  guint unused_ms;
  guint reconnect_ms;
} LcSshTimes;

#define LC_SSH_TIMES_DEFAULT                                                                       \
  {                                                                                                \
    .kex_ms = 20000,                                                                               \
    .patience_ms = 60000,                                                                          \
    .idle_ms = 15000,                                                                              \
    .doubt_ms = 4000,                                                                              \
    .dead_ms = 28000,                                                                              \
    .probe_ms = 10000,                                                                             \
  }

/* Why a connection that carried nothing for #LcSshTimes.unused_ms was closed; it is not made again.
 */
GError *lc_ssh_unused_error (void);
gboolean lc_ssh_is_unused_error (const GError *error);

G_END_DECLS
