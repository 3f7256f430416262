/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-password-change.h"

#include <string.h>

#include "lc-async.h"
#include "lc-printable.h"
#include "lc-ssh-auth-words.h"
#include "lc-ssh-auth.h"
#include "lc-ssh-process.h"

/* passwd(1) has its own limits below these. */
#define MOST_QUESTIONS 16
#define MOST_SAID      8192
#define MOST_MISTYPED  3
#define ANSWER_MS      30000

#define CHUNK          1024

/* passwd takes the place of the command, which does nothing where nothing is to be changed. */
static const LcSshProgram passwd = { .command = "true",
                                     .terminal = "dumb",
                                     .columns = 80,
                                     .rows = 24 };

typedef struct
{
  LcMachine *machine;
  LcPrompt *prompt;
  LcCredentials *credentials;
  LcSshProcess *process;
  GIOStream *terminal;
  GString *said;    /* since the last answer, and not yet read as a question */
  LcSecret *chosen; /* nullable */
  gboolean gave_old;
} Change;

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

static gboolean
start (Change *self, LcSshConnection *connection, GError **error)
{
  self->process = dex_await_object (lc_ssh_connection_start (connection, &passwd), error);
  if (self->process == NULL)
    return FALSE;
  self->terminal = G_IO_STREAM (
      g_socket_connection_factory_create_connection (lc_ssh_process_get_stdio (self->process)));
  return TRUE;
}

/* Returns: (transfer full) (nullable): the line that waits for an answer; what was said before it
 * stays in @said. %NULL when there is none yet */
static char *
take_question (GString *said)
{
  const char *line_end = strrchr (said->str, '\n');
  gsize begin = line_end != NULL ? line_end + 1 - said->str : 0;
  g_autofree char *line = g_strstrip (g_strdup (said->str + begin));

  if (!g_str_has_suffix (line, ":"))
    return NULL;
  g_string_truncate (said, begin);
  return g_steal_pointer (&line);
}

/* Returns: (transfer full) (nullable): %NULL without an error: passwd has ended */
static char *
await_question (Change *self, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (self->terminal);
  char *question;

  while ((question = take_question (self->said)) == NULL && self->said->len < MOST_SAID)
    {
      g_autoptr (GBytes) bytes = dex_await_boxed (
          lc_with_timeout (dex_input_stream_read_bytes (input, CHUNK, G_PRIORITY_DEFAULT),
                           ANSWER_MS),
          error);

      if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        return NULL;
      g_string_append_len (self->said, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  return question;
}

static GPtrArray *
ask (Change *self, LcChallenge *challenge, LcPromptReason reason, GError **error)
{
  return dex_await_boxed (lc_prompt_ask_challenge (self->prompt, self->machine, challenge, reason),
                          error);
}

/* Why passwd wants another one is in its own words. */
static LcSecret *
ask_new_password (Change *self, GError **error)
{
  gboolean first = self->chosen == NULL;
  g_autoptr (LcChallenge) challenge =
      lc_ssh_new_password_challenge (first ? NULL : self->said->str);
  LcPromptReason reason = first ? LC_PROMPT_REASON_FIRST : LC_PROMPT_REASON_CODE_REFUSED;

  for (guint attempt = 0; attempt < MOST_MISTYPED; attempt++)
    {
      g_autoptr (GPtrArray) answers = ask (self, challenge, reason, error);

      if (answers == NULL)
        return NULL;
      if (lc_secret_equal (answers->pdata[0], answers->pdata[1]))
        return lc_secret_ref (answers->pdata[0]);
      reason = LC_PROMPT_REASON_MISTYPED;
    }
  g_propagate_error (error, lc_error_new (LC_ERROR_CANCELLED, "Mistyped too often"));
  return NULL;
}

static LcSecret *
ask_in_its_words (Change *self, const char *question, GError **error)
{
  g_autoptr (LcChallenge) challenge = lc_challenge_new (NULL, self->said->str);
  g_autoptr (GPtrArray) answers = NULL;

  lc_challenge_add (challenge, question, FALSE);
  answers = ask (self, challenge, LC_PROMPT_REASON_FIRST, error);
  return answers != NULL ? lc_secret_ref (answers->pdata[0]) : NULL;
}

static LcSecret *
find_answer (Change *self, const char *question, GError **error)
{
  gboolean knows_old = lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_PASSWORD &&
                       lc_credentials_get_secret (self->credentials) != NULL;

  if (knows_old && !self->gave_old && lc_ssh_asks_old_password (question))
    {
      self->gave_old = TRUE;
      return lc_secret_ref (lc_credentials_get_secret (self->credentials));
    }
  /* Nothing is wrong with it: it is wanted once more. */
  if (self->chosen != NULL && is_blank (self->said->str))
    return lc_secret_ref (self->chosen);
  if (lc_ssh_asks_new_password (question))
    {
      LcSecret *password = ask_new_password (self, error);

      g_clear_pointer (&self->chosen, lc_secret_unref);
      self->chosen = password != NULL ? lc_secret_ref (password) : NULL;
      return password;
    }
  return ask_in_its_words (self, question, error);
}

static gboolean
give (Change *self, LcSecret *answer, GError **error)
{
  GSocket *socket = lc_ssh_process_get_stdio (self->process);
  gsize length = lc_secret_get_length (answer);
  gssize n = length > 0 ? g_socket_send (socket, lc_secret_peek (answer), length, NULL, error) : 0;

  g_string_truncate (self->said, 0);
  return n == (gssize) length && g_socket_send (socket, "\n", 1, NULL, error) == 1;
}

static GError *
refused_error (Change *self)
{
  g_autofree char *said = g_strstrip (lc_dup_printable_text (self->said->str));
  LcErrorDetails details = { .service_code = (char *) "password-expired",
                             .service_message = *said != '\0' ? said : NULL };

  return lc_error_new_with_details (LC_ERROR_AUTH_FAILED, &details,
                                    "The machine did not take the new password");
}

/* Returns: whether passwd has ended */
static gboolean
answer_all (Change *self, GError **error)
{
  for (guint i = 0; i < MOST_QUESTIONS; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *question = await_question (self, &local);
      g_autoptr (LcSecret) answer = NULL;

      if (question == NULL && local == NULL)
        return TRUE;
      if (question != NULL)
        answer = find_answer (self, question, &local);
      if (answer == NULL || !give (self, answer, &local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  g_propagate_error (error, refused_error (self));
  return FALSE;
}

static gboolean
talk (Change *self, GError **error)
{
  g_autoptr (LcSshExit) ended = NULL;

  if (!answer_all (self, error))
    return FALSE;
  ended = dex_await_boxed (lc_with_timeout (lc_ssh_process_wait (self->process), ANSWER_MS), error);
  if (ended == NULL)
    return FALSE;
  if (ended->status == 0)
    return TRUE;
  g_propagate_error (error, refused_error (self));
  return FALSE;
}

gboolean
lc_ssh_password_change (LcSshConnection *connection,
                        LcPrompt *prompt,
                        LcCredentials *credentials,
                        GError **error)
{
  g_autoptr (GString) said = g_string_new (NULL);
  Change self = { .machine = lc_ssh_connection_get_machine (connection),
                  .prompt = prompt,
                  .credentials = credentials,
                  .said = said };
  gboolean changed = start (&self, connection, error) && talk (&self, error);

  if (changed)
    lc_credentials_set_expired (credentials, FALSE);
  if (self.chosen != NULL && changed &&
      lc_credentials_get_method (credentials) == LC_AUTH_METHOD_PASSWORD)
    lc_credentials_replace_password (credentials, self.chosen);
  g_clear_pointer (&self.chosen, lc_secret_unref);
  g_clear_object (&self.terminal);
  g_clear_object (&self.process);
  return changed && dex_await (lc_ssh_connection_disconnect (connection), error);
}
