/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-sign-in-dialog.h"

#include "lc-sign-in-view.h"

struct _LcSignInDialog
{
  AdwDialog parent_instance;

  LcSignInView *view;
};

G_DEFINE_FINAL_TYPE (LcSignInDialog, lc_sign_in_dialog, ADW_TYPE_DIALOG)

static void
signed_in_cb (LcSignInDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
lc_sign_in_dialog_closed (AdwDialog *dialog)
{
  lc_sign_in_view_cancel (LC_SIGN_IN_DIALOG (dialog)->view);
}

static void
lc_sign_in_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_SIGN_IN_DIALOG);

  G_OBJECT_CLASS (lc_sign_in_dialog_parent_class)->dispose (object);
}

static void
lc_sign_in_dialog_class_init (LcSignInDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_sign_in_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = lc_sign_in_dialog_closed;

  g_type_ensure (LC_TYPE_SIGN_IN_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-sign-in-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcSignInDialog, view);
  gtk_widget_class_bind_template_callback (widget_class, signed_in_cb);
}

static void
lc_sign_in_dialog_init (LcSignInDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_sign_in_dialog_new (LcRegistry *registry, LcAccount *account)
{
  LcSignInDialog *self = g_object_new (LC_TYPE_SIGN_IN_DIALOG, NULL);

  lc_sign_in_view_set_registry (self->view, registry);
  if (account != NULL)
    lc_sign_in_view_sign_in_again (self->view, account);

  return ADW_DIALOG (self);
}
