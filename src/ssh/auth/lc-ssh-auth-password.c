/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-ssh-auth-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "lc-ssh-question.h"

/* Of a new password; each time it has to be typed twice. */
#define MOST_ATTEMPTS 3

static gboolean
ask_password (LcSshAuth *self, LcSecret **password, GError **error)
{
  g_autoptr (LcChallenge) challenge = lc_challenge_new (NULL, NULL);
  g_autoptr (GPtrArray) answers = NULL;

  lc_challenge_add (challenge, _ ("Password"), FALSE);
  answers =
      lc_ssh_question_ask (self->session, self->request, challenge, LC_PROMPT_REASON_FIRST, error);
  if (answers == NULL)
    return FALSE;
  *password = lc_secret_ref (answers->pdata[0]);
  lc_ssh_auth_restart_clock (self);
  return TRUE;
}

LcChallenge *
lc_ssh_new_password_challenge (const char *refusal)
{
  LcChallenge *challenge =
      lc_challenge_new (NULL, refusal != NULL ? refusal
                                              : _ ("Your password has expired. Choose a new one."));

  lc_challenge_add (challenge, _ ("New password"), FALSE);
  lc_challenge_add (challenge, _ ("New password again"), FALSE);
  return challenge;
}

/* libssh2 does not pass on what the server says of it. */
static LcSecret *
ask_new_password (LcSshAuth *self)
{
  g_autoptr (LcChallenge) challenge = lc_ssh_new_password_challenge (NULL);

  for (guint attempt = 0; attempt < MOST_ATTEMPTS; attempt++)
    {
      g_autoptr (GPtrArray) answers =
          lc_ssh_question_ask (self->session, self->request, challenge,
                               attempt == 0 ? LC_PROMPT_REASON_FIRST : LC_PROMPT_REASON_MISTYPED,
                               NULL);

      if (answers == NULL)
        return NULL;
      lc_ssh_auth_restart_clock (self);
      if (lc_secret_equal (answers->pdata[0], answers->pdata[1]))
        return lc_secret_ref (answers->pdata[0]);
    }
  return NULL;
}

/* RFC 4252 section 8, SSH_MSG_USERAUTH_PASSWD_CHANGEREQ */
static LIBSSH2_PASSWD_CHANGEREQ_FUNC (change_password_cb)
{
  LcSshSession *session_self = *abstract;
  g_autoptr (LcSecret) secret = ask_new_password (session_self->responder);

  *newpw = NULL;
  *newpw_len = 0;
  lc_ssh_auth_set_new_password (session_self->responder, secret);
  if (secret == NULL)
    return;
  *newpw_len = lc_secret_get_length (secret);
  *newpw = lc_ssh_memory_alloc (&session_self->memory, *newpw_len + 1); /* libssh2 frees it */
  if (*newpw != NULL)
    memcpy (*newpw, lc_secret_peek (secret), *newpw_len + 1);
}

LcSshAuthResult
lc_ssh_auth_with_password (LcSshAuth *self, GError **error)
{
  g_autoptr (LcSecret) asked = NULL;
  const char *password = self->password_used ? NULL : lc_ssh_auth_peek_password (self);
  GError *problem = NULL;
  int rc;

  if (password == NULL && !ask_password (self, &asked, error))
    return LC_SSH_AUTH_FAILED;
  if (asked != NULL)
    password = lc_secret_peek (asked);
  else
    self->password_used = TRUE;

  self->session->responder = self;
  while ((rc = libssh2_userauth_password_ex (self->session->handle, self->login,
                                             strlen (self->login), password, strlen (password),
                                             change_password_cb)) == LIBSSH2_ERROR_EAGAIN)
    if (!lc_ssh_auth_wait (self, &problem))
      break;
  self->session->responder = NULL;
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return LC_SSH_AUTH_FAILED;
    }
  if (rc == LIBSSH2_ERROR_PASSWORD_EXPIRED)
    {
      g_propagate_error (error,
                         lc_ssh_auth_error ("password-expired",
                                            "The machine wants the password to be changed first"));
      return LC_SSH_AUTH_FAILED;
    }
  return lc_ssh_auth_settle (self, "password", rc,
                             lc_ssh_auth_error ("password", "The machine refused the password"),
                             error);
}
