/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "await.h"
#include "lc-error.h"
#include "lc-fake-prompt.h"
#include "lc-forward-connector.h"
#include "lc-notebook-connector.h"
#include "lc-notebook-http.h"
#include "lc-test-sshd.h"
#include "lc-tunnel-connection.h"

/* The notebook connector against a real OpenSSH server and a real Jupyter. Each case has a home
 * folder of its own on the "machine", so that cases do not find each other's servers. */

typedef struct
{
  char *folder; /* the login's home folder; the profiles are beside it */
  LcTestSshd *sshd;
  LcFakePrompt *prompt;
  LcProfileStore *profiles;
  LcSshPool *pool;
  LcConnector *connector;
  LcMachine *machine;
  LcOperation *operation; /* of the last open */
} Fixture;

static GString *log_text;

static GLogWriterOutput
log_writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0)
      g_string_append_printf (log_text, "%s\n", (const char *) fields[i].value);

  return g_log_writer_default (level, fields, n_fields, user_data);
}

static void
run (const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status = 0;
  va_list args;

  g_ptr_array_add (argv, (gpointer) first);
  va_start (args, first);
  for (char *next = va_arg (args, char *); next != NULL; next = va_arg (args, char *))
    g_ptr_array_add (argv, next);
  va_end (args);
  g_ptr_array_add (argv, NULL);

  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* The runtime folder of Jupyter in the login's home. */
static char *
runtime_folder (Fixture *fixture)
{
  return g_build_filename (fixture->folder, ".local/share/jupyter/runtime", NULL);
}

/* Returns: (transfer full): the contents of the files that running servers have left. */
static GPtrArray *
list_servers (Fixture *fixture)
{
  g_autofree char *folder = runtime_folder (fixture);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *servers = g_ptr_array_new_with_free_func (g_free);

  for (const char *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL;
       name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *text = NULL;

      if (g_str_has_suffix (name, ".json") && strstr (name, "server-") != NULL &&
          g_file_get_contents (path, &text, NULL, NULL))
        g_ptr_array_add (servers, text);
    }

  return servers;
}

static void
stop_servers (Fixture *fixture)
{
  g_autoptr (GPtrArray) servers = list_servers (fixture);

  for (guint i = 0; i < servers->len; i++)
    {
      const char *pid = strstr (g_ptr_array_index (servers, i), "\"pid\":");

      if (pid != NULL && atoi (pid + 6) > 1)
        kill (atoi (pid + 6), SIGKILL);
    }
}

/* @environment: (nullable): further assignments, each after a space; @options: (nullable): lines of
 * sshd_config(5). HOME is the case's own. */
static void
start_machine (Fixture *fixture, const char *environment, const char *options)
{
  g_autofree char *all =
      g_strdup_printf ("SetEnv HOME=%s%s\n%s", fixture->folder,
                       environment != NULL ? environment : "", options != NULL ? options : "");

  fixture->sshd = lc_test_sshd_start (all);
  fixture->machine = lc_machine_new ("account", "lab", "/labs/1/machines/vm-1", "vm-1");
  lc_machine_set_ssh (fixture->machine, "127.0.0.1", lc_test_sshd_get_port (fixture->sshd));
  lc_machine_set_login (fixture->machine, LC_TEST_SSHD_LOGIN);
  lc_machine_set_state (fixture->machine, LC_MACHINE_STATE_RUNNING);
  run ("chown", "-R", LC_TEST_SSHD_LOGIN ":", fixture->folder, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *top = g_dir_make_tmp ("lc-notebook-XXXXXX", NULL);
  g_autofree char *profiles_path = g_build_filename (top, "profiles.ini", NULL);
  g_autofree char *hosts_path = g_build_filename (top, "known_hosts", NULL);
  g_autoptr (LcKnownHosts) known_hosts = lc_known_hosts_new (hosts_path);

  g_chmod (top, 0755);
  fixture->folder = g_build_filename (top, "home", NULL);
  g_mkdir (fixture->folder, 0700);
  fixture->prompt = lc_fake_prompt_new ();
  fixture->profiles = lc_profile_store_new (profiles_path);
  fixture->pool = lc_ssh_pool_new (known_hosts, fixture->profiles, LC_PROMPT (fixture->prompt));
  fixture->connector =
      lc_notebook_connector_new (fixture->pool, fixture->profiles, LC_PROMPT (fixture->prompt));
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *top = g_path_get_dirname (fixture->folder);

  stop_servers (fixture);
  g_clear_object (&fixture->operation);

  /* A fiber that was cancelled unwinds in the main loop, and gives everything back. */
  await_condition (G_OBJECT (fixture->connector)->ref_count == 1, 10);
  g_clear_object (&fixture->connector);
  g_clear_object (&fixture->pool);
  g_clear_object (&fixture->profiles);
  g_clear_object (&fixture->prompt);
  g_clear_object (&fixture->machine);
  g_clear_pointer (&fixture->sshd, lc_test_sshd_stop);
  run ("rm", "-rf", top, NULL);
  g_free (fixture->folder);
}

static DexFuture *
begin_open (Fixture *fixture, LcConnector *connector)
{
  g_autoptr (LcSecret) password = lc_secret_new (LC_TEST_SSHD_PASSWORD);
  g_autoptr (LcCredentials) credentials =
      lc_credentials_new_password (LC_TEST_SSHD_LOGIN, password, FALSE);

  g_clear_object (&fixture->operation);
  fixture->operation = lc_operation_new ("Opening the notebook", NULL);
  lc_connector_announce_steps (connector, fixture->operation);
  return lc_connector_open (connector, fixture->machine, credentials, fixture->operation);
}

static LcConnection *
open_with (Fixture *fixture, LcConnector *connector, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean opened = await_future (begin_open (fixture, connector), 120, &value, error);

  lc_operation_finish (fixture->operation, opened || error == NULL ? NULL : *error);
  return opened ? g_value_dup_object (&value) : NULL;
}

static LcConnection *
open_notebook (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  LcConnection *connection = open_with (fixture, fixture->connector, &error);

  g_assert_no_error (error);
  return connection;
}

static void
close_connection (LcConnection *connection)
{
  await_future (lc_connection_close (connection), 20, NULL, NULL);
  g_assert_cmpint (lc_connection_get_state (connection), ==, LC_CONNECTION_CLOSED);
  g_assert_no_error (lc_connection_get_error (connection));
}

static LcStep *
find_step (Fixture *fixture, const char *id)
{
  GListModel *steps = lc_operation_get_steps (fixture->operation);

  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (LcStep) step = g_list_model_get_item (steps, i);

      if (g_str_equal (lc_step_get_id (step), id))
        return step;
    }

  g_error ("There is no step \"%s\"", id);
}

static LcStepState
state_of (Fixture *fixture, const char *id)
{
  return lc_step_get_state (find_step (fixture, id));
}

/* The last address that the browser was sent to. */
static const char *
last_shown (Fixture *fixture)
{
  const char *const *log = lc_fake_prompt_get_log (fixture->prompt);
  const char *shown = NULL;

  for (guint i = 0; log[i] != NULL; i++)
    if (g_str_has_prefix (log[i], "uri:"))
      shown = log[i] + 4;

  g_assert_nonnull (shown);
  return shown;
}

/* As a browser would, without following a redirect. */
static LcNotebookReply *
browse (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_strdup_printf ("%s%s%s", g_uri_get_path (uri), g_uri_get_query (uri) != NULL ? "?" : "",
                       g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "");

  await_future (lc_notebook_get ((guint16) g_uri_get_port (uri), path, NULL), 20, &value, &error);
  g_assert_no_error (error);
  return g_value_dup_boxed (&value);
}

/* That the one-time address leads to a page of Jupyter. */
static void
check_browser (Fixture *fixture, LcConnection *connection)
{
  g_autoptr (LcSecret) uri = lc_connection_dup_uri (connection);
  g_autoptr (LcNotebookReply) first = browse (last_shown (fixture));
  g_autoptr (LcNotebookReply) page = NULL;

  g_assert_cmpint (first->status, ==, 302);
  g_assert_cmpstr (first->location, ==, lc_secret_peek (uri));
  page = browse (first->location);
  g_assert_cmpint (page->status, <, 400);
}

static char *
dup_token (LcConnection *connection)
{
  g_autoptr (LcSecret) uri = lc_connection_dup_uri (connection);
  const char *token = strstr (lc_secret_peek (uri), "?token=");

  return token != NULL ? g_strdup (token + strlen ("?token=")) : NULL;
}

/* Every argument list of every process, as any login of the computer can read them. */
static void
check_no_argument_has (const char *secret)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *text = NULL;
      gsize length = 0;

      if (g_ascii_isdigit (*name) && g_file_get_contents (path, &text, &length, NULL))
        g_assert_null (memmem (text, length, secret, strlen (secret)));
    }
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Whether a server has told where it is, to the end. */
static gboolean
has_server (Fixture *fixture)
{
  g_autoptr (GPtrArray) servers = list_servers (fixture);

  return servers->len > 0 && strchr (g_ptr_array_index (servers, 0), '}') != NULL;
}

/* A server that somebody has started in a terminal; waits until it has told where it is. */
static GSubprocess *
start_server (Fixture *fixture, const char *token, const char *option)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *server = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "HOME", fixture->folder, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "XDG_DATA_HOME");
  g_subprocess_launcher_unsetenv (launcher, "XDG_RUNTIME_DIR");
  if (token != NULL)
    g_subprocess_launcher_setenv (launcher, "JUPYTER_TOKEN", token, TRUE);
  server = g_subprocess_launcher_spawn (launcher, &error, "setpriv", "--reuid", LC_TEST_SSHD_LOGIN,
                                        "--regid", LC_TEST_SSHD_LOGIN, "--clear-groups",
                                        "--pdeathsig", "KILL", "jupyter-notebook", "--no-browser",
                                        "--port-retries=500", option, NULL);
  g_assert_no_error (error);

  await_condition (has_server (fixture), 60);
  return server;
}

static void
test_starts (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (LcConnection) again = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autofree char *token = NULL;
  g_autofree char *same_token = NULL;
  g_autofree char *address = NULL;
  g_autofree char *spent = NULL;

  start_machine (fixture, NULL, NULL);
  connection = open_notebook (fixture);
  g_assert_cmpint (state_of (fixture, "start-notebook"), ==, LC_STEP_DONE);
  g_assert_cmpint (state_of (fixture, "open-browser"), ==, LC_STEP_DONE);
  check_browser (fixture, connection);
  spent = g_strdup (last_shown (fixture));

  /* On a socket, which no other login of the machine can reach. */
  servers = list_servers (fixture);
  g_assert_cmpuint (servers->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (servers, 0), "labconnect/"));

  token = dup_token (connection);
  g_assert_cmpuint (strlen (token), ==, 48);
  check_no_argument_has (token);
  g_assert_null (strstr (spent, token));
  g_assert_null (strstr (log_text->str, token));

  /* Shown again: another address, the same page. */
  await_future (lc_connection_show (connection), 20, NULL, NULL);
  g_assert_cmpstr (last_shown (fixture), !=, spent);
  check_browser (fixture, connection);
  await_condition (lc_connection_get_bytes_received (connection) > 0, 5);

  address = g_strdup (lc_connection_get_local_address (connection));
  close_connection (connection);

  /* The server survives; the next connection finds it, on the same local port. */
  again = open_notebook (fixture);
  same_token = dup_token (again);
  g_assert_cmpstr (token, ==, same_token);
  g_assert_cmpstr (lc_connection_get_local_address (again), ==, address);
  g_assert_cmpint (state_of (fixture, "start-notebook"), ==, LC_STEP_SKIPPED);
  close_connection (again);
}

static void
test_finds (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GSubprocess) server = NULL;
  g_autoptr (LcConnection) connection = NULL;
  g_autofree char *token = NULL;
  g_autofree char *stale = NULL;
  g_autofree char *runtime = runtime_folder (fixture);

  start_machine (fixture, NULL, NULL);
  server = start_server (fixture, "somebody-s+token/1", NULL);

  /* One that was killed has left its file behind. */
  stale = g_build_filename (runtime, "jpserver-4194304.json", NULL);
  g_file_set_contents (stale,
                       "{\"base_url\": \"/\", \"hostname\": \"localhost\", \"port\": 1, \"pid\": "
                       "4194304, \"token\": \"ours\", \"sock\": \"/x/labconnect/y\"}",
                       -1, NULL);

  connection = open_notebook (fixture);
  g_assert_cmpint (state_of (fixture, "start-notebook"), ==, LC_STEP_SKIPPED);
  token = dup_token (connection);
  g_assert_cmpstr (token, ==, "somebody-s%2Btoken%2F1");
  check_browser (fixture, connection);
  close_connection (connection);
  g_subprocess_force_exit (server);
}

static void
test_busy_port (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GSocketListener) other = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (other, NULL, NULL);
  g_autofree char *taken = g_strdup_printf ("127.0.0.1:%u", port);
  g_autoptr (LcConnection) connection = NULL;

  start_machine (fixture, NULL, NULL);
  lc_profile_store_set_local_port (fixture->profiles, lc_machine_get_id (fixture->machine),
                                   "notebook", port);
  connection = open_notebook (fixture);
  g_assert_cmpstr (lc_connection_get_local_address (connection), !=, taken);
  g_assert_nonnull (lc_step_get_detail (find_step (fixture, "tunnel")));
  g_assert_cmpstr (lc_connection_get_notice (connection), ==,
                   lc_step_get_detail (find_step (fixture, "tunnel")));
  check_browser (fixture, connection);
  close_connection (connection);

  /* The usual port stays reserved, for when the other program has gone. */
  g_clear_object (&connection);
  g_socket_listener_close (other);
  connection = open_notebook (fixture);
  g_assert_cmpstr (lc_connection_get_local_address (connection), ==, taken);
  g_assert_null (lc_connection_get_notice (connection));
  close_connection (connection);
}

static void
test_no_sockets (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (LcConnection) connection = NULL;
  g_autofree char *token = NULL;

  start_machine (fixture, NULL, "AllowStreamLocalForwarding no\n");
  connection = open_notebook (fixture);
  token = dup_token (connection);
  check_no_argument_has (token);
  check_browser (fixture, connection);
  close_connection (connection);
}

/* Everything that the script needs, but no jupyter. */
static char *
make_bare_path (Fixture *fixture)
{
  static const char *const tools[] = { "sh",   "bash", "dirname", "head",  "tr", "sed",
                                       "tail", "grep", "cat",     "mkdir", "id", "timeout" };
  char *folder = g_build_filename (fixture->folder, "bin", NULL);

  g_mkdir (folder, 0755);
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      g_autofree char *target = g_find_program_in_path (tools[i]);
      g_autofree char *link = g_build_filename (folder, tools[i], NULL);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }

  return folder;
}

static void
test_no_jupyter (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *path = make_bare_path (fixture);
  g_autofree char *environment = g_strdup_printf (" PATH=%s", path);
  g_autofree char *profile = g_build_filename (fixture->folder, ".bash_profile", NULL);
  g_autofree char *line = g_strdup_printf ("PATH=%s\necho Welcome to the lab\n", path);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (profile, line, -1, NULL);
  start_machine (fixture, environment, NULL);
  g_assert_null (open_with (fixture, fixture->connector, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_MISSING_PROGRAM);
  g_assert_cmpint (state_of (fixture, "find-notebook"), ==, LC_STEP_FAILED);
}

static void
test_broken (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, ".jupyter", NULL);
  g_autofree char *config = g_build_filename (folder, "jupyter_notebook_config.py", NULL);
  g_autoptr (GError) error = NULL;

  g_mkdir (folder, 0700);
  g_file_set_contents (config, "c.NotebookApp.port = 'nonsense'\n", -1, NULL);
  start_machine (fixture, NULL, NULL);
  g_assert_null (open_with (fixture, fixture->connector, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_REMOTE_FAILED);
  g_assert_nonnull (strstr (lc_error_get_details (error)->service_message, "nonsense"));
  g_assert_cmpint (state_of (fixture, "start-notebook"), ==, LC_STEP_FAILED);
}

static void
test_open_to_all (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GSubprocess) server = NULL;
  g_autoptr (LcConnection) connection = NULL;

  start_machine (fixture, NULL, NULL);
  server = start_server (fixture, NULL, "--NotebookApp.token=");
  connection = open_notebook (fixture);
  g_assert_null (dup_token (connection));
  g_assert_nonnull (lc_step_get_detail (find_step (fixture, "check-notebook")));
  check_browser (fixture, connection);
  close_connection (connection);
  g_subprocess_force_exit (server);
}

static void
test_base_url (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GSubprocess) server = NULL;
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (LcSecret) uri = NULL;

  start_machine (fixture, NULL, NULL);
  server = start_server (fixture, "t0ken", "--NotebookApp.base_url=/lab-7/");
  connection = open_notebook (fixture);
  uri = lc_connection_dup_uri (connection);
  g_assert_nonnull (strstr (lc_secret_peek (uri), "/lab-7/?token=t0ken"));
  check_browser (fixture, connection);
  close_connection (connection);
  g_subprocess_force_exit (server);
}

/* The server goes while a page is open: the page's connection closes, and the notebook's says why.
 */
static void
test_ends (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) page = NULL;
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (LcSshForward) forward = NULL;
  g_autoptr (GError) error = NULL;

  start_machine (fixture, NULL, NULL);
  connection = open_notebook (fixture);
  g_assert_cmpint (lc_connection_get_state (connection), ==, LC_CONNECTION_OPEN);

  forward = g_object_ref (lc_tunnel_connection_get_forward (LC_TUNNEL_CONNECTION (connection)));
  await_condition (lc_ssh_forward_get_connections (forward) == 0, 10);
  page = g_socket_client_connect_to_host (client, "127.0.0.1",
                                          lc_ssh_forward_get_local_port (forward), NULL, &error);
  g_assert_no_error (error);
  await_condition (lc_ssh_forward_get_connections (forward) == 1, 10);

  /* A browser closes its side when the other end has. */
  stop_servers (fixture);
  await_future (dex_input_stream_read_bytes (g_io_stream_get_input_stream (G_IO_STREAM (page)), 1,
                                             G_PRIORITY_DEFAULT),
                20, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (page), NULL, NULL);
  await_condition (lc_connection_get_state (connection) == LC_CONNECTION_CLOSED, 20);
  g_assert_error (lc_connection_get_error (connection), LC_ERROR, LC_ERROR_REMOTE_FAILED);
}

static void
test_cancelled (Fixture *fixture, gconstpointer user_data)
{
  DexFuture *future = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start = 0;

  start_machine (fixture, NULL, NULL);
  future = begin_open (fixture, fixture->connector);
  await_condition (lc_step_get_state (find_step (fixture, "start-notebook")) == LC_STEP_RUNNING,
                   60);

  start = g_get_monotonic_time ();
  lc_operation_cancel (fixture->operation);
  g_assert_false (await_future (future, 10, NULL, &error));
  g_assert_true (lc_error_is_cancelled (error));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  lc_operation_finish (fixture->operation, error);
}

static void
test_forward (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (LcForwardSpec) spec = NULL;
  g_autoptr (LcConnector) connector = NULL;
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (LcConnection) idle = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  start_machine (fixture, NULL, NULL);

  /* Nothing listens on the discard port: it opens, and says so. */
  spec = lc_forward_spec_parse ("0:127.0.0.1:9", FALSE, &error);
  connector = lc_forward_connector_new (fixture->pool, fixture->profiles, spec);
  idle = open_with (fixture, connector, &error);
  g_assert_no_error (error);
  g_assert_nonnull (lc_step_get_detail (find_step (fixture, "check-tunnel")));
  close_connection (idle);
  g_clear_object (&connector);
  g_clear_pointer (&spec, lc_forward_spec_free);

  text = g_strdup_printf ("0:127.0.0.1:%u", lc_test_sshd_get_port (fixture->sshd));
  spec = lc_forward_spec_parse (text, FALSE, &error);
  connector = lc_forward_connector_new (fixture->pool, fixture->profiles, spec);
  connection = open_with (fixture, connector, &error);
  g_assert_no_error (error);
  g_assert_null (lc_step_get_detail (find_step (fixture, "check-tunnel")));
  g_assert_cmpint (lc_connection_get_state (connection), ==, LC_CONNECTION_OPEN);

  /* The machine goes. */
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  await_condition (lc_connection_get_state (connection) == LC_CONNECTION_CLOSED, 30);
  g_assert_error (lc_connection_get_error (connection), LC_ERROR, LC_ERROR_OFFLINE);
}

/* What answers at the other end is an SSH server, which speaks first. */
static void
read_banner (LcConnection *connection)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) peer =
      g_socket_client_connect_to_host (client, lc_connection_get_local_address (connection), 0,
                                       NULL, &error);
  char banner[4] = "";

  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (peer)), banner, 3, NULL, NULL,
                           &error);
  g_assert_no_error (error);
  g_assert_cmpstr (banner, ==, "SSH");
}

/* A tunnel is proven by what came back through it, and anew after it was made again. */
static void
test_proven (Fixture *fixture, gconstpointer user_data)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;
  g_autoptr (LcForwardSpec) spec = NULL;
  g_autoptr (LcConnector) connector = NULL;
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (GPtrArray) details = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *journal = NULL;

  start_machine (fixture, NULL, NULL);
  times.reconnect_ms = 30000;
  lc_ssh_pool_set_times (fixture->pool, &times);
  text = g_strdup_printf ("0:127.0.0.1:%u", lc_test_sshd_get_port (fixture->sshd));
  spec = lc_forward_spec_parse (text, FALSE, &error);
  connector = lc_forward_connector_new (fixture->pool, fixture->profiles, spec);
  connection = open_with (fixture, connector, &error);
  g_assert_no_error (error);
  g_assert_false (lc_connection_get_proven (connection));
  read_banner (connection);
  await_condition (lc_connection_get_proven (connection), 10);

  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  await_condition (lc_connection_get_state (connection) == LC_CONNECTION_WAITING, 30);
  g_assert_nonnull (lc_connection_get_status (connection));
  g_assert_false (lc_connection_get_proven (connection));
  await_condition (lc_connection_get_state (connection) == LC_CONNECTION_OPEN, 30);
  g_assert_null (lc_connection_get_status (connection));
  g_assert_false (lc_connection_get_proven (connection));
  read_banner (connection);
  await_condition (lc_connection_get_proven (connection), 10);
  await_condition (lc_connection_get_latency (connection) > 0, 30);

  details = lc_connection_dup_details (connection);
  journal = lc_connection_dup_journal (connection);
  g_assert_cmpuint (details->len, >, 5);
  g_assert_nonnull (strchr (journal, '\n'));
  close_connection (connection);
}

#define add_case(name, func) g_test_add ("/notebook/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  log_text = g_string_new (NULL);
  g_log_set_writer_func (log_writer, NULL, NULL);
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);

  g_test_init (&argc, &argv, NULL);
  dex_init ();

  add_case ("starts", test_starts);
  add_case ("finds", test_finds);
  add_case ("busy-port", test_busy_port);
  add_case ("no-sockets", test_no_sockets);
  add_case ("no-jupyter", test_no_jupyter);
  add_case ("broken", test_broken);
  add_case ("open-to-all", test_open_to_all);
  add_case ("base-url", test_base_url);
  add_case ("ends", test_ends);
  add_case ("cancelled", test_cancelled);
  add_case ("forward", test_forward);
  add_case ("proven", test_proven);

  return g_test_run ();
}
