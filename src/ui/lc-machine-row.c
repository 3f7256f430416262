/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-machine-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "lc-error-text.h"
#include "lc-format.h"
#include "lc-machine-menu.h"
#include "lc-machine-text.h"

/* From here on people should know that the hours come to an end. */
#define USAGE_WARNING 0.8

struct _LcMachineRow
{
  GtkBox parent_instance;

  GListModel *connectors;
  LcActivity *activity;
  LcMachine *machine;
  gboolean compact;
  LcMachineState announced_state;

  GSignalGroup *machine_signals;
  GSignalGroup *operation_signals;
  GSignalGroup *step_signals; /* of its current step */

  GtkWidget *grid;
  GtkWidget *icon_bin;
  GtkImage *icon;
  GtkWidget *spinner;
  GtkLabel *name;
  GtkLabel *summary;
  GtkWidget *usage;
  GtkLabel *usage_label;
  GtkLevelBar *usage_bar;
  GtkWidget *primary;
  GtkLabel *primary_label;
  GtkWidget *primary_spinner;
  GtkMenuButton *menu_button;
  GtkLabel *problem;
  GtkWidget *activity_box;
  GtkWidget *activity_spinner;
  GtkWidget *activity_error;
  GtkLabel *activity_title;
  GtkLabel *activity_detail;
  GtkWidget *details_button;
  GtkWidget *cancel_button;
  GtkWidget *dismiss_button;
};

G_DEFINE_FINAL_TYPE (LcMachineRow, lc_machine_row, GTK_TYPE_BOX)

enum
{
  PROP_0,
  PROP_MACHINE,
  PROP_COMPACT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_class (gpointer widget, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static LcOperation *
find_operation (LcMachineRow *self)
{
  return lc_activity_find (self->activity, lc_machine_get_id (self->machine));
}

static void
update_state (LcMachineRow *self)
{
  LcMachineState state = lc_machine_get_state (self->machine);
  gboolean passing = lc_machine_state_is_transitional (state);
  g_autofree char *summary = lc_machine_dup_summary (self->machine);
  const char *problem = lc_machine_get_problem (self->machine);

  gtk_label_set_label (self->name, lc_machine_get_name (self->machine));
  gtk_label_set_label (self->summary, summary);
  /* It is cut where the row is short. */
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary), summary);
  gtk_image_set_from_icon_name (self->icon, lc_machine_state_icon (state));
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !passing);
  gtk_widget_set_visible (self->spinner, passing);
  set_class (self->icon_bin, "running", state == LC_MACHINE_STATE_RUNNING);
  set_class (self->icon_bin, "failed", state == LC_MACHINE_STATE_FAILED);
  set_class (self->grid, "dimmed", lc_machine_get_stale (self->machine));

  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update_usage (LcMachineRow *self)
{
  gint64 usage = lc_machine_get_usage (self->machine);
  gint64 quota = lc_machine_get_quota (self->machine);
  g_autofree char *text = lc_format_usage (usage, quota);
  double fraction = quota > 0 ? CLAMP ((double) usage / (double) quota, 0.0, 1.0) : 0.0;
  gboolean used_up = quota >= 0 && usage >= quota;
  gboolean nearly = quota > 0 && !used_up && fraction >= USAGE_WARNING;

  gtk_label_set_label (self->usage_label, used_up ? _ ("No hours left") : text);
  gtk_widget_set_tooltip_text (self->usage, used_up ? text : NULL);
  gtk_level_bar_set_value (self->usage_bar, fraction);
  set_class (self->usage_bar, "warning", nearly);
  set_class (self->usage_bar, "error", used_up);
  set_class (self->usage_label, "warning", nearly);
  set_class (self->usage_label, "error", used_up);
  gtk_widget_set_visible (GTK_WIDGET (self->usage_bar), quota > 0);
  gtk_widget_set_visible (self->usage, quota >= 0 || usage > 0);
}

static void
update_actions (LcMachineRow *self, const LcPrimary *primary, gboolean busy)
{
  GtkWidget *widget = GTK_WIDGET (self);
  LcMachineActions actions = lc_machine_get_actions (self->machine);
  LcMachineState state = lc_machine_get_state (self->machine);
  gboolean running = state == LC_MACHINE_STATE_RUNNING;
  gboolean passing = lc_machine_state_is_transitional (state);
  gboolean free_to_act = !busy && !passing;
  gboolean reachable = lc_machine_get_host (self->machine) != NULL;
  gboolean can_run = running || (actions & LC_MACHINE_CAN_START) != 0;

  gtk_widget_action_set_enabled (widget, "machine.primary",
                                 primary->kind == LC_PRIMARY_OPEN ||
                                     primary->kind == LC_PRIMARY_START);
  gtk_widget_action_set_enabled (widget, "machine.start",
                                 free_to_act && !running && (actions & LC_MACHINE_CAN_START) != 0);
  gtk_widget_action_set_enabled (widget, "machine.stop",
                                 free_to_act && running && (actions & LC_MACHINE_CAN_STOP) != 0);
  gtk_widget_action_set_enabled (widget, "machine.open", free_to_act && can_run);
  gtk_widget_action_set_enabled (widget, "machine.connect", free_to_act && can_run);
  gtk_widget_action_set_enabled (widget, "machine.make-key", free_to_act && can_run);
  gtk_widget_action_set_enabled (widget, "machine.copy-ssh", reachable);
  gtk_widget_action_set_enabled (widget, "machine.forget-identity", free_to_act);
  gtk_widget_action_set_enabled (widget, "machine.reset-password",
                                 free_to_act && running &&
                                     (actions & LC_MACHINE_CAN_RESET_PASSWORD) != 0);
}

static void
update_primary (LcMachineRow *self)
{
  LcOperation *operation = find_operation (self);
  LcPrimary primary = lc_primary_for_machine (self->machine, self->connectors, operation);
  gboolean busy = operation != NULL && lc_operation_is_running (operation);
  gboolean stopped = lc_machine_get_state (self->machine) != LC_MACHINE_STATE_RUNNING;

  gtk_widget_set_visible (self->primary, primary.kind != LC_PRIMARY_NONE);
  gtk_label_set_label (self->primary_label, primary.label != NULL ? primary.label : "");
  gtk_widget_set_visible (self->primary_spinner, primary.kind == LC_PRIMARY_BUSY);
  gtk_widget_set_tooltip_text (self->primary, primary.kind == LC_PRIMARY_OPEN && stopped
                                                  ? _ ("Starts the machine first")
                                                  : NULL);
  set_class (self->primary, "suggested-action", primary.kind == LC_PRIMARY_OPEN && !stopped);

  update_actions (self, &primary, busy);
}

static void
update_running_operation (LcMachineRow *self, LcOperation *operation)
{
  LcStep *step = lc_operation_get_current_step (operation);
  const char *detail = step != NULL ? lc_step_get_detail (step) : NULL;
  g_autofree char *elapsed = lc_format_elapsed (lc_operation_get_elapsed (operation));
  g_autofree char *text = NULL;

  g_signal_group_set_target (self->step_signals, step);
  gtk_label_set_label (self->activity_title, step != NULL ? lc_step_get_title (step)
                                                          : lc_operation_get_title (operation));
  /* Translators: elapsed time, then what is going on */
  text = detail != NULL ? g_strdup_printf (_ ("%s · %s"), elapsed, detail)
                        : g_steal_pointer (&elapsed);
  gtk_label_set_label (self->activity_detail, text);
}

static void
update_activity (LcMachineRow *self)
{
  LcOperation *operation = find_operation (self);
  gboolean running = operation != NULL && lc_operation_is_running (operation);
  const GError *error = operation != NULL && !running ? lc_operation_get_error (operation) : NULL;

  gtk_widget_set_visible (self->activity_box, running || error != NULL);
  gtk_widget_set_visible (self->activity_spinner, running);
  gtk_widget_set_visible (self->activity_error, error != NULL);
  gtk_widget_set_visible (self->cancel_button, running);
  gtk_widget_set_visible (self->dismiss_button, error != NULL);

  if (running)
    {
      update_running_operation (self, operation);
    }
  else if (error != NULL)
    {
      gtk_label_set_label (self->activity_title, lc_error_text_get_title (error));
      gtk_label_set_label (self->activity_detail, lc_error_text_get_hint (error));
    }
}

static void
update (LcMachineRow *self)
{
  LcMachineState state;

  if (self->machine == NULL)
    return;

  update_state (self);
  update_usage (self);
  update_primary (self);
  update_activity (self);

  state = lc_machine_get_state (self->machine);
  if (state != self->announced_state)
    {
      g_autofree char *words = NULL;

      self->announced_state = state;
      /* Translators: name of a machine, then its state, spoken */
      words = g_strdup_printf (_ ("%s: %s"), lc_machine_get_name (self->machine),
                               lc_machine_state_text (state));
      gtk_accessible_announce (GTK_ACCESSIBLE (self), words,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
}

static void
follow_operation (LcMachineRow *self)
{
  LcOperation *operation = find_operation (self);

  g_signal_group_set_target (self->operation_signals, operation);
  update_primary (self);
  update_activity (self);
}

static void
activity_changed_cb (LcMachineRow *self, const char *subject_id)
{
  if (self->machine != NULL &&
      g_ascii_strcasecmp (subject_id, lc_machine_get_id (self->machine)) == 0)
    follow_operation (self);
}

static void
place (GtkWidget *grid, GtkWidget *widget, int column, int row, int width)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (grid);
  GtkLayoutChild *child = gtk_layout_manager_get_layout_child (layout, widget);

  g_object_set (child, "column", column, "row", row, "column-span", width, NULL);
}

/* One line where there is room; else name and menu, hours and button below each other. */
static void
update_layout (LcMachineRow *self)
{
  GtkWidget *menu_button = GTK_WIDGET (self->menu_button);

  if (self->compact)
    {
      place (self->grid, menu_button, 2, 0, 1);
      place (self->grid, self->usage, 1, 1, 2);
      place (self->grid, self->primary, 0, 2, 3);
    }
  else
    {
      place (self->grid, self->usage, 2, 0, 1);
      place (self->grid, self->primary, 3, 0, 1);
      place (self->grid, menu_button, 4, 0, 1);
    }
  gtk_widget_set_size_request (self->usage, self->compact ? -1 : 150, -1);
  gtk_widget_set_size_request (self->primary, self->compact ? -1 : 156, -1);
}

static void
create_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  LcMachineRow *self = LC_MACHINE_ROW (user_data);
  g_autoptr (GMenuModel) menu = NULL;
  GtkWidget *popover;

  if (self->machine == NULL)
    return;

  menu = lc_machine_menu_new (self->machine, self->connectors);
  popover = gtk_popover_menu_new_from_model (menu);
  gtk_menu_button_set_popover (button, popover);
}

static void
show_menu (LcMachineRow *self)
{
  gtk_menu_button_popup (self->menu_button);
}

static void
right_click_cb (LcMachineRow *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self);
}

static void
window_action (LcMachineRow *self, const char *name)
{
  g_autofree char *full = g_strconcat ("win.machine-", name, NULL);

  gtk_widget_activate_action (GTK_WIDGET (self), full, "(ss)",
                              lc_machine_get_account_id (self->machine),
                              lc_machine_get_id (self->machine));
}

static void
open_with (LcMachineRow *self, const char *connector_id)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.machine-open", "(sss)", connector_id,
                              lc_machine_get_account_id (self->machine),
                              lc_machine_get_id (self->machine));
}

/* "machine.start" is the window's "win.machine-start" for this row's machine. */
static void
forward_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LcMachineRow *self = LC_MACHINE_ROW (widget);

  if (self->machine != NULL)
    window_action (self, name + strlen ("machine."));
}

static void
open_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LcMachineRow *self = LC_MACHINE_ROW (widget);

  if (self->machine != NULL)
    open_with (self, g_variant_get_string (parameter, NULL));
}

static void
primary_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  lc_machine_row_activate_primary (LC_MACHINE_ROW (widget));
}

static void
dismiss_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LcMachineRow *self = LC_MACHINE_ROW (widget);

  if (self->machine != NULL)
    lc_activity_dismiss (self->activity, lc_machine_get_id (self->machine));
}

static void
menu_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_menu (LC_MACHINE_ROW (widget));
}

static void
lc_machine_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LcMachineRow *self = LC_MACHINE_ROW (object);

  switch (prop_id)
    {
    case PROP_MACHINE:
      g_value_set_object (value, self->machine);
      break;
    case PROP_COMPACT:
      g_value_set_boolean (value, self->compact);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_machine_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  LcMachineRow *self = LC_MACHINE_ROW (object);

  switch (prop_id)
    {
    case PROP_MACHINE:
      lc_machine_row_set_machine (self, g_value_get_object (value));
      break;
    case PROP_COMPACT:
      if (self->compact != g_value_get_boolean (value))
        {
          self->compact = !self->compact;
          update_layout (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_machine_row_dispose (GObject *object)
{
  LcMachineRow *self = LC_MACHINE_ROW (object);

  if (self->activity != NULL)
    g_signal_handlers_disconnect_by_data (self->activity, self);
  g_clear_object (&self->machine_signals);
  g_clear_object (&self->operation_signals);
  g_clear_object (&self->step_signals);
  g_clear_object (&self->machine);
  g_clear_object (&self->activity);
  g_clear_object (&self->connectors);
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_MACHINE_ROW);

  G_OBJECT_CLASS (lc_machine_row_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, grid);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, icon_bin);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, name);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, summary);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, usage);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, usage_label);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, usage_bar);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, primary);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, primary_label);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, primary_spinner);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, problem);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, activity_box);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, activity_spinner);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, activity_error);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, activity_title);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, activity_detail);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, details_button);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, LcMachineRow, dismiss_button);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const char *const forwarded[] = {
    "machine.start",          "machine.stop",   "machine.connect", "machine.copy-ssh",
    "machine.reset-password", "machine.cancel", "machine.details", "machine.forget-identity",
    "machine.make-key",
  };

  for (guint i = 0; i < G_N_ELEMENTS (forwarded); i++)
    gtk_widget_class_install_action (widget_class, forwarded[i], NULL, forward_action_cb);
  gtk_widget_class_install_action (widget_class, "machine.open", "s", open_action_cb);
  gtk_widget_class_install_action (widget_class, "machine.primary", NULL, primary_action_cb);
  gtk_widget_class_install_action (widget_class, "machine.dismiss", NULL, dismiss_action_cb);
  gtk_widget_class_install_action (widget_class, "machine.menu", NULL, menu_action_cb);
}

static void
lc_machine_row_class_init (LcMachineRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_machine_row_dispose;
  object_class->get_property = lc_machine_row_get_property;
  object_class->set_property = lc_machine_row_set_property;

  properties[PROP_MACHINE] =
      g_param_spec_object ("machine", NULL, NULL, LC_TYPE_MACHINE,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT] =
      g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-machine-row.ui");
  bind_children (widget_class);
  install_actions (widget_class);
}

static void
lc_machine_row_init (LcMachineRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu_cb, self, NULL);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (right_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  self->machine_signals = g_signal_group_new (LC_TYPE_MACHINE);
  g_signal_group_connect_swapped (self->machine_signals, "notify", G_CALLBACK (update), self);
  self->operation_signals = g_signal_group_new (LC_TYPE_OPERATION);
  g_signal_group_connect_swapped (self->operation_signals, "notify", G_CALLBACK (update_activity),
                                  self);
  self->step_signals = g_signal_group_new (LC_TYPE_STEP);
  g_signal_group_connect_swapped (self->step_signals, "notify", G_CALLBACK (update_activity), self);
}

GtkWidget *
lc_machine_row_new (GListModel *connectors, LcActivity *activity)
{
  LcMachineRow *self = g_object_new (LC_TYPE_MACHINE_ROW, NULL);

  g_set_object (&self->connectors, connectors);
  self->activity = g_object_ref (activity);
  g_signal_connect_object (activity, "changed", G_CALLBACK (activity_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

void
lc_machine_row_set_machine (LcMachineRow *self, LcMachine *machine)
{
  if (!g_set_object (&self->machine, machine))
    return;

  gtk_menu_button_set_popover (self->menu_button, NULL);
  g_signal_group_set_target (self->machine_signals, machine);
  if (machine != NULL)
    {
      self->announced_state = lc_machine_get_state (machine);
      g_signal_group_set_target (self->operation_signals, find_operation (self));
      update (self);
    }
  else
    {
      g_signal_group_set_target (self->operation_signals, NULL);
      g_signal_group_set_target (self->step_signals, NULL);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MACHINE]);
}

LcMachine *
lc_machine_row_get_machine (LcMachineRow *self)
{
  return self->machine;
}

gboolean
lc_machine_row_activate_primary (LcMachineRow *self)
{
  LcPrimary primary;

  if (self->machine == NULL)
    return FALSE;

  primary = lc_primary_for_machine (self->machine, self->connectors, find_operation (self));
  if (primary.kind == LC_PRIMARY_OPEN)
    open_with (self, lc_connector_get_id (primary.connector));
  else if (primary.kind == LC_PRIMARY_START)
    window_action (self, "start");

  return primary.kind == LC_PRIMARY_OPEN || primary.kind == LC_PRIMARY_START;
}
