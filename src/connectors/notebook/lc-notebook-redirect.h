/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcNotebookRedirect:
 *
 * Takes a browser to an address that holds a secret. A browser is started with the address in its
 * argument list, where every login of this computer can read it; so it is given the address of a
 * listener here, which answers once, to one process of this person, for one minute. Main thread.
 */
#define LC_TYPE_NOTEBOOK_REDIRECT (lc_notebook_redirect_get_type ())
G_DECLARE_FINAL_TYPE (LcNotebookRedirect, lc_notebook_redirect, LC, NOTEBOOK_REDIRECT, GObject)

/**
 * lc_notebook_redirect_new:
 * @target: where the browser is to go
 *
 * Returns: (nullable): it listens until it was used, a minute has passed, or it is disposed
 */
LcNotebookRedirect *lc_notebook_redirect_new (LcSecret *target, GError **error);

/* "http://127.0.0.1:PORT/NONCE" */
const char *lc_notebook_redirect_get_address (LcNotebookRedirect *self);
gboolean lc_notebook_redirect_was_used (LcNotebookRedirect *self);

/* Whether a request line asks for @path with GET: for tests. */
gboolean lc_notebook_redirect_matches (const char *request, gsize length, const char *path);

G_END_DECLS
