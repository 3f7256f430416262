/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-credentials-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-credentials-form.h"

struct _LcCredentialsDialog
{
  AdwDialog parent_instance;

  DexPromise *promise;

  AdwWindowTitle *window_title;
  AdwBanner *reason_banner;
  LcCredentialsForm *form;
};

G_DEFINE_FINAL_TYPE (LcCredentialsDialog, lc_credentials_dialog, ADW_TYPE_DIALOG)

static void
log_in_clicked_cb (LcCredentialsDialog *self)
{
  g_autoptr (LcCredentials) credentials = lc_credentials_form_dup_credentials (self->form);

  if (credentials == NULL || !dex_future_is_pending (DEX_FUTURE (self->promise)))
    return;

  dex_promise_resolve_boxed (self->promise, LC_TYPE_CREDENTIALS, g_steal_pointer (&credentials));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
cancel_clicked_cb (LcCredentialsDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
lc_credentials_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_CREDENTIALS_DIALOG);

  G_OBJECT_CLASS (lc_credentials_dialog_parent_class)->dispose (object);
}

static void
lc_credentials_dialog_finalize (GObject *object)
{
  dex_clear (&LC_CREDENTIALS_DIALOG (object)->promise);

  G_OBJECT_CLASS (lc_credentials_dialog_parent_class)->finalize (object);
}

static void
lc_credentials_dialog_class_init (LcCredentialsDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_credentials_dialog_dispose;
  object_class->finalize = lc_credentials_dialog_finalize;

  g_type_ensure (LC_TYPE_CREDENTIALS_FORM);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/com/example/LabConnect/ui/lc-credentials-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsDialog, reason_banner);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsDialog, form);
  gtk_widget_class_bind_template_callback (widget_class, log_in_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
lc_credentials_dialog_init (LcCredentialsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_credentials_dialog_new (LcMachine *machine,
                           LcPromptReason reason,
                           LcCredentials *previous,
                           gboolean session_only,
                           LcKeys *keys,
                           DexPromise *promise)
{
  LcCredentialsDialog *self = g_object_new (LC_TYPE_CREDENTIALS_DIALOG, NULL);
  const char *text = lc_prompt_reason_text (reason);

  self->promise = dex_ref (promise);
  adw_window_title_set_subtitle (self->window_title, lc_machine_get_name (machine));
  adw_banner_set_title (self->reason_banner, text != NULL ? text : "");
  adw_banner_set_revealed (self->reason_banner, text != NULL);
  lc_credentials_form_set_session_only (self->form, session_only);
  /* A key that was made for the machine and is refused is no use to anybody. */
  if (previous != NULL && lc_credentials_get_method (previous) == LC_AUTH_METHOD_STORED_KEY)
    lc_credentials_form_fill (self->form, lc_credentials_get_login (previous),
                              LC_AUTH_METHOD_PASSWORD, NULL);
  else if (previous != NULL)
    lc_credentials_form_fill (self->form, lc_credentials_get_login (previous),
                              lc_credentials_get_method (previous),
                              lc_credentials_get_key (previous));
  else
    lc_credentials_form_fill (self->form, lc_machine_get_login (machine), LC_AUTH_METHOD_PASSWORD,
                              NULL);
  lc_credentials_form_set_keys (self->form, keys);
  adw_dialog_set_focus (ADW_DIALOG (self), lc_credentials_form_get_first_row (self->form));

  return ADW_DIALOG (self);
}

const char *
lc_prompt_reason_text (LcPromptReason reason)
{
  switch (reason)
    {
    case LC_PROMPT_REASON_PASSWORD_WRONG:
      return _ ("The machine did not accept this user name and password");
    case LC_PROMPT_REASON_KEY_REFUSED:
      return _ ("The machine does not know this key");
    case LC_PROMPT_REASON_KEY_UNREADABLE:
      return _ ("The key file is missing, or is not a private key");
    case LC_PROMPT_REASON_PASSPHRASE_WRONG:
      return _ ("The passphrase does not open this key");
    case LC_PROMPT_REASON_METHOD_REFUSED:
      return _ ("The machine does not let people log in this way");
    case LC_PROMPT_REASON_PASSWORD_REFUSED_BY_SERVICE:
      return _ ("The service did not accept this password");
    case LC_PROMPT_REASON_CODE_REFUSED:
      return _ ("The machine did not accept the answers");
    case LC_PROMPT_REASON_MISTYPED:
      return _ ("The two are not the same");
    case LC_PROMPT_REASON_AGENT_SILENT:
      return _ ("There is no SSH agent that answers");
    case LC_PROMPT_REASON_FIRST:
    default:
      return NULL;
    }
}
