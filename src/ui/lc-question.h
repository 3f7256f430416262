/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <libdex.h>

G_BEGIN_DECLS

/**
 * lc_question_ask:
 * @dialog: (transfer floating): a dialog that answers @promise when the person does
 * @parent: (nullable): where to show it
 * @promise: (transfer full): made with dex_promise_new_cancellable()
 *
 * Shows a question of the core. Closing the dialog without an answer rejects the promise with
 * %LC_ERROR_CANCELLED; dropping the returned future closes the dialog.
 *
 * Returns: (transfer full): the promise
 */
DexFuture *lc_question_ask (AdwDialog *dialog, GtkWidget *parent, DexPromise *promise);

G_END_DECLS
