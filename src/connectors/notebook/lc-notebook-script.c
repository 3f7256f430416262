/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-notebook-script.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "lc-error.h"
#include "lc-notebook-resources.h"

#define SCRIPT_PATH "/com/example/LabConnect/notebook/notebook.sh"
#define TOKEN_BYTES 24

static void
wipe (gpointer data)
{
  lc_wipe_string (data);
}

/* @head: (transfer full): the assignments before the script, each line ended by "\n" */
static GBytes *
script_new (char *head)
{
  g_autoptr (GBytes) body = g_resource_lookup_data (lc_notebook_get_resource (), SCRIPT_PATH,
                                                    G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  char *script = g_strconcat (head, (const char *) g_bytes_get_data (body, NULL), NULL);

  lc_wipe_string (head);
  return g_bytes_new_with_free_func (script, strlen (script), wipe, script);
}

GBytes *
lc_notebook_script_find (void)
{
  return script_new (g_strdup ("LC_MODE=find\n"));
}

GBytes *
lc_notebook_script_start (LcSecret *token, gboolean use_socket)
{
  return script_new (g_strdup_printf ("LC_MODE=start\nLC_TOKEN=%s\nLC_SOCKET=%s\n",
                                      lc_secret_peek (token), use_socket ? "yes" : "no"));
}

GBytes *
lc_notebook_script_stop (guint pid)
{
  return script_new (g_strdup_printf ("LC_MODE=stop\nLC_PID=%u\n", pid));
}

LcSecret *
lc_notebook_token_new (GError **error)
{
  unsigned char random[TOKEN_BYTES];
  char *text = NULL;

  if (getrandom (random, sizeof random, 0) != (gssize) sizeof random)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "No random numbers: %s",
                                              g_strerror (errno)));
      return NULL;
    }

  text = g_malloc (2 * TOKEN_BYTES + 1);
  for (gsize i = 0; i < TOKEN_BYTES; i++)
    g_snprintf (text + 2 * i, 3, "%02x", random[i]);

  explicit_bzero (random, sizeof random);
  return lc_secret_new_take (text);
}
