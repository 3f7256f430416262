/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-notebook-answer.h"
#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/*
 * What notebook.sh does, as waits within a fiber on the main thread. Errors are %LC_ERROR.
 */

/* Returns: (transfer full) (nullable): what runs on the machine and what could. */
LcNotebookAnswer *lc_notebook_find (LcSshConnection *ssh, GError **error);

/**
 * lc_notebook_start:
 * @use_socket: whether to try a unix socket, which other logins of the machine cannot reach, before
 * a port
 *
 * Returns: (transfer full) (nullable): the new server, which listens. %NULL with
 *   %LC_ERROR_MISSING_PROGRAM, or %LC_ERROR_REMOTE_FAILED with the end of the server's log in its
 * details
 */
LcNotebookServer *lc_notebook_start (LcSshConnection *ssh, gboolean use_socket, GError **error);

/* Asks a server that was started from here to end. */
gboolean lc_notebook_stop (LcSshConnection *ssh, const LcNotebookServer *server, GError **error);

G_END_DECLS
