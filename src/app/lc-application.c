/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-clipboard.h"
#include "lc-composition.h"
#include "lc-error.h"
#include "lc-ui-report.h"
#include "lc-settings.h"
#include "lc-shortcuts-dialog.h"
#include "lc-ui-prompt.h"
#include "lc-window.h"

/* How long quitting waits for connections to end in good order. */
#define QUIT_LIMIT_MS           5000

#define BACKGROUND_NOTIFICATION "background"

struct _LcApplication
{
  AdwApplication parent_instance;

  LcComposition *composition;
  LcUiPrompt *prompt;
  GtkWindow *window; /* weak */
  guint signal_sources[3];
  gboolean quitting;
};

G_DEFINE_FINAL_TYPE (LcApplication, lc_application, ADW_TYPE_APPLICATION)

static LcRegistry *
get_registry (LcApplication *self)
{
  return lc_composition_get_registry (self->composition);
}

static void
closed_all_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  g_application_quit (G_APPLICATION (owner));
}

/* Connections end in good order, but not for long. */
static void
quit_now (LcApplication *self)
{
  if (self->quitting)
    return;

  self->quitting = TRUE;
  g_application_withdraw_notification (G_APPLICATION (self), BACKGROUND_NOTIFICATION);
  if (self->window != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  lc_future_to_main (lc_with_timeout (lc_registry_close_all (get_registry (self)), QUIT_LIMIT_MS),
                     self, closed_all_cb, NULL, NULL);
}

static void
quit_response_cb (AdwAlertDialog *dialog, const char *response, LcApplication *self)
{
  if (g_str_equal (response, "quit"))
    quit_now (self);
}

static void
ask_to_quit (LcApplication *self, guint n)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Quit LabConnect?"), NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);

  adw_alert_dialog_format_body (
      alert,
      ngettext ("%u open connection is closed. To keep it, close only the window.",
                "%u open connections are closed. To keep them, close only the window.", n),
      n);
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "quit", _ ("_Quit"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "quit", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (quit_response_cb), self, 0);
  gtk_window_present (self->window);
  adw_dialog_present (dialog, GTK_WIDGET (self->window));
}

static void
quit_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcApplication *self = LC_APPLICATION (user_data);
  guint n = g_list_model_get_n_items (lc_registry_get_connections (get_registry (self)));

  if (n > 0 && self->window != NULL)
    ask_to_quit (self, n);
  else
    quit_now (self);
}

static void
about_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LcApplication *self = LC_APPLICATION (user_data);
  static const char *const developers[] = { "The LabConnect developers", NULL };
  g_autofree char *report =
      lc_ui_report_dup (get_registry (self), lc_composition_get_catalog (self->composition));
  AdwDialog *dialog = adw_about_dialog_new ();

  g_object_set (dialog, "application-name", _ ("LabConnect"), "application-icon", LC_APP_ID,
                "version", LC_VERSION, "developer-name", _ ("The LabConnect developers"),
                "developers", developers, "license-type", GTK_LICENSE_GPL_3_0, "website",
                "https://labconnect.example.com/", "issue-url",
                "https://labconnect.example.com/issues", "comments",
                _ ("Click a lab machine, be at work on it."), "translator-credits",
                _ ("translator-credits"), "debug-info", report, "debug-info-filename",
                "labconnect-report.txt", NULL);
  adw_dialog_present (dialog, self->window != NULL ? GTK_WIDGET (self->window) : NULL);
}

static void
hidden_cb (LcApplication *self)
{
  g_autoptr (GNotification) notification = NULL;
  guint n = g_list_model_get_n_items (lc_registry_get_connections (get_registry (self)));
  g_autofree char *body =
      n > 0
          ? g_strdup_printf (ngettext ("%u connection stays open.", "%u connections stay open.", n),
                             n)
          : g_strdup (_ ("What was begun goes on."));

  notification = g_notification_new (_ ("LabConnect Runs in the Background"));
  g_notification_set_body (notification, body);
  g_notification_set_default_action (notification, "app.activate");
  g_notification_add_button (notification, _ ("Quit"), "app.quit");
  g_application_send_notification (G_APPLICATION (self), BACKGROUND_NOTIFICATION, notification);
}

static void
activate_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_activate (G_APPLICATION (user_data));
}

static void
update_prompt (LcApplication *self)
{
  LcSecretStore *secrets = lc_registry_get_secrets (get_registry (self));

  lc_ui_prompt_set_session_only (self->prompt, lc_secret_store_get_state (secrets) ==
                                                   LC_SECRET_STORE_SESSION_ONLY);
  lc_ui_prompt_set_keys (self->prompt, lc_registry_get_keys (get_registry (self)));
}

static gboolean
report_signal_cb (gpointer user_data)
{
  LcApplication *self = LC_APPLICATION (user_data);
  g_autofree char *report =
      lc_ui_report_dup (get_registry (self), lc_composition_get_catalog (self->composition));

  g_printerr ("%s", report);

  return G_SOURCE_CONTINUE;
}

static gboolean
quit_signal_cb (gpointer user_data)
{
  quit_now (LC_APPLICATION (user_data));

  return G_SOURCE_CONTINUE;
}

static void
add_actions (LcApplication *self)
{
  static const GActionEntry entries[] = {
    { "quit", quit_action_cb },
    { "about", about_action_cb },
    { "activate", activate_action_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  lc_shortcuts_install (GTK_APPLICATION (self));
}

static void
lc_application_startup (GApplication *application)
{
  LcApplication *self = LC_APPLICATION (application);

  G_APPLICATION_CLASS (lc_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (LC_APP_ID);
  self->prompt = lc_ui_prompt_new (GTK_APPLICATION (self));
  self->composition = lc_composition_new (LC_PROMPT (self->prompt));
  g_signal_connect_object (lc_registry_get_secrets (get_registry (self)), "notify::state",
                           G_CALLBACK (update_prompt), self, G_CONNECT_SWAPPED);
  update_prompt (self);
  add_actions (self);

  self->signal_sources[0] = g_unix_signal_add (SIGUSR1, report_signal_cb, self);
  self->signal_sources[1] = g_unix_signal_add (SIGTERM, quit_signal_cb, self);
  self->signal_sources[2] = g_unix_signal_add (SIGINT, quit_signal_cb, self);
}

static void
lc_application_activate (GApplication *application)
{
  LcApplication *self = LC_APPLICATION (application);

  if (self->quitting)
    return;

  if (self->window == NULL)
    {
      GtkWindow *window = lc_window_new (GTK_APPLICATION (self), get_registry (self),
                                         lc_composition_get_catalog (self->composition),
                                         lc_composition_get_launcher (self->composition));

      g_set_weak_pointer (&self->window, window);
      g_signal_connect_object (window, "hidden", G_CALLBACK (hidden_cb), self, G_CONNECT_SWAPPED);
    }
  g_application_withdraw_notification (application, BACKGROUND_NOTIFICATION);
  gtk_window_present (self->window);
}

/* Runs in the first instance, also for what a second one was started with. */
static int
lc_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  LcApplication *self = LC_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  g_autoptr (LcCloud) cloud = NULL;
  g_autoptr (GError) error = NULL;
  const char *url;

  if (g_variant_dict_lookup (options, "cloud", "&s", &url))
    {
      cloud = lc_cloud_for_id (url, &error);
      if (cloud == NULL)
        {
          g_application_command_line_printerr (command_line, "labconnect: %s: %s\n", url,
                                               error->message);
          return EXIT_FAILURE;
        }
      lc_settings_set_cloud_id (lc_settings_get_default (), lc_cloud_get_id (cloud));
    }

  g_application_activate (application);
  if (cloud != NULL && self->window != NULL)
    lc_window_choose_cloud (LC_WINDOW (self->window), cloud);

  return EXIT_SUCCESS;
}

static void
lc_application_shutdown (GApplication *application)
{
  LcApplication *self = LC_APPLICATION (application);

  lc_clipboard_clear_secrets ();
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);
  if (self->window != NULL)
    gtk_window_destroy (self->window);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->composition);
  g_clear_object (&self->prompt);

  G_APPLICATION_CLASS (lc_application_parent_class)->shutdown (application);
}

static void
lc_application_class_init (LcApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = lc_application_startup;
  application_class->activate = lc_application_activate;
  application_class->command_line = lc_application_command_line;
  application_class->shutdown = lc_application_shutdown;
}

static void
lc_application_init (LcApplication *self)
{
  static const GOptionEntry options[] = {
    { "cloud", 0, 0, G_OPTION_ARG_STRING, NULL,
      N_ ("Sign in to this cloud: the address of a local lab, or “azure”"), N_ ("URL") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

LcApplication *
lc_application_new (void)
{
  return g_object_new (LC_TYPE_APPLICATION, "application-id", LC_APP_ID, "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE, "resource-base-path",
                       "/com/example/LabConnect", "version", LC_VERSION, NULL);
}
