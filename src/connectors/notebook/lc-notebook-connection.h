/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-prompt.h"
#include "lc-tunnel-connection.h"

G_BEGIN_DECLS

/**
 * LcNotebookConnection:
 *
 * A tunnel to a Jupyter server. It asks the server for a sign of life twice a minute, and soon
 * when the browser has lost a connection or met a closed door; it closes with an error when the
 * server is gone. Main thread.
 */
#define LC_TYPE_NOTEBOOK_CONNECTION (lc_notebook_connection_get_type ())
G_DECLARE_FINAL_TYPE (LcNotebookConnection,
                      lc_notebook_connection,
                      LC,
                      NOTEBOOK_CONNECTION,
                      LcTunnelConnection)

/**
 * lc_notebook_connection_new:
 * @ssh, @forward: as for lc_tunnel_connection_new()
 * @prompt: who opens the browser
 * @api_path: where the server tells its version
 * @uri: where the browser goes, with the token
 */
LcConnection *lc_notebook_connection_new (LcMachine *machine,
                                          LcSshConnection *ssh,
                                          LcSshForward *forward,
                                          LcPrompt *prompt,
                                          const char *api_path,
                                          LcSecret *uri);

G_END_DECLS
