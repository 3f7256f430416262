/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-machine-host.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

/*
 * machine-driver STATE IMAGE: an SbMachineHost whose functions are called by lines on standard
 * input ("start NAME", "set-password NAME LOGIN PASSWORD" …). Each line is answered by one:
 * "TAG ok [VALUE]" or "TAG error MESSAGE", where TAG is the line's first word. "stopped NAME" comes
 * by itself. End of input stops all machines.
 */

typedef struct
{
  SbMachineHost *host;
  GMainLoop *loop;
  GDataInputStream *input;
} Driver;

typedef struct
{
  Driver *driver;
  char *tag;
} Call;

static void
answer (const char *tag, gboolean done, const char *value, GError **error)
{
  if (done)
    printf ("%s ok %s\n", tag, value != NULL ? value : "");
  else
    printf ("%s error %s\n", tag, (*error)->message);
  fflush (stdout);
  g_clear_error (error);
}

static Call *
call_new (Driver *driver, const char *tag)
{
  Call *call = g_new0 (Call, 1);

  call->driver = driver;
  call->tag = g_strdup (tag);
  return call;
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  /* All finish functions of the host are this one. */
  answer (call->tag, g_task_propagate_boolean (G_TASK (result), &error), NULL, &error);
  g_free (call->tag);
  g_free (call);
}

static void
stopped_cb (SbMachineHost *host, const char *name)
{
  printf ("stopped %s\n", name);
  fflush (stdout);
}

static void
all_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Driver *driver = user_data;

  sb_machine_host_stop_all_finish (driver->host, result, NULL);
  g_main_loop_quit (driver->loop);
}

static void
run (Driver *driver, const char *tag, GStrv words)
{
  const char *verb = words[0];
  const char *name = words[1] != NULL ? words[1] : "";
  SbMachineHost *host = driver->host;
  GError *error = NULL;

  if (g_str_equal (verb, "create"))
    answer (tag, sb_machine_host_create (host, name, words[2], &error), NULL, &error);
  else if (g_str_equal (verb, "remove"))
    answer (tag, sb_machine_host_remove (host, name, &error), NULL, &error);
  else if (g_str_equal (verb, "reimage"))
    answer (tag, sb_machine_host_reimage (host, name, &error), NULL, &error);
  else if (g_str_equal (verb, "freeze"))
    answer (tag, sb_machine_host_freeze (host, name, &error), NULL, &error);
  else if (g_str_equal (verb, "start"))
    sb_machine_host_start_async (host, name, NULL, called_cb, call_new (driver, tag));
  else if (g_str_equal (verb, "stop"))
    sb_machine_host_stop_async (host, name, NULL, called_cb, call_new (driver, tag));
  else if (g_str_equal (verb, "set-password") && g_strv_length (words) == 4)
    sb_machine_host_set_password_async (host, name, words[2], words[3], NULL, called_cb,
                                        call_new (driver, tag));
  else if (g_str_equal (verb, "running"))
    answer (tag, TRUE, sb_machine_host_is_running (host, name) ? "yes" : "no", &error);
  else if (g_str_equal (verb, "port"))
    {
      g_autofree char *port = g_strdup_printf ("%u", sb_machine_host_get_ssh_port (host, name));

      answer (tag, TRUE, port, &error);
    }
  else
    g_error ("machine-driver: no such command: %s", verb);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Driver *driver = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (driver->input, result, NULL, NULL);
  g_auto (GStrv) words = NULL;

  if (line == NULL)
    {
      sb_machine_host_stop_all_async (driver->host, all_stopped_cb, driver);
      return;
    }
  words = g_strsplit (line, " ", -1);
  if (words[0] == NULL || words[1] == NULL)
    g_error ("machine-driver: a tag and a command are needed");
  run (driver, words[0], words + 1);
  g_data_input_stream_read_line_async (driver->input, G_PRIORITY_DEFAULT, NULL, line_cb, driver);
}

int
main (int argc, char **argv)
{
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  Driver driver = { NULL, NULL, NULL };
  GError *error = NULL;

  if (argc != 3)
    return 2;
  driver.host = sb_machine_host_new (argv[1], argv[2], &error);
  answer ("open", driver.host != NULL, NULL, &error);
  if (driver.host == NULL)
    return 1;
  driver.loop = g_main_loop_new (NULL, FALSE);
  driver.input = g_data_input_stream_new (in);
  g_signal_connect (driver.host, "stopped", G_CALLBACK (stopped_cb), NULL);
  g_data_input_stream_read_line_async (driver.input, G_PRIORITY_DEFAULT, NULL, line_cb, &driver);
  g_main_loop_run (driver.loop);
  g_object_unref (driver.input);
  g_object_unref (driver.host);
  g_main_loop_unref (driver.loop);
  return 0;
}
