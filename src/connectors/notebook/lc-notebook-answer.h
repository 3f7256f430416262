/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcNotebookServer:
 * @base_url: begins and ends with "/", holds nothing that would end a request line
 * @host: where it listens, as the machine resolves it; valid
 * @port: 0 when it listens on @socket
 * @socket: (nullable): absolute path of a unix socket
 * @token: (nullable): %NULL when it has none
 * @password: whether it has a login page
 * @pid: its process
 * @own: whether it was started from here
 *
 * A running Jupyter server, as the file that it left in its runtime folder describes it.
 */
typedef struct
{
  char *base_url;
  char *host;
  guint16 port;
  char *socket;
  LcSecret *token;
  gboolean password;
  guint pid;
  gboolean own;
} LcNotebookServer;

/**
 * LcNotebookAnswer:
 * @complete: the script came to its end
 * @can_start: a Jupyter is installed
 * @missing: asked to start one, it found none
 * @ended: the server that was started ended at once
 * @late: it did not listen in time
 * @servers: (element-type LcNotebookServer): those that run and can be used, the best one first
 * @log: (nullable): the last lines of the log of a server that ended
 *
 * What notebook.sh printed.
 */
typedef struct
{
  gboolean complete;
  gboolean can_start;
  gboolean missing;
  gboolean ended;
  gboolean late;
  GPtrArray *servers;
  char *log;
} LcNotebookAnswer;

/* Never fails: what makes no sense is not in the answer. */
LcNotebookAnswer *lc_notebook_answer_parse (const char *text, gsize length);
void lc_notebook_answer_free (LcNotebookAnswer *self);

LcNotebookServer *lc_notebook_server_copy (const LcNotebookServer *self);
void lc_notebook_server_free (LcNotebookServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcNotebookAnswer, lc_notebook_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcNotebookServer, lc_notebook_server_free)

G_END_DECLS
