/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-credentials-form.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-validate.h"

struct _LcCredentialsForm
{
  AdwPreferencesGroup parent_instance;

  gboolean secret_optional;
  gboolean valid;
  char *fingerprint; /* nullable: of the agent's key */
  gboolean session_only;
  GListStore *keys;        /* LcKey, those that were found */
  GPtrArray *choices;      /* nullable LcKey, in the order of choice_row's model */
  LcAuthMethod choices_of; /* the method that they are for */

  GtkEditable *login_row;
  AdwComboRow *method_row;
  GtkStringList *methods; /* in the order of LcAuthMethod */
  GtkEditable *password_row;
  GtkEditable *key_row;
  AdwComboRow *choice_row;
  AdwSwitchRow *remember_row;
  AdwSwitchRow *new_key_row;
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

/* Nullable: the key that is chosen in the list */
static LcKey *
get_choice (LcCredentialsForm *self)
{
  guint selected = adw_combo_row_get_selected (self->choice_row);

  return self->choices_of == lc_credentials_form_get_method (self) && selected < self->choices->len
             ? self->choices->pdata[selected]
             : NULL;
}

static char *
dup_key_label (LcKey *key)
{
  const char *path = lc_key_get_path (key);
  const char *comment = lc_key_get_comment (key);

  if (path != NULL)
    return g_path_get_basename (path);
  return comment != NULL ? g_strdup (comment) : g_strdup (lc_key_get_fingerprint (key));
}

static gboolean
is_chosen (LcCredentialsForm *self, LcKey *key)
{
  return lc_key_get_method (key) == LC_AUTH_METHOD_KEY_FILE
             ? g_strcmp0 (lc_key_get_path (key), gtk_editable_get_text (self->key_row)) == 0
             : g_strcmp0 (lc_key_get_fingerprint (key), self->fingerprint) == 0;
}

/* The keys that were found and are for the method, and the choice of none of them. What is filled
 * in already is chosen; else a file is, since somebody who has one wants it, but no single key of
 * the agent. */
static void
fill_choices (LcCredentialsForm *self, LcAuthMethod method)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  gboolean files = method == LC_AUTH_METHOD_KEY_FILE;
  guint selected = 0;

  g_ptr_array_set_size (self->choices, 0);
  if (!files)
    {
      g_ptr_array_add (self->choices, NULL);
      gtk_string_list_append (labels, _ ("Any Key of the Agent"));
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->keys)); i++)
    {
      g_autoptr (LcKey) key = g_list_model_get_item (G_LIST_MODEL (self->keys), i);
      g_autofree char *label = dup_key_label (key);

      if (lc_key_get_method (key) != method)
        continue;
      if (is_chosen (self, key))
        selected = self->choices->len;
      gtk_string_list_append (labels, label);
      g_ptr_array_add (self->choices, key); /* the list of keys holds it */
    }
  if (files)
    {
      if (is_filled (self->key_row) && selected == 0 &&
          !(self->choices->len > 0 && is_chosen (self, self->choices->pdata[0])))
        selected = self->choices->len;
      g_ptr_array_add (self->choices, NULL);
      gtk_string_list_append (labels, _ ("Another File"));
    }
  self->choices_of = method;
  adw_combo_row_set_model (self->choice_row, G_LIST_MODEL (labels));
  adw_combo_row_set_selected (self->choice_row, selected);
}

static gboolean
is_valid (LcCredentialsForm *self)
{
  if (!lc_is_valid_login (gtk_editable_get_text (self->login_row)))
    return FALSE;

  switch (lc_credentials_form_get_method (self))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      return get_choice (self) != NULL ||
             g_path_is_absolute (gtk_editable_get_text (self->key_row));
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
  gboolean has_list = method == LC_AUTH_METHOD_KEY_FILE || method == LC_AUTH_METHOD_AGENT;
  gboolean valid;

  if (has_list && self->choices_of != method)
    fill_choices (self, method);
  valid = is_valid (self);
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), method == LC_AUTH_METHOD_PASSWORD);
  gtk_widget_set_visible (GTK_WIDGET (self->choice_row), has_list && self->choices->len > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->key_row),
                          method == LC_AUTH_METHOD_KEY_FILE && get_choice (self) == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->new_key_row),
                          method == LC_AUTH_METHOD_PASSWORD && !self->session_only);
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
listed_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcCredentialsForm *self = LC_CREDENTIALS_FORM (owner);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  GListModel *keys = value != NULL ? g_value_get_object (value) : NULL;

  if (self->choice_row == NULL)
    return;
  if (keys == NULL)
    g_message ("The keys are not listed: %s", error->message);
  for (guint i = 0; keys != NULL && i < g_list_model_get_n_items (keys); i++)
    {
      g_autoptr (LcKey) key = g_list_model_get_item (keys, i);

      g_list_store_append (self->keys, key);
    }
  self->choices_of = LC_AUTH_METHOD_PASSWORD;
  changed_cb (self);
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
  LcCredentialsForm *self = LC_CREDENTIALS_FORM (object);

  g_free (self->fingerprint);
  g_ptr_array_unref (self->choices);
  g_object_unref (self->keys);

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
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, choice_row);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, remember_row);
  gtk_widget_class_bind_template_child (widget_class, LcCredentialsForm, new_key_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, submitted_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked_cb);
}

static void
lc_credentials_form_init (LcCredentialsForm *self)
{
  self->keys = g_list_store_new (LC_TYPE_KEY);
  self->choices = g_ptr_array_new ();
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
  self->choices_of = LC_AUTH_METHOD_PASSWORD; /* none */
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
lc_credentials_form_set_keys (LcCredentialsForm *self, LcKeys *keys)
{
  if (keys != NULL)
    lc_future_to_main (lc_keys_list (keys), self, listed_cb, NULL, NULL);
}

void
lc_credentials_form_set_session_only (LcCredentialsForm *self, gboolean session_only)
{
  self->session_only = session_only;
  changed_cb (self);
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
  else if (lc_credentials_form_get_method (self) == LC_AUTH_METHOD_KEY_FILE &&
           get_choice (self) == NULL)
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
  LcKey *choice = get_choice (self);

  switch (lc_credentials_form_get_method (self))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      if (choice != NULL)
        return lc_key_get_path (choice);
      return is_filled (self->key_row) ? gtk_editable_get_text (self->key_row) : NULL;
    case LC_AUTH_METHOD_AGENT:
      /* One that is not there now may be there later. */
      if (self->choices->len > 1)
        return choice != NULL ? lc_key_get_fingerprint (choice) : NULL;
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
  g_autoptr (LcCredentials) credentials = NULL;

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
      credentials = lc_credentials_new_password (login, password, remember);
      return gtk_widget_get_visible (GTK_WIDGET (self->new_key_row)) &&
                     adw_switch_row_get_active (self->new_key_row)
                 ? lc_credentials_want_key (credentials)
                 : lc_credentials_ref (credentials);
    }
}

void
lc_credentials_form_wipe (LcCredentialsForm *self)
{
  gtk_editable_set_text (self->password_row, "");
}
