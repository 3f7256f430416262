/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-connect-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-credentials-form.h"
#include "lc-destination.h"
#include "lc-label.h"

struct _LcConnectDialog
{
  AdwDialog parent_instance;

  LcRegistry *registry;
  LcLauncher *launcher;
  LcMachine *machine;
  char *connector_id;    /* chosen */
  GtkCheckButton *group; /* in no window: it makes a single way look like a choice, too */

  AdwWindowTitle *window_title;
  AdwPreferencesGroup *ways_group;
  LcCredentialsForm *form;
  AdwExpanderRow *way_row;
  GtkWidget *jump_row;
  AdwPreferencesGroup *command_group;
  GtkLabel *command_label;
  GtkWidget *connect_button;
};

G_DEFINE_FINAL_TYPE (LcConnectDialog, lc_connect_dialog, ADW_TYPE_DIALOG)

/* Returns: (transfer full) (nullable): %NULL when there is none */
static char *
dup_jump (LcConnectDialog *self)
{
  g_autofree char *text =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->jump_row))));

  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/* Returns: whether there is none, or one that makes sense */
static gboolean
check_jump (LcConnectDialog *self)
{
  g_autofree char *jump = dup_jump (self);
  g_autofree char *subtitle = NULL;
  g_autoptr (GPtrArray) hosts = jump != NULL ? lc_destination_parse_list (jump, NULL) : NULL;
  gboolean valid = jump == NULL || hosts != NULL;

  if (jump == NULL)
    subtitle = g_strdup (_ ("Directly"));
  else if (valid)
    /* Translators: %s is a host, such as ada@gate.school.example */
    subtitle = g_strdup_printf (_ ("By way of %s"), jump);
  else
    subtitle = g_strdup (_ ("This is not a user and a host, such as ada@gate.school.example"));
  adw_expander_row_set_subtitle (self->way_row, subtitle);
  if (valid)
    gtk_widget_remove_css_class (self->jump_row, "error");
  else
    gtk_widget_add_css_class (self->jump_row, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->jump_row), GTK_ACCESSIBLE_STATE_INVALID,
                               valid ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  return valid;
}

static void
update_cb (LcConnectDialog *self)
{
  gtk_widget_set_sensitive (self->connect_button, check_jump (self) && self->connector_id != NULL &&
                                                      lc_credentials_form_get_valid (self->form));
}

static void
way_toggled_cb (LcConnectDialog *self, GtkCheckButton *button)
{
  if (!gtk_check_button_get_active (button))
    return;

  g_set_str (&self->connector_id, g_object_get_data (G_OBJECT (button), "connector-id"));
  update_cb (self);
}

static GtkCheckButton *
add_way (LcConnectDialog *self, LcConnector *connector)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_check_button_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (lc_connector_get_icon_name (connector));

  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), self->group);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "connector-id",
                          g_strdup (lc_connector_get_id (connector)), g_free);
  g_signal_connect_object (button, "toggled", G_CALLBACK (way_toggled_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lc_connector_get_title (connector));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->ways_group, row);

  return GTK_CHECK_BUTTON (button);
}

static void
add_ways (LcConnectDialog *self)
{
  GListModel *connectors = lc_registry_get_connectors (self->registry);
  guint n = g_list_model_get_n_items (connectors);
  GtkCheckButton *first = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcConnector) connector = g_list_model_get_item (connectors, i);
      GtkCheckButton *button;

      if (!lc_connector_supports (connector, self->machine))
        continue;
      button = add_way (self, connector);
      if (first == NULL)
        first = button;
    }

  if (first != NULL)
    gtk_check_button_set_active (first, TRUE);
  else
    adw_preferences_group_set_description (self->ways_group,
                                           _ ("There is none for this machine yet."));
}

static void
fill_form (LcConnectDialog *self)
{
  LcProfileStore *profiles = lc_registry_get_profiles (self->registry);
  LcSecretStore *secrets = lc_registry_get_secrets (self->registry);
  const char *id = lc_machine_get_id (self->machine);
  g_autofree char *login = lc_profile_store_dup_login (profiles, id);
  g_autofree char *key = lc_profile_store_dup_key (profiles, id);
  g_autofree char *jump = lc_profile_store_dup_jump (profiles, id);

  gtk_editable_set_text (GTK_EDITABLE (self->jump_row), jump != NULL ? jump : "");
  lc_credentials_form_set_secret_optional (self->form, TRUE);
  lc_credentials_form_set_keys (self->form, lc_registry_get_keys (self->registry));
  lc_credentials_form_set_session_only (self->form, lc_secret_store_get_state (secrets) ==
                                                        LC_SECRET_STORE_SESSION_ONLY);
  lc_credentials_form_fill (self->form,
                            login != NULL ? login : lc_machine_get_login (self->machine),
                            lc_profile_store_get_method (profiles, id), key);
}

static void
connect_clicked_cb (LcConnectDialog *self)
{
  g_autoptr (LcCredentials) credentials = lc_credentials_form_dup_credentials (self->form);
  g_autofree char *jump = dup_jump (self);
  g_autoptr (LcOperation) operation = NULL;

  lc_profile_store_set_jump (lc_registry_get_profiles (self->registry),
                             lc_machine_get_id (self->machine), jump);
  if (credentials != NULL)
    {
      operation = lc_launcher_open_with_credentials (self->launcher, self->machine,
                                                     self->connector_id, credentials);
    }
  else
    {
      lc_profile_store_set_login (lc_registry_get_profiles (self->registry),
                                  lc_machine_get_id (self->machine),
                                  lc_credentials_form_get_login (self->form),
                                  lc_credentials_form_get_method (self->form),
                                  lc_credentials_form_get_key (self->form));
      operation = lc_launcher_open (self->launcher, self->machine, self->connector_id);
    }
  adw_dialog_close (ADW_DIALOG (self));
}

static void
cancel_clicked_cb (LcConnectDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
copy_clicked_cb (LcConnectDialog *self)
{
  g_autofree char *command = lc_machine_dup_ssh_command (self->machine);

  if (command == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), command);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("SSH command copied"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
lc_connect_dialog_dispose (GObject *object)
{
  LcConnectDialog *self = LC_CONNECT_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_CONNECT_DIALOG);
  g_clear_object (&self->group);
  g_clear_object (&self->machine);
  g_clear_object (&self->launcher);
  g_clear_object (&self->registry);
  g_clear_pointer (&self->connector_id, g_free);

  G_OBJECT_CLASS (lc_connect_dialog_parent_class)->dispose (object);
}

static void
lc_connect_dialog_class_init (LcConnectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_connect_dialog_dispose;

  g_type_ensure (LC_TYPE_CREDENTIALS_FORM);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, ways_group);
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, form);
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, way_row);
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, jump_row);
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, command_group);
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, command_label);
  gtk_widget_class_bind_template_child (widget_class, LcConnectDialog, connect_button);
  gtk_widget_class_bind_template_callback (widget_class, update_cb);
  gtk_widget_class_bind_template_callback (widget_class, connect_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
lc_connect_dialog_init (LcConnectDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  lc_label_set_verbatim (self->command_label);
  self->group = g_object_ref_sink (GTK_CHECK_BUTTON (gtk_check_button_new ()));
}

AdwDialog *
lc_connect_dialog_new (LcRegistry *registry, LcLauncher *launcher, LcMachine *machine)
{
  LcConnectDialog *self = g_object_new (LC_TYPE_CONNECT_DIALOG, NULL);
  g_autofree char *command = lc_machine_dup_ssh_command (machine);

  self->registry = g_object_ref (registry);
  self->launcher = g_object_ref (launcher);
  self->machine = g_object_ref (machine);

  adw_window_title_set_subtitle (self->window_title, lc_machine_get_name (machine));
  gtk_widget_set_visible (GTK_WIDGET (self->command_group), command != NULL);
  gtk_label_set_label (self->command_label, command != NULL ? command : "");
  add_ways (self);
  fill_form (self);
  update_cb (self);

  return ADW_DIALOG (self);
}
