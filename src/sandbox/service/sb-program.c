/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-program.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lc-config.h"
#include "sb-cloud-file.h"
#include "sb-resources.h"
#include "sb-seed.h"
#include "sb-service.h"

typedef struct
{
  char *state;
  char *seed_path;
  char *image;
  int port;

  GMainLoop *loop;
  SbStore *store;
  SbMachineBackend *backend;
  SbLabs *labs;
  SbService *service;
  SbSeed *seed;
  char *cloud_file;
  int lock;
  gboolean is_stopping;
  int status;
} Program;

static void
fail (Program *program, const GError *error)
{
  g_printerr ("labconnect-sandbox: %s\n", error->message);
  program->status = 1;
}

static gboolean
parse_options (Program *program, int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  gboolean show_version = FALSE;
  GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &program->state, "Keep everything in this folder",
      "DIR" },
    { "port", 0, 0, G_OPTION_ARG_INT, &program->port, "Listen on this port (default: a free one)",
      "N" },
    { "seed", 0, 0, G_OPTION_ARG_FILENAME, &program->seed_path, "Begin with what this file has",
      "FILE" },
    { "image", 0, 0, G_OPTION_ARG_FILENAME, &program->image,
      "The root of the machines' image (default: $LABCONNECT_LAB_IMAGE)", "ROOT" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &show_version, "Show the version", NULL },
    { NULL },
  };

  g_option_context_set_summary (context, "A local lab service with real machines.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (show_version)
    {
      g_print ("labconnect-sandbox %s\n", LC_VERSION);
      exit (0);
    }

  if (program->image == NULL)
    program->image = g_strdup (g_getenv ("LABCONNECT_LAB_IMAGE"));
  if (*argc > 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "'%s' is not understood.",
                 (*argv)[1]);
  else if (program->state == NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                         "Say with --state DIR where everything is to be kept.");
  else if (program->port < 0 || program->port > 65535)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "The port must be from 1 to 65535.");
  else
    return TRUE;

  return FALSE;
}

/* One sandbox to a state folder. The lock goes with the process, however it ends. */
static gboolean
lock_state (Program *program, GError **error)
{
  g_autofree char *path = g_build_filename (program->state, "lock", NULL);

  if (g_mkdir_with_parents (program->state, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The folder %s cannot be made: %s",
                   program->state, g_strerror (errno));
      return FALSE;
    }

  program->lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (program->lock >= 0 && flock (program->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               errno == EWOULDBLOCK ? "Another labconnect-sandbox uses the folder %s. Stop it "
                                      "first, or choose another folder."
                                    : "The folder %s cannot be written to.",
               program->state);
  return FALSE;
}

static gboolean
set_up (Program *program, SbMakeBackend make_backend, GError **error)
{
  g_autofree char *database = g_build_filename (program->state, "state.db", NULL);
  g_autofree char *machines = g_build_filename (program->state, "machines", NULL);

  if (!lock_state (program, error))
    return FALSE;

  program->seed = sb_seed_load (program->seed_path, error);
  if (program->seed == NULL)
    return FALSE;
  program->store = sb_store_open (database, error);
  if (program->store == NULL)
    return FALSE;
  program->backend = make_backend (machines, program->image, error);
  if (program->backend == NULL)
    return FALSE;
  program->labs = sb_labs_new (program->store, program->backend, error);
  if (program->labs == NULL)
    return FALSE;
  program->service = sb_service_new (program->store, program->labs, error);

  return program->service != NULL &&
         sb_service_listen (program->service, (guint) program->port, error);
}

static void
print_ready (Program *program, const char *base)
{
  JsonObject *ready = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  json_object_set_string_member (ready, "url", base);
  json_object_set_string_member (ready, "authority", base);
  json_object_set_string_member (ready, "resourceManager", base);
  json_object_set_int_member (ready, "port", sb_service_get_port (program->service));
  json_object_set_int_member (ready, "pid", getpid ());
  json_object_set_string_member (ready, "state", program->state);
  if (program->cloud_file != NULL)
    json_object_set_string_member (ready, "cloudFile", program->cloud_file);
  json_object_set_array_member (ready, "people",
                                sb_seed_describe_people (program->seed, program->store));
  node = json_node_init_object (json_node_alloc (), ready);
  json_object_unref (ready);
  text = json_to_string (node, FALSE);
  g_print ("%s\n", text);
  fflush (stdout);
}

static void
seeded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *base = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (program, error);
      g_main_loop_quit (program->loop);
      return;
    }
  if (program->is_stopping)
    return;

  base = g_strdup_printf ("http://127.0.0.1:%u", sb_service_get_port (program->service));
  program->cloud_file = sb_cloud_file_write (sb_service_get_port (program->service), base, &error);
  if (program->cloud_file == NULL)
    g_message ("Programs must be told the address: %s", error->message);
  print_ready (program, base);
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail (program, error);
  g_main_loop_quit (program->loop);
}

static gboolean
signal_cb (gpointer user_data)
{
  Program *program = user_data;

  if (program->is_stopping)
    return G_SOURCE_CONTINUE;

  g_message ("Stopping");
  program->is_stopping = TRUE;
  g_clear_pointer (&program->cloud_file, sb_cloud_file_remove);
  sb_service_stop (program->service);
  sb_labs_shut_down (program->labs, stopped_cb, program);

  return G_SOURCE_CONTINUE;
}

/* Standard output carries the one line; all else is for standard error. */
static void
set_up_logging (void)
{
  g_log_writer_default_set_use_stderr (TRUE);
  setvbuf (stderr, NULL, _IOLBF, 0);
}

static void
clear (Program *program)
{
  g_clear_object (&program->service);
  g_clear_object (&program->labs);
  g_clear_object (&program->backend);
  g_clear_pointer (&program->store, sb_store_close);
  g_clear_pointer (&program->seed, sb_seed_free);
  g_clear_pointer (&program->cloud_file, sb_cloud_file_remove);
  g_clear_pointer (&program->loop, g_main_loop_unref);
  g_clear_fd (&program->lock, NULL);
  g_free (program->state);
  g_free (program->seed_path);
  g_free (program->image);
}

int
sb_program_run (int argc, char **argv, SbMakeBackend make_backend)
{
  Program program = { .lock = -1 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  umask (0077);
  signal (SIGPIPE, SIG_IGN);
  set_up_logging ();
  g_resources_register (sb_get_resource ());

  if (!parse_options (&program, &argc, &argv, &error) || !set_up (&program, make_backend, &error))
    {
      fail (&program, error);
      clear (&program);
      return program.status;
    }

  program.loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, signal_cb, &program);
  g_unix_signal_add (SIGINT, signal_cb, &program);
  g_unix_signal_add (SIGHUP, signal_cb, &program);
  sb_seed_apply (program.seed, program.store, program.labs, seeded_cb, &program);
  g_main_loop_run (program.loop);
  clear (&program);

  return program.status;
}
