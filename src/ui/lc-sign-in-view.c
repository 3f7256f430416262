/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-sign-in-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error-box.h"
#include "lc-error.h"
#include "lc-format.h"
#include "lc-label.h"
#include "lc-settings.h"

struct _LcSignInView
{
  GtkWidget parent_instance;

  LcRegistry *registry;
  LcSignIn *sign_in;      /* under way */
  GListStore *own_clouds; /* chosen on the command line */
  GListModel *clouds;
  gboolean page_shown;

  GtkStack *stack;
  AdwStatusPage *welcome_page;
  LcErrorBox *error_box;
  AdwComboRow *cloud_row;
  GtkWidget *sign_in_button;
  GtkWidget *copy_link_button;
  GtkWidget *browser_cancel_button;
  GtkLabel *code_label;
  GtkLinkButton *code_link;
  GtkLabel *code_state;
  GtkWidget *copy_code_button;
  GtkWidget *code_cancel_button;
};

G_DEFINE_FINAL_TYPE (LcSignInView, lc_sign_in_view, GTK_TYPE_WIDGET)

enum
{
  SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
drop_sign_in (LcSignInView *self)
{
  if (self->sign_in == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->sign_in, self);
  g_clear_object (&self->sign_in);
}

/* With an error to read there is no room for a big picture. */
static void
show_error (LcSignInView *self, const GError *error)
{
  gboolean shown = error != NULL && !lc_error_is_cancelled (error);

  lc_error_box_set_error (self->error_box, error);
  adw_status_page_set_icon_name (self->welcome_page, shown ? NULL : LC_APP_ID);
}

static void
shown_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* Without a browser the page still says what to do: the link can be copied. */
  if (dex_future_get_value (future, &error) == NULL && !lc_error_is_cancelled (error))
    g_message ("Could not open the sign-in page: %s", error->message);
}

static void
show_code (LcSignInView *self)
{
  const char *uri = lc_sign_in_get_uri (self->sign_in);
  const char *code = lc_sign_in_get_user_code (self->sign_in);
  GDateTime *expires_at = lc_sign_in_get_expires_at (self->sign_in);

  gtk_label_set_label (self->code_label, code != NULL ? code : "");
  gtk_widget_set_visible (GTK_WIDGET (self->code_link), uri != NULL);
  if (uri != NULL)
    {
      gtk_link_button_set_uri (self->code_link, uri);
      gtk_button_set_label (GTK_BUTTON (self->code_link), uri);
    }
  gtk_widget_set_sensitive (self->copy_code_button, code != NULL);
  if (expires_at != NULL)
    {
      g_autofree char *time = lc_format_time_of_day (expires_at);
      /* Translators: %s is a time such as 14:05 */
      g_autofree char *text = g_strdup_printf (_ ("Waiting for you, until %s"), time);

      gtk_label_set_label (self->code_state, text);
    }
  else
    {
      gtk_label_set_label (self->code_state, _ ("Asking for a code…"));
    }
}

static void
page_changed_cb (LcSignInView *self)
{
  const char *uri = lc_sign_in_get_uri (self->sign_in);

  gtk_widget_set_sensitive (self->copy_link_button, uri != NULL);
  if (lc_sign_in_get_method (self->sign_in) == LC_SIGN_IN_DEVICE_CODE)
    {
      show_code (self);
    }
  else if (uri != NULL && !self->page_shown)
    {
      self->page_shown = TRUE;
      lc_future_to_main (lc_prompt_show_uri (lc_registry_get_prompt (self->registry), uri), self,
                         shown_cb, NULL, NULL);
    }
}

static void
signed_in_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcSignInView *self = LC_SIGN_IN_VIEW (owner);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  gboolean current = self->sign_in == user_data;

  if (!current)
    return;

  drop_sign_in (self);
  gtk_stack_set_visible_child_name (self->stack, "choose");
  show_error (self, error);
  if (value != NULL)
    g_signal_emit (self, signals[SIGNED_IN], 0, g_value_get_object (value));
  else
    gtk_widget_grab_focus (self->sign_in_button);
}

static void
begin (LcSignInView *self,
       LcCloud *cloud,
       const char *tenant,
       LcSignInMethod method,
       const char *login_hint)
{
  LcIdentity *identity = lc_registry_get_identity (self->registry);
  gboolean device = method == LC_SIGN_IN_DEVICE_CODE;

  lc_sign_in_view_cancel (self);
  show_error (self, NULL);

  self->page_shown = FALSE;
  self->sign_in = lc_identity_sign_in (identity, cloud, tenant, method, login_hint);
  g_signal_connect_object (self->sign_in, "notify", G_CALLBACK (page_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child_name (self->stack, device ? "code" : "browser");
  gtk_widget_grab_focus (device ? self->code_cancel_button : self->browser_cancel_button);
  gtk_accessible_announce (GTK_ACCESSIBLE (self),
                           device ? _ ("Enter the code on another device")
                                  : _ ("Continue in your browser"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  page_changed_cb (self);
  lc_future_to_main (lc_sign_in_await (self->sign_in), self, signed_in_cb,
                     g_object_ref (self->sign_in), g_object_unref);
}

static void
begin_chosen (LcSignInView *self, LcSignInMethod method)
{
  LcCloud *cloud = adw_combo_row_get_selected_item (self->cloud_row);

  if (cloud == NULL)
    return;

  lc_settings_set_cloud_id (lc_settings_get_default (), lc_cloud_get_id (cloud));
  begin (self, cloud, NULL, method, NULL);
}

static void
sign_in_clicked_cb (LcSignInView *self)
{
  begin_chosen (self, LC_SIGN_IN_BROWSER);
}

static void
code_clicked_cb (LcSignInView *self)
{
  begin_chosen (self, LC_SIGN_IN_DEVICE_CODE);
}

static void
cancel_clicked_cb (LcSignInView *self)
{
  lc_sign_in_view_cancel (self);
}

static void
copy_link_clicked_cb (LcSignInView *self)
{
  const char *uri = self->sign_in != NULL ? lc_sign_in_get_uri (self->sign_in) : NULL;

  if (uri == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), uri);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Link copied"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  gtk_button_set_label (GTK_BUTTON (self->copy_link_button), _ ("Link Copied"));
}

static void
copy_code_clicked_cb (LcSignInView *self)
{
  const char *code = self->sign_in != NULL ? lc_sign_in_get_user_code (self->sign_in) : NULL;

  if (code == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), code);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Code copied"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  gtk_button_set_label (GTK_BUTTON (self->copy_code_button), _ ("Code Copied"));
}

static char *
dup_cloud_name_cb (LcCloud *cloud)
{
  return g_strdup (lc_cloud_get_name (cloud));
}

static guint
find_cloud (LcSignInView *self, const char *id)
{
  guint n = g_list_model_get_n_items (self->clouds);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcCloud) cloud = g_list_model_get_item (self->clouds, i);

      if (g_strcmp0 (lc_cloud_get_id (cloud), id) == 0)
        return i;
    }

  return GTK_INVALID_LIST_POSITION;
}

static void
lc_sign_in_view_dispose (GObject *object)
{
  LcSignInView *self = LC_SIGN_IN_VIEW (object);

  lc_sign_in_view_cancel (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_SIGN_IN_VIEW);
  g_clear_object (&self->registry);
  g_clear_object (&self->own_clouds);
  g_clear_object (&self->clouds);

  G_OBJECT_CLASS (lc_sign_in_view_parent_class)->dispose (object);
}

static void
lc_sign_in_view_class_init (LcSignInViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_sign_in_view_dispose;

  signals[SIGNED_IN] = g_signal_new ("signed-in", LC_TYPE_SIGN_IN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, LC_TYPE_ACCOUNT);

  g_type_ensure (LC_TYPE_ERROR_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-sign-in-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, stack);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, welcome_page);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, error_box);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, cloud_row);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, sign_in_button);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, copy_link_button);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, browser_cancel_button);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, code_label);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, code_link);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, code_state);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, copy_code_button);
  gtk_widget_class_bind_template_child (widget_class, LcSignInView, code_cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, code_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_link_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_code_clicked_cb);
}

static void
lc_sign_in_view_init (LcSignInView *self)
{
  GListStore *both = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (GListModel) known = lc_cloud_list ();
  g_autoptr (GtkExpression) name =
      gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (dup_cloud_name_cb),
                                   NULL, NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  lc_label_set_verbatim (self->code_label);

  self->own_clouds = g_list_store_new (LC_TYPE_CLOUD);
  g_list_store_append (both, known);
  g_list_store_append (both, self->own_clouds);
  self->clouds = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (both)));
  adw_combo_row_set_expression (self->cloud_row, name);
  adw_combo_row_set_model (self->cloud_row, self->clouds);
}

GtkWidget *
lc_sign_in_view_new (void)
{
  return g_object_new (LC_TYPE_SIGN_IN_VIEW, NULL);
}

void
lc_sign_in_view_set_registry (LcSignInView *self, LcRegistry *registry)
{
  g_autofree char *id = lc_settings_dup_cloud_id (lc_settings_get_default ());
  guint position = find_cloud (self, id);

  g_set_object (&self->registry, registry);
  if (position != GTK_INVALID_LIST_POSITION)
    adw_combo_row_set_selected (self->cloud_row, position);
}

void
lc_sign_in_view_choose_cloud (LcSignInView *self, LcCloud *cloud)
{
  guint position = find_cloud (self, lc_cloud_get_id (cloud));

  if (position == GTK_INVALID_LIST_POSITION)
    {
      g_list_store_append (self->own_clouds, cloud);
      position = find_cloud (self, lc_cloud_get_id (cloud));
    }
  adw_combo_row_set_selected (self->cloud_row, position);
}

void
lc_sign_in_view_sign_in_again (LcSignInView *self, LcAccount *account)
{
  LcCloud *cloud = lc_account_get_cloud (account);

  lc_sign_in_view_choose_cloud (self, cloud);
  begin (self, cloud, lc_account_get_tenant (account), LC_SIGN_IN_BROWSER,
         lc_account_get_user_name (account));
}

void
lc_sign_in_view_cancel (LcSignInView *self)
{
  if (self->sign_in == NULL)
    return;

  lc_operation_cancel (lc_sign_in_get_operation (self->sign_in));
  drop_sign_in (self);
  if (self->stack != NULL)
    gtk_stack_set_visible_child_name (self->stack, "choose");
}
