/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "local-lab.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "await.h"

#define READY_LIMIT 60
#define STOP_LIMIT  40

struct _LocalLab
{
  char *state;
  char *url;
  GSubprocess *process;
  SoupSession *browser; /* with cookies, as the page needs them */
};

/* One page on its way. */
typedef struct
{
  GBytes *page;
  GError *error;
  gboolean done;
} Load;

static void
line_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  char **line = user_data;
  g_autoptr (GError) error = NULL;

  *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, NULL, &error);
  g_assert_no_error (error);
  if (*line == NULL)
    g_error ("labconnect-sandbox ended before it was ready");
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;

  load->page = soup_session_send_and_read_finish (SOUP_SESSION (object), result, &load->error);
  load->done = TRUE;
}

/* Follows redirects, to the program's own listener too. */
static char *
load_page (LocalLab *self, SoupMessage *message)
{
  g_autoptr (SoupMessage) owned = message;
  Load load = { 0 };
  char *page;

  soup_session_send_and_read_async (self->browser, message, G_PRIORITY_DEFAULT, NULL, loaded_cb,
                                    &load);
  await_condition (load.done, 30);
  g_assert_no_error (load.error);
  page = g_strndup (g_bytes_get_data (load.page, NULL), g_bytes_get_size (load.page));
  g_bytes_unref (load.page);
  return page;
}

static char *
find (const char *page, const char *pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (!g_regex_match (regex, page, 0, &match))
    g_error ("the page has no %s: %s", pattern, page);
  return g_match_info_fetch (match, 1);
}

/* A test that fails ends at once, and stops nothing itself. */
static void
die_with_test (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
wait_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  gboolean *ended = user_data;

  g_assert_true (g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL));
  *ended = TRUE;
}

LocalLab *
local_lab_start (const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (JsonNode) ready = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  LocalLab *self;

  if (geteuid () != 0 || g_getenv ("LABCONNECT_LAB_IMAGE") == NULL)
    return NULL;
  self = g_new0 (LocalLab, 1);
  self->state = g_dir_make_tmp ("labconnect-lab-XXXXXX", &error);
  g_assert_no_error (error);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_test, NULL, NULL);
  self->process =
      g_subprocess_launcher_spawn (launcher, &error, program, "--state", self->state, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (output, G_PRIORITY_DEFAULT, NULL, line_cb, &line);
  await_condition (line != NULL, READY_LIMIT);
  ready = json_from_string (line, &error);
  g_assert_no_error (error);
  self->url = g_strdup (json_object_get_string_member (json_node_get_object (ready), "url"));
  self->browser = soup_session_new_with_options ("timeout", 20, NULL);
  soup_session_add_feature_by_type (self->browser, SOUP_TYPE_COOKIE_JAR);
  return self;
}

void
local_lab_stop (LocalLab *self)
{
  g_autofree char *remove = g_strdup_printf ("rm -rf --one-file-system '%s'", self->state);
  gboolean ended = FALSE;
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait_async (self->process, NULL, wait_cb, &ended);
  await_condition (ended, STOP_LIMIT);
  g_assert_true (g_subprocess_get_successful (self->process));
  g_spawn_command_line_sync (remove, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (self->process);
  g_object_unref (self->browser);
  g_free (self->state);
  g_free (self->url);
  g_free (self);
}

const char *
local_lab_get_url (LocalLab *self)
{
  return self->url;
}

char *
local_lab_sign_in (LocalLab *self,
                   const char *page,
                   const char *user_code,
                   const char *user_name,
                   const char *password)
{
  g_autofree char *form = load_page (self, soup_message_new ("GET", page));
  g_autofree char *action = NULL;
  g_autofree char *flow = NULL;
  g_autofree char *target = NULL;

  if (user_code != NULL)
    {
      g_autofree char *device = g_strconcat (self->url, "/device", NULL);
      char *next =
          load_page (self, soup_message_new_from_encoded_form (
                               "POST", device, soup_form_encode ("code", user_code, NULL)));

      g_free (form);
      form = next;
    }
  action = find (form, "<form method=\"post\" action=\"([^\"]*)\"");
  flow = find (form, "name=\"flow\" value=\"([^\"]*)\"");
  target = g_uri_resolve_relative (page, action, G_URI_FLAGS_NONE, NULL);
  return load_page (
      self, soup_message_new_from_encoded_form ("POST", target,
                                                soup_form_encode ("username", user_name, "password",
                                                                  password, "flow", flow, NULL)));
}

static void
send_control (LocalLab *self, const char *method, const char *path, const char *json)
{
  g_autofree char *uri = g_strconcat (self->url, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  g_autoptr (SoupMessage) kept = g_object_ref (message);
  g_autofree char *answer = NULL;

  if (json != NULL)
    {
      g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));

      soup_message_set_request_body_from_bytes (message, "application/json", body);
    }
  answer = load_page (self, message);
  if (soup_message_get_status (kept) >= 300)
    g_error ("%s %s: %u %s", method, path, soup_message_get_status (kept), answer);
}

void
local_lab_control (LocalLab *self, const char *path, const char *json)
{
  send_control (self, "POST", path, json);
}

void
local_lab_forget_faults (LocalLab *self)
{
  send_control (self, "DELETE", "/sandbox/faults", NULL);
}
