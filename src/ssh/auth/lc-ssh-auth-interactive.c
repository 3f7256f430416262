/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-auth-private.h"

#include <errno.h>
#include <string.h>

#include "lc-ssh-auth-words.h"
#include "lc-ssh-question.h"

/* How often one may answer wrongly before the log-in is over. */
#define MOST_ATTEMPTS 3

/* One attempt at keyboard-interactive (RFC 4256), for libssh2's callback. */
typedef struct
{
  LcSshAuth *auth;
  LcPromptReason reason;
  GString *said;          /* by the machine, since the person was asked last */
  gboolean gave_password; /* the one that is known */
  gboolean asked;         /* the person */
  GError *problem;        /* nullable: there is no answer */
} Attempt;

/* sshd(8) puts what PAM says into the question that follows: only the last line is one. Returns:
 * (transfer full): that line; the others are appended to @said */
static char *
read_question (const LIBSSH2_USERAUTH_KBDINT_PROMPT *prompt, GString *said)
{
  g_autofree char *text = prompt->text != NULL
                              ? g_strchomp (g_strndup ((const char *) prompt->text, prompt->length))
                              : g_strdup ("");
  char *line_end = strrchr (text, '\n');

  if (line_end == NULL)
    return g_steal_pointer (&text);
  g_string_append_len (said, text, line_end - text + 1);
  return g_strdup (line_end + 1);
}

static LcChallenge *
read_challenge (Attempt *self,
                const char *name,
                int name_length,
                const char *instruction,
                int instruction_length,
                int n,
                const LIBSSH2_USERAUTH_KBDINT_PROMPT *prompts)
{
  g_autofree char *title = g_strndup (name != NULL ? name : "", MAX (name_length, 0));
  g_auto (GStrv) questions = g_new0 (char *, n + 1);
  LcChallenge *challenge;

  if (instruction != NULL && instruction_length > 0)
    g_string_append_printf (self->said, "%.*s\n", instruction_length, instruction);
  for (int i = 0; i < n; i++)
    questions[i] = read_question (&prompts[i], self->said);
  challenge = lc_challenge_new (title, self->said->str);
  for (int i = 0; i < n; i++)
    lc_challenge_add (challenge, questions[i], prompts[i].echo != 0);
  return challenge;
}

/* The password that is known answers what everybody would answer with it: once in an attempt, and
 * once more where the old one is wanted to set a new one. */
static gboolean
wants_known_password (Attempt *self, LcChallenge *challenge)
{
  if (lc_ssh_auth_peek_password (self->auth) == NULL ||
      lc_challenge_get_n_questions (challenge) != 1 || lc_challenge_get_echo (challenge, 0))
    return FALSE;
  return self->gave_password ? lc_ssh_asks_old_password (lc_challenge_get_text (challenge, 0))
                             : lc_ssh_asks_password (lc_challenge_get_text (challenge, 0));
}

static void
put_answer (Attempt *self, LIBSSH2_USERAUTH_KBDINT_RESPONSE *response, LcSecret *answer)
{
  gsize length = lc_secret_get_length (answer);

  /* libssh2 frees it. */
  response->text = lc_ssh_memory_alloc (&self->auth->session->memory, length);
  response->length = response->text != NULL ? length : 0;
  if (response->text != NULL)
    memcpy (response->text, lc_secret_peek (answer), length);
}

static LIBSSH2_USERAUTH_KBDINT_RESPONSE_FUNC (respond_cb)
{
  LcSshSession *session = *abstract;
  Attempt *self = session->responder;
  g_autoptr (LcChallenge) challenge =
      read_challenge (self, name, name_len, instruction, instruction_len, num_prompts, prompts);
  g_autoptr (GPtrArray) answers = NULL;

  if (num_prompts == 0)
    return; /* a message, and often an empty one: RFC 4256 section 3.2 */
  if (wants_known_password (self, challenge))
    {
      self->gave_password = TRUE;
      put_answer (self, responses, lc_credentials_get_secret (self->auth->credentials));
      return;
    }
  answers = self->problem == NULL ? lc_ssh_question_ask (session, self->auth->request, challenge,
                                                         self->reason, &self->problem)
                                  : NULL;
  if (answers == NULL)
    {
      /* libssh2 would send empty answers, which count as wrong ones. */
      session->transport.problem = ECANCELED;
      return;
    }
  self->asked = TRUE;
  g_string_truncate (self->said, 0);
  lc_ssh_auth_restart_clock (self->auth);
  for (int i = 0; i < num_prompts; i++)
    {
      put_answer (self, &responses[i], answers->pdata[i]);
      if (lc_ssh_asks_new_password (lc_challenge_get_text (challenge, i)))
        lc_ssh_auth_set_new_password (self->auth, answers->pdata[i]);
    }
}

static LcSshAuthResult
attempt (Attempt *self, GError **error)
{
  LcSshAuth *auth = self->auth;
  GError *refusal;
  int rc;

  auth->session->responder = self;
  lc_ssh_auth_set_new_password (auth, NULL);
  while ((rc = libssh2_userauth_keyboard_interactive_ex (auth->session->handle, auth->login,
                                                         strlen (auth->login), respond_cb)) ==
         LIBSSH2_ERROR_EAGAIN)
    if (self->problem != NULL || !lc_ssh_auth_wait (auth, &self->problem))
      break;
  auth->session->responder = NULL;
  if (self->problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->problem));
      return LC_SSH_AUTH_FAILED;
    }
  auth->password_used = auth->password_used || self->gave_password;
  refusal = self->asked
                ? lc_ssh_auth_error ("code", "The machine did not accept the answers")
                : lc_ssh_auth_error (self->gave_password ? "password" : "no-such-method",
                                     self->gave_password ? "The machine refused the password"
                                                         : "The machine asks nothing");
  return lc_ssh_auth_settle (auth, "keyboard-interactive", rc, refusal, error);
}

LcSshAuthResult
lc_ssh_auth_interactively (LcSshAuth *self, GError **error)
{
  LcPromptReason reason = LC_PROMPT_REASON_FIRST;

  for (guint i = 1;; i++)
    {
      g_autoptr (GString) said = g_string_new (NULL);
      Attempt once = { .auth = self, .reason = reason, .said = said };
      g_autoptr (GError) local = NULL;
      LcSshAuthResult result = attempt (&once, &local);

      if (result == LC_SSH_AUTH_PASSED)
        return result;
      if (result == LC_SSH_AUTH_FAILED || !once.asked || i == MOST_ATTEMPTS ||
          self->failures >= LC_SSH_AUTH_MOST_FAILURES)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return result;
        }
      reason = LC_PROMPT_REASON_CODE_REFUSED;
    }
}
