/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-window.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error-text.h"
#include "lc-error.h"
#include "lc-lab-list.h"
#include "lc-settings.h"
#include "lc-sign-in-view.h"
#include "lc-status-banners.h"
#include "lc-status-view.h"
#include "lc-window-private.h"

struct _LcWindow
{
  AdwApplicationWindow parent_instance;

  LcRegistry *registry;
  LcCatalog *catalog;
  LcLauncher *launcher;
  LcActivity *activity;
  GListModel *connections;

  AdwToastOverlay *toast_overlay;
  GtkStack *stack;
  LcSignInView *sign_in_view;
  LcStatusView *status_view;
  LcStatusBanners *status_banners;
  LcStatusBanners *sidebar_banners;
  AdwNavigationSplitView *split_view;
  LcLabList *lab_list;
  LcLabView *lab_view;
  gboolean labs_shown;
};

G_DEFINE_FINAL_TYPE (LcWindow, lc_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  HIDDEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_enabled (LcWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* Where only one pane fits, one need not choose among one lab. */
static void
show_only_lab (LcWindow *self)
{
  LcCatalogState state = lc_catalog_get_state (self->catalog);

  if (self->labs_shown || state == LC_CATALOG_EMPTY || state == LC_CATALOG_LOADING)
    return;

  self->labs_shown = TRUE;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->catalog)) == 1)
    lc_window_show_machines (self);
}

static void
update_page (LcWindow *self)
{
  GListModel *accounts = G_LIST_MODEL (lc_registry_get_accounts (self->registry));
  const char *page = "main";

  if (g_list_model_get_n_items (accounts) == 0)
    page = "sign-in";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->catalog)) == 0)
    page = "status";

  if (g_str_equal (page, "main"))
    show_only_lab (self);
  else
    self->labs_shown = FALSE;
  lc_status_view_set_state (self->status_view, lc_catalog_get_state (self->catalog),
                            lc_catalog_get_error (self->catalog));
  gtk_stack_set_visible_child_name (self->stack, page);
  set_enabled (self, "join-lab", !g_str_equal (page, "sign-in"));
  set_enabled (self, "refresh", !g_str_equal (page, "sign-in"));
  set_enabled (self, "search", g_str_equal (page, "main"));
}

/* Nobody looks at a window that is hidden, minimized or on another workspace. */
static void
update_active (LcWindow *self)
{
  gboolean visible =
      gtk_widget_get_mapped (GTK_WIDGET (self)) && !gtk_window_is_suspended (GTK_WINDOW (self));

  lc_catalog_set_active (self->catalog, visible);
}

static void
update_connections (LcWindow *self)
{
  lc_lab_view_set_n_connections (self->lab_view, g_list_model_get_n_items (self->connections));

  /* It was kept only for them. */
  if (!gtk_widget_get_visible (GTK_WIDGET (self)) && !lc_window_is_needed (self) &&
      gtk_widget_get_realized (GTK_WIDGET (self)))
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
lab_selected_cb (LcWindow *self)
{
  LcLab *lab = lc_lab_list_get_selected (self->lab_list);

  lc_lab_view_set_lab (self->lab_view, lab);
  if (self->catalog != NULL)
    lc_catalog_set_current_lab (self->catalog, lab);
}

static void
lab_activated_cb (LcWindow *self)
{
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
}

static void
add_details_toast (LcWindow *self, LcMachine *machine, const GError *error)
{
  /* Translators: name of a machine, then what went wrong, such as "No Answer in Time" */
  g_autofree char *title = g_strdup_printf (_ ("%s: %s"), lc_machine_get_name (machine),
                                            lc_error_text_get_title (error));
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, _ ("_Details"));
  adw_toast_set_action_name (toast, "win.machine-details");
  adw_toast_set_action_target (toast, "(ss)", lc_machine_get_account_id (machine),
                               lc_machine_get_id (machine));
  lc_window_add_toast (self, toast);
}

static void
announce_success (LcWindow *self, LcOperation *operation)
{
  /* Translators: title of what was done, such as "Opening the notebook on vm-1", spoken */
  g_autofree char *text = g_strdup_printf (_ ("%s: done"), lc_operation_get_title (operation));

  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
operation_ended_cb (LcWindow *self, LcOperation *operation)
{
  const char *subject = lc_operation_get_subject_id (operation);
  LcMachine *machine = lc_catalog_find_machine (self->catalog, NULL, subject);
  const GError *error = lc_operation_get_error (operation);

  if (machine != NULL && error == NULL)
    announce_success (self, operation);
  if (machine != NULL && error != NULL && !lc_error_is_cancelled (error))
    {
      /* A changed identity is nothing to overlook. */
      if (g_error_matches (error, LC_ERROR, LC_ERROR_HOST_KEY_CHANGED))
        gtk_widget_activate_action (GTK_WIDGET (self), "win.machine-details", "(ss)",
                                    lc_machine_get_account_id (machine), subject);
      else
        add_details_toast (self, machine, error);
    }
  update_connections (self);
}

static void
restore_size (LcWindow *self)
{
  GSettings *settings = lc_settings_get_gsettings (lc_settings_get_default ());

  if (settings == NULL)
    return;

  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static gboolean
lc_window_close_request (GtkWindow *window)
{
  LcWindow *self = LC_WINDOW (window);

  if (!lc_window_is_needed (self))
    return GTK_WINDOW_CLASS (lc_window_parent_class)->close_request (window);

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_emit (self, signals[HIDDEN], 0);

  return GDK_EVENT_STOP;
}

static void
lc_window_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (lc_window_parent_class)->map (widget);
  update_active (LC_WINDOW (widget));
}

static void
lc_window_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (lc_window_parent_class)->unmap (widget);
  update_active (LC_WINDOW (widget));
}

static void
lc_window_dispose (GObject *object)
{
  LcWindow *self = LC_WINDOW (object);

  if (self->catalog != NULL)
    lc_catalog_set_active (self->catalog, FALSE);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_WINDOW);

  G_OBJECT_CLASS (lc_window_parent_class)->dispose (object);
}

static void
lc_window_finalize (GObject *object)
{
  LcWindow *self = LC_WINDOW (object);

  g_clear_object (&self->activity);
  g_clear_object (&self->launcher);
  g_clear_object (&self->catalog);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (lc_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (LC_TYPE_SIGN_IN_VIEW);
  g_type_ensure (LC_TYPE_STATUS_VIEW);
  g_type_ensure (LC_TYPE_STATUS_BANNERS);
  g_type_ensure (LC_TYPE_LAB_LIST);
  g_type_ensure (LC_TYPE_LAB_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LcWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, sign_in_view);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, status_view);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, status_banners);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, sidebar_banners);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, lab_list);
  gtk_widget_class_bind_template_child (widget_class, LcWindow, lab_view);
  gtk_widget_class_bind_template_callback (widget_class, lab_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, lab_activated_cb);
}

static void
lc_window_class_init (LcWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_window_dispose;
  object_class->finalize = lc_window_finalize;
  widget_class->map = lc_window_map;
  widget_class->unmap = lc_window_unmap;
  GTK_WINDOW_CLASS (klass)->close_request = lc_window_close_request;

  signals[HIDDEN] = g_signal_new ("hidden", LC_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  bind_template (widget_class);
}

static void
lc_window_init (LcWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_context (LcWindow *self)
{
  GListModel *accounts = G_LIST_MODEL (lc_registry_get_accounts (self->registry));
  GtkWidget *banners = lc_status_banners_new ();

  self->connections = lc_registry_get_connections (self->registry);

  lc_sign_in_view_set_registry (self->sign_in_view, self->registry);
  lc_status_banners_set_context (self->status_banners, self->registry, self->catalog);
  lc_status_banners_set_show_catalog (self->status_banners, FALSE);
  lc_status_banners_set_context (self->sidebar_banners, self->registry, self->catalog);
  lc_status_banners_set_context (LC_STATUS_BANNERS (banners), self->registry, self->catalog);
  lc_lab_view_add_banner (self->lab_view, banners);
  lc_lab_view_set_context (self->lab_view, lc_registry_get_connectors (self->registry),
                           self->activity);
  lc_lab_list_set_context (self->lab_list, self->registry, self->catalog);

  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->catalog, "items-changed", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->catalog, "notify", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connections, "items-changed", G_CALLBACK (update_connections),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->activity, "ended", G_CALLBACK (operation_ended_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::suspended", G_CALLBACK (update_active), NULL);
}

GtkWindow *
lc_window_new (GtkApplication *application,
               LcRegistry *registry,
               LcCatalog *catalog,
               LcLauncher *launcher)
{
  LcWindow *self = g_object_new (LC_TYPE_WINDOW, "application", application, NULL);

  self->registry = g_object_ref (registry);
  self->catalog = g_object_ref (catalog);
  self->launcher = g_object_ref (launcher);
  self->activity = lc_activity_new ();

  lc_window_add_actions (self);
  set_context (self);
  restore_size (self);
  update_page (self);
  update_connections (self);
  lab_selected_cb (self);

  return GTK_WINDOW (self);
}

void
lc_window_choose_cloud (LcWindow *self, LcCloud *cloud)
{
  lc_sign_in_view_choose_cloud (self->sign_in_view, cloud);
}

gboolean
lc_window_is_needed (LcWindow *self)
{
  return g_list_model_get_n_items (self->connections) > 0 ||
         lc_activity_get_n_running (self->activity) > 0;
}

LcRegistry *
lc_window_get_registry (LcWindow *self)
{
  return self->registry;
}

LcCatalog *
lc_window_get_catalog (LcWindow *self)
{
  return self->catalog;
}

LcLauncher *
lc_window_get_launcher (LcWindow *self)
{
  return self->launcher;
}

LcActivity *
lc_window_get_activity (LcWindow *self)
{
  return self->activity;
}

LcLabView *
lc_window_get_lab_view (LcWindow *self)
{
  return self->lab_view;
}

void
lc_window_add_toast (LcWindow *self, AdwToast *toast)
{
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

void
lc_window_show_machines (LcWindow *self)
{
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
}
