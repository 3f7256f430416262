/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/**
 * LcSshProgram:
 * @command: (nullable): run by the login's shell on the machine; %NULL: the shell itself
 * @subsystem: (nullable): the name of a subsystem instead, such as "sftp"
 * @environment: (nullable): "NAME=value"; the server drops what its AcceptEnv does not list
 * @terminal: (nullable): the kind of terminal ("xterm-256color"); %NULL: no pty
 * @columns: width of the terminal in characters
 * @rows: its height
 *
 * What is to be run on a machine.
 */
struct _LcSshProgram
{
  const char *command;
  const char *subsystem;
  const char *const *environment;
  const char *terminal;
  guint columns;
  guint rows;
};

LcSshProgram *lc_ssh_program_copy (const LcSshProgram *self);
void lc_ssh_program_free (LcSshProgram *self);

/**
 * LcSshExit:
 * @status: as a shell has it; 128 + number when a signal ended the program
 * @signal_name: (nullable): such as "TERM" (RFC 4254 6.10), when a signal did
 */
typedef struct
{
  int status;
  char *signal_name;
} LcSshExit;

#define LC_TYPE_SSH_EXIT (lc_ssh_exit_get_type ())
GType lc_ssh_exit_get_type (void);
LcSshExit *lc_ssh_exit_copy (LcSshExit *self);
void lc_ssh_exit_free (LcSshExit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshExit, lc_ssh_exit_free)

/**
 * LcSshProcess:
 *
 * A program that runs on a machine, with its streams at local sockets: whoever reads and writes
 * them may be slow, a thread, or another process. Dropping the object closes the channel, which
 * ends the program as far as the server can. Main thread; bytes move on the connection's thread.
 *
 * Read both sockets: what is left unread in one stops the server for both, as with every SSH client
 * (one window for a channel). When the reading side of a socket was closed, the rest is dropped.
 */
#define LC_TYPE_SSH_PROCESS (lc_ssh_process_get_type ())
G_DECLARE_FINAL_TYPE (LcSshProcess, lc_ssh_process, LC, SSH_PROCESS, GObject)

/* Transfer none. Written: standard input, until g_socket_shutdown() of the writing side. Read:
 * standard output, until EOF. */
GSocket *lc_ssh_process_get_stdio (LcSshProcess *self);

/* Transfer none; %NULL with a terminal, where all comes as standard output. */
GSocket *lc_ssh_process_get_stderr (LcSshProcess *self);

/* The terminal has another size now. Does nothing without one, or once it has ended. */
void lc_ssh_process_resize (LcSshProcess *self, guint columns, guint rows);

/* @name: as in RFC 4254 6.10, such as "INT". Resolves to %TRUE when it was sent. */
DexFuture *lc_ssh_process_send_signal (LcSshProcess *self,
                                       const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to an #LcSshExit (boxed) when the program has ended and all of its output was handed to
 * the sockets; rejects when the connection is lost before. A server that ends the channel without a
 * status counts as 0: libssh2 1.11 does not tell the two apart. */
DexFuture *lc_ssh_process_wait (LcSshProcess *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
