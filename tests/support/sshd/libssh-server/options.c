/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-server.h"

#include <stdlib.h>
#include <string.h>

static int
read_methods (const char *value)
{
  static const struct
  {
    const char *name;
    int method;
  } known[] = {
    { "password", SSH_AUTH_METHOD_PASSWORD },
    { "publickey", SSH_AUTH_METHOD_PUBLICKEY },
    { "keyboard-interactive", SSH_AUTH_METHOD_INTERACTIVE },
  };
  g_auto (GStrv) names = g_strsplit (value, " ", -1);
  int methods = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strv_contains ((const char *const *) names, known[i].name))
      methods |= known[i].method;
  return methods;
}

static void
add_round (Options *self, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "|", 2);
  Round *round = g_new0 (Round, 1);

  round->name = g_strdup (parts[0] != NULL ? parts[0] : "");
  round->instruction = g_strdup (parts[0] != NULL && parts[1] != NULL ? parts[1] : "");
  round->asks = g_ptr_array_new ();
  g_ptr_array_add (self->rounds, round);
}

/* "hidden ANSWER TEXT" or "echo ANSWER TEXT" */
static gboolean
add_ask (Options *self, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, " ", 3);
  Ask *ask;

  if (g_strv_length (parts) < 3)
    return FALSE;
  if (self->rounds->len == 0)
    add_round (self, "");
  ask = g_new0 (Ask, 1);
  ask->echo = strcmp (parts[0], "echo") == 0;
  ask->answer = g_strdup (parts[1]);
  ask->text = g_strdup (parts[2]);
  g_ptr_array_add (((Round *) g_ptr_array_index (self->rounds, self->rounds->len - 1))->asks, ask);
  return TRUE;
}

static gboolean
read_line (Options *self, const char *name, const char *value)
{
  struct
  {
    const char *name;
    char **into;
  } lists[] = { { "banner", &self->banner },
                { "kex", &self->kex },
                { "ciphers", &self->ciphers },
                { "macs", &self->macs },
                { "host-keys", &self->host_keys } };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (strcmp (name, lists[i].name) == 0)
      return g_set_str (lists[i].into, value), TRUE;
  if (strcmp (name, "methods") == 0)
    return (self->methods = read_methods (value)) != 0;
  if (strcmp (name, "need") == 0)
    return (self->need = atoi (value)) > 0;
  if (strcmp (name, "round") == 0)
    return add_round (self, value), TRUE;
  if (strcmp (name, "ask") == 0)
    return add_ask (self, value);
  if (strcmp (name, "rekey") == 0)
    return (self->rekey = g_ascii_strtoull (value, NULL, 10)) > 0;
  if (strcmp (name, "refuse") == 0)
    {
      self->refuse_sessions = self->refuse_sessions || strcmp (value, "sessions") == 0;
      self->refuse_tcp = self->refuse_tcp || strcmp (value, "tcp") == 0;
      return self->refuse_sessions || self->refuse_tcp;
    }
  if (strcmp (name, "silent-port") == 0)
    return (self->silent_port = atoi (value)) > 0;
  if (strcmp (name, "most-channels") == 0)
    return (self->most_channels = atoi (value)) > 0;
  if (strcmp (name, "most-bytes") == 0)
    return (self->most_bytes = MIN (atoi (value), MOST_BYTES)) > 0;
  return FALSE;
}

void
options_read (Options *self, const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  *self = (Options) { .methods = SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY,
                      .need = 1,
                      .most_channels = G_MAXUINT,
                      .most_bytes = MOST_BYTES,
                      .rounds = g_ptr_array_new () };
  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);

      if (lines[i][0] != '\0' && !read_line (self, words[0], words[1] != NULL ? words[1] : ""))
        g_error ("Not understood: %s", lines[i]);
    }
}
