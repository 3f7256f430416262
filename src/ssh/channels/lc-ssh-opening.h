/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"

G_BEGIN_DECLS

/**
 * LcSshOpening:
 * @waiting: (element-type LcSshChannel): not owned
 * @asked: the server has been asked to open the first of them
 * @asked_at: when (monotonic, µs)
 *
 * The channels that wait to be opened, one after the other: libssh2 keeps the state of a
 * channel-open in the session. While the server takes long over one, since its target does not
 * answer, those that lead elsewhere are handed over to another connection. Pump thread.
 */
typedef struct
{
  LcSshSession *session;
  GQueue waiting;
  gboolean asked;
  gint64 asked_at;
} LcSshOpening;

void lc_ssh_opening_init (LcSshOpening *self, LcSshSession *session);
void lc_ssh_opening_clear (LcSshOpening *self);
void lc_ssh_opening_add (LcSshOpening *self, LcSshChannel *channel);

/* Once a round: opens what can be opened now. */
void lc_ssh_opening_step (LcSshOpening *self);

/* When the next step is due even if nothing comes (monotonic, µs). */
gint64 lc_ssh_opening_due (const LcSshOpening *self);

/* No more connections are accepted meanwhile: they wait in the listener's backlog. */
static inline gboolean
lc_ssh_opening_is_full (const LcSshOpening *self)
{
  return self->waiting.length >= 256;
}

G_END_DECLS
