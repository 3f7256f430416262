/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-question.h"

#include "lc-error.h"

static void
not_answered_cb (gpointer user_data)
{
  DexPromise *promise = user_data;

  if (dex_future_is_pending (DEX_FUTURE (promise)))
    dex_promise_reject (promise,
                        lc_error_new (LC_ERROR_CANCELLED, "The question was not answered"));
  dex_unref (promise);
}

/* An AdwAlertDialog can be closed before it says what the response was. */
static void
closed_cb (AdwDialog *dialog, DexPromise *promise)
{
  g_idle_add_once (not_answered_cb, dex_ref (promise));
}

static void
dropped_cb (GCancellable *cancellable, AdwDialog *dialog)
{
  adw_dialog_force_close (dialog);
}

DexFuture *
lc_question_ask (AdwDialog *dialog, GtkWidget *parent, DexPromise *promise)
{
  GCancellable *cancellable = dex_promise_get_cancellable (promise);

  g_signal_connect_data (dialog, "closed", G_CALLBACK (closed_cb), dex_ref (promise),
                         (GClosureNotify) (void (*) (void)) dex_unref, 0);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (dropped_cb), dialog, 0);
  adw_dialog_present (dialog, parent);

  return DEX_FUTURE (promise);
}
