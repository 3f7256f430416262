/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-cli.h"
#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/* What commands share that need something open. All within a fiber. */

/**
 * lc_cli_open:
 * @login: (nullable): somebody else than the login that is remembered
 *
 * Opens it with everything that it takes.
 *
 * Returns: (transfer full): as it is in the registry
 */
LcConnection *lc_cli_open (LcCli *cli,
                           LcMachine *machine,
                           const char *connector_id,
                           const char *login,
                           GError **error);

/* Returns: (transfer full): the SSH connection alone, as lc_tunnel_connection_get_ssh() of it */
LcConnection *
lc_cli_open_session (LcCli *cli, LcMachine *machine, const char *login, GError **error);

/* Until somebody presses Ctrl+C, which is how one leaves, or it ends by itself. Tells meanwhile how
 * it is, and ends all that is open. */
gboolean lc_cli_stay (LcCli *cli, LcConnection *connection, GError **error);

/* Ends all that is open. */
void lc_cli_close_all (LcCli *cli);

/* A line of data, at once. */
void lc_cli_print_now (const char *text);

G_END_DECLS
