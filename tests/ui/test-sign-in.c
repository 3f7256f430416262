/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signing in: through the browser, with a code, given up, refused. */

#include <locale.h>

#include "../support/await.h"
#include "lc-error.h"
#include "lc-sign-in-view.h"
#include "ui-world.h"

static gpointer
find (UiWorld *world, GType type, const char *name)
{
  return ui_find (world->window, type, name);
}

static void
click (UiWorld *world, const char *label)
{
  GtkWidget *button = find (world, GTK_TYPE_BUTTON, label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static LcSignIn *
current (UiWorld *world)
{
  return lc_fake_identity_get_sign_in (world->identity);
}

static UiWorld *
new_world (void)
{
  UiWorld *world = ui_world_new ();

  ui_world_show (world, 960, 640);

  return world;
}

static void
test_browser (void)
{
  g_autoptr (UiWorld) world = new_world ();

  click (world, "_Sign In");
  g_assert_nonnull (current (world));
  g_assert_cmpint (lc_sign_in_get_method (current (world)), ==, LC_SIGN_IN_BROWSER);
  g_assert_nonnull (find (world, GTK_TYPE_LABEL, "Continue in Your Browser"));

  lc_fake_identity_answer (world->identity, NULL);
  await_condition (g_list_model_get_n_items (G_LIST_MODEL (world->accounts)) == 1, 5);
  await_condition (find (world, GTK_TYPE_LABEL, "Welcome to LabConnect") == NULL, 5);
}

static void
test_code (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  click (world, "Sign In _With a Code…");
  g_assert_cmpint (lc_sign_in_get_method (current (world)), ==, LC_SIGN_IN_DEVICE_CODE);
  lc_sign_in_set_page (current (world), "https://login.example/device", "ABCD-EFGH", now);
  await_condition (find (world, GTK_TYPE_LABEL, "ABCD-EFGH") != NULL, 5);
  g_assert_nonnull (find (world, GTK_TYPE_LINK_BUTTON, "https://login.example/device"));
}

static void
test_cancel (void)
{
  g_autoptr (UiWorld) world = new_world ();
  LcOperation *operation;

  click (world, "_Sign In");
  operation = lc_sign_in_get_operation (current (world));
  click (world, "_Cancel");
  g_assert_true (g_cancellable_is_cancelled (lc_operation_get_cancellable (operation)));
  g_assert_nonnull (find (world, GTK_TYPE_LABEL, "Welcome to LabConnect"));
}

static void
test_refused (void)
{
  g_autoptr (UiWorld) world = new_world ();

  click (world, "_Sign In");
  lc_fake_identity_answer (world->identity,
                           lc_error_new (LC_ERROR_FORBIDDEN, "AADSTS50105: not assigned"));
  await_condition (find (world, GTK_TYPE_LABEL, "Not Allowed") != NULL, 5);
  g_assert_nonnull (find (world, GTK_TYPE_BUTTON, "_Copy Details"));

  /* The next attempt starts clean. */
  click (world, "_Sign In");
  click (world, "_Cancel");
  g_assert_null (find (world, GTK_TYPE_LABEL, "Not Allowed"));
}

static void
test_clouds (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LcCloud) cloud = lc_cloud_new_for_url ("http://127.0.0.1:4280", &error);
  AdwComboRow *row = find (world, ADW_TYPE_COMBO_ROW, "Cloud");
  guint n = g_list_model_get_n_items (adw_combo_row_get_model (row));

  g_assert_no_error (error);
  g_assert_cmpuint (n, >=, 3);
  lc_window_choose_cloud (LC_WINDOW (world->window), cloud);
  lc_window_choose_cloud (LC_WINDOW (world->window), cloud);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, n + 1);
  click (world, "_Sign In");
  g_assert_cmpstr (lc_cloud_get_id (lc_sign_in_get_cloud (current (world))), ==,
                   lc_cloud_get_id (cloud));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  gtk_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  g_test_add_func ("/sign-in/browser", test_browser);
  g_test_add_func ("/sign-in/code", test_code);
  g_test_add_func ("/sign-in/cancel", test_cancel);
  g_test_add_func ("/sign-in/refused", test_refused);
  g_test_add_func ("/sign-in/clouds", test_clouds);

  return g_test_run ();
}
