/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-passwords-page.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error-text.h"
#include "lc-error.h"
#include "lc-kept-row.h"
#include "lc-secret-item.h"

/* What is remembered of a kind, and the words for it. */
typedef struct
{
  LcSecretKind kind;
  const char *title;
  const char *question; /* before one is forgotten */
  const char *answer;
} Section;

static const Section sections[] = {
  { LC_SECRET_MACHINE_PASSWORD, N_ ("Passwords of Machines"), N_ ("Forget This Password?"),
    N_ ("You are asked for it when you connect the next time. It stays the password of the "
        "machine.") },
  { LC_SECRET_KEY_PASSPHRASE, N_ ("Passphrases of Keys"), N_ ("Forget This Passphrase?"),
    N_ ("You are asked for it when the key is used the next time. It still protects the key.") },
  { LC_SECRET_MACHINE_KEY, N_ ("Keys of Machines"), N_ ("Forget This Key?"),
    N_ ("It was made for this machine and is kept nowhere else. Without it you log in to the "
        "machine "
        "in another way, such as with its password.") },
};

struct _LcPasswordsPage
{
  AdwPreferencesPage parent_instance;

  LcRegistry *registry;
  AdwPreferencesGroup *groups[G_N_ELEMENTS (sections)];
  GtkListBox *lists[G_N_ELEMENTS (sections)];
  guint counts[G_N_ELEMENTS (sections)];
  guint generation; /* of what is shown: an answer to an older question is not taken */
  guint pending;    /* lists that are still waited for */
  GError *error;    /* nullable: of the last one that was refused */

  GtkWidget *status_group;
  AdwStatusPage *status;
  GtkWidget *unlock_button;
};

G_DEFINE_FINAL_TYPE (LcPasswordsPage, lc_passwords_page, ADW_TYPE_PREFERENCES_PAGE)

/* One list that was asked for. */
typedef struct
{
  guint index;
  guint generation;
} Listing;

static void reload (LcPasswordsPage *self);

static void
show_toast (LcPasswordsPage *self, const char *text)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);

  if (dialog != NULL)
    adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog), adw_toast_new (text));
}

/* "LOGIN on MACHINE" of "LabConnect: password of LOGIN on MACHINE", where the login is known from
 * the subject; any other label as it is. */
static char *
dup_machine_title (LcSecretItem *item)
{
  g_autofree char *login = g_strndup (item->subject, strcspn (item->subject, "@"));
  g_autofree char *words = g_strdup_printf (" of %s on ", login);
  const char *found = strstr (item->label, words);

  /* Translators: a login and a machine */
  return found != NULL ? g_strdup_printf (_ ("%s on %s"), login, found + strlen (words))
                       : g_strdup (item->label);
}

static char *
dup_title (LcSecretItem *item)
{
  return item->kind == LC_SECRET_KEY_PASSPHRASE ? g_path_get_basename (item->subject)
                                                : dup_machine_title (item);
}

/* Where it belongs: the file of a key, the account of a machine. */
static const char *
get_subtitle (LcPasswordsPage *self, LcSecretItem *item)
{
  LcAccount *account;

  if (item->kind == LC_SECRET_KEY_PASSPHRASE)
    return item->subject;
  account = lc_account_store_find (lc_registry_get_accounts (self->registry), item->account_id);

  return account != NULL ? lc_account_get_user_name (account) : NULL;
}

static void
forgotten_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcPasswordsPage *self = LC_PASSWORDS_PAGE (owner);
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) != NULL)
    show_toast (self, _ ("It was forgotten"));
  else
    show_toast (self, lc_error_text_get_title (error));
  reload (self);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, LcPasswordsPage *self)
{
  LcSecretItem *item = g_object_get_data (G_OBJECT (dialog), "item");

  if (g_str_equal (response, "forget") && self->registry != NULL)
    lc_future_to_main (lc_secret_store_remove (lc_registry_get_secrets (self->registry), item->kind,
                                               item->account_id, item->subject),
                       self, forgotten_cb, NULL, NULL);
}

static const Section *
find_section (LcSecretKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    if (sections[i].kind == kind)
      return &sections[i];

  return &sections[0];
}

static void
remove_clicked_cb (LcPasswordsPage *self, GtkWidget *row)
{
  LcSecretItem *item = g_object_get_data (G_OBJECT (row), "item");
  const Section *section = find_section (item->kind);
  AdwDialog *dialog = adw_alert_dialog_new (_ (section->question), NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);

  adw_alert_dialog_format_body (alert, "%s\n\n%s",
                                adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)),
                                _ (section->answer));
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "forget", _ ("_Forget"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "forget", ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "item", lc_secret_item_copy (item),
                          (GDestroyNotify) lc_secret_item_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
add_row (LcPasswordsPage *self, guint index, LcSecretItem *item)
{
  g_autofree char *title = dup_title (item);
  /* Translators: %s is a login on a machine, or the name of a key file */
  g_autofree char *label = g_strdup_printf (_ ("Forget “%s”"), title);
  GtkWidget *row = lc_kept_row_new (title, get_subtitle (self, item), label);

  g_object_set_data_full (G_OBJECT (row), "item", lc_secret_item_copy (item),
                          (GDestroyNotify) lc_secret_item_free);
  g_signal_connect_object (row, "remove-clicked", G_CALLBACK (remove_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_append (self->lists[index], row);
}

static void
update_status (LcPasswordsPage *self)
{
  gboolean locked = g_error_matches (self->error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    any |= self->counts[i] > 0;

  if (self->error != NULL)
    {
      adw_status_page_set_title (self->status, lc_error_text_get_title (self->error));
      adw_status_page_set_description (self->status, lc_error_text_get_hint (self->error));
    }
  else
    {
      adw_status_page_set_title (self->status, _ ("Nothing Is Remembered"));
      adw_status_page_set_description (
          self->status,
          _ ("A password that LabConnect is to remember when you log in will be here."));
    }
  gtk_widget_set_visible (self->unlock_button, locked);
  gtk_widget_set_visible (self->status_group, self->pending == 0 && (self->error != NULL || !any));
}

static void
listed_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcPasswordsPage *self = LC_PASSWORDS_PAGE (owner);
  Listing *listing = user_data;
  guint index = listing->index;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  GPtrArray *items = value != NULL ? g_value_get_boxed (value) : NULL;
  int focused;

  if (self->registry == NULL || listing->generation != self->generation)
    return;

  focused = lc_kept_row_find_focus (self->lists[index]);
  gtk_list_box_remove_all (self->lists[index]);
  self->counts[index] = items != NULL ? items->len : 0;
  for (guint i = 0; i < self->counts[index]; i++)
    add_row (self, index, g_ptr_array_index (items, i));
  gtk_widget_set_visible (GTK_WIDGET (self->groups[index]), self->counts[index] > 0);
  lc_kept_row_focus_at (self->lists[index], focused);

  if (error != NULL)
    {
      g_clear_error (&self->error);
      self->error = g_steal_pointer (&error);
    }
  self->pending--;
  update_status (self);
}

static void
reload (LcPasswordsPage *self)
{
  if (self->registry == NULL)
    return;

  g_clear_error (&self->error);
  self->generation++;
  self->pending = G_N_ELEMENTS (sections);
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      Listing *listing = g_new0 (Listing, 1);

      listing->index = i;
      listing->generation = self->generation;
      lc_future_to_main (lc_secret_store_list (lc_registry_get_secrets (self->registry),
                                               sections[i].kind),
                         self, listed_cb, listing, g_free);
    }
}

static void
unlocked_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcPasswordsPage *self = LC_PASSWORDS_PAGE (owner);

  if (self->unlock_button != NULL)
    gtk_widget_set_sensitive (self->unlock_button, TRUE);
  reload (self);
}

static void
unlock_clicked_cb (LcPasswordsPage *self)
{
  gtk_widget_set_sensitive (self->unlock_button, FALSE);
  lc_future_to_main (lc_secret_store_unlock (lc_registry_get_secrets (self->registry)), self,
                     unlocked_cb, NULL, NULL);
}

static void
add_section (LcPasswordsPage *self, guint index)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *list = gtk_list_box_new ();
  const char *title = _ (sections[index].title);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_visible (group, FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), list);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
  self->groups[index] = ADW_PREFERENCES_GROUP (group);
  self->lists[index] = GTK_LIST_BOX (list);
}

static void
lc_passwords_page_dispose (GObject *object)
{
  LcPasswordsPage *self = LC_PASSWORDS_PAGE (object);

  g_clear_object (&self->registry);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_PASSWORDS_PAGE);

  G_OBJECT_CLASS (lc_passwords_page_parent_class)->dispose (object);
}

static void
lc_passwords_page_finalize (GObject *object)
{
  g_clear_error (&LC_PASSWORDS_PAGE (object)->error);

  G_OBJECT_CLASS (lc_passwords_page_parent_class)->finalize (object);
}

static void
lc_passwords_page_class_init (LcPasswordsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_passwords_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = lc_passwords_page_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-passwords-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LcPasswordsPage, status_group);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordsPage, status);
  gtk_widget_class_bind_template_child (widget_class, LcPasswordsPage, unlock_button);
  gtk_widget_class_bind_template_callback (widget_class, unlock_clicked_cb);
}

static void
lc_passwords_page_init (LcPasswordsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (self->status_group, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    add_section (self, i);
}

void
lc_passwords_page_show (LcPasswordsPage *self, LcRegistry *registry)
{
  g_set_object (&self->registry, registry);
  g_signal_connect_object (lc_registry_get_secrets (registry), "notify::state", G_CALLBACK (reload),
                           self, G_CONNECT_SWAPPED);
  reload (self);
}
