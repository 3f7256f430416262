/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-notebook-launch.h"

#include "lc-async.h"
#include "lc-error.h"
#include "lc-notebook-script.h"

/* A login shell that sets conda up takes seconds on a cold disk; a server that starts there too.
 * The script itself gives up after 10 and 90 s. */
#define FIND_LIMIT_MS  30000
#define START_LIMIT_MS 120000
#define MAX_SHOWN      1000

/* What the machine wrote, as one readable line or more for "Copy details". */
static char *
dup_readable (GBytes *bytes)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  char *text = g_strndup (data != NULL ? data : "", MIN (length, MAX_SHOWN));

  for (char *c = text; *c != '\0'; c++)
    if ((*c < ' ' && *c != '\n') || *c > '~')
      *c = ' ';

  return g_strstrip (text);
}

static GError *
remote_error (const char *said, const char *message)
{
  LcErrorDetails details = { .service_message = (char *) said };

  return lc_error_new_with_details (LC_ERROR_REMOTE_FAILED, &details, "%s", message);
}

/* @input: (transfer full) */
static LcNotebookAnswer *
run (LcSshConnection *ssh, GBytes *input, guint limit, GError **error)
{
  g_autoptr (GBytes) script = input;
  g_autoptr (LcSshExecResult) result = NULL;
  g_autoptr (LcNotebookAnswer) answer = NULL;
  gsize length = 0;
  const char *output = NULL;

  result = dex_await_boxed (
      lc_with_timeout (lc_ssh_connection_exec (ssh, LC_NOTEBOOK_COMMAND, script), limit), error);
  if (result == NULL)
    return NULL;

  output = g_bytes_get_data (result->output, &length);
  answer = lc_notebook_answer_parse (output != NULL ? output : "", length);
  if (!answer->complete)
    {
      g_autofree char *said = dup_readable (result->error_output);

      g_propagate_error (error,
                         remote_error (said, "The machine did not run the script to its end"));
      return NULL;
    }

  return g_steal_pointer (&answer);
}

LcNotebookAnswer *
lc_notebook_find (LcSshConnection *ssh, GError **error)
{
  return run (ssh, lc_notebook_script_find (), FIND_LIMIT_MS, error);
}

LcNotebookServer *
lc_notebook_start (LcSshConnection *ssh, gboolean use_socket, GError **error)
{
  g_autoptr (LcSecret) token = lc_notebook_token_new (error);
  g_autoptr (LcNotebookAnswer) answer = NULL;

  if (token == NULL)
    return NULL;

  answer = run (ssh, lc_notebook_script_start (token, use_socket), START_LIMIT_MS, error);
  if (answer == NULL)
    return NULL;

  /* A home folder on a network file system may not hold sockets. */
  if (answer->ended && use_socket)
    return lc_notebook_start (ssh, FALSE, error);

  if (answer->servers->len > 0)
    return lc_notebook_server_copy (g_ptr_array_index (answer->servers, 0));

  if (answer->missing)
    g_propagate_error (error, lc_error_new (LC_ERROR_MISSING_PROGRAM,
                                            "No Jupyter is installed on the machine"));
  else
    g_propagate_error (error, remote_error (answer->log,
                                            answer->late ? "The notebook server was too slow"
                                                         : "The notebook server ended at once"));
  return NULL;
}

gboolean
lc_notebook_stop (LcSshConnection *ssh, const LcNotebookServer *server, GError **error)
{
  g_autoptr (LcNotebookAnswer) answer = NULL;

  if (server->pid == 0)
    return TRUE;

  answer = run (ssh, lc_notebook_script_stop (server->pid), FIND_LIMIT_MS, error);
  return answer != NULL;
}
