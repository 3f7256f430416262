/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-keys-page.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-kept-row.h"

struct _LcKeysPage
{
  AdwPreferencesPage parent_instance;

  GtkWidget *status_group;
  AdwPreferencesGroup *files_group;
  AdwPreferencesGroup *agent_group;
};

G_DEFINE_FINAL_TYPE (LcKeysPage, lc_keys_page, ADW_TYPE_PREFERENCES_PAGE)

static char *
dup_title (LcKey *key)
{
  if (lc_key_get_path (key) != NULL)
    return g_path_get_basename (lc_key_get_path (key));
  return g_strdup (lc_key_get_comment (key) != NULL ? lc_key_get_comment (key)
                                                    : lc_key_get_kind (key));
}

static char *
dup_subtitle (LcKey *key)
{
  g_autoptr (GString) text = g_string_new (lc_key_get_kind (key));
  gboolean file = lc_key_get_path (key) != NULL;

  if (file && lc_key_get_comment (key) != NULL)
    g_string_append_printf (text, ", %s", lc_key_get_comment (key));
  if (file)
    g_string_append_printf (text, ", %s",
                            lc_key_get_encrypted (key) ? _ ("protected by a passphrase")
                                                       : _ ("not protected by a passphrase"));
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
add_row (LcKeysPage *self, LcKey *key)
{
  g_autofree char *title = dup_title (key);
  g_autofree char *subtitle = dup_subtitle (key);
  GtkWidget *row = lc_kept_row_new (title, subtitle, NULL);
  AdwPreferencesGroup *group =
      lc_key_get_method (key) == LC_AUTH_METHOD_AGENT ? self->agent_group : self->files_group;

  if (lc_key_get_fingerprint (key) != NULL)
    lc_kept_row_set_fingerprint (LC_KEPT_ROW (row), lc_key_get_fingerprint (key));
  adw_preferences_group_add (group, row);
  gtk_widget_set_visible (GTK_WIDGET (group), TRUE);
}

static void
listed_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcKeysPage *self = LC_KEYS_PAGE (owner);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  GListModel *keys = value != NULL ? g_value_get_object (value) : NULL;
  guint n = keys != NULL ? g_list_model_get_n_items (keys) : 0;

  if (self->files_group == NULL)
    return;
  if (keys == NULL)
    g_message ("The keys are not listed: %s", error->message);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcKey) key = g_list_model_get_item (keys, i);

      add_row (self, key);
    }
  gtk_widget_set_visible (self->status_group, n == 0);
}

static void
lc_keys_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_KEYS_PAGE);

  G_OBJECT_CLASS (lc_keys_page_parent_class)->dispose (object);
}

static void
lc_keys_page_class_init (LcKeysPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_keys_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-keys-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LcKeysPage, status_group);
  gtk_widget_class_bind_template_child (widget_class, LcKeysPage, files_group);
  gtk_widget_class_bind_template_child (widget_class, LcKeysPage, agent_group);
}

static void
lc_keys_page_init (LcKeysPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
lc_keys_page_show (LcKeysPage *self, LcKeys *keys)
{
  if (keys != NULL)
    lc_future_to_main (lc_keys_list (keys), self, listed_cb, NULL, NULL);
  else
    gtk_widget_set_visible (self->status_group, TRUE);
}
