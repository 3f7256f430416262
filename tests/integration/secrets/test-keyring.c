/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libsecret/secret.h>
#include <sys/prctl.h>
#include <signal.h>

#include "await.h"
#include "lc-error.h"
#include "lc-keyring.h"
#include "lc-secret-item.h"

/* LcKeyring against a real gnome-keyring-daemon, on a bus and in a home of the test's own. There is
 * no display, so its prompts cannot be answered, as on a machine that somebody has logged in to by
 * ssh. */

#define SECRET_TEXT "hunter2-correct-horse"
#define DAEMON      "gnome-keyring-daemon"

typedef struct
{
  char *folder;
  GSubprocess *daemon;
  LcSecretStore *store;
} Fixture;

static GString *log_text;
static GTestDBus *bus; /* kept until the process ends */

static GLogWriterOutput
log_writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0)
      g_string_append_printf (log_text, "%s\n", (const char *) fields[i].value);

  return g_log_writer_default (level, fields, n_fields, user_data);
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* g_test_dbus_down() would wait for libsecret to let its connection go, which it does not. */
static void
stop_bus (void)
{
  g_autoptr (GDBusConnection) connection = NULL;

  if (bus == NULL)
    return;

  connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  g_test_dbus_stop (bus);
}

static gboolean
name_has_owner (const char *name)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  gboolean owned = FALSE;

  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "NameHasOwner",
                                       g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"),
                                       G_DBUS_CALL_FLAGS_NONE, 5000, NULL, NULL);
  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);

  return owned;
}

static void
start_daemon (Fixture *fixture, const char *password)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  fixture->daemon =
      g_subprocess_launcher_spawn (launcher, &error, DAEMON, "--foreground", "--components=secrets",
                                   password != NULL ? "--unlock" : NULL, NULL);
  g_assert_no_error (error);

  if (password != NULL)
    g_output_stream_write_all (g_subprocess_get_stdin_pipe (fixture->daemon), password,
                               strlen (password), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (g_subprocess_get_stdin_pipe (fixture->daemon), NULL, NULL);
  await_condition (name_has_owner ("org.freedesktop.secrets"), 10);
}

static void
stop_daemon (Fixture *fixture)
{
  if (fixture->daemon == NULL)
    return;

  g_subprocess_send_signal (fixture->daemon, SIGTERM);
  g_subprocess_wait (fixture->daemon, NULL, NULL);
  g_clear_object (&fixture->daemon);
}

static void
set_up_home (Fixture *fixture)
{
  fixture->folder = g_dir_make_tmp ("lc-keyring-XXXXXX", NULL);
  g_setenv ("HOME", fixture->folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", fixture->folder, TRUE);
  g_setenv ("XDG_DATA_HOME", fixture->folder, TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *daemon = g_find_program_in_path (DAEMON);

  if (daemon == NULL)
    {
      if (g_getenv ("LABCONNECT_REQUIRE_ALL") != NULL)
        g_error (DAEMON " is not installed");
      g_test_skip (DAEMON " is not installed");
      return;
    }

  set_up_home (fixture);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  if (dir == NULL)
    {
      g_unlink (path);
      return;
    }

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_assert_null (strstr (log_text->str, SECRET_TEXT));

  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  stop_daemon (fixture);
  stop_bus ();
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

static gboolean
store_secret (Fixture *fixture, gboolean *kept, GError **error)
{
  g_autoptr (LcSecret) secret = lc_secret_new (SECRET_TEXT);
  g_auto (GValue) value = G_VALUE_INIT;

  if (!await_future (lc_secret_store_store (fixture->store, LC_SECRET_MACHINE_PASSWORD, "account",
                                            "student@vm", "LabConnect: a test", secret),
                     30, &value, error))
    return FALSE;

  *kept = g_value_get_boolean (&value);
  return TRUE;
}

/* Returns the text, NULL with error. */
static char *
lookup_secret (Fixture *fixture, const char *subject, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!await_future (lc_secret_store_lookup (fixture->store, LC_SECRET_MACHINE_PASSWORD, "account",
                                             subject),
                     30, &value, error))
    return NULL;

  return g_strdup (lc_secret_peek (g_value_get_boxed (&value)));
}

/* The labels of the machine passwords, one a line. Returns: NULL with error */
static char *
list_labels (Fixture *fixture, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GString *labels = g_string_new (NULL);
  GPtrArray *items;

  if (!await_future (lc_secret_store_list (fixture->store, LC_SECRET_MACHINE_PASSWORD), 30, &value,
                     error))
    {
      g_string_free (labels, TRUE);
      return NULL;
    }

  items = g_value_get_boxed (&value);
  for (guint i = 0; i < items->len; i++)
    {
      LcSecretItem *item = g_ptr_array_index (items, i);

      g_assert_cmpstr (item->account_id, ==, "account");
      g_assert_cmpstr (item->subject, ==, "student@vm");
      g_string_append_printf (labels, "%s\n", item->label);
    }
  return g_string_free_and_steal (labels);
}

static LcSecretStoreState
get_state (Fixture *fixture)
{
  return lc_secret_store_get_state (fixture->store);
}

static void
test_unlocked (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *text = NULL;
  g_autofree char *labels = NULL;
  g_autoptr (GError) error = NULL;
  gboolean kept = FALSE;

  start_daemon (fixture, "login password");
  fixture->store = lc_keyring_new ();

  g_assert_null (lookup_secret (fixture, "student@vm", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
  g_clear_error (&error);

  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_true (kept);
  g_assert_cmpint (get_state (fixture), ==, LC_SECRET_STORE_READY);

  /* Another store, so that nothing comes from memory. */
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  fixture->store = lc_keyring_new ();
  text = lookup_secret (fixture, "student@vm", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, SECRET_TEXT);
  labels = list_labels (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (labels, ==, "LabConnect: a test\n");

  await_future (lc_secret_store_unlock (fixture->store), 10, NULL, &error);
  g_assert_no_error (error);
  await_future (lc_secret_store_remove_account (fixture->store, "somebody else"), 10, NULL, &error);
  g_assert_no_error (error);
  g_free (text);
  text = lookup_secret (fixture, "student@vm", &error);
  g_assert_no_error (error);

  await_future (lc_secret_store_remove_account (fixture->store, "account"), 10, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (lookup_secret (fixture, "student@vm", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
}

/* As somebody does in the desktop's keyring program. */
static void
lock_collection (void)
{
  g_autoptr (SecretService) service = secret_service_get_sync (SECRET_SERVICE_NONE, NULL, NULL);
  g_autoptr (SecretCollection) collection =
      secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                        NULL, NULL);
  g_autoptr (GList) objects = g_list_prepend (NULL, collection);
  g_autolist (GObject) locked = NULL;
  g_autoptr (GError) error = NULL;

  secret_service_lock_sync (service, objects, NULL, &locked, &error);
  g_assert_no_error (error);
}

static void
test_locked (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *text = NULL;
  g_autoptr (LcSecretStore) unlocking = NULL;
  g_autoptr (GError) error = NULL;
  gboolean kept = FALSE;

  start_daemon (fixture, "login password");
  fixture->store = lc_keyring_new ();
  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_true (kept);

  lock_collection ();
  await_condition (get_state (fixture) == LC_SECRET_STORE_LOCKED, 10);

  g_assert_null (lookup_secret (fixture, "student@vm", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);

  g_assert_null (list_labels (fixture, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);

  /* The prompt cannot be shown: it must end, and say that the keyring is locked. */
  g_assert_false (await_future (lc_secret_store_unlock (fixture->store), 30, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);

  g_assert_false (
      await_future (lc_secret_store_remove_account (fixture->store, "account"), 30, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);

  /* Storing falls back on memory, and what is there is found. */
  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_false (kept);
  text = lookup_secret (fixture, "student@vm", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, SECRET_TEXT);
  g_assert_cmpint (get_state (fixture), ==, LC_SECRET_STORE_LOCKED);

  /* A daemon that was started without the password, as after an automatic login. */
  stop_daemon (fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  start_daemon (fixture, NULL);
  fixture->store = lc_keyring_new ();
  g_assert_null (lookup_secret (fixture, "student@vm", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  g_assert_cmpint (get_state (fixture), ==, LC_SECRET_STORE_LOCKED);
}

static void
test_never_initialised (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *text = NULL;
  g_autofree char *labels = NULL;
  g_autoptr (GError) error = NULL;
  gboolean kept = TRUE;

  start_daemon (fixture, NULL);
  fixture->store = lc_keyring_new ();

  g_assert_null (lookup_secret (fixture, "student@vm", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
  g_clear_error (&error);

  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_false (kept);
  text = lookup_secret (fixture, "student@vm", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, SECRET_TEXT);
  labels = list_labels (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (labels, ==, "LabConnect: a test\n");
}

static void
test_appears (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean kept = TRUE;

  fixture->store = lc_keyring_new ();
  await_condition (get_state (fixture) == LC_SECRET_STORE_SESSION_ONLY, 10);
  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_false (kept);

  start_daemon (fixture, "login password");
  await_condition (get_state (fixture) == LC_SECRET_STORE_READY, 10);
  text = lookup_secret (fixture, "student@vm", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, SECRET_TEXT);

  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_true (kept);

  /* It goes away in the middle of the work. */
  stop_daemon (fixture);
  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_false (kept);
  g_assert_cmpint (get_state (fixture), ==, LC_SECRET_STORE_SESSION_ONLY);
}

static void
check_memory_only (Fixture *fixture)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean kept = TRUE;

  fixture->store = lc_keyring_new ();
  g_assert_null (lookup_secret (fixture, "student@vm", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (get_state (fixture), ==, LC_SECRET_STORE_SESSION_ONLY);

  store_secret (fixture, &kept, &error);
  g_assert_no_error (error);
  g_assert_false (kept);
  text = lookup_secret (fixture, "student@vm", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, SECRET_TEXT);

  await_future (lc_secret_store_unlock (fixture->store), 10, NULL, &error);
  g_assert_no_error (error);
  await_future (lc_secret_store_remove (fixture->store, LC_SECRET_MACHINE_PASSWORD, "account",
                                        "student@vm"),
                10, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (lookup_secret (fixture, "student@vm", &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_NOT_FOUND);
}

static void
test_absent (Fixture *fixture, gconstpointer user_data)
{
  check_memory_only (fixture);
}

static void
set_up_no_bus (Fixture *fixture, gconstpointer user_data)
{
  set_up_home (fixture);
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("DISPLAY");
}

static void
test_no_bus (Fixture *fixture, gconstpointer user_data)
{
  check_memory_only (fixture);
}

static GDBusMessage *
swallow_cb (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;

  g_object_unref (message);
  return NULL;
}

/* A service that owns the name and never answers: libsecret alone would wait for 25 s a call. */
static void
test_no_answer (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GDBusConnection) mute = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start = 0;

  mute = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                 NULL, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (mute, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_add_filter (mute, swallow_cb, NULL, NULL);

  start = g_get_monotonic_time ();
  check_memory_only (fixture);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 25 * G_USEC_PER_SEC);
}

#define add_case(name, set_up_func, func)                                                          \
  g_test_add ("/keyring/" name, Fixture, NULL, set_up_func, func, tear_down)

int
main (int argc, char *argv[])
{
  log_text = g_string_new (NULL);
  g_log_set_writer_func (log_writer, NULL, NULL);
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);

  g_test_init (&argc, &argv, NULL);
  dex_init ();

  add_case ("unlocked", set_up, test_unlocked);
  add_case ("locked", set_up, test_locked);
  add_case ("never-initialised", set_up, test_never_initialised);
  add_case ("appears", set_up, test_appears);
  add_case ("absent", set_up, test_absent);
  add_case ("no-bus", set_up_no_bus, test_no_bus);
  add_case ("no-answer", set_up, test_no_answer);

  return g_test_run ();
}
