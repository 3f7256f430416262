/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-keepalive.h"
#include "lc-ssh-request.h"

G_BEGIN_DECLS

typedef struct _LcSshPump LcSshPump;

typedef enum
{
  LC_SSH_REMOTE_WANTED,
  LC_SSH_REMOTE_ASKING, /* libssh2 waits for the answer */
  LC_SSH_REMOTE_LISTENING,
  LC_SSH_REMOTE_GONE,
} LcSshRemoteState;

/**
 * LcSshRemote:
 * @port: on the machine; 0 until the machine has chosen one
 * @addresses: (element-type GSocketAddress): what its connections lead to, tried in this order
 * @counters: its name, too
 * @request: (nullable): whoever waits for the first answer
 * @listener: (nullable): libssh2's
 * @unwanted: it is to be cancelled
 * @retry_at: when to ask again (monotonic, µs)
 *
 * The remote end of a remote forward. It outlives a lost session, and is then asked for again, with
 * the same port. Pump thread.
 */
typedef struct
{
  LcSshRemoteState state;
  guint16 port;
  GPtrArray *addresses;
  LcSshCounters *counters;
  LcSshRequest *request;
  LIBSSH2_LISTENER *listener;
  gboolean unwanted;
  gint64 retry_at;
} LcSshRemote;

/* A set of them (element-type LcSshRemote). */
GPtrArray *lc_ssh_remotes_new (void);
void lc_ssh_remotes_add (GPtrArray *remotes, LcSshRequest *request);

/* Returns: whether @counters were of one of them, which is cancelled in one of the next steps. */
gboolean lc_ssh_remotes_close (GPtrArray *remotes, LcSshCounters *counters);

/* Once a round: asks and cancels, one at a time. */
void lc_ssh_remotes_step (GPtrArray *remotes, LcSshPump *pump, LcSshKeepalive *keepalive);

/* When the next step is due even if nothing happens (monotonic, µs). */
gint64 lc_ssh_remotes_due (GPtrArray *remotes);

/* The session is over: @error answers those that wait; the others will be asked for in the next. */
void lc_ssh_remotes_session_ended (GPtrArray *remotes, const GError *error);

G_END_DECLS
