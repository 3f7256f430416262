/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"

G_BEGIN_DECLS

/* libssh2 1.11.1 keeps the state of a channel-open in the session; with our change
 * (subprojects/packagefiles/libssh2) in the channel. */
#if LC_LIBSSH2_CHANGED
#define LC_SSH_OPENINGS 64
#else
#define LC_SSH_OPENINGS 1
#endif

/**
 * LcSshOpening:
 * @waiting: (element-type LcSshChannel): not owned; those that the server was asked for come first
 *
 * The channels that wait to be opened, %LC_SSH_OPENINGS at a time. While the server takes long over
 * the first, since its target does not answer, those that it was not asked for and that lead
 * elsewhere are handed over to another connection. Pump thread.
 */
typedef struct
{
  LcSshSession *session;
  GQueue waiting;
} LcSshOpening;

void lc_ssh_opening_init (LcSshOpening *self, LcSshSession *session);
void lc_ssh_opening_clear (LcSshOpening *self);
void lc_ssh_opening_add (LcSshOpening *self, LcSshChannel *channel);

/* Once a round: opens what can be opened now. */
void lc_ssh_opening_step (LcSshOpening *self);

/* When the next step is due even if nothing comes (monotonic, µs). */
gint64 lc_ssh_opening_due (const LcSshOpening *self);

/* Whether the server owes an answer. */
gboolean lc_ssh_opening_is_asking (const LcSshOpening *self);

/* No more connections are accepted meanwhile: they wait in the listener's backlog. */
static inline gboolean
lc_ssh_opening_is_full (const LcSshOpening *self)
{
  return self->waiting.length >= 256;
}

G_END_DECLS
