/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window: which page it shows, what it warns of, what closing means. */

#include <locale.h>

#include "../support/await.h"
#include "lc-error.h"
#include "lc-format.h"
#include "ui-world.h"

static const char *
page_name (UiWorld *world)
{
  GtkStack *stack = ui_find (world->window, GTK_TYPE_STACK, NULL);

  return gtk_stack_get_visible_child_name (stack);
}

static const char *
status_page_title (UiWorld *world)
{
  AdwStatusPage *page = ui_find (world->window, ADW_TYPE_STATUS_PAGE, NULL);

  return adw_status_page_get_title (page);
}

static AdwDialog *
visible_dialog (UiWorld *world)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (world->window));
}

static void
test_signed_out (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  ui_world_show (world, 960, 640);
  g_assert_cmpstr (page_name (world), ==, "sign-in");
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (world->window), "join-lab"));
}

static void
test_loading (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  lc_fake_provider_set_delay (ui_world_add_account (world, "ada@school.example"), 3600000);
  ui_world_show_hanging (world, 960, 640);
  g_assert_cmpstr (page_name (world), ==, "status");
  g_assert_cmpstr (status_page_title (world), ==, "Asking for Your Labs…");
}

static void
test_empty (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  ui_world_add_account (world, "ada@school.example");
  ui_world_show (world, 960, 640);
  g_assert_cmpstr (page_name (world), ==, "status");
  g_assert_cmpstr (status_page_title (world), ==, "No Labs Yet");
  g_assert_nonnull (ui_find (world->window, GTK_TYPE_BUTTON, "_Register With Invitation…"));
}

static void
test_failure_and_retry (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  LcFakeProvider *provider = ui_world_add_account (world, "ada@school.example");
  g_autoptr (GError) error = lc_error_new (LC_ERROR_FORBIDDEN, "HTTP 403");

  lc_fake_provider_fail (provider, "list-labs", 1, error);
  ui_world_show (world, 960, 640);
  g_assert_cmpstr (status_page_title (world), ==, "Not Allowed");
  g_assert_nonnull (ui_find (world->window, GTK_TYPE_BUTTON, "_Copy Details"));

  lc_fake_provider_add_lab (provider, "vm", "Data Science with Python", 3, TRUE);
  ui_world_activate (world, "refresh");
  await_condition (g_str_equal (page_name (world), "main"), 5);
}

static void
test_machines (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  g_assert_cmpstr (page_name (world), ==, "main");
  await_condition (ui_find (world->window, GTK_TYPE_LABEL, "vm-1") != NULL, 5);
  g_assert_nonnull (ui_find (world->window, GTK_TYPE_LABEL, "7 machines"));
}

static gboolean
is_revealed (UiWorld *world, const char *title)
{
  AdwBanner *banner = NULL;
  GtkWidget *label = ui_find (world->window, GTK_TYPE_LABEL, title);

  if (label != NULL)
    banner = ADW_BANNER (gtk_widget_get_ancestor (label, ADW_TYPE_BANNER));

  return banner != NULL && adw_banner_get_revealed (banner);
}

static void
test_keyring_banners (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  const char *session_only = "There is no keyring: passwords are forgotten when you quit";
  const char *locked = "The keyring is locked: saved passwords cannot be used";

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  g_assert_null (ui_find (world->window, GTK_TYPE_LABEL, session_only));
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_SESSION_ONLY);
  await_condition (is_revealed (world, session_only), 5);
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_LOCKED);
  await_condition (is_revealed (world, locked), 5);
  ui_world_activate (world, "unlock-keyring");
  await_condition (
      lc_secret_store_get_state (LC_SECRET_STORE (world->secrets)) == LC_SECRET_STORE_READY, 5);
  await_condition (!is_revealed (world, locked), 5);
}

static void
test_sign_in_again_banner (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  g_autoptr (LcAccount) account = NULL;
  LcSignIn *sign_in;

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  account = g_list_model_get_item (G_LIST_MODEL (world->accounts), 0);
  lc_account_set_needs_sign_in (account, TRUE);
  await_condition (is_revealed (world, "Sign in again as ada@school.example"), 5);
  ui_world_activate (world, "sign-in-again");
  sign_in = lc_fake_identity_get_sign_in (world->identity);
  g_assert_nonnull (sign_in);
  g_assert_true (lc_sign_in_get_cloud (sign_in) == lc_account_get_cloud (account));
}

static void
test_banner_shows_names_as_they_are (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  g_autoptr (LcAccount) account = NULL;

  ui_world_add_account (world, "<r&d@school.example");
  ui_world_show (world, 960, 640);
  account = g_list_model_get_item (G_LIST_MODEL (world->accounts), 0);
  lc_account_set_needs_sign_in (account, TRUE);
  /* Read as markup, it would warn, and show nothing. */
  await_condition (is_revealed (world, "Sign in again as <r&d@school.example"), 5);
}

static void
test_catalog_banner (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  g_autoptr (GError) error = lc_error_new (LC_ERROR_TIMED_OUT, "No answer");
  g_autoptr (LcProvider) provider = NULL;
  g_autofree char *title = NULL;
  g_autofree char *time = NULL;

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  provider = g_list_model_get_item (lc_registry_get_providers (world->registry), 0);
  lc_fake_provider_fail (LC_FAKE_PROVIDER (provider), "list-labs", 1, error);
  time = lc_format_time_of_day (lc_catalog_get_updated_at (world->catalog));
  title = g_strdup_printf ("No Answer in Time. Showing the list of %s", time);
  ui_world_activate (world, "refresh");
  await_condition (is_revealed (world, title), 5);
  g_assert_cmpstr (page_name (world), ==, "main");

  ui_world_activate (world, "refresh");
  await_condition (!is_revealed (world, title), 5);
}

/* Every command of the window can be given, and every dialog leaves nothing behind. */
static void
test_dialogs_close (void)
{
  static const char *const actions[] = {
    "accounts",
    "connections",
    "join-lab",
    "preferences",
    "shortcuts",
    "troubleshooting",
    "sign-in-again",
    "machine-connect(('', 'vm-1'))",
    "machine-reset-password(('', 'vm-1'))",
    "machine-forget-identity(('', 'vm-1'))",
  };
  g_autoptr (UiWorld) world = ui_world_new ();

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      AdwDialog *dialog;

      ui_world_activate (world, actions[i]);
      dialog = visible_dialog (world);
      g_assert_nonnull (dialog);
      g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
      await_condition (gtk_widget_get_mapped (GTK_WIDGET (dialog)), 5);
      adw_dialog_force_close (dialog);
      await_condition (dialog == NULL, 5);
    }
}

/* With the password that the keyring has; the key goes there, too. */
static void
test_make_key (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  g_autoptr (LcSecret) password = lc_secret_new ("right");
  LcMachine *machine;

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  machine = ui_world_find (world, "vm-1");
  lc_profile_store_set_login (lc_registry_get_profiles (world->registry), "vm-1", "student",
                              LC_AUTH_METHOD_PASSWORD, NULL);
  g_assert_true (await_future (
      lc_secret_store_store (LC_SECRET_STORE (world->secrets), LC_SECRET_MACHINE_PASSWORD,
                             lc_machine_get_account_id (machine), "student@vm-1", "", password),
      5, NULL, NULL));
  ui_world_activate (world, "machine-make-key(('', 'vm-1'))");
  await_condition (ui_find (world->window, GTK_TYPE_LABEL, "The key is in the keyring") != NULL,
                   10);
  g_assert_cmpuint (lc_fake_keys_count_made (world->keys), ==, 1);
  g_assert_nonnull (lc_memory_secret_store_peek (
      world->secrets, LC_SECRET_MACHINE_KEY, lc_machine_get_account_id (machine), "student@vm-1"));
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_close_keeps_connections (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  LcConnection *connection;
  guint hidden = 0;

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  g_assert_false (lc_window_is_needed (LC_WINDOW (world->window)));
  connection = ui_world_add_connection (world, ui_world_find (world, "vm-1"));
  g_assert_true (lc_window_is_needed (LC_WINDOW (world->window)));
  g_signal_connect_swapped (world->window, "hidden", G_CALLBACK (count_cb), &hidden);

  gtk_window_close (world->window);
  await_condition (hidden == 1, 5);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (world->window)));
  g_assert_false (lc_catalog_get_active (world->catalog));

  /* It was kept only for the connection. */
  dex_future_disown (lc_connection_close (connection));
  await_condition (world->window == NULL, 5);
}

static void
test_close_without_connections (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  ui_world_fill (world);
  ui_world_show (world, 960, 640);
  gtk_window_close (world->window);
  await_condition (world->window == NULL, 5);
}

static void
test_narrow (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  AdwNavigationSplitView *split;

  ui_world_fill (world);
  ui_world_show (world, 380, 640);
  split = ui_find (world->window, ADW_TYPE_NAVIGATION_SPLIT_VIEW, NULL);
  await_condition (adw_navigation_split_view_get_collapsed (split), 5);
  g_assert_false (adw_navigation_split_view_get_show_content (split));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  gtk_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  g_test_add_func ("/window/signed-out", test_signed_out);
  g_test_add_func ("/window/loading", test_loading);
  g_test_add_func ("/window/empty", test_empty);
  g_test_add_func ("/window/failure-and-retry", test_failure_and_retry);
  g_test_add_func ("/window/machines", test_machines);
  g_test_add_func ("/window/keyring-banners", test_keyring_banners);
  g_test_add_func ("/window/sign-in-again-banner", test_sign_in_again_banner);
  g_test_add_func ("/window/banner-shows-names-as-they-are", test_banner_shows_names_as_they_are);
  g_test_add_func ("/window/catalog-banner", test_catalog_banner);
  g_test_add_func ("/window/dialogs-close", test_dialogs_close);
  g_test_add_func ("/window/make-key", test_make_key);
  g_test_add_func ("/window/close-keeps-connections", test_close_keeps_connections);
  g_test_add_func ("/window/close-without-connections", test_close_without_connections);
  g_test_add_func ("/window/narrow", test_narrow);

  return g_test_run ();
}
