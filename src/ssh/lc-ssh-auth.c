/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-auth.h"

#include <string.h>

/* A failed log-in may take some seconds (pam_faildelay), one that works too (a home on a network).
 */
#define LOG_IN_TIMEOUT_S 45

typedef struct
{
  const char *password;
  gboolean asked;      /* the password was given */
  gboolean not_for_us; /* something else than a password was asked for */
} Responder;

static gboolean
failed (GError **error, GError *problem)
{
  g_propagate_error (error, problem);
  return FALSE;
}

/* Answers one hidden prompt with the password: keyboard-interactive as most servers use it. */
static LIBSSH2_USERAUTH_KBDINT_RESPONSE_FUNC (respond_cb)
{
  LcSshSession *self = *abstract;
  Responder *responder = self->responder;

  for (int i = 0; i < num_prompts; i++)
    {
      gboolean for_us = num_prompts == 1 && !prompts[0].echo && !responder->asked;
      gsize length = for_us ? strlen (responder->password) : 0;

      /* libssh2 frees it. */
      responses[i].text = lc_ssh_memory_alloc (&self->memory, length);
      responses[i].length = responses[i].text != NULL ? length : 0;
      if (responses[i].text != NULL)
        memcpy (responses[i].text, responder->password, length);
      responder->not_for_us = responder->not_for_us || !(for_us || responder->asked);
      responder->asked = responder->asked || for_us;
    }
}

static gboolean
log_in_with_password (LcSshSession *self,
                      const char *login,
                      const char *password,
                      gint64 deadline,
                      GError **error)
{
  int rc;

  while ((rc = libssh2_userauth_password_ex (self->handle, login, strlen (login), password,
                                             strlen (password), NULL)) == LIBSSH2_ERROR_EAGAIN)
    if (!lc_ssh_session_wait (self, deadline, error))
      return FALSE;
  if (rc == 0)
    return TRUE;
  if (rc == LIBSSH2_ERROR_PASSWORD_EXPIRED)
    return failed (error, lc_ssh_auth_error ("password-expired",
                                             "The machine wants the password to be changed first"));
  if (rc == LIBSSH2_ERROR_AUTHENTICATION_FAILED)
    return failed (error, lc_ssh_auth_error ("password", "The machine refused the password"));
  return failed (error, lc_ssh_session_error (self, rc, "Logging in"));
}

static gboolean
log_in_interactively (LcSshSession *self,
                      const char *login,
                      const char *password,
                      gint64 deadline,
                      GError **error)
{
  Responder responder = { .password = password };
  GError *problem = NULL;
  int rc;

  self->responder = &responder;
  while ((rc = libssh2_userauth_keyboard_interactive_ex (self->handle, login, strlen (login),
                                                         respond_cb)) == LIBSSH2_ERROR_EAGAIN)
    if (!lc_ssh_session_wait (self, deadline, &problem))
      break;
  self->responder = NULL;
  if (rc == 0)
    return TRUE;
  if (problem != NULL)
    return failed (error, problem);
  if (rc == LIBSSH2_ERROR_AUTHENTICATION_FAILED && responder.not_for_us)
    return failed (error, lc_ssh_auth_error ("no-such-method",
                                             "The machine asks for more than a password"));
  if (rc == LIBSSH2_ERROR_AUTHENTICATION_FAILED)
    return failed (error, lc_ssh_auth_error ("password", "The machine refused the password"));
  return failed (error, lc_ssh_session_error (self, rc, "Logging in"));
}

static gboolean
log_in_with_key (LcSshSession *self,
                 const char *login,
                 LcSecret *key,
                 LcSecret *passphrase,
                 gint64 deadline,
                 GError **error)
{
  GError *problem = NULL;
  int rc;

  self->memory.keeping = FALSE;
  while ((rc = libssh2_userauth_publickey_frommemory (
              self->handle, login, strlen (login), NULL, 0, lc_secret_peek (key),
              lc_secret_get_length (key),
              passphrase != NULL ? lc_secret_peek (passphrase) : NULL)) == LIBSSH2_ERROR_EAGAIN)
    if (!lc_ssh_session_wait (self, deadline, &problem))
      break;
  self->memory.keeping = TRUE;
  if (problem != NULL)
    return failed (error, problem);
  if (rc == 0)
    return TRUE;
  if (rc == LIBSSH2_ERROR_AUTHENTICATION_FAILED)
    return failed (error, lc_ssh_auth_error ("publickey", "The machine does not accept this key"));
  if (rc == LIBSSH2_ERROR_FILE || rc == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED ||
      rc == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED || rc == LIBSSH2_ERROR_METHOD_NONE)
    return failed (error,
                   passphrase != NULL
                       ? lc_ssh_auth_error ("passphrase", "The passphrase does not fit the key")
                       : lc_ssh_auth_error ("key-file", "The key file cannot be used"));
  return failed (error, lc_ssh_session_error (self, rc, "Logging in"));
}

/* @methods: (out) (transfer full): what the server offers; empty when nothing more is needed. */
static gboolean
list_methods (LcSshSession *self,
              const char *login,
              gint64 deadline,
              char ***methods,
              GError **error)
{
  char *list;

  while ((list = libssh2_userauth_list (self->handle, login, strlen (login))) == NULL)
    {
      int rc = libssh2_session_last_errno (self->handle);

      if (libssh2_userauth_authenticated (self->handle))
        break;
      if (rc != LIBSSH2_ERROR_EAGAIN)
        return failed (error, lc_ssh_session_error (self, rc, "Logging in"));
      if (!lc_ssh_session_wait (self, deadline, error))
        return FALSE;
    }
  *methods = g_strsplit (list != NULL ? list : "", ",", -1);
  return TRUE;
}

GError *
lc_ssh_auth_error (const char *reason, const char *format, ...)
{
  LcErrorDetails details = { .service_code = (char *) reason };
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return lc_error_new_with_details (LC_ERROR_AUTH_FAILED, &details, "%s", message);
}

gboolean
lc_ssh_auth_log_in (LcSshSession *self, LcCredentials *credentials, LcSecret *key, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + LOG_IN_TIMEOUT_S * G_TIME_SPAN_SECOND;
  const char *login = lc_credentials_get_login (credentials);
  LcSecret *secret = lc_credentials_get_secret (credentials);
  gboolean with_key = lc_credentials_get_method (credentials) == LC_AUTH_METHOD_KEY_FILE;
  const char *password = secret != NULL ? lc_secret_peek (secret) : "";
  g_auto (GStrv) methods = NULL;
  g_autofree char *offered = NULL;

  if (!list_methods (self, login, deadline, &methods, error))
    return FALSE;
  if (libssh2_userauth_authenticated (self->handle))
    return TRUE;
  if (with_key && key != NULL && g_strv_contains ((const char *const *) methods, "publickey"))
    return log_in_with_key (self, login, key, secret, deadline, error);
  if (!with_key && g_strv_contains ((const char *const *) methods, "password"))
    return log_in_with_password (self, login, password, deadline, error);
  if (!with_key && g_strv_contains ((const char *const *) methods, "keyboard-interactive"))
    return log_in_interactively (self, login, password, deadline, error);

  offered = g_strjoinv (", ", methods);
  return failed (error,
                 lc_ssh_auth_error ("no-such-method", "The machine does not take %s, only: %s",
                                    with_key ? "keys" : "passwords", offered));
}
