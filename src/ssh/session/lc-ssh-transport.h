/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libssh2.h>

#include "lc-ssh-buffer.h"

G_BEGIN_DECLS

/* What one round may take from the network, so that one bulk transfer does not starve the others.
 */
#define LC_SSH_ROUND_BUDGET (128 * 1024)

/* Channel data is written only while less than this waits to be sent. */
#define LC_SSH_OUTPUT_HIGH_WATER (512 * 1024)

/* What the kernel may hold unsent: the rest waits here, where channels take turns. */
#define LC_SSH_KERNEL_UNSENT (128 * 1024)

/**
 * LcSshTransport:
 * @fd: the socket, non-blocking; -1 when there is none
 * @in: received before the pump ran, and not yet taken by libssh2
 * @budget: what libssh2 may take from the socket itself in this round
 * @out: encrypted, not yet sent
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
  LcSshBuffer out;
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

static inline gboolean
lc_ssh_transport_has_room (const LcSshTransport *self)
{
  return lc_ssh_buffer_length (&self->out) < LC_SSH_OUTPUT_HIGH_WATER;
}

static inline gboolean
lc_ssh_transport_is_broken (const LcSshTransport *self)
{
  return self->problem != 0 || (self->ended && lc_ssh_buffer_length (&self->in) == 0);
}

G_END_DECLS
