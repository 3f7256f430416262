/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-join-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error-box.h"

struct _LcJoinDialog
{
  AdwDialog parent_instance;

  LcRegistry *registry;
  LcCatalog *catalog;
  gboolean waiting;

  GtkEditable *invitation_row;
  AdwComboRow *account_row;
  LcErrorBox *error_box;
  GtkWidget *waiting_box;
  GtkWidget *register_button;
};

G_DEFINE_FINAL_TYPE (LcJoinDialog, lc_join_dialog, ADW_TYPE_DIALOG)

static char *
dup_invitation (LcJoinDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->invitation_row)));
}

static void
changed_cb (LcJoinDialog *self)
{
  g_autofree char *invitation = dup_invitation (self);

  gtk_widget_set_sensitive (self->register_button, *invitation != '\0' && !self->waiting);
}

static void
set_waiting (LcJoinDialog *self, gboolean waiting)
{
  self->waiting = waiting;
  gtk_widget_set_visible (self->waiting_box, waiting);
  gtk_widget_set_sensitive (GTK_WIDGET (self->invitation_row), !waiting);
  gtk_widget_set_sensitive (GTK_WIDGET (self->account_row), !waiting);
  changed_cb (self);
}

static void
joined_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcJoinDialog *self = LC_JOIN_DIALOG (owner);
  g_autoptr (GError) error = NULL;

  if (self->register_button == NULL)
    return;

  set_waiting (self, FALSE);
  if (dex_future_get_value (future, &error) != NULL)
    {
      dex_future_disown (lc_catalog_refresh (self->catalog));
      adw_dialog_close (ADW_DIALOG (self));
      return;
    }
  lc_error_box_set_error (self->error_box, error);
  gtk_widget_grab_focus (GTK_WIDGET (self->invitation_row));
}

static LcProvider *
dup_provider (LcJoinDialog *self)
{
  LcAccount *account = adw_combo_row_get_selected_item (self->account_row);
  GListModel *providers = lc_registry_get_providers (self->registry);
  guint n = g_list_model_get_n_items (providers);

  for (guint i = 0; i < n; i++)
    {
      LcProvider *provider = g_list_model_get_item (providers, i);

      if (lc_provider_get_account (provider) == account)
        return provider;
      g_object_unref (provider);
    }

  return NULL;
}

static void
register_clicked_cb (LcJoinDialog *self)
{
  g_autoptr (LcProvider) provider = dup_provider (self);
  g_autofree char *invitation = dup_invitation (self);

  if (provider == NULL)
    return;

  lc_error_box_set_error (self->error_box, NULL);
  set_waiting (self, TRUE);
  lc_future_to_main (lc_provider_join_lab (provider, invitation), self, joined_cb, NULL, NULL);
}

static void
cancel_clicked_cb (LcJoinDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
lc_join_dialog_dispose (GObject *object)
{
  LcJoinDialog *self = LC_JOIN_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_JOIN_DIALOG);
  g_clear_object (&self->registry);
  g_clear_object (&self->catalog);

  G_OBJECT_CLASS (lc_join_dialog_parent_class)->dispose (object);
}

static void
lc_join_dialog_class_init (LcJoinDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_join_dialog_dispose;

  g_type_ensure (LC_TYPE_ERROR_BOX);
  g_type_ensure (LC_TYPE_ACCOUNT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-join-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcJoinDialog, invitation_row);
  gtk_widget_class_bind_template_child (widget_class, LcJoinDialog, account_row);
  gtk_widget_class_bind_template_child (widget_class, LcJoinDialog, error_box);
  gtk_widget_class_bind_template_child (widget_class, LcJoinDialog, waiting_box);
  gtk_widget_class_bind_template_child (widget_class, LcJoinDialog, register_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, register_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
lc_join_dialog_init (LcJoinDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_join_dialog_new (LcRegistry *registry, LcCatalog *catalog)
{
  LcJoinDialog *self = g_object_new (LC_TYPE_JOIN_DIALOG, NULL);
  GListModel *accounts = G_LIST_MODEL (lc_registry_get_accounts (registry));

  self->registry = g_object_ref (registry);
  self->catalog = g_object_ref (catalog);
  adw_combo_row_set_model (self->account_row, accounts);
  gtk_widget_set_visible (GTK_WIDGET (self->account_row), g_list_model_get_n_items (accounts) > 1);

  return ADW_DIALOG (self);
}
