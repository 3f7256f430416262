/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dialogs: what they accept, what they answer, and that they go when nobody asks any more. */

#include <locale.h>

#include "../support/await.h"
#include "lc-clipboard.h"
#include "lc-error.h"
#include "lc-host-key-art.h"
#include "ui-world.h"

static UiWorld *
new_world (void)
{
  UiWorld *world = ui_world_new ();

  ui_world_fill (world);
  ui_world_show (world, 960, 640);

  return world;
}

static AdwDialog *
visible_dialog (UiWorld *world)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (world->window));
}

static gpointer
find (UiWorld *world, GType type, const char *name)
{
  AdwDialog *dialog = visible_dialog (world);

  return dialog != NULL ? ui_find (dialog, type, name) : NULL;
}

static void
await_label (UiWorld *world, const char *text)
{
  await_condition (find (world, GTK_TYPE_LABEL, text) != NULL, 5);
}

static void
type (UiWorld *world, const char *row, const char *text)
{
  GtkEditable *editable;

  await_condition ((editable = find (world, ADW_TYPE_ENTRY_ROW, row)) != NULL, 5);
  gtk_editable_set_text (editable, text);
}

static GtkWidget *
button (UiWorld *world, const char *label)
{
  GtkWidget *found;

  await_condition ((found = find (world, GTK_TYPE_BUTTON, label)) != NULL, 5);
  return found;
}

static void
click (UiWorld *world, const char *label)
{
  g_signal_emit_by_name (button (world, label), "clicked");
}

/* What makes no sense does not get as far as the network; what does is remembered. */
static void
test_jump_host (void)
{
  g_autoptr (UiWorld) world = new_world ();
  LcProfileStore *profiles = lc_registry_get_profiles (world->registry);
  GtkWidget *row;
  g_autofree char *jump = NULL;

  ui_world_activate (world, "machine-connect(('', 'vm-1'))");
  await_condition ((row = find (world, ADW_TYPE_EXPANDER_ROW, NULL)) != NULL, 5);
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row)), ==, "Directly");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  type (world, "Jump Host", "-oProxyCommand=reboot");
  g_assert_false (gtk_widget_get_sensitive (button (world, "C_onnect")));
  type (world, "Jump Host", " ada@gate.school.example ");
  g_assert_true (gtk_widget_get_sensitive (button (world, "C_onnect")));
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row)), ==,
                   "By way of ada@gate.school.example");
  click (world, "C_onnect");
  jump = lc_profile_store_dup_jump (profiles, "vm-1");
  g_assert_cmpstr (jump, ==, "ada@gate.school.example");
}

static void
test_credentials (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  DexFuture *answer = lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_FIRST, NULL);
  LcCredentials *credentials;

  g_assert_false (gtk_widget_get_sensitive (button (world, "_Log In")));
  type (world, "Password", "correct horse");
  g_assert_true (gtk_widget_get_sensitive (button (world, "_Log In")));
  type (world, "User Name", "-oProxyCommand=x");
  g_assert_false (gtk_widget_get_sensitive (button (world, "_Log In")));
  type (world, "User Name", "ada");
  click (world, "_Log In");

  g_assert_true (await_future (answer, 5, &value, &error));
  credentials = g_value_get_boxed (&value);
  g_assert_cmpstr (lc_credentials_get_login (credentials), ==, "ada");
  g_assert_cmpint (lc_credentials_get_method (credentials), ==, LC_AUTH_METHOD_PASSWORD);
  g_assert_cmpstr (lc_secret_peek (lc_credentials_get_secret (credentials)), ==, "correct horse");
  g_assert_true (lc_credentials_get_remember (credentials));
  await_condition (visible_dialog (world) == NULL, 5);
}

static void
test_key_file (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (LcCredentials) previous =
      lc_credentials_new_key_file ("ada", "/no/such/key", NULL, TRUE);
  DexFuture *answer = lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_KEY_UNREADABLE, previous);
  LcCredentials *credentials;

  await_label (world, "The key file is missing, or is not a private key");
  type (world, "Key File", "relative/path");
  g_assert_false (gtk_widget_get_sensitive (button (world, "_Log In")));
  type (world, "Key File", "/home/ada/.ssh/id_ed25519");
  click (world, "_Log In");

  g_assert_true (await_future (answer, 5, &value, &error));
  credentials = g_value_get_boxed (&value);
  g_assert_cmpint (lc_credentials_get_method (credentials), ==, LC_AUTH_METHOD_KEY_FILE);
  g_assert_cmpstr (lc_credentials_get_key_path (credentials), ==, "/home/ada/.ssh/id_ed25519");
}

static void
test_agent (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (LcCredentials) previous = lc_credentials_new_agent ("ada", "SHA256:abc");
  DexFuture *answer = lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_AGENT_SILENT, previous);
  LcCredentials *credentials;

  await_label (world, "There is no SSH agent that answers");
  click (world, "_Log In");
  g_assert_true (await_future (answer, 5, &value, &error));
  credentials = g_value_get_boxed (&value);
  g_assert_cmpint (lc_credentials_get_method (credentials), ==, LC_AUTH_METHOD_AGENT);
  g_assert_cmpstr (lc_credentials_get_key (credentials), ==, "SHA256:abc");
}

static void
add_keys (UiWorld *world)
{
  lc_fake_keys_add (world->keys, lc_key_new (LC_AUTH_METHOD_KEY_FILE, "/home/ada/.ssh/id_ed25519",
                                             "ED25519", "ada@home", "SHA256:file", FALSE));
  lc_fake_keys_add (world->keys, lc_key_new (LC_AUTH_METHOD_KEY_FILE, "/home/ada/.ssh/id_rsa",
                                             "RSA", NULL, "SHA256:old", TRUE));
  lc_fake_keys_add (world->keys, lc_key_new (LC_AUTH_METHOD_AGENT, NULL, "ED25519", "ada@phone",
                                             "SHA256:phone", FALSE));
}

static void
choose (UiWorld *world, const char *row, guint index)
{
  AdwComboRow *combo;

  await_condition ((combo = find (world, ADW_TYPE_COMBO_ROW, row)) != NULL, 5);
  adw_combo_row_set_selected (combo, index);
}

static LcCredentials *
answered (UiWorld *world, DexFuture *answer)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  click (world, "_Log In");
  g_assert_true (await_future (answer, 5, &value, &error));
  return g_value_dup_boxed (&value);
}

/* Nobody has to know where key files are. */
static void
test_keys_found (void)
{
  g_autoptr (UiWorld) world = new_world ();
  LcMachine *machine = ui_world_find (world, "vm-1");
  g_autoptr (LcCredentials) first = NULL;
  g_autoptr (LcCredentials) second = NULL;
  g_autoptr (LcCredentials) agent = NULL;
  DexFuture *answer;

  add_keys (world);
  answer = lc_prompt_ask_credentials (world->prompt, machine, LC_PROMPT_REASON_FIRST, NULL);
  type (world, "User Name", "ada");
  choose (world, "Log In With", LC_AUTH_METHOD_KEY_FILE);
  first = answered (world, answer);
  g_assert_cmpstr (lc_credentials_get_key_path (first), ==, "/home/ada/.ssh/id_ed25519");

  answer = lc_prompt_ask_credentials (world->prompt, machine, LC_PROMPT_REASON_KEY_REFUSED, first);
  choose (world, "Key", 1);
  second = answered (world, answer);
  g_assert_cmpstr (lc_credentials_get_key_path (second), ==, "/home/ada/.ssh/id_rsa");

  answer = lc_prompt_ask_credentials (world->prompt, machine, LC_PROMPT_REASON_KEY_REFUSED, second);
  choose (world, "Log In With", LC_AUTH_METHOD_AGENT);
  choose (world, "Key", 1);
  agent = answered (world, answer);
  g_assert_cmpint (lc_credentials_get_method (agent), ==, LC_AUTH_METHOD_AGENT);
  g_assert_cmpstr (lc_credentials_get_key (agent), ==, "SHA256:phone");
}

/* The machine was set up anew, say: the way in is the password. */
static void
test_made_key_refused (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (LcSecret) key = lc_secret_new ("the key");
  g_autoptr (LcCredentials) previous = lc_credentials_new_stored_key ("ada", key);
  g_autoptr (LcCredentials) credentials = NULL;
  DexFuture *answer = lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_KEY_REFUSED, previous);

  type (world, "Password", "correct horse");
  credentials = answered (world, answer);
  g_assert_cmpint (lc_credentials_get_method (credentials), ==, LC_AUTH_METHOD_PASSWORD);
  g_assert_cmpstr (lc_credentials_get_login (credentials), ==, "ada");
}

static void
test_key_wanted (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (LcCredentials) credentials = NULL;
  DexFuture *answer = lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_FIRST, NULL);
  AdwSwitchRow *row;

  type (world, "User Name", "ada");
  type (world, "Password", "correct horse");
  row = find (world, ADW_TYPE_SWITCH_ROW, "Use a Key From Now On");
  g_assert_false (adw_switch_row_get_active (row));
  adw_switch_row_set_active (row, TRUE);
  credentials = answered (world, answer);
  g_assert_true (lc_credentials_get_wants_key (credentials));
}

static void
test_keys_page (void)
{
  g_autoptr (UiWorld) world = new_world ();

  add_keys (world);
  ui_world_activate (world, "preferences");
  adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (visible_dialog (world)),
                                                "keys");
  await_label (world, "id_ed25519");
  await_label (world, "ada@phone");
  await_label (world, "RSA, protected by a passphrase");
  await_label (world, "SHA256:old");
}

static const char *
answer_at (const GValue *answers, guint index)
{
  return lc_secret_peek (((GPtrArray *) g_value_get_boxed (answers))->pdata[index]);
}

/* What the machine says is text, whatever is in it. */
static void
test_challenge (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (LcChallenge) challenge = lc_challenge_new ("Two steps", "Look at <b>your phone</b>.");
  DexFuture *answer;

  lc_challenge_add (challenge, "Code & co: ", FALSE);
  lc_challenge_add (challenge, "Seat number:", TRUE);
  lc_challenge_add (challenge, "", FALSE);
  answer = lc_prompt_ask_challenge (world->prompt, ui_world_find (world, "vm-1"), challenge,
                                    LC_PROMPT_REASON_CODE_REFUSED);
  await_label (world, "The machine did not accept the answers");
  await_label (world, "Two steps\nLook at <b>your phone</b>.");
  type (world, "Code & co", "123456");
  type (world, "Seat number", "17");
  click (world, "_Log In");

  g_assert_true (await_future (answer, 5, &value, &error));
  g_assert_cmpstr (answer_at (&value, 0), ==, "123456");
  g_assert_cmpstr (answer_at (&value, 1), ==, "17");
  g_assert_cmpstr (answer_at (&value, 2), ==, "");
  await_condition (visible_dialog (world) == NULL, 5);
}

static void
test_challenge_declined (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LcChallenge) challenge = lc_challenge_new (NULL, NULL);
  DexFuture *answer;

  lc_challenge_add (challenge, "Code", FALSE);
  answer = lc_prompt_ask_challenge (world->prompt, ui_world_find (world, "vm-1"), challenge,
                                    LC_PROMPT_REASON_FIRST);
  type (world, "Code", "123456");
  click (world, "_Cancel");
  g_assert_false (await_future (answer, 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
}

static void
test_declined (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (GError) error = NULL;
  DexFuture *answer = lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_FIRST, NULL);

  click (world, "_Cancel");
  g_assert_false (await_future (answer, 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
}

static DexFuture *
never_cb (DexFuture *future, gpointer user_data)
{
  return dex_ref (future);
}

/* A question that is no longer of interest takes its dialog away. */
static void
test_dropped (void)
{
  g_autoptr (UiWorld) world = new_world ();
  DexFuture *answer = lc_prompt_ask_credentials (world->prompt, ui_world_find (world, "vm-1"),
                                                 LC_PROMPT_REASON_FIRST, NULL);
  AdwDialog *dialog = visible_dialog (world);

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  answer = dex_future_finally (answer, never_cb, NULL, NULL);
  await_condition (gtk_widget_get_mapped (GTK_WIDGET (dialog)), 5);
  dex_unref (answer);
  await_condition (dialog == NULL, 5);
}

static void
test_new_password (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  DexFuture *answer = lc_prompt_ask_new_password (world->prompt, ui_world_find (world, "vm-1"),
                                                  LC_PROMPT_REASON_PASSWORD_REFUSED_BY_SERVICE,
                                                  "The password was used before.");
  LcCredentials *credentials;

  await_label (world, "The password was used before.");
  type (world, "New Password", "short");
  await_label (world, "Too short");
  type (world, "New Password", "correcthorsebattery");
  await_label (world, "More kinds of characters are needed");
  type (world, "New Password", "Correct-Horse-9");
  g_assert_false (gtk_widget_get_sensitive (button (world, "_Set")));
  type (world, "New Password Again", "Correct-Horse-8");
  await_label (world, "The two are not the same");
  g_assert_false (gtk_widget_get_sensitive (button (world, "_Set")));
  type (world, "New Password Again", "Correct-Horse-9");
  click (world, "_Set");

  g_assert_true (await_future (answer, 5, &value, &error));
  credentials = g_value_get_boxed (&value);
  g_assert_cmpstr (lc_credentials_get_login (credentials), ==, "student");
  g_assert_cmpstr (lc_secret_peek (lc_credentials_get_secret (credentials)), ==, "Correct-Horse-9");
}

static void
respond (UiWorld *world, const char *response)
{
  AdwDialog *dialog = visible_dialog (world);

  g_assert_true (ADW_IS_ALERT_DIALOG (dialog));
  g_signal_emit_by_name (dialog, "response::any", response);
  adw_dialog_force_close (dialog);
}

static void
test_passphrase (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  DexFuture *answer =
      lc_prompt_ask_passphrase (world->prompt, ui_world_find (world, "vm-1"),
                                "/home/ada/.ssh/id_ed25519", LC_PROMPT_REASON_PASSPHRASE_WRONG);
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (visible_dialog (world));

  g_assert_cmpstr (adw_alert_dialog_get_body (dialog), ==, "The passphrase does not open this key");
  g_assert_false (adw_alert_dialog_get_response_enabled (dialog, "unlock"));
  type (world, "Passphrase", "open sesame");
  g_assert_true (adw_alert_dialog_get_response_enabled (dialog, "unlock"));
  respond (world, "unlock");

  g_assert_true (await_future (answer, 5, &value, &error));
  g_assert_cmpstr (lc_secret_peek (g_value_get_boxed (&value)), ==, "open sesame");
}

static LcHostKey *
make_host_key (const char *blob)
{
  g_autoptr (GBytes) bytes = g_bytes_new (blob, strlen (blob));

  return lc_host_key_new ("ssh-ed25519", bytes);
}

static DexFuture *
ask_host_key (UiWorld *world)
{
  g_autoptr (LcHostKey) key = make_host_key ("a key");
  LcHostKeyQuestion question = { .key = key };

  return lc_prompt_confirm_host_key (world->prompt, ui_world_find (world, "vm-1"), &question);
}

static void
test_host_key (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  DexFuture *answer = ask_host_key (world);

  respond (world, "trust");
  g_assert_true (await_future (answer, 5, &value, &error));
  g_assert_true (g_value_get_boolean (&value));

  answer = ask_host_key (world);
  respond (world, "cancel");
  g_assert_false (await_future (answer, 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
}

static gboolean
may_trust (UiWorld *world)
{
  return adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (visible_dialog (world)), "trust");
}

/* Who cannot compare letters has them compared. */
static void
test_host_key_compared (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (LcHostKey) key = make_host_key ("a key");
  g_autoptr (LcHostKey) another = make_host_key ("another");
  g_autofree char *line =
      g_strdup_printf ("256 %s somebody (ED25519)", lc_host_key_get_fingerprint (key));
  g_autoptr (GError) error = NULL;
  DexFuture *answer = ask_host_key (world);

  g_assert_true (may_trust (world));
  type (world, "Fingerprint You Were Told", "SHA256:");
  g_assert_false (may_trust (world));
  g_assert_null (find (world, GTK_TYPE_LABEL, "It is not the same. Cancel, and ask your teacher."));
  type (world, "Fingerprint You Were Told", lc_host_key_get_fingerprint (another));
  g_assert_false (may_trust (world));
  await_label (world, "It is not the same. Cancel, and ask your teacher.");
  type (world, "Fingerprint You Were Told", line);
  g_assert_true (may_trust (world));
  await_label (world, "It is the same: this is the machine.");
  type (world, "Fingerprint You Were Told", "");
  g_assert_true (may_trust (world));
  g_assert_null (find (world, GTK_TYPE_LABEL, "It is the same: this is the machine."));

  respond (world, "trust");
  g_assert_true (await_future (answer, 5, NULL, &error));
}

/* The picture is there for eyes only; what else is known is told. */
static void
test_host_key_known_to_openssh (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (LcHostKey) key = make_host_key ("a key");
  g_autoptr (LcHostKey) another = make_host_key ("another");
  LcHostKeyQuestion question = { .key = key, .other = another, .has_authority = TRUE };
  g_autofree char *art = lc_host_key_dup_art (key);
  g_autofree char *shown =
      g_strdup_printf ("ssh-ed25519\n%s", lc_host_key_get_fingerprint (another));
  g_autoptr (GError) error = NULL;
  DexFuture *answer =
      lc_prompt_confirm_host_key (world->prompt, ui_world_find (world, "vm-1"), &question);
  GtkWidget *picture;

  await_condition ((picture = find (world, GTK_TYPE_LABEL, art)) != NULL, 5);
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (picture)), ==,
                   GTK_ACCESSIBLE_ROLE_IMG);
  await_label (world, shown);
  await_label (world,
               "Your SSH program recognizes this address by a certificate. LabConnect cannot check "
               "certificates of machines, so compare the fingerprint.");
  respond (world, "cancel");
  g_assert_false (await_future (answer, 5, NULL, &error));
}

/* A changed key blocks: it is shown at once, with both fingerprints and no way around. */
static void
test_changed_host_key (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (LcOperation) operation = lc_operation_new ("Opening the notebook", "vm-1");
  LcErrorDetails details = {
    .service_message = (char *) "expected ssh-ed25519 SHA256:old, got ssh-ed25519 SHA256:new",
  };
  g_autoptr (GError) error =
      lc_error_new_with_details (LC_ERROR_HOST_KEY_CHANGED, &details, "It has changed");

  lc_operation_finish (operation, error);
  g_assert_nonnull (visible_dialog (world));
  await_label (world, "SHA256:old");
  await_label (world, "SHA256:new");
  g_assert_nonnull (button (world, "_Copy Details"));
  g_assert_null (find (world, GTK_TYPE_BUTTON, "_Trust"));
}

static void
test_join (void)
{
  g_autoptr (UiWorld) world = new_world ();
  g_autoptr (LcProvider) provider =
      g_list_model_get_item (lc_registry_get_providers (world->registry), 0);
  g_autoptr (GError) error = lc_error_new (LC_ERROR_NOT_FOUND, "No such code");

  lc_fake_provider_fail (LC_FAKE_PROVIDER (provider), "join", 1, error);
  ui_world_activate (world, "join-lab");
  g_assert_false (gtk_widget_get_sensitive (button (world, "_Register")));
  type (world, "Invitation", "   ");
  g_assert_false (gtk_widget_get_sensitive (button (world, "_Register")));
  type (world, "Invitation", "abc");
  click (world, "_Register");
  await_label (world, "Not Found");

  click (world, "_Register");
  await_condition (visible_dialog (world) == NULL, 5);
  g_assert_cmpuint (lc_fake_provider_count (LC_FAKE_PROVIDER (provider), "join"), ==, 2);
}

/* What a row says, and in which colour. @style: (nullable): neutral */
static void
assert_state (UiWorld *world, const char *text, const char *style)
{
  static const char *const styles[] = { "success", "warning", "error" };
  GtkWidget *label = find (world, GTK_TYPE_LABEL, text);

  g_assert_nonnull (label);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    g_assert_cmpint (gtk_widget_has_css_class (label, styles[i]), ==,
                     g_strcmp0 (styles[i], style) == 0);
}

static void
test_connections (void)
{
  g_autoptr (UiWorld) world = new_world ();
  LcConnection *connection = ui_world_add_connection (world, ui_world_find (world, "vm-1"));

  ui_world_activate (world, "connections");
  await_label (world, "Notebook on vm-1");
  g_assert_nonnull (ui_find (world->window, GTK_TYPE_BUTTON, "1 open connection"));
  assert_state (world, "Open, nothing has passed through it yet", NULL);
  lc_connection_set_proven (connection, TRUE);
  assert_state (world, "Open", "success");
  lc_connection_set_state (connection, LC_CONNECTION_WAITING, "No answer for 20 s");
  assert_state (world, "No answer for 20 s", "warning");
  lc_connection_set_state (connection, LC_CONNECTION_OPEN, NULL);
  lc_connection_set_proven (connection, FALSE);
  assert_state (world, "Open, nothing has passed through it yet", NULL);
  lc_connection_set_notice (connection, "Another port");
  await_label (world, "Another port");
  click (world, "Close");
  await_label (world, "Nothing Is Open");
}

static void
test_connection_that_failed (void)
{
  g_autoptr (UiWorld) world = new_world ();
  LcConnection *connection = ui_world_add_connection (world, ui_world_find (world, "vm-1"));
  LcErrorDetails details = { .service_code = (char *) "machine-stopped" };
  g_autoptr (GError) error =
      lc_error_new_with_details (LC_ERROR_CONFLICT, &details, "The machine was stopped");

  ui_world_activate (world, "connections");
  await_label (world, "Notebook on vm-1");
  lc_connection_set_proven (connection, TRUE);
  lc_connection_set_closed (connection, error);
  assert_state (world, "The Machine Was Stopped", "error");
  g_assert_null (find (world, GTK_TYPE_BUTTON, "Copy URL"));
  click (world, "Dismiss");
  await_label (world, "Nothing Is Open");
}

/* Numbers come and go, and nothing moves: the row keeps its height. */
static void
test_traffic_in_place (void)
{
  g_autoptr (UiWorld) world = new_world ();
  LcConnection *connection = ui_world_add_connection (world, ui_world_find (world, "vm-1"));
  GtkWidget *row = NULL;
  int height = 0;

  lc_connection_set_proven (connection, TRUE);
  ui_world_activate (world, "connections");
  await_condition ((row = find (world, ADW_TYPE_PREFERENCES_ROW, "Notebook on vm-1")) != NULL, 5);
  await_condition (gtk_widget_get_height (row) > 0, 5);
  height = gtk_widget_get_height (row);

  lc_connection_set_latency (connection, 12345);
  lc_connection_set_rates (connection, 1234567, 3000);
  lc_connection_set_bytes (connection, 123456789, 987654321);
  await_label (world, "Latency 12 ms");
  g_assert_nonnull (find (world, GTK_TYPE_LABEL, "1.2\302\240MB/s down, 3.0\302\240kB/s up"));
  g_assert_cmpint (gtk_widget_get_height (row), ==, height);

  lc_connection_set_rates (connection, 0, 0);
  await_condition (find (world, GTK_TYPE_LABEL, "1.2\302\240MB/s down, 3.0\302\240kB/s up") == NULL,
                   5);
  g_assert_cmpint (gtk_widget_get_height (row), ==, height);
}

static void
text_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, &error);
  g_assert_no_error (error);
}

static void
test_troubleshooting (void)
{
  g_autoptr (UiWorld) world = new_world ();
  LcConnection *connection = ui_world_add_connection (world, ui_world_find (world, "vm-1"));
  GtkWidget *row = NULL;
  g_autofree char *log = NULL;

  ui_world_activate (world, "troubleshooting");
  await_condition ((row = find (world, ADW_TYPE_EXPANDER_ROW, "Notebook on vm-1")) != NULL, 5);
  lc_connection_set_state (connection, LC_CONNECTION_WAITING, "No answer for 20 s");
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row)), ==,
                   "No answer for 20 s");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  await_label (world, "curve25519-sha256");
  await_label (world, "vm-1.school.example port 22");

  row = find (world, ADW_TYPE_BUTTON_ROW, "_Copy Redacted Log");
  g_assert_nonnull (row);
  g_signal_emit_by_name (row, "activated");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (world->window)), NULL,
                                 text_cb, &log);
  await_condition (log != NULL, 5);
  g_assert_nonnull (strstr (log, "GTK 4."));
  g_assert_nonnull (strstr (log, "Key exchange: curve25519-sha256"));
  g_assert_nonnull (strstr (log, "no answer for 4 s"));
  g_assert_null (strstr (log, "vm-1"));
  g_assert_null (strstr (log, "nThbg6kX"));
}

static void
test_copied_url_is_marked (void)
{
  g_autoptr (UiWorld) world = new_world ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (world->window));
  GdkContentFormats *formats;

  ui_world_add_connection (world, ui_world_find (world, "vm-1"));
  ui_world_activate (world, "connections");
  click (world, "Copy URL");
  formats = gdk_clipboard_get_formats (clipboard);
  g_assert_true (gdk_content_formats_contain_mime_type (formats, "x-kde-passwordManagerHint"));
  g_assert_true (gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8"));

  /* It goes when its time has come, and with the program. */
  lc_clipboard_clear_secrets ();
  g_assert_null (gdk_clipboard_get_content (clipboard));
}

static void
test_other_copies_stay (void)
{
  g_autoptr (UiWorld) world = new_world ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (world->window));
  g_autoptr (LcSecret) secret = lc_secret_new ("http://127.0.0.1:1/?token=x");

  lc_clipboard_set_secret (clipboard, secret);
  gdk_clipboard_set_text (clipboard, "something else");
  lc_clipboard_clear_secrets ();
  g_assert_nonnull (gdk_clipboard_get_content (clipboard));
}

static void
test_accounts (void)
{
  g_autoptr (UiWorld) world = new_world ();

  ui_world_activate (world, "accounts");
  await_condition (find (world, ADW_TYPE_ACTION_ROW, "ada@school.example") != NULL, 5);
  click (world, "Sign _Out");
  respond (world, "sign-out");
  await_condition (g_list_model_get_n_items (G_LIST_MODEL (world->accounts)) == 0, 5);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  gtk_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  g_test_add_func ("/dialogs/credentials", test_credentials);
  g_test_add_func ("/dialogs/key-file", test_key_file);
  g_test_add_func ("/dialogs/agent", test_agent);
  g_test_add_func ("/dialogs/keys-found", test_keys_found);
  g_test_add_func ("/dialogs/made-key-refused", test_made_key_refused);
  g_test_add_func ("/dialogs/key-wanted", test_key_wanted);
  g_test_add_func ("/dialogs/keys-page", test_keys_page);
  g_test_add_func ("/dialogs/challenge", test_challenge);
  g_test_add_func ("/dialogs/challenge-declined", test_challenge_declined);
  g_test_add_func ("/dialogs/declined", test_declined);
  g_test_add_func ("/dialogs/dropped", test_dropped);
  g_test_add_func ("/dialogs/new-password", test_new_password);
  g_test_add_func ("/dialogs/passphrase", test_passphrase);
  g_test_add_func ("/dialogs/host-key", test_host_key);
  g_test_add_func ("/dialogs/host-key-compared", test_host_key_compared);
  g_test_add_func ("/dialogs/host-key-known-to-openssh", test_host_key_known_to_openssh);
  g_test_add_func ("/dialogs/changed-host-key", test_changed_host_key);
  g_test_add_func ("/dialogs/join", test_join);
  g_test_add_func ("/dialogs/connections", test_connections);
  g_test_add_func ("/dialogs/connection-that-failed", test_connection_that_failed);
  g_test_add_func ("/dialogs/traffic-in-place", test_traffic_in_place);
  g_test_add_func ("/dialogs/troubleshooting", test_troubleshooting);
  g_test_add_func ("/dialogs/copied-url-is-marked", test_copied_url_is_marked);
  g_test_add_func ("/dialogs/other-copies-stay", test_other_copies_stay);
  g_test_add_func ("/dialogs/accounts", test_accounts);
  g_test_add_func ("/dialogs/jump-host", test_jump_host);

  return g_test_run ();
}
