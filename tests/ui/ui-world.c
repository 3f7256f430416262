/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-world.h"

#include <glib/gstdio.h>

#include "../support/await.h"
#include "lc-ui-prompt.h"
#include "lc-ui.h"
#include "ui-connector.h"

static LcProvider *
make_provider (LcAccount *account, gpointer user_data)
{
  return LC_PROVIDER (lc_fake_provider_new ("fake", account));
}

static char *
dup_path (UiWorld *world, const char *name)
{
  return g_build_filename (world->folder, name, NULL);
}

static void
compose (UiWorld *world)
{
  g_autofree char *accounts_path = dup_path (world, "accounts.ini");
  g_autofree char *profiles_path = dup_path (world, "profiles.ini");
  g_autoptr (LcProfileStore) profiles = lc_profile_store_new (profiles_path);

  world->accounts = lc_account_store_new (accounts_path);
  world->secrets = lc_memory_secret_store_new ();
  world->identity = lc_fake_identity_new (world->accounts);
  world->prompt = LC_PROMPT (lc_ui_prompt_new (GTK_APPLICATION (world->application)));
  world->registry = lc_registry_new (world->accounts, profiles, LC_SECRET_STORE (world->secrets),
                                     LC_IDENTITY (world->identity), world->prompt);
  world->keys = lc_fake_keys_new ();
  lc_registry_set_keys (world->registry, LC_KEYS (world->keys));
  lc_ui_prompt_set_keys (LC_UI_PROMPT (world->prompt), LC_KEYS (world->keys));
  world->host_keys = lc_fake_host_keys_new ();
  lc_registry_set_host_keys (world->registry, LC_HOST_KEY_STORE (world->host_keys));
  lc_registry_add_provider_factory (world->registry, make_provider, world, NULL);
  world->notebook = ui_connector_new ("notebook", "Open Notebook", "lc-notebook-symbolic");
  lc_registry_add_connector (world->registry, world->notebook);
  world->catalog = lc_catalog_new (world->registry, NULL);
  world->launcher = lc_launcher_new (world->registry, world->catalog);
}

UiWorld *
ui_world_new (void)
{
  static guint count = 0;
  UiWorld *world = g_new0 (UiWorld, 1);
  g_autofree char *id = g_strdup_printf ("com.example.LabConnect.Test%u", ++count);
  g_autoptr (GError) error = NULL;

  lc_ui_init ();
  world->folder = g_dir_make_tmp ("labconnect-ui-XXXXXX", &error);
  g_assert_no_error (error);
  world->application =
      g_object_new (ADW_TYPE_APPLICATION, "application-id", id, "flags", G_APPLICATION_NON_UNIQUE,
                    "resource-base-path", "/com/example/LabConnect", NULL);
  g_assert_true (g_application_register (G_APPLICATION (world->application), NULL, &error));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  compose (world);

  return world;
}

void
ui_world_free (UiWorld *world)
{
  g_autofree char *accounts_path = dup_path (world, "accounts.ini");
  g_autofree char *profiles_path = dup_path (world, "profiles.ini");

  if (world->window != NULL)
    gtk_window_destroy (world->window);
  /* A window that is gone leaves nothing behind. */
  await_condition (world->window == NULL, 5);
  g_clear_object (&world->launcher);
  g_clear_object (&world->catalog);
  g_clear_object (&world->registry);
  g_clear_object (&world->notebook);
  g_clear_object (&world->accounts);
  g_clear_object (&world->secrets);
  g_clear_object (&world->host_keys);
  g_clear_object (&world->keys);
  g_clear_object (&world->prompt);
  g_clear_object (&world->identity);
  g_clear_object (&world->application);
  g_unlink (accounts_path);
  g_unlink (profiles_path);
  g_rmdir (world->folder);
  g_free (world->folder);
  g_free (world);
}

LcFakeProvider *
ui_world_add_account (UiWorld *world, const char *user_name)
{
  GListModel *providers = lc_registry_get_providers (world->registry);
  guint n = g_list_model_get_n_items (providers);
  g_autoptr (LcAccount) account = lc_fake_account_new (user_name);
  g_autoptr (LcProvider) provider = NULL;
  g_autoptr (GError) error = NULL;

  lc_account_store_add (world->accounts, account, &error);
  g_assert_no_error (error);
  provider = g_list_model_get_item (providers, n);
  g_assert_nonnull (provider);

  /* The registry keeps it. */
  return LC_FAKE_PROVIDER (provider);
}

typedef struct
{
  LcMachineState state;
  LcMachineSystem system;
  gint64 usage;
  gint64 quota;
} MachineLook;

static const MachineLook looks[] = {
  { LC_MACHINE_STATE_RUNNING, LC_MACHINE_SYSTEM_LINUX, 12600, 36000 },
  { LC_MACHINE_STATE_STOPPED, LC_MACHINE_SYSTEM_LINUX, 31000, 36000 },
  { LC_MACHINE_STATE_STARTING, LC_MACHINE_SYSTEM_LINUX, 0, 36000 },
  { LC_MACHINE_STATE_STOPPED, LC_MACHINE_SYSTEM_LINUX, 36000, 36000 },
  { LC_MACHINE_STATE_STOPPED, LC_MACHINE_SYSTEM_WINDOWS, 5400, -1 },
  { LC_MACHINE_STATE_FAILED, LC_MACHINE_SYSTEM_LINUX, 12600, 36000 },
  { LC_MACHINE_STATE_UNKNOWN, LC_MACHINE_SYSTEM_LINUX, 0, -1 },
};

void
ui_world_fill (UiWorld *world)
{
  LcFakeProvider *provider;
  LcMachine *machine = NULL;

  provider = ui_world_add_account (world, "ada@school.example");
  lc_fake_provider_add_lab (provider, "vm", "Data Science with Python", G_N_ELEMENTS (looks), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autofree char *id = g_strdup_printf ("vm-%u", i + 1);

      machine = lc_fake_provider_get (provider, id);
      lc_machine_set_state (machine, looks[i].state);
      lc_machine_set_system (machine, looks[i].system);
      lc_machine_set_usage (machine, looks[i].usage, looks[i].quota);
      lc_machine_set_ssh (machine, "ml-lab-1.westeurope.cloudapp.azure.com", 5000 + i);
      if (looks[i].state == LC_MACHINE_STATE_FAILED)
        lc_machine_set_problem (machine, "Allocation failed: there is no capacity in this region.");
    }
  lc_machine_set_is_template (machine, TRUE);
  lc_fake_provider_add_lab (provider, "os", "Operating Systems", 1, TRUE);
  lc_fake_provider_add_lab (provider, "empty", "Empty Lab", 0, TRUE);
}

static gboolean
is_settled (UiWorld *world)
{
  LcCatalogState state = lc_catalog_get_state (world->catalog);

  return g_list_model_get_n_items (G_LIST_MODEL (world->accounts)) == 0 ||
         (state != LC_CATALOG_EMPTY && state != LC_CATALOG_LOADING);
}

static gboolean
is_loading (UiWorld *world)
{
  return lc_catalog_get_state (world->catalog) == LC_CATALOG_LOADING;
}

static void
show (UiWorld *world, int width, int height)
{
  GtkWindow *window = lc_window_new (GTK_APPLICATION (world->application), world->registry,
                                     world->catalog, world->launcher);

  g_set_weak_pointer (&world->window, window);
  gtk_window_set_default_size (window, width, height);
  gtk_window_present (window);
  await_condition (gtk_widget_get_mapped (GTK_WIDGET (window)), 10);
}

void
ui_world_show (UiWorld *world, int width, int height)
{
  show (world, width, height);
  await_condition (is_settled (world), 10);
}

void
ui_world_show_hanging (UiWorld *world, int width, int height)
{
  show (world, width, height);
  await_condition (is_loading (world), 10);
}

LcConnection *
ui_world_add_connection (UiWorld *world, LcMachine *machine)
{
  g_autoptr (LcConnection) connection = ui_connection_new (machine);

  lc_registry_add_connection (world->registry, connection);

  return connection;
}

LcMachine *
ui_world_find (UiWorld *world, const char *id)
{
  LcMachine *machine = lc_catalog_find_machine (world->catalog, NULL, id);

  g_assert_nonnull (machine);
  return machine;
}

void
ui_world_activate (UiWorld *world, const char *action)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;

  g_action_parse_detailed_name (action, &name, &target, &error);
  g_assert_no_error (error);
  g_action_group_activate_action (G_ACTION_GROUP (world->window), name, target);
}

static gboolean
has_name (GtkWidget *widget, const char *name)
{
  const char *label = NULL;

  if (name == NULL || g_strcmp0 (gtk_widget_get_tooltip_text (widget), name) == 0)
    return TRUE;
  if (GTK_IS_LABEL (widget))
    label = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_BUTTON (widget))
    label = gtk_button_get_label (GTK_BUTTON (widget));
  else if (ADW_IS_PREFERENCES_ROW (widget))
    label = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget));

  return g_strcmp0 (label, name) == 0;
}

gpointer
ui_find (gpointer root, GType type, const char *name)
{
  GtkWidget *widget = GTK_WIDGET (root);

  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && has_name (widget, name))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      gpointer found = ui_find (child, type, name);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  guint *left = user_data;

  gtk_widget_queue_draw (widget);
  return --*left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
ui_screenshot (GtkWindow *window, const char *path)
{
  GtkWidget *widget = GTK_WIDGET (window);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  guint frames = 8;

  /* Sizes and style settle in the first frames. */
  gtk_widget_add_tick_callback (widget, tick_cb, &frames, NULL);
  await_condition (frames == 0, 10);

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (widget),
                          gtk_widget_get_height (widget));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}
