/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws the pages and dialogs of the program into PNG files: gallery [--rtl] [--locale-dir DIR]
 * FOLDER [SCENE…] */

#include "lc-config.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>

#include "../support/await.h"
#include "lc-error.h"
#include "ui-world.h"

typedef struct
{
  const char *name;
  void (*prepare) (UiWorld *world);
  void (*act) (UiWorld *world);
} Scene;

static void
fill_two_accounts (UiWorld *world)
{
  LcFakeProvider *second;

  ui_world_fill (world);
  second = ui_world_add_account (world, "grace@university.example");
  lc_fake_provider_add_lab (second, "hpc", "High-Performance Computing", 4, TRUE);
}

static void
set_empty (UiWorld *world)
{
  ui_world_add_account (world, "ada@school.example");
}

static void
set_failing (UiWorld *world)
{
  LcFakeProvider *provider = ui_world_add_account (world, "ada@school.example");
  LcErrorDetails details = { 403, (char *) "AuthorizationFailed",
                             (char *) "The client does not have authorization to perform action "
                                      "'Microsoft.LabServices/users/listEnvironments/action'.",
                             (char *) "7d1a8c2e-0b7f-4f0e-9c7b-3f1a2b4c5d6e" };
  g_autoptr (GError) error = lc_error_new_with_details (LC_ERROR_FORBIDDEN, &details, "HTTP 403");

  lc_fake_provider_fail (provider, "list-labs", 100, error);
}

static void
set_session_only (UiWorld *world)
{
  ui_world_fill (world);
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_SESSION_ONLY);
}

static LcOperation *
begin_operation (UiWorld *world, const char *machine)
{
  g_autofree char *title = g_strdup_printf ("Opening the notebook on %s", machine);
  LcOperation *operation =
      lc_operation_new (title, lc_machine_get_id (ui_world_find (world, machine)));

  lc_operation_add_step (operation, "start", "Start the machine");
  lc_operation_add_step (operation, "wait", "Wait until the machine answers");
  lc_operation_add_step (operation, "host-key", "Check the machine’s identity");
  lc_operation_add_step (operation, "log-in", "Log in");
  lc_operation_add_step (operation, "jupyter", "Find or start Jupyter");
  lc_operation_add_step (operation, "tunnel", "Open the tunnel");
  lc_operation_add_step (operation, "browser", "Open the browser");
  lc_operation_skip_step (operation, "start");
  lc_operation_begin_step (operation, "wait", NULL);
  lc_operation_begin_step (operation, "log-in", NULL);

  return operation;
}

static void
run_operations (UiWorld *world)
{
  LcOperation *running = begin_operation (world, "vm-1");
  LcOperation *failed = begin_operation (world, "vm-2");
  g_autoptr (GError) error = lc_error_new (LC_ERROR_TIMED_OUT, "No answer for 300 s");

  lc_operation_set_detail (running, "Second try");
  lc_operation_finish (failed, error);
  g_object_unref (failed);
}

static void
show_operation (UiWorld *world)
{
  LcOperation *operation = begin_operation (world, "vm-1");

  lc_operation_set_detail (operation, "Waiting for your password");
  ui_world_activate (world, "machine-details(('', 'vm-1'))");
}

static void
show_failure (UiWorld *world)
{
  LcOperation *operation = begin_operation (world, "vm-1");
  LcErrorDetails details = { 409, (char *) "Conflict", (char *) "The machine is being re-imaged.",
                             (char *) "7d1a8c2e" };
  g_autoptr (GError) error = lc_error_new_with_details (LC_ERROR_CONFLICT, &details, "HTTP 409");

  lc_operation_finish (operation, error);
  ui_world_activate (world, "machine-details(('', 'vm-1'))");
}

static void
show_changed_key (UiWorld *world)
{
  LcOperation *operation = begin_operation (world, "vm-1");
  LcErrorDetails details = {
    .service_message = (char *) "expected ssh-ed25519 "
                                "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8, got "
                                "ssh-ed25519 SHA256:6qno9wNa3s6RVpasUDemA15z8JK6dTo5uEK6fs3q+60",
  };
  g_autoptr (GError) error =
      lc_error_new_with_details (LC_ERROR_HOST_KEY_CHANGED, &details, "The host key has changed");

  lc_operation_finish (operation, error);
}

static void
show_browser (UiWorld *world)
{
  GtkWidget *button =
      ui_find (world->window, GTK_TYPE_BUTTON, dgettext (GETTEXT_PACKAGE, "_Sign In"));

  g_signal_emit_by_name (button, "clicked");
}

static void
show_code (UiWorld *world)
{
  GtkWidget *button =
      ui_find (world->window, GTK_TYPE_BUTTON, dgettext (GETTEXT_PACKAGE, "Sign In _With a Code…"));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) later = g_date_time_add_minutes (now, 15);

  g_signal_emit_by_name (button, "clicked");
  lc_sign_in_set_page (lc_fake_identity_get_sign_in (world->identity),
                       "https://microsoft.com/devicelogin", "GDRX7KWNQ", later);
}

static void
show_sign_in_error (UiWorld *world)
{
  show_browser (world);
  lc_fake_identity_answer (world->identity, lc_error_new (LC_ERROR_TIMED_OUT, "Nobody came back"));
}

static void
add_connections (UiWorld *world)
{
  LcConnection *busy = ui_world_add_connection (world, ui_world_find (world, "vm-1"));
  LcConnection *other_port = ui_world_add_connection (world, ui_world_find (world, "vm-1"));
  LcConnection *waiting = ui_world_add_connection (world, ui_world_find (world, "vm-2"));
  LcConnection *closed = ui_world_add_connection (world, ui_world_find (world, "vm-3"));
  LcErrorDetails details = { .service_code = (char *) "machine-stopped" };
  g_autofree char *notice = g_strdup_printf (
      dgettext (GETTEXT_PACKAGE, "Another program uses port %u, so it is port %u this time"), 45871,
      45902);
  g_autoptr (GError) error =
      lc_error_new_with_details (LC_ERROR_CONFLICT, &details, "The machine was stopped");

  lc_connection_set_proven (busy, TRUE);
  lc_connection_set_latency (busy, 12345);
  lc_connection_set_rates (busy, 123456789, 456789);
  lc_connection_set_notice (other_port, notice);
  lc_connection_set_bytes (other_port, 0, 0);
  lc_connection_set_state (waiting, LC_CONNECTION_WAITING,
                           dgettext (GETTEXT_PACKAGE, "Reconnecting, third try"));
  lc_connection_set_closed (closed, error);
}

static void
open_connections (UiWorld *world)
{
  add_connections (world);
  ui_world_activate (world, "connections");
}

static void
show_log (UiWorld *world)
{
  add_connections (world);
  ui_world_activate (world, "troubleshooting");
}

static void
show_troubleshooting (UiWorld *world)
{
  GtkWidget *row = NULL;

  add_connections (world);
  ui_world_activate (world, "troubleshooting");
  await_condition ((row = ui_find (world->window, ADW_TYPE_EXPANDER_ROW, NULL)) != NULL, 5);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
}

static void
show_way (UiWorld *world)
{
  GtkWidget *row = NULL;

  lc_profile_store_set_jump (lc_registry_get_profiles (world->registry), "vm-1",
                             "ada@gate.school.example");
  ui_world_activate (world, "machine-connect(('', 'vm-1'))");
  await_condition ((row = ui_find (world->window, ADW_TYPE_EXPANDER_ROW, NULL)) != NULL, 5);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
}

static void
ask_password (UiWorld *world)
{
  g_autoptr (LcSecret) secret = lc_secret_new ("wrong");
  g_autoptr (LcCredentials) previous = lc_credentials_new_password ("student", secret, TRUE);

  dex_future_disown (lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                LC_PROMPT_REASON_PASSWORD_WRONG, previous));
}

static void
ask_new_password (UiWorld *world)
{
  dex_future_disown (lc_prompt_ask_new_password (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_PASSWORD_REFUSED_BY_SERVICE,
                                                 "The supplied password is too common."));
}

static void
ask_passphrase (UiWorld *world)
{
  dex_future_disown (lc_prompt_ask_passphrase (world->prompt, ui_world_find (world, "vm-1"),
                                               "/home/ada/.ssh/id_ed25519",
                                               LC_PROMPT_REASON_FIRST));
}

static LcHostKey *
make_host_key (char letter)
{
  guint8 blob[51] = { 0, 0, 0, 11, 's', 's', 'h', '-', 'e', 'd', (guint8) letter };
  g_autoptr (GBytes) bytes = g_bytes_new (blob, sizeof blob);

  return lc_host_key_new ("ssh-ed25519", bytes);
}

static void
ask_host_key (UiWorld *world)
{
  g_autoptr (LcHostKey) key = make_host_key ('a');
  LcHostKeyQuestion question = { .key = key };

  dex_future_disown (
      lc_prompt_confirm_host_key (world->prompt, ui_world_find (world, "vm-1"), &question));
}

static void
ask_other_host_key (UiWorld *world)
{
  g_autoptr (LcHostKey) key = make_host_key ('a');
  g_autoptr (LcHostKey) other = make_host_key ('b');
  LcHostKeyQuestion question = { .key = key, .other = other, .has_authority = TRUE };

  dex_future_disown (
      lc_prompt_confirm_host_key (world->prompt, ui_world_find (world, "vm-1"), &question));
}

static void
add_host_keys (UiWorld *world)
{
  ui_world_fill (world);
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *id = g_strdup_printf ("vm-%u", i);
      g_autoptr (LcHostKey) key = make_host_key ((char) ('a' + i));
      g_autoptr (LcTrustedKey) trusted = lc_trusted_key_new (id, key);

      trusted->machine = lc_trusted_key_dup_machine (id);
      trusted->machine_name = i > 0 ? g_strdup (id) : NULL;
      trusted->when = i > 1 ? g_date_time_new_utc (2026, 11, 1 + (int) i, 9, 0, 0) : NULL;
      trusted->by = i > 2 ? g_strdup ("ada") : NULL;
      trusted->source = (LcTrustSource) (i % 3);
      lc_host_key_store_add (LC_HOST_KEY_STORE (world->host_keys), trusted, NULL);
      if (i != 4)
        continue;
      trusted->incarnation = 1;
      g_set_str (&trusted->alias, "vm-4-again");
      lc_host_key_store_add (LC_HOST_KEY_STORE (world->host_keys), trusted, NULL);
    }
}

static void
remember (UiWorld *world, LcSecretKind kind, const char *subject, const char *label)
{
  g_autoptr (LcSecret) secret = lc_secret_new ("not to be seen");
  g_autoptr (DexFuture) done = lc_secret_store_store (LC_SECRET_STORE (world->secrets), kind,
                                                      "ada@school.example", subject, label, secret);
}

static void
remember_some (UiWorld *world)
{
  ui_world_fill (world);
  remember (world, LC_SECRET_MACHINE_PASSWORD, "student@vm-1",
            "LabConnect: password of student on vm-1");
  remember (world, LC_SECRET_MACHINE_PASSWORD, "teacher@vm-2",
            "LabConnect: password of teacher on vm-2");
  remember (world, LC_SECRET_KEY_PASSPHRASE, "/home/ada/.ssh/id_ed25519",
            "LabConnect: passphrase of /home/ada/.ssh/id_ed25519");
  remember (world, LC_SECRET_MACHINE_KEY, "student@vm-3", "LabConnect: key of student on vm-3");
}

static void
lock_keyring (UiWorld *world)
{
  remember_some (world);
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_LOCKED);
}

static void
show_preferences_page (UiWorld *world, const char *page)
{
  AdwDialog *dialog = NULL;

  ui_world_activate (world, "preferences");
  dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (world->window));
  adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (dialog), page);
}

static void
show_host_keys (UiWorld *world)
{
  show_preferences_page (world, "host-keys");
}

static void
show_passwords (UiWorld *world)
{
  show_preferences_page (world, "passwords");
}

static void
add_keys (UiWorld *world)
{
  ui_world_fill (world);
  lc_fake_keys_add (world->keys,
                    lc_key_new (LC_AUTH_METHOD_KEY_FILE, "/home/ada/.ssh/id_ed25519", "ED25519",
                                "ada@laptop", "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
                                TRUE));
  lc_fake_keys_add (world->keys, lc_key_new (LC_AUTH_METHOD_KEY_FILE, "/home/ada/.ssh/course.pem",
                                             "RSA", NULL, NULL, FALSE));
  lc_fake_keys_add (world->keys,
                    lc_key_new (LC_AUTH_METHOD_AGENT, NULL, "ED25519", "ada@phone",
                                "SHA256:6qno9wNa3s6RVpasUDemA15z8JK6dTo5uEK6fs3q+60", FALSE));
}

static void
show_keys (UiWorld *world)
{
  show_preferences_page (world, "keys");
}

static void
choose_key (UiWorld *world)
{
  g_autoptr (LcCredentials) previous =
      lc_credentials_new_key_file ("ada", "/home/ada/.ssh/course.pem", NULL, TRUE);

  dex_future_disown (lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                LC_PROMPT_REASON_KEY_REFUSED, previous));
}

static void
ask_challenge (UiWorld *world)
{
  g_autoptr (LcChallenge) challenge =
      lc_challenge_new ("Two-step login", "Open the authenticator on your phone.");

  lc_challenge_add (challenge, "One-time code:", FALSE);
  lc_challenge_add (challenge, "Seat number:", TRUE);
  dex_future_disown (lc_prompt_ask_challenge (world->prompt, ui_world_find (world, "vm-1"),
                                              challenge, LC_PROMPT_REASON_CODE_REFUSED));
}

static void
ask_expired (UiWorld *world)
{
  g_autoptr (LcChallenge) challenge =
      lc_challenge_new (NULL, gettext ("Your password has expired. Choose a new one."));

  lc_challenge_add (challenge, gettext ("New password"), FALSE);
  lc_challenge_add (challenge, gettext ("New password again"), FALSE);
  dex_future_disown (lc_prompt_ask_challenge (world->prompt, ui_world_find (world, "vm-1"),
                                              challenge, LC_PROMPT_REASON_MISTYPED));
}

#define ACT(name, action)                                                                          \
  static void name (UiWorld *world) { ui_world_activate (world, action); }

ACT (show_connect, "machine-connect(('', 'vm-1'))")
ACT (show_reset, "machine-reset-password(('', 'vm-1'))")
ACT (show_accounts, "accounts")
ACT (show_join, "join-lab")
ACT (show_preferences, "preferences")
ACT (show_shortcuts, "shortcuts")
ACT (show_search, "search")

static const Scene scenes[] = {
  { "sign-in", NULL, NULL },
  { "sign-in-browser", NULL, show_browser },
  { "sign-in-code", NULL, show_code },
  { "sign-in-error", NULL, show_sign_in_error },
  { "machines", ui_world_fill, NULL },
  { "two-accounts", fill_two_accounts, show_search },
  { "operations", ui_world_fill, run_operations },
  { "operation", ui_world_fill, show_operation },
  { "failure", ui_world_fill, show_failure },
  { "changed-key", ui_world_fill, show_changed_key },
  { "empty", set_empty, NULL },
  { "failing", set_failing, NULL },
  { "session-only", set_session_only, NULL },
  { "connect", ui_world_fill, show_connect },
  { "connect-way", ui_world_fill, show_way },
  { "reset-password", ui_world_fill, show_reset },
  { "connections", ui_world_fill, open_connections },
  { "password", ui_world_fill, ask_password },
  { "new-password", ui_world_fill, ask_new_password },
  { "passphrase", ui_world_fill, ask_passphrase },
  { "host-key", ui_world_fill, ask_host_key },
  { "host-key-other", ui_world_fill, ask_other_host_key },
  { "accounts", fill_two_accounts, show_accounts },
  { "join", fill_two_accounts, show_join },
  { "preferences", ui_world_fill, show_preferences },
  { "key-choice", add_keys, choose_key },
  { "challenge", ui_world_fill, ask_challenge },
  { "expired", ui_world_fill, ask_expired },
  { "keys", add_keys, show_keys },
  { "keys-empty", ui_world_fill, show_keys },
  { "host-keys", add_host_keys, show_host_keys },
  { "host-keys-empty", ui_world_fill, show_host_keys },
  { "passwords", remember_some, show_passwords },
  { "passwords-empty", ui_world_fill, show_passwords },
  { "passwords-locked", lock_keyring, show_passwords },
  { "shortcuts", ui_world_fill, show_shortcuts },
  { "troubleshooting", ui_world_fill, show_troubleshooting },
  { "log", ui_world_fill, show_log },
};

static void
finish_operations (void)
{
  GListModel *running = lc_operation_get_running ();

  while (g_list_model_get_n_items (running) > 0)
    {
      g_autoptr (LcOperation) operation = g_list_model_get_item (running, 0);

      lc_operation_finish (operation, NULL);
    }
}

static void
draw (const Scene *scene, const char *folder, const char *variant, int width, int height)
{
  g_autofree char *name = g_strdup_printf ("%s%s.png", scene->name, variant);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  UiWorld *world = ui_world_new ();
  AdwNavigationSplitView *split;

  if (scene->prepare != NULL)
    scene->prepare (world);
  ui_world_show (world, width, height);
  split = ui_find (world->window, ADW_TYPE_NAVIGATION_SPLIT_VIEW, NULL);
  if (split != NULL)
    adw_navigation_split_view_set_show_content (split, TRUE);
  if (scene->act != NULL)
    scene->act (world);
  ui_screenshot (world->window, path);
  finish_operations ();
  ui_world_free (world);
}

static void
draw_variants (const Scene *scene, const char *folder)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_LIGHT);
  draw (scene, folder, "", 960, 640);
  draw (scene, folder, "-narrow", 360, 640);
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  draw (scene, folder, "-dark", 960, 640);
}

static gboolean
is_wanted (const Scene *scene, char **wanted)
{
  return *wanted == NULL || g_strv_contains ((const char *const *) wanted, scene->name);
}

int
main (int argc, char **argv)
{
  gboolean rtl = FALSE;
  g_autofree char *locale_dir = NULL;
  const GOptionEntry options[] = {
    { "rtl", 0, 0, G_OPTION_ARG_NONE, &rtl, "Draw from right to left", NULL },
    { "locale-dir", 0, 0, G_OPTION_ARG_FILENAME, &locale_dir, "Where translations are", "DIR" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("FOLDER [SCENE…]");
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 2)
    {
      g_printerr ("gallery: %s\n", error != NULL ? error->message : "no folder");
      return 2;
    }

  if (locale_dir != NULL)
    {
      bindtextdomain (GETTEXT_PACKAGE, locale_dir);
      textdomain (GETTEXT_PACKAGE);
    }
  dex_init ();
  adw_init ();
  if (rtl)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_mkdir_with_parents (argv[1], 0755);
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    if (is_wanted (&scenes[i], argv + 2))
      draw_variants (&scenes[i], argv[1]);

  return 0;
}
