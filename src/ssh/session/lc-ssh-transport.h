/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-config.h"

#include <libssh2.h>

#include "lc-ssh-buffer.h"

G_BEGIN_DECLS

/* What one round may take from the network, so that one bulk transfer does not starve the others.
 * The bundled libssh2 deciphers more in the same time. */
#define LC_SSH_ROUND_BUDGET (LC_SSH_ROUND_KIB * 1024)

/* Channel data is written while less than this waits to be sent: the most when the kernel takes all
 * of it at once, the least when it does not, since then it only makes others wait. */
#define LC_SSH_OUTPUT_MOST  (512 * 1024)
#define LC_SSH_OUTPUT_LEAST (64 * 1024)

/* So many more rounds are full than not, and it is this program that is too slow, not the line. */
#define LC_SSH_BEHIND_ROUNDS 8

/* For messages up to this size there is room even then. */
#define LC_SSH_OUTPUT_SMALL 2048

/**
 * LcSshTransport:
 * @fd: the socket, non-blocking; -1 when there is none
 * @in: received before the pump ran, and not yet taken by libssh2
 * @budget: what libssh2 may take from the socket itself in this round
 * @full_rounds: in which more was to be had; one in which all was taken halves it
 * @out: encrypted, not yet sent
 * @room: how much of it there may be now
 * @refused: in this round somebody had more to write
 * @sent: bytes so far; @measured_sent of them until @measured_at
 * @last_received: monotonic time (µs) at which bytes last came
 * @ended: the other side closed its writing
 * @problem: errno of what broke the socket, or 0
 *
 * The socket under libssh2: its RECV callback takes no more than a round's budget, and its SEND
 * callback appends to @out and never refuses. So no transfer starves the others, libssh2 never
 * stops in the middle of a packet when writing, and a packet costs no system call.
 */
typedef struct
{
  int fd;
  LcSshBuffer in;
  gsize budget;
  guint full_rounds;
  LcSshBuffer out;
  gsize room;
  gboolean refused;
  guint64 sent;
  guint64 measured_sent;
  gint64 measured_at;
  gint64 last_received;
  gboolean ended;
  int problem;
} LcSshTransport;

/* @fd: taken over; made non-blocking, TCP_NODELAY and the limit on unsent data set. */
void lc_ssh_transport_open (LcSshTransport *self, int fd);

/* Whether this computer still has the address that the connection comes from. */
gboolean lc_ssh_transport_has_address (const LcSshTransport *self);

/* Makes libssh2 use it; the session's abstract pointer must point at the transport. */
void lc_ssh_transport_attach (LcSshTransport *self, LIBSSH2_SESSION *session);

/* Receives into @in: for whoever waits by himself, before the pump runs. */
void lc_ssh_transport_receive (LcSshTransport *self);

/* Lets libssh2 receive by itself, up to a round's budget. @readable: what poll() said */
void lc_ssh_transport_begin_round (LcSshTransport *self, gboolean readable);

/* Whether libssh2 may find more to take in. */
static inline gboolean
lc_ssh_transport_has_input (const LcSshTransport *self)
{
  return lc_ssh_buffer_length (&self->in) > 0 || self->budget > 0;
}

void lc_ssh_transport_flush (LcSshTransport *self);
void lc_ssh_transport_close (LcSshTransport *self);

/* The poll() events to wait for now. */
short lc_ssh_transport_events (const LcSshTransport *self);

/* Whether what the server sends piles up in this computer already. */
static inline gboolean
lc_ssh_transport_is_behind (const LcSshTransport *self)
{
  return self->full_rounds >= LC_SSH_BEHIND_ROUNDS;
}

/* Whether all is sent, and who was refused may go on: the kernel will not say so. */
static inline gboolean
lc_ssh_transport_has_room_again (const LcSshTransport *self)
{
  return self->refused && lc_ssh_buffer_length (&self->out) == 0;
}

/* Whether @length bytes may be written now. */
static inline gboolean
lc_ssh_transport_has_room (const LcSshTransport *self, gsize length)
{
  gsize room = length <= LC_SSH_OUTPUT_SMALL ? LC_SSH_OUTPUT_MOST : self->room;

  return lc_ssh_buffer_length (&self->out) < room;
}

static inline gboolean
lc_ssh_transport_is_broken (const LcSshTransport *self)
{
  return self->problem != 0 || (self->ended && lc_ssh_buffer_length (&self->in) == 0);
}

G_END_DECLS
