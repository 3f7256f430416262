/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-answers.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lc-cli-error.h"

#define MAX_TEXT 65536

typedef struct
{
  const char *key; /* one of keys[] */
  LcSecret *value;
} Answer;

struct _LcCliAnswers
{
  GPtrArray *answers; /* Answer, in their order */
};

static const char *const keys[] = {
  "login", "password", "new-password", "key-file", "agent-key", "passphrase", "answer", "host-key",
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  lc_secret_unref (answer->value);
  g_free (answer);
}

static gboolean
take_line (LcCliAnswers *self, const char *line, gsize length, GError **error)
{
  const char *equals = memchr (line, '=', length);
  Answer *answer = NULL;

  if (length == 0 || *line == '#')
    return TRUE;

  for (guint i = 0; equals != NULL && i < G_N_ELEMENTS (keys); i++)
    {
      gsize size = strlen (keys[i]);

      if (size != (gsize) (equals - line) || strncmp (line, keys[i], size) != 0)
        continue;

      answer = g_new0 (Answer, 1);
      answer->key = keys[i];
      answer->value = lc_secret_new_for_data (equals + 1, length - size - 1);
      g_ptr_array_add (self->answers, answer);
      return TRUE;
    }

  /* The line may hold a secret. */
  g_propagate_error (error, lc_cli_usage_error ("Answer %u is not a known KEY=VALUE",
                                                self->answers->len + 1));
  return FALSE;
}

LcCliAnswers *
lc_cli_answers_parse (const char *text, GError **error)
{
  g_autoptr (LcCliAnswers) self = g_new0 (LcCliAnswers, 1);

  self->answers = g_ptr_array_new_with_free_func (answer_free);
  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\n");

      if (!take_line (self, line, length > 0 && line[length - 1] == '\r' ? length - 1 : length,
                      error))
        return NULL;
      line += length + (line[length] == '\n');
    }

  return g_steal_pointer (&self);
}

LcCliAnswers *
lc_cli_answers_read (int fd, GError **error)
{
  char *text = g_malloc0 (MAX_TEXT + 1);
  LcCliAnswers *self = NULL;
  gsize length = 0;
  gssize n = 0;

  do
    {
      n = read (fd, text + length, MAX_TEXT - length);
      length += n > 0 ? (gsize) n : 0;
    }
  while (length < MAX_TEXT && (n > 0 || (n < 0 && errno == EINTR)));

  if (n < 0)
    g_propagate_error (error, lc_cli_usage_error ("Descriptor %d cannot be read: %s", fd,
                                                  g_strerror (errno)));
  else if (length == MAX_TEXT)
    g_propagate_error (error, lc_cli_usage_error ("The answers are too long"));
  else
    self = lc_cli_answers_parse (text, error);

  explicit_bzero (text, length);
  g_free (text);
  if (n >= 0)
    close (fd);
  return self;
}

void
lc_cli_answers_free (LcCliAnswers *self)
{
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_free (self);
}

LcSecret *
lc_cli_answers_take (LcCliAnswers *self, const char *key)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = g_ptr_array_index (self->answers, i);
      LcSecret *value = NULL;

      if (!g_str_equal (answer->key, key))
        continue;

      value = lc_secret_ref (answer->value);
      g_ptr_array_remove_index (self->answers, i);
      return value;
    }

  return NULL;
}

gboolean
lc_cli_answers_accept (LcCliAnswers *self, LcHostKey *key)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = g_ptr_array_index (self->answers, i);
      const char *value = lc_secret_peek (answer->value);

      if (g_str_equal (answer->key, "host-key") &&
          (g_str_equal (value, "accept-new") || lc_host_key_has_fingerprint (key, value)))
        return TRUE;
    }

  return FALSE;
}
