/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-preferences-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-host-keys-page.h"
#include "lc-keys-page.h"
#include "lc-passwords-page.h"
#include "lc-settings.h"

struct _LcPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  LcRegistry *registry;

  GtkSpinButton *timeout_spin;
  GtkSpinButton *silence_spin;
  GtkSpinButton *unused_spin;
  AdwActionRow *keyring_row;
  GtkWidget *unlock_button;
  GtkEditable *tenant_row;
  GtkEditable *client_id_row;
  LcKeysPage *keys_page;
  LcHostKeysPage *host_keys_page;
  LcPasswordsPage *passwords_page;
};

G_DEFINE_FINAL_TYPE (LcPreferencesDialog, lc_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
update_keyring (LcPreferencesDialog *self)
{
  LcSecretStoreState state = lc_secret_store_get_state (lc_registry_get_secrets (self->registry));
  const char *text = _ ("Kept in the keyring of your desktop");

  if (state == LC_SECRET_STORE_LOCKED)
    text = _ ("The keyring is locked");
  else if (state == LC_SECRET_STORE_SESSION_ONLY)
    text = _ ("There is no keyring: they are forgotten when you quit");

  adw_action_row_set_subtitle (self->keyring_row, text);
  gtk_widget_set_visible (self->unlock_button, state == LC_SECRET_STORE_LOCKED);
}

/* An entry with an apply button writes only when that is pressed. */
static void
applied_cb (AdwEntryRow *row, const char *key)
{
  GSettings *settings = lc_settings_get_gsettings (lc_settings_get_default ());
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  g_settings_set_string (settings, key, text);
}

static void
bind_text (GSettings *settings, const char *key, GtkEditable *row)
{
  g_autofree char *text = g_settings_get_string (settings, key);

  gtk_editable_set_text (row, text);
  g_settings_bind_writable (settings, key, row, "sensitive", FALSE);
  g_signal_connect_data (row, "apply", G_CALLBACK (applied_cb), g_strdup (key),
                         (GClosureNotify) (void (*) (void)) g_free, 0);
}

static void
bind_settings (LcPreferencesDialog *self)
{
  GSettings *settings = lc_settings_get_gsettings (lc_settings_get_default ());

  if (settings == NULL)
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->timeout_spin), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->silence_spin), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->unused_spin), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->tenant_row), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->client_id_row), FALSE);
      return;
    }

  g_settings_bind (settings, "connect-timeout", self->timeout_spin, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "silence-limit", self->silence_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "unused-limit", self->unused_spin, "value", G_SETTINGS_BIND_DEFAULT);
  bind_text (settings, "tenant", self->tenant_row);
  bind_text (settings, "client-id", self->client_id_row);
}

static void
lc_preferences_dialog_dispose (GObject *object)
{
  LcPreferencesDialog *self = LC_PREFERENCES_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_PREFERENCES_DIALOG);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (lc_preferences_dialog_parent_class)->dispose (object);
}

static void
lc_preferences_dialog_class_init (LcPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_preferences_dialog_dispose;

  g_type_ensure (LC_TYPE_HOST_KEYS_PAGE);
  g_type_ensure (LC_TYPE_KEYS_PAGE);
  g_type_ensure (LC_TYPE_PASSWORDS_PAGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/com/example/LabConnect/ui/lc-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, timeout_spin);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, silence_spin);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, unused_spin);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, keyring_row);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, tenant_row);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, client_id_row);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, keys_page);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, host_keys_page);
  gtk_widget_class_bind_template_child (widget_class, LcPreferencesDialog, passwords_page);
}

static void
lc_preferences_dialog_init (LcPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_preferences_dialog_new (LcRegistry *registry, LcCatalog *catalog)
{
  LcPreferencesDialog *self = g_object_new (LC_TYPE_PREFERENCES_DIALOG, NULL);

  self->registry = g_object_ref (registry);
  g_signal_connect_object (lc_registry_get_secrets (registry), "notify::state",
                           G_CALLBACK (update_keyring), self, G_CONNECT_SWAPPED);
  update_keyring (self);
  bind_settings (self);
  lc_keys_page_show (self->keys_page, lc_registry_get_keys (registry));
  lc_host_keys_page_show (self->host_keys_page, lc_registry_get_host_keys (registry), catalog);
  lc_passwords_page_show (self->passwords_page, registry);

  return ADW_DIALOG (self);
}
