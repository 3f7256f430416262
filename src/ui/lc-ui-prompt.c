/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-ui-prompt.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "lc-challenge-dialog.h"
#include "lc-credentials-dialog.h"
#include "lc-error.h"
#include "lc-host-key-dialog.h"
#include "lc-password-dialog.h"
#include "lc-question.h"

struct _LcUiPrompt
{
  GObject parent_instance;

  GtkApplication *application; /* weak */
  gboolean session_only;
  LcKeys *keys; /* nullable */
};

static void prompt_iface_init (LcPromptInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcUiPrompt,
                               lc_ui_prompt,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_PROMPT, prompt_iface_init))

static GtkWindow *
find_window (LcUiPrompt *self)
{
  GtkWindow *window;
  GList *windows;

  if (self->application == NULL)
    return NULL;

  window = gtk_application_get_active_window (self->application);
  if (window != NULL)
    return window;

  windows = gtk_application_get_windows (self->application);
  return windows != NULL ? windows->data : NULL;
}

/* A question must be seen: a window that hides comes back. */
static GtkWidget *
get_parent (LcUiPrompt *self)
{
  GtkWindow *window = find_window (self);

  if (window == NULL && self->application != NULL)
    {
      g_application_activate (G_APPLICATION (self->application));
      window = find_window (self);
    }
  if (window != NULL && !gtk_widget_get_visible (GTK_WIDGET (window)))
    gtk_window_present (window);

  return window != NULL ? GTK_WIDGET (window) : NULL;
}

static DexFuture *
ask (LcUiPrompt *self, AdwDialog *dialog, DexPromise *promise)
{
  return lc_question_ask (dialog, get_parent (self), promise);
}

static DexFuture *
ask_credentials (LcPrompt *prompt,
                 LcMachine *machine,
                 LcPromptReason reason,
                 LcCredentials *previous)
{
  LcUiPrompt *self = LC_UI_PROMPT (prompt);
  DexPromise *promise = dex_promise_new_cancellable ();

  return ask (self,
              lc_credentials_dialog_new (machine, reason, previous, self->session_only, self->keys,
                                         promise),
              promise);
}

static DexFuture *
ask_new_password (LcPrompt *prompt,
                  LcMachine *machine,
                  LcPromptReason reason,
                  const char *service_message)
{
  LcUiPrompt *self = LC_UI_PROMPT (prompt);
  DexPromise *promise = dex_promise_new_cancellable ();
  AdwDialog *dialog =
      lc_password_dialog_new_first (machine, reason, service_message, self->session_only, promise);

  return ask (self, dialog, promise);
}

static void
passphrase_response_cb (AdwAlertDialog *dialog, const char *response, DexPromise *promise)
{
  GtkEditable *row = g_object_get_data (G_OBJECT (dialog), "row");

  if (g_str_equal (response, "unlock") && dex_future_is_pending (DEX_FUTURE (promise)))
    dex_promise_resolve_boxed (promise, LC_TYPE_SECRET,
                               lc_secret_new (gtk_editable_get_text (row)));
  gtk_editable_set_text (row, "");
}

static void
passphrase_changed_cb (AdwAlertDialog *dialog, GtkEditable *row)
{
  adw_alert_dialog_set_response_enabled (dialog, "unlock", *gtk_editable_get_text (row) != '\0');
}

static void
connect_promise (AdwDialog *dialog, GCallback callback, DexPromise *promise)
{
  g_signal_connect_data (dialog, "response", callback, dex_ref (promise),
                         (GClosureNotify) (void (*) (void)) dex_unref, 0);
}

static DexFuture *
ask_passphrase (LcPrompt *prompt, LcMachine *machine, const char *key_path, LcPromptReason reason)
{
  LcUiPrompt *self = LC_UI_PROMPT (prompt);
  DexPromise *promise = dex_promise_new_cancellable ();
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Unlock the Key"), NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = adw_password_entry_row_new ();
  g_autofree char *name = g_path_get_basename (key_path);
  const char *reason_text = lc_prompt_reason_text (reason);

  if (reason_text != NULL)
    adw_alert_dialog_set_body (alert, reason_text);
  else
    /* Translators: %s is the name of a key file */
    adw_alert_dialog_format_body (alert, _ ("The key “%s” is protected by a passphrase."), name);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Passphrase"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  adw_alert_dialog_set_extra_child (alert, list);
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "unlock", _ ("_Unlock"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "unlock", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (alert, "unlock");
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  adw_dialog_set_focus (dialog, row);

  g_object_set_data (G_OBJECT (dialog), "row", row);
  g_signal_connect_object (row, "changed", G_CALLBACK (passphrase_changed_cb), dialog,
                           G_CONNECT_SWAPPED);
  passphrase_changed_cb (alert, GTK_EDITABLE (row));
  connect_promise (dialog, G_CALLBACK (passphrase_response_cb), promise);

  return ask (self, dialog, promise);
}

static DexFuture *
ask_challenge (LcPrompt *prompt, LcMachine *machine, LcChallenge *challenge, LcPromptReason reason)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  return ask (LC_UI_PROMPT (prompt), lc_challenge_dialog_new (machine, challenge, reason, promise),
              promise);
}

static DexFuture *
confirm_host_key (LcPrompt *prompt, LcMachine *machine, const LcHostKeyQuestion *question)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  return ask (LC_UI_PROMPT (prompt), lc_host_key_dialog_new (machine, question, promise), promise);
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  DexPromise *promise = user_data;

  if (gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error))
    dex_promise_resolve_boolean (promise, TRUE);
  else if (g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    dex_promise_reject (promise, lc_error_new (LC_ERROR_CANCELLED, "The browser was not opened"));
  else
    dex_promise_reject (promise, lc_error_new (LC_ERROR_MISSING_PROGRAM, "No browser opened: %s",
                                               error->message));
  dex_unref (promise);
}

static DexFuture *
show_uri (LcPrompt *prompt, const char *uri)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

  /* Without a parent: GTK 4.18 uses it after it was closed, which may happen meanwhile. */
  gtk_uri_launcher_launch (launcher, NULL, dex_promise_get_cancellable (promise), launched_cb,
                           dex_ref (promise));

  return DEX_FUTURE (promise);
}

static void
prompt_iface_init (LcPromptInterface *iface)
{
  iface->ask_credentials = ask_credentials;
  iface->ask_new_password = ask_new_password;
  iface->ask_passphrase = ask_passphrase;
  iface->ask_challenge = ask_challenge;
  iface->confirm_host_key = confirm_host_key;
  iface->show_uri = show_uri;
}

static void
lc_ui_prompt_finalize (GObject *object)
{
  g_clear_weak_pointer (&LC_UI_PROMPT (object)->application);
  g_clear_object (&LC_UI_PROMPT (object)->keys);

  G_OBJECT_CLASS (lc_ui_prompt_parent_class)->finalize (object);
}

static void
lc_ui_prompt_class_init (LcUiPromptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_ui_prompt_finalize;
}

static void
lc_ui_prompt_init (LcUiPrompt *self)
{
}

LcUiPrompt *
lc_ui_prompt_new (GtkApplication *application)
{
  LcUiPrompt *self = g_object_new (LC_TYPE_UI_PROMPT, NULL);

  g_set_weak_pointer (&self->application, application);

  return self;
}

void
lc_ui_prompt_set_keys (LcUiPrompt *self, LcKeys *keys)
{
  g_set_object (&self->keys, keys);
}

void
lc_ui_prompt_set_session_only (LcUiPrompt *self, gboolean session_only)
{
  self->session_only = session_only;
}
