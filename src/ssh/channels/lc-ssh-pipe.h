/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-counters.h"

G_BEGIN_DECLS

/**
 * LcSshPipe:
 * @channel: whose bytes it moves; it has @end and the pipe, or is a part of what has
 * @end: the channel's local socket
 * @stream: of the channel: 0, or SSH_EXTENDED_DATA_STDERR
 * @counters: (nullable): what was moved is counted there
 * @down: from the machine, for the local socket
 * @up: from the local socket, for the machine
 * @unread: libssh2 may hold more for it than was taken
 * @eof_sent: the machine knows that no more will come
 * @shut_down: the local socket knows that no more will come
 * @local_full: it took less than it was given; POLLOUT says when to go on
 * @local_broken: it takes no more
 *
 * Moves bytes between a local socket and a stream of a channel, as fast as the slower of the two
 * takes them. Pump thread.
 */
typedef struct
{
  LcSshChannel *channel;
  guint end;
  int stream;
  LcSshCounters *counters;
  LcSshBuffer down;
  LcSshBuffer up;
  gboolean unread;
  gboolean local_eof;
  gboolean eof_sent;
  gboolean shut_down;
  gboolean local_full;
  gboolean local_broken;
} LcSshPipe;

void lc_ssh_pipe_init (LcSshPipe *self, LcSshChannel *channel, guint end, int stream);
void lc_ssh_pipe_clear (LcSshPipe *self);

/* Machine to local socket; local socket to machine. Each moves what can be moved now. */
void lc_ssh_pipe_work_down (LcSshPipe *self);
void lc_ssh_pipe_work_up (LcSshPipe *self);

/* Both, for a channel that is nothing but a pipe; finishes it when all was carried. */
void lc_ssh_pipe_carry (LcSshPipe *self);

/* For the class: what to poll the local socket for, and whether there is work without that. */
short lc_ssh_pipe_events (LcSshPipe *self);
gboolean lc_ssh_pipe_has_work (LcSshPipe *self);

G_END_DECLS
