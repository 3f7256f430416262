/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-credentials-form.h"

#include <glib/gi18n-lib.h>

#include "lc-validate.h"

struct _LcCredentialsForm
{
  AdwPreferencesGroup parent_instance;

  gboolean secret_optional;
  gboolean valid;
  char *fingerprint; /* nullable: of the agent's key */

  GtkEditable *login_row;
  AdwComboRow *method_row;
  GtkStringList *methods; /* in the order of LcAuthMethod */
  GtkEditable *password_row;
  GtkEditable *key_row;
  AdwSwitchRow *remember_row;
};

G_DEFINE_FINAL_TYPE (LcCredentialsForm, lc_credentials_form, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  PROP_0,
  PROP_VALID,
  N_PROPS
};

enum
{
  SUBMITTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
is_filled (GtkEditable *row)
{
  return *gtk_editable_get_text (row) != '\0';
}

static gboolean
is_valid (LcCredentialsForm *self)
{
  if (!lc_is_valid_login (gtk_editable_get_text (self->login_row)))
    return FALSE;

  switch (lc_credentials_form_get_method (self))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      return g_path_is_absolute (gtk_editable_get_text (self->key_row));
    case LC_AUTH_METHOD_AGENT:
      return TRUE;
    case LC_AUTH_METHOD_STORED_KEY:
      return self->secret_optional;
    case LC_AUTH_METHOD_PASSWORD:
    default:
      return self->secret_optional || is_filled (self->password_row);
    }
}

static void
set_error_class (GtkEditable *row, gboolean wrong)
{
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
changed_cb (LcCredentialsForm *self)
{
  LcAuthMethod method = lc_credentials_form_get_method (self);
  const char *login = gtk_editable_get_text (self->login_row);
  gboolean valid = is_valid (self);

  gtk_widget_set_visible (GTK_WIDGET (self->password_row), method == LC_AUTH_METHOD_PASSWORD);
  gtk_widget_set_visible (GTK_WIDGET (self->key_row), method == LC_AUTH_METHOD_KEY_FILE);
  /* The agent remembers, and the key that was made is in the keyring anyway. */
  gtk_widget_set_visible (GTK_WIDGET (self->remember_row),
                          method == LC_AUTH_METHOD_PASSWORD || method == LC_AUTH_METHOD_KEY_FILE);
  set_error_class (self->login_row, *login != '\0' && !lc_is_valid_login (login));
  set_error_class (self->key_row, is_filled (self->key_row) &&
                                      !g_path_is_absolute (gtk_editable_get_text (self->key_row)));

  if (self->valid != valid)
    {
      self->valid = valid;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALID]);
    }
}

static void
submitted_cb (LcCredentialsForm *self)
{
  if (self->valid)
    g_signal_emit (self, signals[SUBMITTED], 0);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LcCredentialsForm) self = LC_CREDENTIALS_FORM (user_data);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, &error);
  path = file != NULL ? g_file_get_path (file) : NULL;
  if (path != NULL && self->key_row != NULL)
    gtk_editable_set_text (self->key_row, path);
  else if (error != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    g_message ("Could not choose a key file: %s", error->message);
}

static void
choose_clicked_cb (LcCredentialsForm *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autofree char *folder = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autoptr (GFile) initial = g_file_new_for_path (folder);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_dialog_set_title (dialog, _ ("Choose a Private Key"));
  gtk_file_dialog_set_initial_folder (dialog, initial);
  gtk_file_dialog_open (dialog, GTK_WINDOW (root), NULL, chosen_cb, g_object_ref (self));
}

static void
lc_credentials_form_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_VALID:
      g_value_set_boolean (value, LC_CREDENTIALS_FORM (object)->valid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_credentials_form_dispose (GObject *object)
{
  LcCredentialsForm *self = LC_CREDENTIALS_FORM (object);

  if (self->password_row != NULL)
    lc_credentials_form_wipe (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_CREDENTIALS_FORM);

  G_OBJECT_CLASS (lc_credentials_form_parent_class)->dispose (object);
}

static void
lc_credentials_form_finalize (GObject *object)
{
  g_free (LC_CREDENTIALS_FORM (object)->fingerprint);

  G_OBJECT_CLASS (lc_credentials_form_parent_class)->finalize (object);
}

static void
lc_credentials_form_class_init (LcCredentialsFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_credentials_form_dispose;
  object_class->finalize = lc_credentials_form_finalize;
  object_class->get_property = lc_credentials_form_get_property;

  properties[PROP_VALID] =
      g_param_spec_boolean ("valid", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SUBMITTED] = g_signal_new ("submitted", LC_TYPE_CREDENTIALS_FORM, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-credentials-form.ui");
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, login_row);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, method_row);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, methods);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, password_row);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, key_row);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, remember_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, submitted_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked_cb);
}

static void
lc_credentials_form_init (LcCredentialsForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  changed_cb (self);
}

GtkWidget *
lc_credentials_form_new (void)
{
  return g_object_new (LC_TYPE_CREDENTIALS_FORM, NULL);
}

void
lc_credentials_form_fill (LcCredentialsForm *self,
                          const char *login,
                          LcAuthMethod method,
                          const char *key)
{
  gboolean has_stored =
      g_list_model_get_n_items (G_LIST_MODEL (self->methods)) > LC_AUTH_METHOD_STORED_KEY;

  if (method == LC_AUTH_METHOD_STORED_KEY && !has_stored)
    gtk_string_list_append (self->methods, _ ("Key Made for This Machine"));
  gtk_editable_set_text (self->login_row, login != NULL ? login : "");
  gtk_editable_set_text (self->key_row,
                         method == LC_AUTH_METHOD_KEY_FILE && key != NULL ? key : "");
  g_set_str (&self->fingerprint, method == LC_AUTH_METHOD_AGENT ? key : NULL);
  adw_combo_row_set_selected (self->method_row, (guint) method);
  changed_cb (self);
}

void
lc_credentials_form_set_secret_optional (LcCredentialsForm *self, gboolean optional)
{
  self->secret_optional = optional;
  changed_cb (self);
}

void
lc_credentials_form_set_session_only (LcCredentialsForm *self, gboolean session_only)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->remember_row),
                                 session_only ? _ ("Remember Until I Quit")
                                              : _ ("Remember in Keyring"));
}

GtkWidget *
lc_credentials_form_get_first_row (LcCredentialsForm *self)
{
  GtkEditable *row = self->password_row;

  if (!is_filled (self->login_row))
    row = self->login_row;
  else if (lc_credentials_form_get_method (self) == LC_AUTH_METHOD_KEY_FILE)
    row = self->key_row;
  else if (lc_credentials_form_get_method (self) != LC_AUTH_METHOD_PASSWORD)
    return GTK_WIDGET (self->method_row);

  return GTK_WIDGET (row);
}

gboolean
lc_credentials_form_get_valid (LcCredentialsForm *self)
{
  return self->valid;
}

LcAuthMethod
lc_credentials_form_get_method (LcCredentialsForm *self)
{
  guint selected = adw_combo_row_get_selected (self->method_row);

  return selected <= LC_AUTH_METHOD_STORED_KEY ? (LcAuthMethod) selected : LC_AUTH_METHOD_PASSWORD;
}

const char *
lc_credentials_form_get_login (LcCredentialsForm *self)
{
  return gtk_editable_get_text (self->login_row);
}

const char *
lc_credentials_form_get_key (LcCredentialsForm *self)
{
  switch (lc_credentials_form_get_method (self))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      return is_filled (self->key_row) ? gtk_editable_get_text (self->key_row) : NULL;
    case LC_AUTH_METHOD_AGENT:
      return self->fingerprint;
    case LC_AUTH_METHOD_PASSWORD:
    case LC_AUTH_METHOD_STORED_KEY:
    default:
      return NULL;
    }
}

LcCredentials *
lc_credentials_form_dup_credentials (LcCredentialsForm *self)
{
  const char *login = lc_credentials_form_get_login (self);
  gboolean remember = adw_switch_row_get_active (self->remember_row);
  g_autoptr (LcSecret) password = NULL;

  if (!self->valid)
    return NULL;

  switch (lc_credentials_form_get_method (self))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      return lc_credentials_new_key_file (login, lc_credentials_form_get_key (self), NULL,
                                          remember);
    case LC_AUTH_METHOD_AGENT:
      return lc_credentials_new_agent (login, lc_credentials_form_get_key (self));
    case LC_AUTH_METHOD_STORED_KEY:
      return NULL;
    case LC_AUTH_METHOD_PASSWORD:
    default:
      if (!is_filled (self->password_row))
        return NULL;
      password = lc_secret_new (gtk_editable_get_text (self->password_row));
      return lc_credentials_new_password (login, password, remember);
    }
}

void
lc_credentials_form_wipe (LcCredentialsForm *self)
{
  gtk_editable_set_text (self->password_row, "");
}
