/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-status-banners.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "lc-error-text.h"
#include "lc-error.h"
#include "lc-format.h"

struct _LcStatusBanners
{
  GtkBox parent_instance;

  LcRegistry *registry;
  LcCatalog *catalog;
  GListModel *accounts;
  gboolean hide_catalog;

  AdwBanner *sign_in_banner;
  AdwBanner *catalog_banner;
  AdwBanner *locked_banner;
  AdwBanner *session_banner;
};

G_DEFINE_FINAL_TYPE (LcStatusBanners, lc_status_banners, GTK_TYPE_BOX)

/* Spoken, too, by the one of several that is on the screen. */
static void
reveal (LcStatusBanners *self, AdwBanner *banner, gboolean revealed)
{
  gboolean news = revealed && !adw_banner_get_revealed (banner);

  adw_banner_set_revealed (banner, revealed);
  if (news && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), adw_banner_get_title (banner),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static char *
dup_catalog_title (LcStatusBanners *self)
{
  GDateTime *updated_at = lc_catalog_get_updated_at (self->catalog);
  LcCatalogState state = lc_catalog_get_state (self->catalog);
  const GError *error = lc_catalog_get_error (self->catalog);
  const char *reason =
      state == LC_CATALOG_OFFLINE ? _ ("You are offline") : lc_error_text_get_title (error);
  g_autofree char *time = NULL;

  if (updated_at == NULL)
    return g_strdup (reason);

  time = lc_format_time_of_day (updated_at);
  /* Translators: a reason such as "You are offline", then a time such as 14:05 */
  return g_strdup_printf (_ ("%s. Showing the list of %s"), reason, time);
}

static void
update_catalog (LcStatusBanners *self)
{
  LcCatalogState state = lc_catalog_get_state (self->catalog);
  const GError *error = lc_catalog_get_error (self->catalog);
  gboolean failed = state == LC_CATALOG_FAILED && !lc_error_is_cancelled (error) &&
                    !g_error_matches (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED);

  if (state == LC_CATALOG_OFFLINE || failed)
    {
      g_autofree char *title = dup_catalog_title (self);

      adw_banner_set_title (self->catalog_banner, title);
    }
  reveal (self, self->catalog_banner,
          !self->hide_catalog && (state == LC_CATALOG_OFFLINE || failed));
}

static void
update_secrets (LcStatusBanners *self)
{
  LcSecretStoreState state = lc_secret_store_get_state (lc_registry_get_secrets (self->registry));

  reveal (self, self->locked_banner, state == LC_SECRET_STORE_LOCKED);
  reveal (self, self->session_banner, state == LC_SECRET_STORE_SESSION_ONLY);
}

static void
update_accounts (LcStatusBanners *self)
{
  guint n = g_list_model_get_n_items (self->accounts);
  gboolean revealed = FALSE;

  for (guint i = 0; i < n && !revealed; i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (self->accounts, i);
      g_autofree char *title = NULL;

      if (!lc_account_get_needs_sign_in (account))
        continue;

      /* Translators: %s is a user name such as ada@school.example */
      title = g_strdup_printf (_ ("Sign in again as %s"), lc_account_get_user_name (account));
      adw_banner_set_title (self->sign_in_banner, title);
      revealed = TRUE;
    }
  reveal (self, self->sign_in_banner, revealed);
}

static void
accounts_changed_cb (LcStatusBanners *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (self->accounts, i);

      g_signal_connect_object (account, "notify::needs-sign-in", G_CALLBACK (update_accounts), self,
                               G_CONNECT_SWAPPED);
    }
  update_accounts (self);
}

static void
session_clicked_cb (LcStatusBanners *self)
{
  reveal (self, self->session_banner, FALSE);
}

static void
lc_status_banners_dispose (GObject *object)
{
  LcStatusBanners *self = LC_STATUS_BANNERS (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->catalog);
  g_clear_object (&self->registry);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_STATUS_BANNERS);

  G_OBJECT_CLASS (lc_status_banners_parent_class)->dispose (object);
}

static void
lc_status_banners_class_init (LcStatusBannersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_status_banners_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-status-banners.ui");
  gtk_widget_class_bind_template_child (widget_class, LcStatusBanners, sign_in_banner);
  gtk_widget_class_bind_template_child (widget_class, LcStatusBanners, catalog_banner);
  gtk_widget_class_bind_template_child (widget_class, LcStatusBanners, locked_banner);
  gtk_widget_class_bind_template_child (widget_class, LcStatusBanners, session_banner);
  gtk_widget_class_bind_template_callback (widget_class, session_clicked_cb);
}

static void
lc_status_banners_init (LcStatusBanners *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
lc_status_banners_new (void)
{
  return g_object_new (LC_TYPE_STATUS_BANNERS, NULL);
}

void
lc_status_banners_set_context (LcStatusBanners *self, LcRegistry *registry, LcCatalog *catalog)
{
  LcSecretStore *secrets = lc_registry_get_secrets (registry);

  self->registry = g_object_ref (registry);
  self->catalog = g_object_ref (catalog);
  self->accounts = g_object_ref (G_LIST_MODEL (lc_registry_get_accounts (registry)));

  g_signal_connect_object (catalog, "notify", G_CALLBACK (update_catalog), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (secrets, "notify::state", G_CALLBACK (update_secrets), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  update_catalog (self);
  update_secrets (self);
  accounts_changed_cb (self, 0, 0, g_list_model_get_n_items (self->accounts));
}

void
lc_status_banners_set_show_catalog (LcStatusBanners *self, gboolean show)
{
  self->hide_catalog = !show;
  update_catalog (self);
}
