/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-status-view.h"

#include <adwaita.h>

#include "lc-copy-details.h"
#include "lc-error-text.h"
#include "lc-error.h"

struct _LcStatusView
{
  GtkWidget parent_instance;

  GError *error;

  GtkStack *stack;
  AdwStatusPage *error_page;
  GtkLabel *service_message;
  GtkButton *action_button;
  GtkButton *copy_button;
};

G_DEFINE_FINAL_TYPE (LcStatusView, lc_status_view, GTK_TYPE_WIDGET)

static const char *
page_for_state (LcCatalogState state)
{
  switch (state)
    {
    case LC_CATALOG_READY:
      return "empty";
    case LC_CATALOG_OFFLINE:
      return "offline";
    case LC_CATALOG_FAILED:
      return "failed";
    case LC_CATALOG_EMPTY:
    case LC_CATALOG_LOADING:
    default:
      return "loading";
    }
}

/* What the error asks for; asking again is never wrong. */
static void
update_action (LcStatusView *self)
{
  LcErrorAction action = lc_error_text_get_action (self->error);
  const char *name = "win.refresh";

  if (action == LC_ERROR_ACTION_SIGN_IN)
    name = "win.sign-in-again";
  else if (action == LC_ERROR_ACTION_UNLOCK_KEYRING)
    name = "win.unlock-keyring";
  else
    action = LC_ERROR_ACTION_RETRY;

  gtk_button_set_label (self->action_button, lc_error_text_get_action_label (action));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->action_button), name);
}

static void
show_error (LcStatusView *self)
{
  const char *service_message = lc_error_text_get_service_message (self->error);

  adw_status_page_set_title (self->error_page, lc_error_text_get_title (self->error));
  adw_status_page_set_description (self->error_page, lc_error_text_get_hint (self->error));
  gtk_label_set_label (self->service_message, service_message != NULL ? service_message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->service_message), service_message != NULL);
  lc_copy_details_reset (self->copy_button);
  update_action (self);
}

static void
copy_clicked_cb (LcStatusView *self)
{
  if (self->error != NULL)
    lc_copy_details (self->copy_button, self->error);
}

static void
lc_status_view_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_STATUS_VIEW);

  G_OBJECT_CLASS (lc_status_view_parent_class)->dispose (object);
}

static void
lc_status_view_finalize (GObject *object)
{
  g_clear_error (&LC_STATUS_VIEW (object)->error);

  G_OBJECT_CLASS (lc_status_view_parent_class)->finalize (object);
}

static void
lc_status_view_class_init (LcStatusViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_status_view_dispose;
  object_class->finalize = lc_status_view_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-status-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LcStatusView, stack);
  gtk_widget_class_bind_template_child (widget_class, LcStatusView, error_page);
  gtk_widget_class_bind_template_child (widget_class, LcStatusView, service_message);
  gtk_widget_class_bind_template_child (widget_class, LcStatusView, action_button);
  gtk_widget_class_bind_template_child (widget_class, LcStatusView, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
lc_status_view_init (LcStatusView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
lc_status_view_set_state (LcStatusView *self, LcCatalogState state, const GError *error)
{
  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
  if (state == LC_CATALOG_FAILED)
    show_error (self);

  gtk_stack_set_visible_child_name (self->stack, page_for_state (state));
}
