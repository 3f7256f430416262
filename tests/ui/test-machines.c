/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of machines: it makes only the rows that are seen, and rows follow their machines. */

#include <locale.h>

#include "../support/await.h"
#include "lc-error.h"
#include "lc-lab-view.h"
#include "lc-machine-row.h"
#include "ui-world.h"

#define MANY 5000

static void
collect_rows (GtkWidget *widget, GPtrArray *rows)
{
  if (LC_IS_MACHINE_ROW (widget))
    {
      g_ptr_array_add (rows, widget);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect_rows (child, rows);
}

static guint
count_rows (UiWorld *world)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  collect_rows (GTK_WIDGET (world->window), rows);
  return rows->len;
}

static GtkWidget *
find_row (UiWorld *world, const char *id)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  collect_rows (GTK_WIDGET (world->window), rows);
  for (guint i = 0; i < rows->len; i++)
    {
      LcMachine *machine = lc_machine_row_get_machine (rows->pdata[i]);

      if (machine != NULL && g_str_equal (lc_machine_get_id (machine), id))
        return rows->pdata[i];
    }

  return NULL;
}

static GtkListView *
machine_list (UiWorld *world)
{
  LcLabView *view = ui_find (world->window, LC_TYPE_LAB_VIEW, NULL);

  return ui_find (view, GTK_TYPE_LIST_VIEW, NULL);
}

static UiWorld *
new_world (guint n_machines)
{
  UiWorld *world = ui_world_new ();
  LcFakeProvider *provider = ui_world_add_account (world, "ada@school.example");

  lc_fake_provider_add_lab (provider, "vm", "Big Lab", n_machines, TRUE);
  ui_world_show (world, 960, 640);
  await_condition (find_row (world, "vm-1") != NULL, 20);

  return world;
}

static LcFakeProvider *
get_provider (UiWorld *world)
{
  g_autoptr (LcProvider) provider =
      g_list_model_get_item (lc_registry_get_providers (world->registry), 0);

  return LC_FAKE_PROVIDER (provider);
}

static void
test_many (void)
{
  g_autoptr (UiWorld) world = new_world (MANY);
  GtkListView *list = machine_list (world);
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (list));

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, MANY);
  g_assert_cmpuint (count_rows (world), <, 250);

  gtk_list_view_scroll_to (list, MANY - 1, GTK_LIST_SCROLL_NONE, NULL);
  await_condition (find_row (world, "vm-5000") != NULL, 10);
  g_assert_cmpuint (count_rows (world), <, 250);
}

static void
test_search (void)
{
  g_autoptr (UiWorld) world = new_world (MANY);
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (machine_list (world)));
  GtkEditable *entry;

  ui_world_activate (world, "search");
  entry = ui_find (world->window, GTK_TYPE_SEARCH_ENTRY, NULL);
  g_assert_nonnull (entry);
  gtk_editable_set_text (entry, "VM-4999");
  await_condition (g_list_model_get_n_items (model) == 1, 5);
  gtk_editable_set_text (entry, "nothing like this");
  await_condition (ui_find (world->window, GTK_TYPE_LABEL, "No Results Found") != NULL, 5);
  gtk_editable_set_text (entry, "");
  await_condition (g_list_model_get_n_items (model) == MANY, 5);
}

static const char *
primary_label (GtkWidget *row)
{
  GtkWidget *button = ui_find (row, GTK_TYPE_BUTTON, NULL);
  GtkLabel *label = button != NULL ? ui_find (button, GTK_TYPE_LABEL, NULL) : NULL;

  return label != NULL ? gtk_label_get_text (label) : NULL;
}

/* What a refresh brings changes the row in place: same widget, same selection. */
static void
test_update_in_place (void)
{
  g_autoptr (UiWorld) world = new_world (20);
  GtkSelectionModel *selection = gtk_list_view_get_model (machine_list (world));
  GtkWidget *row = find_row (world, "vm-3");
  LcMachine *machine = ui_world_find (world, "vm-3");

  gtk_selection_model_select_item (selection, 2, TRUE);
  g_assert_cmpstr (primary_label (row), ==, "Open Notebook");
  g_assert_nonnull (ui_find (row, GTK_TYPE_LABEL, "Stopped · Linux"));

  lc_machine_set_state (lc_fake_provider_get (get_provider (world), "vm-3"),
                        LC_MACHINE_STATE_STARTING);
  lc_fake_provider_remove_machine (get_provider (world), "vm-1");
  ui_world_activate (world, "refresh");
  await_condition (lc_machine_get_state (machine) == LC_MACHINE_STATE_STARTING, 5);

  g_assert_true (find_row (world, "vm-3") == row);
  g_assert_true (lc_machine_row_get_machine (LC_MACHINE_ROW (row)) == machine);
  g_assert_cmpstr (primary_label (row), ==, "Starting…");
  g_assert_nonnull (ui_find (row, GTK_TYPE_LABEL, "Starting… · Linux"));
  await_condition (find_row (world, "vm-1") == NULL, 5);
  g_assert_true (gtk_selection_model_is_selected (selection, 1));
}

static void
test_accessible_label (void)
{
  g_autoptr (UiWorld) world = new_world (3);
  GtkWidget *item = gtk_widget_get_parent (find_row (world, "vm-2"));

  gtk_test_accessible_assert_property (item, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "vm-2, Stopped · Linux, 2 of 10 hours");
  lc_machine_set_state (ui_world_find (world, "vm-2"), LC_MACHINE_STATE_RUNNING);
  gtk_test_accessible_assert_property (item, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "vm-2, Running · Linux, 2 of 10 hours");
}

static void
test_operation_inline (void)
{
  g_autoptr (UiWorld) world = new_world (3);
  GtkWidget *row = find_row (world, "vm-1");
  g_autoptr (LcOperation) operation = lc_operation_new ("Opening the notebook", "VM-1");
  g_autoptr (GError) error = lc_error_new (LC_ERROR_TIMED_OUT, "No answer");

  lc_operation_add_step (operation, "start", "Start the machine");
  lc_operation_add_step (operation, "wait", "Wait until it answers");
  lc_operation_begin_step (operation, "wait", NULL);
  g_assert_cmpstr (primary_label (row), ==, "Working…");
  g_assert_nonnull (ui_find (row, GTK_TYPE_LABEL, "Wait until it answers"));
  g_assert_null (ui_find (find_row (world, "vm-2"), GTK_TYPE_LABEL, "Wait until it answers"));
  lc_operation_set_detail (operation, "Second try");
  g_assert_nonnull (ui_find (row, GTK_TYPE_LABEL, "0:00 · Second try"));

  g_signal_emit_by_name (ui_find (row, GTK_TYPE_BUTTON, "_Cancel"), "clicked");
  g_assert_true (g_cancellable_is_cancelled (lc_operation_get_cancellable (operation)));

  lc_operation_finish (operation, error);
  g_assert_cmpstr (primary_label (row), ==, "Open Notebook");
  g_assert_nonnull (ui_find (row, GTK_TYPE_LABEL, "No Answer in Time"));
  g_assert_nonnull (ui_find (world->window, ADW_TYPE_TOAST_OVERLAY, NULL));

  g_signal_emit_by_name (ui_find (row, GTK_TYPE_BUTTON, "Dismiss"), "clicked");
  g_assert_null (ui_find (row, GTK_TYPE_LABEL, "No Answer in Time"));
}

static void
test_cancelled_is_silent (void)
{
  g_autoptr (UiWorld) world = new_world (3);
  GtkWidget *row = find_row (world, "vm-1");
  g_autoptr (LcOperation) operation = lc_operation_new ("Opening the notebook", "vm-1");
  g_autoptr (GError) error = lc_error_new (LC_ERROR_CANCELLED, "Cancelled");

  lc_operation_finish (operation, error);
  g_assert_null (ui_find (row, GTK_TYPE_LABEL, "Cancelled"));
}

static void
test_start_and_stop (void)
{
  g_autoptr (UiWorld) world = new_world (3);
  LcMachine *machine = ui_world_find (world, "vm-2");

  ui_world_activate (world, "machine-start(('', 'vm-2'))");
  await_condition (lc_machine_get_state (machine) == LC_MACHINE_STATE_RUNNING, 10);
  ui_world_activate (world, "machine-stop(('', 'vm-2'))");
  await_condition (lc_machine_get_state (machine) == LC_MACHINE_STATE_STOPPED, 10);
}

static gboolean
is_enabled (GtkWidget *row, const char *title)
{
  GtkWidget *button = ui_find (row, GTK_TYPE_MENU_BUTTON, NULL);
  GtkWidget *label;

  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  label = ui_find (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)), GTK_TYPE_LABEL, title);
  g_assert_nonnull (label);

  return gtk_widget_is_sensitive (label);
}

static void
test_menu (void)
{
  g_autoptr (UiWorld) world = new_world (3);
  GtkWidget *row = find_row (world, "vm-1");
  LcMachine *machine = ui_world_find (world, "vm-1");

  g_assert_true (is_enabled (row, "Start"));
  g_assert_false (is_enabled (row, "Stop"));
  g_assert_false (is_enabled (row, "Reset Password…"));
  lc_machine_set_state (machine, LC_MACHINE_STATE_RUNNING);
  g_assert_false (is_enabled (row, "Start"));
  g_assert_true (is_enabled (row, "Stop"));
  g_assert_true (is_enabled (row, "Reset Password…"));
  g_assert_true (is_enabled (row, "Copy SSH Command"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  gtk_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  g_test_add_func ("/machines/many", test_many);
  g_test_add_func ("/machines/search", test_search);
  g_test_add_func ("/machines/update-in-place", test_update_in_place);
  g_test_add_func ("/machines/accessible-label", test_accessible_label);
  g_test_add_func ("/machines/operation-inline", test_operation_inline);
  g_test_add_func ("/machines/cancelled-is-silent", test_cancelled_is_silent);
  g_test_add_func ("/machines/start-and-stop", test_start_and_stop);
  g_test_add_func ("/machines/menu", test_menu);

  return g_test_run ();
}
