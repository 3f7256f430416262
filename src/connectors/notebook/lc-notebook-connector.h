/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connector.h"
#include "lc-ssh-pool.h"

G_BEGIN_DECLS

/**
 * LcNotebookConnector:
 *
 * Opens the Jupyter notebook of a machine in the browser: finds a server of the login that runs, or
 * starts one with a token of its own, forwards a local port to it, checks that Jupyter answers
 * there, and sends the browser to it by way of a one-time address without a secret. Implements
 * #LcConnector with the id "notebook"; its steps after those of #LcSshPool are "find-notebook",
 * "start-notebook", "tunnel", "check-notebook" and "open-browser". Main thread.
 *
 * Properties: open-browser (boolean, %TRUE at first): whether the browser is opened, or only the
 * connection.
 */
#define LC_TYPE_NOTEBOOK_CONNECTOR (lc_notebook_connector_get_type ())
G_DECLARE_FINAL_TYPE (LcNotebookConnector, lc_notebook_connector, LC, NOTEBOOK_CONNECTOR, GObject)

/**
 * lc_notebook_connector_new:
 * @pool: who connects
 * @profiles: where the local port of each machine is remembered
 * @prompt: who opens the browser
 */
LcConnector *
lc_notebook_connector_new (LcSshPool *pool, LcProfileStore *profiles, LcPrompt *prompt);

G_END_DECLS
