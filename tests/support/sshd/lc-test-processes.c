/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-test-processes.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* proc_pid_stat(5). Returns: whether it exists */
static gboolean
read_stat (GPid pid, char *state, GPid *parent)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  const char *rest;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  rest = strrchr (text, ')');
  return rest != NULL && sscanf (rest, ") %c %d", state, parent) == 2;
}

static GPid
parent_of (GPid pid)
{
  GPid parent;
  char state;

  return read_stat (pid, &state, &parent) ? parent : 0;
}

static gboolean
descends (GPid pid, GPid from)
{
  for (guint i = 0; i < 16 && pid > 1; i++)
    {
      pid = parent_of (pid);
      if (pid == from)
        return TRUE;
    }
  return FALSE;
}

static gboolean
contains (GArray *found, GPid pid)
{
  for (guint i = 0; i < found->len; i++)
    if (g_array_index (found, GPid, i) == pid)
      return TRUE;
  return FALSE;
}

/* Whether there are processes that are not in @found yet; they are then. */
static gboolean
find_descendants (GPid from, GArray *found)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  guint before = found->len;
  const char *name;

  while ((name = g_dir_read_name (processes)) != NULL)
    {
      GPid pid = atoi (name);

      if (pid > 0 && descends (pid, from) && !contains (found, pid))
        g_array_append_val (found, pid);
    }
  return found->len > before;
}

char *
lc_test_run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  g_autofree char *errors = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors,
                     &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s", argv[0], error->message, errors != NULL ? errors : "");
  return output;
}

void
lc_test_freeze (GPid pid)
{
  GPid parent;
  char state;

  if (kill (pid, SIGSTOP) != 0)
    return;
  while (read_stat (pid, &state, &parent) && strchr ("RSD", state) != NULL)
    poll (NULL, 0, 1);
}

guint
lc_test_signal_descendants (GPid from, int signal_number)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (GPid));

  /* All are found before the first is signalled: orphans would no longer descend from it. And those
   * that are found stand still, since a session that has just begun makes a process of its own. */
  while (find_descendants (from, found))
    for (guint i = 0; signal_number != SIGCONT && i < found->len; i++)
      lc_test_freeze (g_array_index (found, GPid, i));
  for (guint i = 0; i < found->len; i++)
    kill (g_array_index (found, GPid, i), signal_number);
  return found->len;
}
