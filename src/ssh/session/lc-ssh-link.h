/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-error.h"
#include "lc-ssh-journal.h"

G_BEGIN_DECLS

/**
 * LcSshLink:
 *
 * What a connection's object (main thread) and its pump (own thread) share: requests go one way,
 * answers and events the other. Reference counted, so that neither has to outlive the other.
 */
typedef struct _LcSshLink LcSshLink;

typedef struct _LcSshRequest LcSshRequest;

/* Called on the main thread. @owner: (nullable): the object given to lc_ssh_link_new(), if it still
 * lives. */
typedef void (*LcSshEventFunc) (gpointer owner, gpointer data);

/* @owner: (type GObject): held weakly. Main thread. */
LcSshLink *lc_ssh_link_new (gpointer owner);
LcSshLink *lc_ssh_link_ref (LcSshLink *self);
void lc_ssh_link_unref (LcSshLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshLink, lc_ssh_link_unref)

/* Main thread. Returns: (transfer full) (nullable) (type GObject) */
gpointer lc_ssh_link_dup_owner (LcSshLink *self);

/* Main thread: hands a request to the pump. @request: (transfer full). Returns: (transfer full):
 * the future; dropping it abandons the request. */
DexFuture *lc_ssh_link_send (LcSshLink *self, LcSshRequest *request) G_GNUC_WARN_UNUSED_RESULT;

/* Any thread: the connection is to end now, whatever the pump is doing. */
void lc_ssh_link_stop (LcSshLink *self);

/* Pump thread. */
int lc_ssh_link_get_wake_fd (LcSshLink *self);
void lc_ssh_link_clear_wake (LcSshLink *self);
GCancellable *lc_ssh_link_get_cancellable (LcSshLink *self); /* cancelled by lc_ssh_link_stop() */
gboolean lc_ssh_link_is_stopped (LcSshLink *self);
LcSshRequest *lc_ssh_link_take (LcSshLink *self); /* nullable, transfer full */

/* No more requests: those that wait, and all that come, are answered with @error. */
void lc_ssh_link_close (LcSshLink *self, const GError *error);

/* Any thread: calls @func from the main loop. @data: (transfer full) */
void lc_ssh_link_emit (LcSshLink *self, LcSshEventFunc func, gpointer data, GDestroyNotify destroy);

void lc_ssh_link_wake (LcSshLink *self);

/* Any thread. Transfer none. */
LcSshJournal *lc_ssh_link_get_journal (LcSshLink *self);

/* Whether the pump runs, hence requests are served at once. Set by the pump thread. */
void lc_ssh_link_set_online (LcSshLink *self, gboolean online);
gboolean lc_ssh_link_is_online (LcSshLink *self);

G_END_DECLS
