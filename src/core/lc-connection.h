/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-detail.h"
#include "lc-machine.h"
#include "lc-secret.h"

G_BEGIN_DECLS

typedef enum
{
  LC_CONNECTION_OPEN,
  LC_CONNECTION_WAITING, /* no answer, or being made again; see the property "status" */
  LC_CONNECTION_CLOSED,
} LcConnectionState;

#define LC_TYPE_CONNECTION_STATE (lc_connection_state_get_type ())
GType lc_connection_state_get_type (void);

/**
 * LcConnection:
 *
 * Something open between this computer and a machine: a tunnel, a terminal, a graphical session.
 * Main thread.
 *
 * Properties: machine, connector-id, title (translated, such as "Notebook"), state, status
 * (nullable, translated: "No answer for 20 s"), notice (nullable, translated: what people should
 * know about it as long as it is open, such as that its port is not the usual one), proven (whether
 * data has come back through it since it was opened, or was made again), opened-at (#GDateTime),
 * bytes-received, bytes-sent (uint64), rate-received, rate-sent (uint64, bytes a second), latency
 * (µs from here to the machine and back, 0 unknown), local-address (nullable, "127.0.0.1:45871"),
 * error (nullable boxed #GError: why it closed by itself), has-uri. Bytes, rates and latency are
 * notified at most twice a second. Subclasses use the protected setters.
 */
#define LC_TYPE_CONNECTION (lc_connection_get_type ())
G_DECLARE_DERIVABLE_TYPE (LcConnection, lc_connection, LC, CONNECTION, GObject)

struct _LcConnectionClass
{
  GObjectClass parent_class;

  DexFuture *(*close) (LcConnection *self);
  LcSecret *(*dup_uri) (LcConnection *self);
  DexFuture *(*show) (LcConnection *self);
  GPtrArray *(*dup_details) (LcConnection *self);
  char *(*dup_journal) (LcConnection *self);
};

LcMachine *lc_connection_get_machine (LcConnection *self);
const char *lc_connection_get_connector_id (LcConnection *self);
const char *lc_connection_get_title (LcConnection *self);
LcConnectionState lc_connection_get_state (LcConnection *self);
const char *lc_connection_get_status (LcConnection *self);
const char *lc_connection_get_notice (LcConnection *self);
gboolean lc_connection_get_proven (LcConnection *self);
GDateTime *lc_connection_get_opened_at (LcConnection *self);
guint64 lc_connection_get_bytes_received (LcConnection *self);
guint64 lc_connection_get_bytes_sent (LcConnection *self);
guint64 lc_connection_get_rate_received (LcConnection *self);
guint64 lc_connection_get_rate_sent (LcConnection *self);
gint64 lc_connection_get_latency (LcConnection *self);
const char *lc_connection_get_local_address (LcConnection *self);
const GError *lc_connection_get_error (LcConnection *self);
gboolean lc_connection_get_has_uri (LcConnection *self); /* it can be copied, and is not closed */

/* Ends it. Resolves to %TRUE when nothing of it is left; never rejects but with a cancelled error.
 */
DexFuture *lc_connection_close (LcConnection *self) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): the address to copy; a secret, since it may hold a token. */
LcSecret *lc_connection_dup_uri (LcConnection *self);

/* Brings it before the person once more: opens the browser again. Resolves to %TRUE. */
DexFuture *lc_connection_show (LcConnection *self) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer container) (element-type LcDetail) (nullable): what both sides agreed upon,
 * for people who look for a fault; %NULL when there is nothing to tell. */
GPtrArray *lc_connection_dup_details (LcConnection *self);

/* Returns: (transfer full) (nullable): what has happened to it, a line each, in English; may hold
 * names and addresses, but no secrets. */
char *lc_connection_dup_journal (LcConnection *self);

/* Protected. */
void lc_connection_set_state (LcConnection *self, LcConnectionState state, const char *status);
void lc_connection_set_notice (LcConnection *self, const char *notice);
void lc_connection_set_proven (LcConnection *self, gboolean proven);
void lc_connection_set_bytes (LcConnection *self, guint64 received, guint64 sent);
void lc_connection_set_rates (LcConnection *self, guint64 received, guint64 sent);
void lc_connection_set_latency (LcConnection *self, gint64 latency);
void lc_connection_set_local_address (LcConnection *self, const char *address);

/* Closed, by itself (@error) or as asked (%NULL). */
void lc_connection_set_closed (LcConnection *self, const GError *error);

G_END_DECLS
