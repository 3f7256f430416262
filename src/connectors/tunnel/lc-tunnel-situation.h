/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/**
 * LcTunnelSituation:
 * @state: of the SSH connection
 * @machine: of the machine
 * @heard_at: lc_ssh_connection_get_heard_at()
 * @attempt: lc_ssh_connection_get_attempt()
 * @attempt_at: lc_ssh_connection_get_attempt_at()
 *
 * What there is to say about a tunnel that waits.
 */
typedef struct
{
  LcSshState state;
  LcMachineState machine;
  gint64 heard_at;
  guint attempt;
  gint64 attempt_at;
} LcTunnelSituation;

/* Whether the machine's service says that it is off, or about to be. */
gboolean lc_tunnel_machine_is_off (LcMachineState state);

/**
 * lc_tunnel_situation_describe:
 * @now: monotonic time (µs)
 * @until: (out): the monotonic time at which the words become others by themselves, since they
 * count seconds; 0: they do not
 *
 * Returns: (transfer full) (nullable): a translated sentence such as "No answer for 20 s"; %NULL
 * when all is well
 */
char *lc_tunnel_situation_describe (const LcTunnelSituation *self, gint64 now, gint64 *until);

G_END_DECLS
