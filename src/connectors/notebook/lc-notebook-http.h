/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcNotebookReply:
 * @status: 100 to 599
 * @location: (nullable): where a redirect leads
 * @body: as much as came, up to 64 KiB
 */
typedef struct
{
  guint status;
  char *location;
  char *body;
} LcNotebookReply;

#define LC_TYPE_NOTEBOOK_REPLY (lc_notebook_reply_get_type ())
GType lc_notebook_reply_get_type (void);
LcNotebookReply *lc_notebook_reply_copy (LcNotebookReply *self);
void lc_notebook_reply_free (LcNotebookReply *self);

/**
 * lc_notebook_reply_parse:
 * @data: all that a server sent until it closed
 *
 * Returns: (transfer full) (nullable): %NULL when it is no HTTP response with a whole head
 */
LcNotebookReply *lc_notebook_reply_parse (const char *data, gsize length);

/**
 * lc_notebook_get:
 * @port: on 127.0.0.1
 * @path: begins with "/", valid as in a request line
 * @token: (nullable): sent as "Authorization: token …"
 *
 * Resolves to an #LcNotebookReply (boxed), whatever its status. Rejects with %LC_ERROR_OFFLINE when
 * the connection is refused or closed without a word, which is how a tunnel says that nothing
 * listens at its other end, %LC_ERROR_TIMED_OUT after 10 s, %LC_ERROR_PROTOCOL. Main thread.
 */
DexFuture *
lc_notebook_get (guint16 port, const char *path, LcSecret *token) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcNotebookReply, lc_notebook_reply_free)

G_END_DECLS
