/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What this computer keeps: host keys and passwords in Preferences, seen, searched and removed. */

#include <locale.h>
#include <string.h>

#include "../support/await.h"
#include "lc-error.h"
#include "lc-kept-row.h"
#include "ui-world.h"

#define SECRET_TEXT "not to be seen by anybody"

static LcHostKey *
make_key (const char *blob)
{
  g_autoptr (GBytes) bytes = g_bytes_new (blob, strlen (blob));

  return lc_host_key_new ("ssh-ed25519", bytes);
}

/* @name: (nullable). As trusted by ada on 25 November 2026. */
static LcTrustedKey *
make_trusted (const char *machine_id, const char *name, LcTrustSource source)
{
  g_autoptr (LcHostKey) key = make_key (machine_id);
  LcTrustedKey *trusted = lc_trusted_key_new (machine_id, key);

  trusted->machine = lc_trusted_key_dup_machine (machine_id);
  trusted->machine_name = g_strdup (name);
  trusted->when = g_date_time_new_utc (2026, 11, 25, 12, 0, 0);
  trusted->by = g_strdup ("ada");
  trusted->source = source;
  return trusted;
}

static void
add_key (UiWorld *world, LcTrustedKey *trusted)
{
  g_autoptr (LcTrustedKey) owned = trusted;

  g_assert_true (lc_host_key_store_add (LC_HOST_KEY_STORE (world->host_keys), owned, NULL));
}

static void
remember (UiWorld *world, LcSecretKind kind, const char *subject, const char *label)
{
  g_autoptr (LcSecret) secret = lc_secret_new (SECRET_TEXT);

  g_assert_true (await_future (lc_secret_store_store (LC_SECRET_STORE (world->secrets), kind,
                                                      "ada@school.example", subject, label, secret),
                               5, NULL, NULL));
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
open_page (UiWorld *world, const char *page)
{
  ui_world_show (world, 960, 640);
  ui_world_activate (world, "preferences");
  adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (visible_dialog (world)),
                                                page);
}

static void
await_row (UiWorld *world, const char *title)
{
  await_condition (find (world, LC_TYPE_KEPT_ROW, title) != NULL, 5);
}

static void
await_no_row (UiWorld *world, const char *title)
{
  await_condition (find (world, LC_TYPE_KEPT_ROW, title) == NULL, 5);
}

static void
await_label (UiWorld *world, const char *text)
{
  await_condition (find (world, GTK_TYPE_LABEL, text) != NULL, 5);
}

/* @name: the label, or what the tooltip says */
static void
click (UiWorld *world, const char *name)
{
  GtkWidget *button;

  await_condition ((button = find (world, GTK_TYPE_BUTTON, name)) != NULL, 5);
  g_signal_emit_by_name (button, "clicked");
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
test_host_keys (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  g_autoptr (LcHostKey) key = make_key ("vm-1");
  g_autofree char *fingerprint = g_strconcat ("ED25519 ", lc_host_key_get_fingerprint (key), NULL);
  LcTrustedKey *old = make_trusted ("elsewhere", NULL, LC_TRUST_ASKED);

  g_clear_pointer (&old->by, g_free);
  ui_world_fill (world);
  /* What it is called now counts, if it is in a lab. */
  add_key (world, make_trusted ("vm-1", "its old name", LC_TRUST_ASKED));
  add_key (world, make_trusted ("gone", "vm-gone", LC_TRUST_OPENSSH));
  add_key (world, old);
  open_page (world, "host-keys");

  await_row (world, "vm-1");
  await_label (world, fingerprint);
  await_label (world, "Trusted by ada on 25 November 2026");
  await_row (world, "vm-gone");
  await_label (world, "Known to OpenSSH of ada, taken over on 25 November 2026");
  await_row (world, "A machine that is not in your list");
  await_label (world, "Trusted on 25 November 2026");
  g_assert_null (find (world, GTK_TYPE_LABEL, "No Host Keys Yet"));
}

/* The key of the time before a reset is told from the one after it. */
static void
test_host_keys_reset (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  LcTrustedKey *later = make_trusted ("vm-1", "vm-1", LC_TRUST_RESET);

  ui_world_fill (world);
  add_key (world, make_trusted ("vm-1", "vm-1", LC_TRUST_ASKED));
  g_set_str (&later->alias, "vm-1-again");
  later->incarnation = 1;
  add_key (world, later);
  open_page (world, "host-keys");

  await_label (world, "Trusted by ada on 25 November 2026\nOf the time before it was reset");
  await_label (world, "Trusted by ada on 25 November 2026, after it was reset");
}

static void
test_host_key_removed (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  ui_world_fill (world);
  add_key (world, make_trusted ("one", "vm-one", LC_TRUST_ASKED));
  open_page (world, "host-keys");

  click (world, "Remove the key of “vm-one”");
  await_no_row (world, "vm-one");
  await_label (world, "No Host Keys Yet");
  g_assert_cmpuint (lc_fake_host_keys_count (world->host_keys), ==, 0);

  click (world, "_Undo");
  await_row (world, "vm-one");
  g_assert_null (find (world, GTK_TYPE_LABEL, "No Host Keys Yet"));
  g_assert_cmpuint (lc_fake_host_keys_count (world->host_keys), ==, 1);

  /* What cannot be written stays, and that is said. */
  lc_fake_host_keys_fail (world->host_keys, TRUE);
  g_test_expect_message ("lc-ui", G_LOG_LEVEL_MESSAGE, "Host keys: *");
  click (world, "Remove the key of “vm-one”");
  g_test_assert_expected_messages ();
  await_label (world, "Something Went Wrong");
  await_row (world, "vm-one");
}

static void
test_host_keys_unreadable (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  ui_world_fill (world);
  lc_fake_host_keys_fail (world->host_keys, TRUE);
  open_page (world, "host-keys");
  await_label (world, "Something Went Wrong");
  g_assert_null (find (world, GTK_TYPE_LABEL, "No Host Keys Yet"));
}

static void
test_host_keys_searched (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  g_autoptr (LcHostKey) sixth = make_key ("id-6");
  GtkEditable *entry;

  ui_world_fill (world);
  for (guint i = 1; i <= 7; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-%u", i);
      g_autofree char *name = g_strdup_printf ("Machine-%u", i);

      add_key (world, make_trusted (id, name, LC_TRUST_ASKED));
    }
  open_page (world, "host-keys");
  await_row (world, "Machine-7");
  g_assert_null (find (world, GTK_TYPE_SEARCH_ENTRY, NULL));

  /* The list follows what is trusted while it is looked at. */
  add_key (world, make_trusted ("id-8", "Machine-8", LC_TRUST_ASKED));
  await_row (world, "Machine-8");
  await_condition ((entry = find (world, GTK_TYPE_SEARCH_ENTRY, NULL)) != NULL, 5);
  gtk_editable_set_text (entry, " mACHINE-3");
  await_no_row (world, "Machine-8");
  await_row (world, "Machine-3");
  gtk_editable_set_text (entry, lc_host_key_get_fingerprint (sixth));
  await_row (world, "Machine-6");
  await_no_row (world, "Machine-3");
  gtk_editable_set_text (entry, "nothing of the kind");
  await_label (world, "No Results");
}

static void
fill_keyring (UiWorld *world)
{
  ui_world_fill (world);
  remember (world, LC_SECRET_MACHINE_PASSWORD, "student@/some/id",
            "LabConnect: password of student on vm-1");
  remember (world, LC_SECRET_MACHINE_PASSWORD, "root@/another/id", "A label of somebody else’s");
  remember (world, LC_SECRET_KEY_PASSPHRASE, "/home/ada/.ssh/id_ed25519",
            "LabConnect: passphrase of /home/ada/.ssh/id_ed25519");
  remember (world, LC_SECRET_MACHINE_KEY, "student@/some/id", "LabConnect: key of student on vm-2");
  remember (world, LC_SECRET_REFRESH_TOKEN, "", "LabConnect: sign-in of ada");
}

static void
test_passwords (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  fill_keyring (world);
  open_page (world, "passwords");
  await_row (world, "student on vm-1");
  await_row (world, "A label of somebody else’s");
  await_row (world, "id_ed25519");
  await_row (world, "student on vm-2");
  await_label (world, "/home/ada/.ssh/id_ed25519");
  await_label (world, "ada@school.example");
  g_assert_null (find (world, GTK_TYPE_LABEL, SECRET_TEXT));
  g_assert_null (find (world, GTK_TYPE_LABEL, "LabConnect: sign-in of ada"));
  g_assert_null (find (world, GTK_TYPE_LABEL, "Nothing Is Remembered"));
}

static void
test_password_forgotten (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  fill_keyring (world);
  open_page (world, "passwords");
  click (world, "Forget “student on vm-1”");
  respond (world, "cancel");
  await_row (world, "student on vm-1");
  click (world, "Forget “student on vm-1”");
  respond (world, "forget");
  await_no_row (world, "student on vm-1");
  await_row (world, "A label of somebody else’s");
  g_assert_cmpuint (lc_memory_secret_store_count (world->secrets), ==, 4);

  click (world, "Forget “A label of somebody else’s”");
  respond (world, "forget");
  click (world, "Forget “id_ed25519”");
  respond (world, "forget");
  click (world, "Forget “student on vm-2”");
  respond (world, "forget");
  await_label (world, "Nothing Is Remembered");
  g_assert_cmpuint (lc_memory_secret_store_count (world->secrets), ==, 1);
}

static void
test_passwords_locked (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();

  fill_keyring (world);
  lc_memory_secret_store_set_state (world->secrets, LC_SECRET_STORE_LOCKED);
  open_page (world, "passwords");
  await_label (world, "The Keyring Is Locked");
  g_assert_null (find (world, LC_TYPE_KEPT_ROW, NULL));

  lc_memory_secret_store_set_unlocks (world->secrets, FALSE);
  click (world, "_Unlock");
  await_condition (lc_memory_secret_store_count_unlocks (world->secrets) == 1, 5);
  await_label (world, "The Keyring Is Locked");
  lc_memory_secret_store_set_unlocks (world->secrets, TRUE);
  click (world, "_Unlock");
  await_row (world, "student on vm-1");
  await_condition (find (world, GTK_TYPE_LABEL, "The Keyring Is Locked") == NULL, 5);
}

/* Closed while the keyring is asked. */
static void
test_closed (void)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  AdwDialog *dialog;

  fill_keyring (world);
  open_page (world, "passwords");
  await_row (world, "student on vm-1");
  click (world, "Forget “student on vm-1”");
  g_signal_emit_by_name (visible_dialog (world), "response::any", "forget");
  adw_dialog_force_close (visible_dialog (world));
  dialog = visible_dialog (world);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  adw_dialog_force_close (dialog);
  await_condition (dialog == NULL, 5);
  await_condition (lc_memory_secret_store_count (world->secrets) == 4, 5);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_setenv ("TZ", "UTC", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  g_test_add_func ("/kept/host-keys", test_host_keys);
  g_test_add_func ("/kept/host-keys-reset", test_host_keys_reset);
  g_test_add_func ("/kept/host-key-removed", test_host_key_removed);
  g_test_add_func ("/kept/host-keys-unreadable", test_host_keys_unreadable);
  g_test_add_func ("/kept/host-keys-searched", test_host_keys_searched);
  g_test_add_func ("/kept/passwords", test_passwords);
  g_test_add_func ("/kept/password-forgotten", test_password_forgotten);
  g_test_add_func ("/kept/passwords-locked", test_passwords_locked);
  g_test_add_func ("/kept/closed", test_closed);

  return g_test_run ();
}
