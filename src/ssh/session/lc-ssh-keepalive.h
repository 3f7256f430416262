/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-session.h"

G_BEGIN_DECLS

/**
 * LcSshKeepalive:
 * @asking: a question is on its way
 * @asked_at: when it was sent, or when there was new reason to doubt (monotonic, µs)
 * @lent: the question is another one, whose answer counts as well
 * @urgent: there is reason to doubt: the answer is awaited for #LcSshTimes.probe_ms only
 * @round_trip: the shortest time that an answer took (µs), 0 before the first
 * @silent: people have been told that the server does not answer
 *
 * Asks a silent server whether it is there, and measures how long its answers take.
 *
 * libssh2_keepalive_send() cannot be used for that: the answers stay in libssh2's packet queue for
 * ever (channel.c only skips them), which grows, is searched for every packet, and confuses the
 * next real global request. The only global request whose answer libssh2 takes back is
 * tcpip-forward; with port 2^32-1 every server refuses it, which is an answer like any other.
 */
typedef struct
{
  LcSshSession *session;
  gboolean asking;
  gint64 asked_at;
  gboolean lent;
  gboolean urgent;
  gint64 round_trip;
  gboolean silent;
} LcSshKeepalive;

void lc_ssh_keepalive_init (LcSshKeepalive *self, LcSshSession *session);
void lc_ssh_keepalive_ask (LcSshKeepalive *self);

/* The network has changed, or this computer has slept: asks, and waits less long. */
void lc_ssh_keepalive_doubt (LcSshKeepalive *self);

/* For others who ask with a tcpip-forward, one at a time. Returns: whether it is their turn; the
 * server's silence is watched meanwhile, until they have their answer. */
gboolean lc_ssh_keepalive_lend (LcSshKeepalive *self);
void lc_ssh_keepalive_take_back (LcSshKeepalive *self);

/* Once a round, after everything that came was taken in. Returns: (nullable) (transfer full): an
 * error when the connection is dead. */
GError *lc_ssh_keepalive_step (LcSshKeepalive *self);

/* When the next step is due (monotonic, µs). */
gint64 lc_ssh_keepalive_due (const LcSshKeepalive *self);

G_END_DECLS
