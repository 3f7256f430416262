/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-host-keys-page.h"

#include <glib/gi18n-lib.h>

#include "lc-error-text.h"
#include "lc-format.h"
#include "lc-kept-row.h"

/* From so many on, a list is searched rather than read. */
#define MANY 8

struct _LcHostKeysPage
{
  AdwPreferencesPage parent_instance;

  LcHostKeyStore *store; /* nullable */
  LcCatalog *catalog;    /* nullable */
  GPtrArray *keys;       /* nullable; LcTrustedKey */

  GtkWidget *search_entry;
  GtkListBox *list;
  AdwStatusPage *status;
};

G_DEFINE_FINAL_TYPE (LcHostKeysPage, lc_host_keys_page, ADW_TYPE_PREFERENCES_PAGE)

/* Nullable: what the machine is called now. */
static const char *
find_name (LcHostKeysPage *self, const char *machine)
{
  guint n_labs =
      self->catalog != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->catalog)) : 0;

  for (guint i = 0; machine != NULL && i < n_labs; i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self->catalog), i);
      GListModel *machines = lc_lab_get_machines (lab);

      for (guint j = 0; j < g_list_model_get_n_items (machines); j++)
        {
          g_autoptr (LcMachine) candidate = g_list_model_get_item (machines, j);
          g_autofree char *its = lc_trusted_key_dup_machine (lc_machine_get_id (candidate));

          if (g_str_equal (its, machine))
            return lc_machine_get_name (candidate);
        }
    }

  return NULL;
}

static const char *
get_title (LcHostKeysPage *self, LcTrustedKey *key)
{
  const char *name = find_name (self, key->machine);

  if (name == NULL)
    name = key->machine_name;

  return name != NULL ? name : _ ("A machine that is not in your list");
}

static char *
describe_person (LcTrustedKey *key, const char *date)
{
  switch (key->source)
    {
    case LC_TRUST_RESET:
      /* Translators: a login name and a date */
      return g_strdup_printf (_ ("Trusted by %s on %s, after it was reset"), key->by, date);
    case LC_TRUST_OPENSSH:
      /* Translators: a login name and a date */
      return g_strdup_printf (_ ("Known to OpenSSH of %s, taken over on %s"), key->by, date);
    case LC_TRUST_ASKED:
    default:
      /* Translators: a login name and a date */
      return g_strdup_printf (_ ("Trusted by %s on %s"), key->by, date);
    }
}

static char *
describe_trust (LcTrustedKey *key)
{
  g_autofree char *date = key->when != NULL ? lc_format_date (key->when) : NULL;

  if (date == NULL)
    return g_strdup (_ ("Trusted, nobody noted when"));
  if (key->by == NULL)
    /* Translators: a date */
    return g_strdup_printf (_ ("Trusted on %s"), date);
  return describe_person (key, date);
}

/* Whether the machine was reset from here since. */
static gboolean
is_past (LcHostKeysPage *self, LcTrustedKey *key)
{
  for (guint i = 0; key->machine != NULL && i < self->keys->len; i++)
    {
      LcTrustedKey *other = g_ptr_array_index (self->keys, i);

      if (other->incarnation > key->incarnation && g_strcmp0 (other->machine, key->machine) == 0)
        return TRUE;
    }

  return FALSE;
}

static char *
describe (LcHostKeysPage *self, LcTrustedKey *key)
{
  g_autofree char *trust = describe_trust (key);
  const char *past = is_past (self, key) ? _ ("Of the time before it was reset") : NULL;

  return g_strjoin ("\n", trust, past, NULL);
}

static void
show_toast (LcHostKeysPage *self, AdwToast *toast)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);

  if (dialog != NULL)
    adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog), toast);
  else
    g_object_unref (toast);
}

static void
tell_error (LcHostKeysPage *self, const GError *error)
{
  g_message ("Host keys: %s", error->message);
  show_toast (self, adw_toast_new (lc_error_text_get_title (error)));
}

static void
undo_cb (LcHostKeysPage *self, AdwToast *toast)
{
  g_autoptr (GError) error = NULL;

  if (self->store != NULL &&
      !lc_host_key_store_add (self->store, g_object_get_data (G_OBJECT (toast), "key"), &error))
    tell_error (self, error);
}

static void
remove_clicked_cb (LcHostKeysPage *self, GtkWidget *row)
{
  LcTrustedKey *key = lc_trusted_key_copy (g_object_get_data (G_OBJECT (row), "key"));
  AdwToast *toast = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;

  if (!lc_host_key_store_remove (self->store, key, &error))
    {
      tell_error (self, error);
      lc_trusted_key_free (key);
      return;
    }

  toast = adw_toast_new ("");
  adw_toast_set_use_markup (toast, FALSE);
  /* Translators: %s is the name of a machine */
  title = g_strdup_printf (_ ("The key of “%s” was removed"), get_title (self, key));
  adw_toast_set_title (toast, title);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "key", key, (GDestroyNotify) lc_trusted_key_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  show_toast (self, toast);
}

static void
add_row (LcHostKeysPage *self, LcTrustedKey *key)
{
  const char *title = get_title (self, key);
  g_autofree char *subtitle = describe (self, key);
  /* Translators: %s is the name of a machine */
  g_autofree char *label = g_strdup_printf (_ ("Remove the key of “%s”"), title);
  g_autofree char *fingerprint = g_strconcat (lc_host_key_get_kind (key->key), " ",
                                              lc_host_key_get_fingerprint (key->key), NULL);
  GtkWidget *row = lc_kept_row_new (title, subtitle, label);

  lc_kept_row_set_fingerprint (LC_KEPT_ROW (row), fingerprint);
  g_object_set_data_full (G_OBJECT (row), "key", lc_trusted_key_copy (key),
                          (GDestroyNotify) lc_trusted_key_free);
  g_signal_connect_object (row, "remove-clicked", G_CALLBACK (remove_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_append (self->list, row);
}

static void
show_status (LcHostKeysPage *self, const GError *error)
{
  adw_status_page_set_title (self->status, error != NULL ? lc_error_text_get_title (error)
                                                         : _ ("No Host Keys Yet"));
  adw_status_page_set_description (self->status,
                                   error != NULL
                                       ? lc_error_text_get_hint (error)
                                       : _ ("The first machine that you connect to will be here."));
}

/* gtk_list_box_remove_all() takes the placeholder, too. */
static void
clear_list (LcHostKeysPage *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

static void
reload (LcHostKeysPage *self)
{
  int focused =
      gtk_widget_get_root (GTK_WIDGET (self)) != NULL ? lc_kept_row_find_focus (self->list) : -1;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_clear_pointer (&self->keys, g_ptr_array_unref);
  if (self->store != NULL)
    self->keys = lc_host_key_store_list (self->store, &error);
  clear_list (self);
  for (; self->keys != NULL && n < self->keys->len; n++)
    add_row (self, g_ptr_array_index (self->keys, n));

  show_status (self, error);
  gtk_widget_set_visible (GTK_WIDGET (self->status), n == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  gtk_widget_set_visible (self->search_entry, n >= MANY);
  lc_kept_row_focus_at (self->list, focused);
}

static gboolean
filter_cb (GtkListBoxRow *row, gpointer user_data)
{
  LcHostKeysPage *self = LC_HOST_KEYS_PAGE (user_data);

  return !gtk_widget_get_visible (self->search_entry) ||
         lc_kept_row_matches (LC_KEPT_ROW (row),
                              gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
search_changed_cb (LcHostKeysPage *self)
{
  gtk_list_box_invalidate_filter (self->list);
}

static void
lc_host_keys_page_dispose (GObject *object)
{
  LcHostKeysPage *self = LC_HOST_KEYS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_HOST_KEYS_PAGE);
  g_clear_object (&self->store);
  g_clear_object (&self->catalog);
  g_clear_pointer (&self->keys, g_ptr_array_unref);

  G_OBJECT_CLASS (lc_host_keys_page_parent_class)->dispose (object);
}

static void
lc_host_keys_page_class_init (LcHostKeysPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_host_keys_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-host-keys-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LcHostKeysPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeysPage, list);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeysPage, status);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
}

static void
lc_host_keys_page_init (LcHostKeysPage *self)
{
  GtkWidget *placeholder = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  placeholder = gtk_label_new (_ ("No Results"));
  gtk_widget_add_css_class (placeholder, "dimmed");
  gtk_widget_set_margin_top (placeholder, 12);
  gtk_widget_set_margin_bottom (placeholder, 12);
  gtk_list_box_set_placeholder (self->list, placeholder);
  gtk_list_box_set_filter_func (self->list, filter_cb, self, NULL);
}

void
lc_host_keys_page_show (LcHostKeysPage *self, LcHostKeyStore *store, LcCatalog *catalog)
{
  g_set_object (&self->store, store);
  g_set_object (&self->catalog, catalog);
  if (store != NULL)
    g_signal_connect_object (store, "changed", G_CALLBACK (reload), self, G_CONNECT_SWAPPED);
  reload (self);
}
