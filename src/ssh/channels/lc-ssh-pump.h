/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-counters.h"
#include "lc-ssh-session.h"

G_BEGIN_DECLS

/**
 * LcSshPump:
 *
 * The loop of a connection's thread: it moves bytes between the SSH socket and the local sockets,
 * serves requests, and notices when the other side is silent. Pump thread.
 */
typedef struct _LcSshPump LcSshPump;

/* @listeners: (element-type LcSshListener): the local ends of forwards
 * @remotes: (element-type LcSshRemote): the remote ends of remote forwards */
LcSshPump *lc_ssh_pump_new (LcSshSession *session, GPtrArray *listeners, GPtrArray *remotes);
void lc_ssh_pump_free (LcSshPump *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshPump, lc_ssh_pump_free)

/* Runs until the link is stopped or the connection is lost. Returns: (transfer full): why */
GError *lc_ssh_pump_run (LcSshPump *self);

/* For channels. */
LcSshSession *lc_ssh_pump_get_session (LcSshPump *self);
gint64 lc_ssh_pump_get_round_trip (LcSshPump *self); /* the shortest seen, µs; 0 unknown */
guint8 *lc_ssh_pump_get_scratch (LcSshPump *self, gsize *size);

/* @error: (transfer full): ends the connection after this round */
void lc_ssh_pump_fail (LcSshPump *self, GError *error);

/* A share of the memory that all receive windows may have beyond the smallest. */
guint32 lc_ssh_pump_claim_window (LcSshPump *self, guint32 wanted);
void lc_ssh_pump_return_window (LcSshPump *self, guint32 claimed);

/* The main thread is told, at most twice a second. */
void lc_ssh_pump_mark_counters (LcSshPump *self);
void lc_ssh_pump_report_refusal (LcSshPump *self, LcSshCounters *counters, const GError *error);

G_END_DECLS
