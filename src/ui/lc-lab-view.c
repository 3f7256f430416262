/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-lab-view.h"

#include <glib/gi18n-lib.h>

#include "lc-machine-row.h"
#include "lc-machine-text.h"

struct _LcLabView
{
  AdwNavigationPage parent_instance;

  LcLab *lab;
  GListModel *connectors;
  LcActivity *activity;
  gboolean compact;
  char *needle; /* normalized and without case; NULL while nothing is searched for */

  GSignalGroup *lab_signals;
  GSignalGroup *machines_signals;

  AdwToolbarView *toolbar_view;
  AdwWindowTitle *window_title;
  GtkWidget *connections_button;
  GtkLabel *connections_count;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkStack *stack;
  GtkListView *list_view;
  GtkSingleSelection *selection;
  GtkFilterListModel *filtered;
  GtkCustomFilter *filter;
};

G_DEFINE_FINAL_TYPE (LcLabView, lc_lab_view, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  PROP_0,
  PROP_LAB,
  PROP_COMPACT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
contains (const char *text, const char *needle)
{
  g_autofree char *normalized = NULL;
  g_autofree char *folded = NULL;

  if (text == NULL)
    return FALSE;

  normalized = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  folded = normalized != NULL ? g_utf8_casefold (normalized, -1) : NULL;

  return folded != NULL && strstr (folded, needle) != NULL;
}

static gboolean
matches_cb (gpointer item, gpointer user_data)
{
  LcLabView *self = LC_LAB_VIEW (user_data);
  LcMachine *machine = LC_MACHINE (item);

  if (self->needle == NULL)
    return TRUE;

  return contains (lc_machine_get_name (machine), self->needle) ||
         contains (lc_machine_get_claimed_by (machine), self->needle) ||
         contains (lc_machine_state_text (lc_machine_get_state (machine)), self->needle) ||
         contains (lc_machine_system_text (lc_machine_get_system (machine)), self->needle);
}

static void
update_page (LcLabView *self)
{
  const char *page = "machines";
  guint n = 0;

  if (self->lab == NULL)
    page = "none";
  else if ((n = g_list_model_get_n_items (lc_lab_get_machines (self->lab))) == 0)
    page = lc_lab_get_loaded (self->lab) ? "empty" : "loading";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) == 0)
    page = "no-results";

  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
update_title (LcLabView *self)
{
  g_autofree char *subtitle = NULL;
  guint n;

  if (self->lab == NULL)
    {
      adw_window_title_set_title (self->window_title, _ ("LabConnect"));
      adw_window_title_set_subtitle (self->window_title, "");
      adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _ ("Machines"));
      return;
    }

  n = g_list_model_get_n_items (lc_lab_get_machines (self->lab));
  if (n > 0)
    subtitle = g_strdup_printf (ngettext ("%u machine", "%u machines", n), n);
  adw_window_title_set_title (self->window_title, lc_lab_get_name (self->lab));
  adw_window_title_set_subtitle (self->window_title, subtitle != NULL ? subtitle : "");
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), lc_lab_get_name (self->lab));
}

static void
update (LcLabView *self)
{
  update_title (self);
  update_page (self);
}

static void
filtered_changed_cb (LcLabView *self)
{
  update_page (self);
}

static void
search_changed_cb (LcLabView *self)
{
  const char *text = gtk_editable_get_text (self->search_entry);
  g_autofree char *normalized = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  g_clear_pointer (&self->needle, g_free);
  if (normalized != NULL && *normalized != '\0')
    self->needle = g_utf8_casefold (normalized, -1);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update_page (self);
}

static void
search_activate_cb (LcLabView *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) > 0)
    gtk_list_view_scroll_to (self->list_view, 0, GTK_LIST_SCROLL_FOCUS | GTK_LIST_SCROLL_SELECT,
                             NULL);
}

static void
setup_cb (LcLabView *self, GtkListItem *item)
{
  GtkWidget *row = lc_machine_row_new (self->connectors, self->activity);

  g_object_bind_property (self, "compact", row, "compact", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (item, row);
}

static void
update_label (GtkListItem *item)
{
  LcMachine *machine = gtk_list_item_get_item (item);
  g_autofree char *label = NULL;

  if (machine == NULL)
    return;

  label = lc_machine_dup_accessible_label (machine);
  gtk_list_item_set_accessible_label (item, label);
}

static void
bind_cb (LcLabView *self, GtkListItem *item)
{
  LcMachine *machine = gtk_list_item_get_item (item);

  lc_machine_row_set_machine (LC_MACHINE_ROW (gtk_list_item_get_child (item)), machine);
  g_signal_connect_object (machine, "notify", G_CALLBACK (update_label), item, G_CONNECT_SWAPPED);
  update_label (item);
}

static void
unbind_cb (LcLabView *self, GtkListItem *item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), update_label, item);
  lc_machine_row_set_machine (LC_MACHINE_ROW (gtk_list_item_get_child (item)), NULL);
}

static GtkWidget *
find_row (GtkWidget *widget, LcMachine *machine)
{
  for (GtkWidget *item = gtk_widget_get_first_child (widget); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (LC_IS_MACHINE_ROW (row) && lc_machine_row_get_machine (LC_MACHINE_ROW (row)) == machine)
        return row;
    }

  return NULL;
}

static void
activate_cb (LcLabView *self, guint position)
{
  g_autoptr (LcMachine) machine = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  GtkWidget *row = machine != NULL ? find_row (GTK_WIDGET (self->list_view), machine) : NULL;

  if (row != NULL)
    lc_machine_row_activate_primary (LC_MACHINE_ROW (row));
}

/* The menu key opens the menu of the row that has the focus, or holds it. */
static gboolean
menu_key_cb (GtkWidget *list_view, GVariant *arguments, gpointer user_data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (list_view));
  GtkWidget *row = NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, list_view))
    {
      row = gtk_widget_get_ancestor (focus, LC_TYPE_MACHINE_ROW);
      if (row == NULL)
        row = gtk_widget_get_first_child (focus);
    }
  if (!LC_IS_MACHINE_ROW (row))
    return GDK_EVENT_PROPAGATE;

  return gtk_widget_activate_action (row, "machine.menu", NULL);
}

static void
add_menu_key (LcLabView *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcutTrigger *trigger = gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10");
  GtkShortcutAction *action = gtk_callback_action_new (menu_key_cb, NULL, NULL);

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (trigger, action));
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), controller);
}

static void
lc_lab_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LcLabView *self = LC_LAB_VIEW (object);

  switch (prop_id)
    {
    case PROP_LAB:
      g_value_set_object (value, self->lab);
      break;
    case PROP_COMPACT:
      g_value_set_boolean (value, self->compact);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_lab_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  LcLabView *self = LC_LAB_VIEW (object);

  switch (prop_id)
    {
    case PROP_LAB:
      lc_lab_view_set_lab (self, g_value_get_object (value));
      break;
    case PROP_COMPACT:
      if (self->compact != g_value_get_boolean (value))
        {
          self->compact = !self->compact;
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_lab_view_dispose (GObject *object)
{
  LcLabView *self = LC_LAB_VIEW (object);

  g_clear_object (&self->lab_signals);
  g_clear_object (&self->machines_signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_LAB_VIEW);
  g_clear_object (&self->lab);
  g_clear_object (&self->connectors);
  g_clear_object (&self->activity);

  G_OBJECT_CLASS (lc_lab_view_parent_class)->dispose (object);
}

static void
lc_lab_view_finalize (GObject *object)
{
  g_free (LC_LAB_VIEW (object)->needle);

  G_OBJECT_CLASS (lc_lab_view_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-lab-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LcLabView, toolbar_view);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, window_title);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, connections_button);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, connections_count);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, search_bar);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, stack);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, list_view);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, selection);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, filtered);
  gtk_widget_class_bind_template_child (widget_class, LcLabView, filter);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, filtered_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
lc_lab_view_class_init (LcLabViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lc_lab_view_dispose;
  object_class->finalize = lc_lab_view_finalize;
  object_class->get_property = lc_lab_view_get_property;
  object_class->set_property = lc_lab_view_set_property;

  properties[PROP_LAB] =
      g_param_spec_object ("lab", NULL, NULL, LC_TYPE_LAB,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT] =
      g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
lc_lab_view_init (LcLabView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_custom_filter_set_filter_func (self->filter, matches_cb, self, NULL);
  add_menu_key (self);
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);

  self->lab_signals = g_signal_group_new (LC_TYPE_LAB);
  g_signal_group_connect_swapped (self->lab_signals, "notify", G_CALLBACK (update), self);
  self->machines_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->machines_signals, "items-changed", G_CALLBACK (update),
                                  self);
  update (self);
}

void
lc_lab_view_set_context (LcLabView *self, GListModel *connectors, LcActivity *activity)
{
  g_set_object (&self->connectors, connectors);
  g_set_object (&self->activity, activity);
}

void
lc_lab_view_set_lab (LcLabView *self, LcLab *lab)
{
  GListModel *machines = lab != NULL ? lc_lab_get_machines (lab) : NULL;

  if (!g_set_object (&self->lab, lab))
    return;

  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  g_signal_group_set_target (self->lab_signals, lab);
  g_signal_group_set_target (self->machines_signals, machines);
  gtk_filter_list_model_set_model (self->filtered, machines);
  if (machines != NULL && g_list_model_get_n_items (machines) > 0)
    gtk_list_view_scroll_to (self->list_view, 0, GTK_LIST_SCROLL_NONE, NULL);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAB]);
}

LcLab *
lc_lab_view_get_lab (LcLabView *self)
{
  return self->lab;
}

LcMachine *
lc_lab_view_get_selected (LcLabView *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

void
lc_lab_view_search (LcLabView *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
lc_lab_view_add_banner (LcLabView *self, GtkWidget *banner)
{
  adw_toolbar_view_add_top_bar (self->toolbar_view, banner);
}

void
lc_lab_view_set_n_connections (LcLabView *self, guint n)
{
  g_autofree char *count = g_strdup_printf ("%u", n);
  g_autofree char *label =
      n > 0 ? g_strdup_printf (ngettext ("%u open connection", "%u open connections", n), n)
            : g_strdup (_ ("Connections"));

  gtk_label_set_label (self->connections_count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->connections_count), n > 0);
  gtk_widget_set_tooltip_text (self->connections_button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->connections_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}
