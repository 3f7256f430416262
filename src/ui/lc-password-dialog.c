/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-password-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-credentials-dialog.h"
#include "lc-validate.h"

struct _LcPasswordDialog
{
  AdwDialog parent_instance;

  LcMachine *machine;
  LcLauncher *launcher; /* to reset it, or … */
  DexPromise *promise;  /* … to answer the core */

  AdwWindowTitle *window_title;
  AdwBanner *reason_banner;
  AdwPreferencesGroup *group;
  GtkEditable *login_row;
  GtkEditable *password_row;
  GtkEditable *repeat_row;
  AdwSwitchRow *remember_row;
  GtkLabel *service_label;
  GtkLabel *state_label;
  GtkWidget *set_button;
};

G_DEFINE_FINAL_TYPE (LcPasswordDialog, lc_password_dialog, ADW_TYPE_DIALOG)

static const char *
rule_text (LcPasswordRule rule)
{
  switch (rule)
    {
    case LC_PASSWORD_TOO_SHORT:
      return _ ("Too short");
    case LC_PASSWORD_TOO_LONG:
      return _ ("Too long");
    case LC_PASSWORD_TOO_SIMPLE:
      return _ ("More kinds of characters are needed");
    case LC_PASSWORD_BANNED:
      return _ ("This one is known to everybody");
    case LC_PASSWORD_OK:
    default:
      return NULL;
    }
}

static const char *
problem (LcPasswordDialog *self)
{
  const char *password = gtk_editable_get_text (self->password_row);
  const char *repeat = gtk_editable_get_text (self->repeat_row);
  LcPasswordRule rule = lc_password_rule (password);

  if (*password == '\0')
    return "";
  if (rule != LC_PASSWORD_OK)
    return rule_text (rule);
  if (*repeat == '\0')
    return "";
  if (!g_str_equal (password, repeat))
    return _ ("The two are not the same");

  return NULL;
}

static void
changed_cb (LcPasswordDialog *self)
{
  const char *text = problem (self);
  gboolean valid = text == NULL && lc_is_valid_login (gtk_editable_get_text (self->login_row));

  gtk_label_set_label (self->state_label, text != NULL ? text : _ ("This password will do"));
  if (text != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "success");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "success");
  gtk_widget_set_sensitive (self->set_button, valid);
}

static void
set_clicked_cb (LcPasswordDialog *self)
{
  const char *login = gtk_editable_get_text (self->login_row);
  gboolean remember = adw_switch_row_get_active (self->remember_row);
  g_autoptr (LcSecret) password = NULL;
  g_autoptr (LcOperation) operation = NULL;

  if (!gtk_widget_get_sensitive (self->set_button))
    return;

  password = lc_secret_new (gtk_editable_get_text (self->password_row));
  if (self->launcher != NULL)
    operation =
        lc_launcher_reset_password (self->launcher, self->machine, login, password, remember);
  else if (dex_future_is_pending (DEX_FUTURE (self->promise)))
    dex_promise_resolve_boxed (self->promise, LC_TYPE_CREDENTIALS,
                               lc_credentials_new_password (login, password, remember));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
cancel_clicked_cb (LcPasswordDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
lc_password_dialog_dispose (GObject *object)
{
  LcPasswordDialog *self = LC_PASSWORD_DIALOG (object);

  if (self->password_row != NULL)
    {
      gtk_editable_set_text (self->password_row, "");
      gtk_editable_set_text (self->repeat_row, "");
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_PASSWORD_DIALOG);
  g_clear_object (&self->machine);
  g_clear_object (&self->launcher);

  G_OBJECT_CLASS (lc_password_dialog_parent_class)->dispose (object);
}

static void
lc_password_dialog_finalize (GObject *object)
{
  dex_clear (&LC_PASSWORD_DIALOG (object)->promise);

  G_OBJECT_CLASS (lc_password_dialog_parent_class)->finalize (object);
}

static void
lc_password_dialog_class_init (LcPasswordDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_password_dialog_dispose;
  object_class->finalize = lc_password_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, reason_banner);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, group);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, login_row);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, remember_row);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, service_label);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, state_label);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordDialog, set_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, set_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
lc_password_dialog_init (LcPasswordDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static LcPasswordDialog *
new_for_machine (LcMachine *machine, const char *title, const char *description)
{
  LcPasswordDialog *self = g_object_new (LC_TYPE_PASSWORD_DIALOG, NULL);
  const char *login = lc_machine_get_login (machine);

  self->machine = g_object_ref (machine);
  adw_dialog_set_title (ADW_DIALOG (self), title);
  adw_window_title_set_title (self->window_title, title);
  adw_window_title_set_subtitle (self->window_title, lc_machine_get_name (machine));
  adw_preferences_group_set_description (self->group, description);
  gtk_editable_set_text (self->login_row, login != NULL ? login : "");
  gtk_widget_grab_focus (GTK_WIDGET (login != NULL ? self->password_row : self->login_row));
  changed_cb (self);

  return self;
}

AdwDialog *
lc_password_dialog_new_first (LcMachine *machine,
                              LcPromptReason reason,
                              const char *service_message,
                              gboolean session_only,
                              DexPromise *promise)
{
  LcPasswordDialog *self =
      new_for_machine (machine, _ ("Set a Password"),
                       _ ("This machine is new: choose the password that you will log in with."));
  const char *text = lc_prompt_reason_text (reason);

  self->promise = dex_ref (promise);
  adw_banner_set_title (self->reason_banner, text != NULL ? text : "");
  adw_banner_set_revealed (self->reason_banner, text != NULL);
  if (service_message != NULL)
    {
      gtk_label_set_label (self->service_label, service_message);
      gtk_widget_set_visible (GTK_WIDGET (self->service_label), TRUE);
    }
  if (session_only)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->remember_row),
                                   _ ("Remember Until I Quit"));

  return ADW_DIALOG (self);
}

AdwDialog *
lc_password_dialog_new_reset (LcMachine *machine, LcLauncher *launcher)
{
  LcPasswordDialog *self =
      new_for_machine (machine, _ ("Reset Password"),
                       _ ("The machine gets this password in place of the one it has."));

  self->launcher = g_object_ref (launcher);

  return ADW_DIALOG (self);
}
