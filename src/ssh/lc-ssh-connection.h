/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-machine.h"
#include "lc-ssh-info.h"

G_BEGIN_DECLS

typedef enum
{
  LC_SSH_CONNECTED,
  LC_SSH_SILENT,       /* no answer to the keepalive yet */
  LC_SSH_RECONNECTING, /* lost, and being made again; its forwards keep their ports */
  LC_SSH_CLOSED,
} LcSshState;

#define LC_TYPE_SSH_STATE (lc_ssh_state_get_type ())
GType lc_ssh_state_get_type (void);

/**
 * LcSshExecResult:
 * @exit_status: as a shell has it; 128 + number when a signal ended the command
 * @output: standard output
 * @error_output: standard error
 *
 * Both have a NUL behind their end, so that text can be used as a string.
 */
typedef struct
{
  int exit_status;
  GBytes *output;
  GBytes *error_output;
} LcSshExecResult;

#define LC_TYPE_SSH_EXEC_RESULT (lc_ssh_exec_result_get_type ())
GType lc_ssh_exec_result_get_type (void);
LcSshExecResult *lc_ssh_exec_result_copy (LcSshExecResult *self);
void lc_ssh_exec_result_free (LcSshExecResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshExecResult, lc_ssh_exec_result_free)

/**
 * LcSshForward:
 *
 * A local forward: a listener on 127.0.0.1 and ::1 whose connections come out on the machine; or a
 * remote one, the other way round. Properties: local-port, bytes-received, bytes-sent, connections
 * (now), rate-received and rate-sent (bytes a second, over the last seconds), last-error (nullable:
 * why the last connection was refused, such as "nothing listens there"). Main thread; its bytes
 * move on the connection's thread.
 */
#define LC_TYPE_SSH_FORWARD (lc_ssh_forward_get_type ())
G_DECLARE_FINAL_TYPE (LcSshForward, lc_ssh_forward, LC, SSH_FORWARD, GObject)

guint16 lc_ssh_forward_get_local_port (LcSshForward *self);
guint64 lc_ssh_forward_get_bytes_received (LcSshForward *self);
guint64 lc_ssh_forward_get_bytes_sent (LcSshForward *self);
guint lc_ssh_forward_get_connections (LcSshForward *self);
guint64 lc_ssh_forward_get_rate_received (LcSshForward *self);
guint64 lc_ssh_forward_get_rate_sent (LcSshForward *self);
const char *lc_ssh_forward_get_last_error (LcSshForward *self); /* nullable */

/* Closes the listener and every connection through it. Resolves to %TRUE. */
DexFuture *lc_ssh_forward_close (LcSshForward *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * LcSshConnection:
 *
 * One authenticated SSH connection, on a thread of its own (the loop is in lc-ssh-pump.c). Made by
 * #LcSshPool. The object and its calls belong to the main thread: a call posts a request to the
 * thread and returns a future.
 *
 * Properties: machine, state, round-trip, error (nullable boxed #GError: why it closed, or what the
 * last attempt at connecting again failed with). Signal "closed".
 */
#define LC_TYPE_SSH_CONNECTION (lc_ssh_connection_get_type ())
G_DECLARE_FINAL_TYPE (LcSshConnection, lc_ssh_connection, LC, SSH_CONNECTION, GObject)

LcMachine *lc_ssh_connection_get_machine (LcSshConnection *self);
LcSshState lc_ssh_connection_get_state (LcSshConnection *self);
const GError *lc_ssh_connection_get_error (LcSshConnection *self);

/* µs: the last answer to the keepalive took that long; 0: not known yet. */
gint64 lc_ssh_connection_get_round_trip (LcSshConnection *self);

/* In the state SILENT: the monotonic time (µs) at which something was heard last. */
gint64 lc_ssh_connection_get_heard_at (LcSshConnection *self);

/* In the state RECONNECTING: which attempt, from 1, and the monotonic time (µs) at which it begins;
 * one in the past is being made. "notify::state" tells when they change. */
guint lc_ssh_connection_get_attempt (LcSshConnection *self);
gint64 lc_ssh_connection_get_attempt_at (LcSshConnection *self);

/* Nullable until it is connected; transfer none. */
const LcSshInfo *lc_ssh_connection_get_info (LcSshConnection *self);

/* Returns: (transfer full): what happened to the connection, a line each with the time; English,
 * for people who look for a fault. No secrets. */
char *lc_ssh_connection_dup_journal (LcSshConnection *self);

/**
 * lc_ssh_connection_exec:
 * @command: run by the login's shell on the machine; nothing that a server sent goes into it
 * @input: (nullable): written to its standard input, then EOF
 *
 * Output is limited to 16 MiB (%LC_ERROR_PROTOCOL beyond). Dropping the future closes the channel.
 *
 * Resolves to an #LcSshExecResult (boxed), whatever the exit status.
 */
DexFuture *lc_ssh_connection_exec (LcSshConnection *self,
                                   const char *command,
                                   GBytes *input) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_ssh_connection_forward:
 * @local_port: 0 for a free one; a taken one rejects with %LC_ERROR_PORT_IN_USE
 * @host: as the machine resolves it
 * @port: on @host
 *
 * Resolves to an #LcSshForward. It listens until it is closed or the connection ends.
 */
DexFuture *lc_ssh_connection_forward (LcSshConnection *self,
                                      guint16 local_port,
                                      const char *host,
                                      guint16 port) G_GNUC_WARN_UNUSED_RESULT;

/* The same, to a unix socket on the machine (direct-streamlocal@openssh.com). */
DexFuture *lc_ssh_connection_forward_to_socket (LcSshConnection *self,
                                                guint16 local_port,
                                                const char *path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_ssh_connection_forward_back:
 * @remote_port: the machine listens there, on its loopback; 0 for a free one
 * @host: as this computer resolves it
 * @port: on @host
 *
 * A remote forward (RFC 4254 7.1): connections to the machine's port come out here. Resolves to an
 * #LcSshForward whose local-port is the machine's port; rejects with %LC_ERROR_FORBIDDEN when the
 * server refuses, which is also how a taken port looks like.
 */
DexFuture *lc_ssh_connection_forward_back (LcSshConnection *self,
                                           guint16 remote_port,
                                           const char *host,
                                           guint16 port) G_GNUC_WARN_UNUSED_RESULT;

/* One connection to what the machine can reach, as `ssh -W` makes it. Resolves to a #GSocket whose
 * bytes come out there; rejects as lc_ssh_connection_probe(). */
DexFuture *lc_ssh_connection_dial (LcSshConnection *self,
                                   const char *host,
                                   guint16 port) G_GNUC_WARN_UNUSED_RESULT;

/* @program: (type LcSshProgram). Resolves to an #LcSshProcess when the server has started it;
 * rejects with %LC_ERROR_CONFLICT when the server allows no more sessions. */
typedef struct _LcSshProgram LcSshProgram;
DexFuture *lc_ssh_connection_start (LcSshConnection *self,
                                    const LcSshProgram *program) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to an #LcSftp; rejects with %LC_ERROR_UNSUPPORTED when the machine has no SFTP server.
 */
DexFuture *lc_ssh_connection_open_sftp (LcSshConnection *self) G_GNUC_WARN_UNUSED_RESULT;

/* Opens one channel to see whether something listens there. Resolves to %TRUE; rejects with
 * %LC_ERROR_NOT_FOUND (nothing listens) or %LC_ERROR_FORBIDDEN (the server forbids forwarding). */
DexFuture *lc_ssh_connection_probe (LcSshConnection *self,
                                    const char *host,
                                    guint16 port) G_GNUC_WARN_UNUSED_RESULT;

/* Users of a shared connection: it disconnects when the last one has released it. */
void lc_ssh_connection_hold (LcSshConnection *self);
void lc_ssh_connection_release (LcSshConnection *self);
DexFuture *lc_ssh_connection_disconnect (LcSshConnection *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
