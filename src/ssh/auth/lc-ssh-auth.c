/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-auth-private.h"

#include <string.h>

#include "lc-ssh-agent.h"

/* A failed log-in may take some seconds (pam_faildelay), one that works too (a home on a network).
 */
#define LOG_IN_TIMEOUT_S 45

/* What sshd(8) says when it hangs up. */
#define TOO_MANY "Too many authentication failures"

static void
clear (LcSshAuth *self)
{
  g_strfreev (self->methods);
  g_ptr_array_unref (self->passed);
  lc_ssh_auth_set_new_password (self, NULL);
}

static LcSshAuthResult
pass (LcSshAuth *self, const char *method)
{
  g_ptr_array_add (self->passed, (gpointer) method);
  if (self->new_password != NULL &&
      lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_PASSWORD)
    lc_credentials_replace_password (self->credentials, self->new_password);
  lc_ssh_auth_set_new_password (self, NULL);
  return LC_SSH_AUTH_PASSED;
}

/* Whether the server hung up since too much was tried: the method that was tried last has failed.
 */
static gboolean
hung_up_on_us (LcSshAuth *self)
{
  return self->session->said != NULL && strstr (self->session->said, TOO_MANY) != NULL;
}

/* Whether that was the server's answer. A connection that is lost while libssh2 waits for it has
 * the same codes; the texts are those of libssh2 1.11.1, userauth.c. */
static gboolean
is_refusal (LcSshAuth *self, int code)
{
  char *message = NULL;

  if (code != LIBSSH2_ERROR_AUTHENTICATION_FAILED && code != LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED)
    return FALSE;
  libssh2_session_last_error (self->session->handle, &message, NULL, 0);
  return message == NULL || !g_str_has_prefix (message, "Waiting for");
}

/* @methods: (out) (transfer full): with which one can go on; empty when nothing more is needed */
static gboolean
list_methods (LcSshAuth *self, char ***methods, GError **error)
{
  LIBSSH2_SESSION *handle = self->session->handle;
  char *list;

  while ((list = libssh2_userauth_list (handle, self->login, strlen (self->login))) == NULL)
    {
      int rc = libssh2_session_last_errno (handle);

      if (libssh2_userauth_authenticated (handle))
        break;
      if (rc != LIBSSH2_ERROR_EAGAIN)
        {
          g_propagate_error (error, lc_ssh_session_error (self->session, rc, "Logging in"));
          return FALSE;
        }
      if (!lc_ssh_auth_wait (self, error))
        return FALSE;
    }
  *methods = g_strsplit (list != NULL ? list : "", ",", -1);
  return TRUE;
}

static gboolean
same_methods (char **one, char **other)
{
  if (g_strv_length (one) != g_strv_length (other))
    return FALSE;
  for (gsize i = 0; one[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) other, one[i]))
      return FALSE;
  return TRUE;
}

static GError *
no_method_error (LcSshAuth *self)
{
  g_autofree char *offered = g_strjoinv (", ", self->methods);
  const char *ours = lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_PASSWORD
                         ? "passwords"
                         : "keys";

  if (self->passed->len > 0)
    return lc_ssh_auth_error ("no-such-method", "The machine also wants: %s", offered);
  return lc_ssh_auth_error ("no-such-method", "The machine does not take %s, only: %s", ours,
                            offered);
}

static LcSshAuthResult
try_public_key (LcSshAuth *self, GError **error)
{
  return lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_AGENT
             ? lc_ssh_auth_with_agent (self, error)
             : lc_ssh_auth_with_key (self, error);
}

/* keyboard-interactive before password, as ssh(1) does it: only there a machine can ask for a new
 * password, or for a code as well. */
static LcSshAuthResult
try_password (LcSshAuth *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  LcSshAuthResult result = LC_SSH_AUTH_REFUSED;

  if (lc_ssh_auth_offers (self, "keyboard-interactive"))
    result = lc_ssh_auth_interactively (self, &local);
  /* Some servers offer it and have nothing to ask there. */
  if (result == LC_SSH_AUTH_REFUSED && lc_ssh_auth_offers (self, "password") &&
      (local == NULL || (!self->password_used && lc_ssh_auth_peek_password (self) != NULL)))
    {
      g_clear_error (&local);
      result = lc_ssh_auth_with_password (self, &local);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return result;
}

static LcSshAuthResult
try_next (LcSshAuth *self, GError **error)
{
  gboolean by_password = lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_PASSWORD;
  gboolean first = self->passed->len == 0;

  if (lc_ssh_auth_offers (self, "publickey") && first && !by_password)
    return try_public_key (self, error);
  if ((lc_ssh_auth_offers (self, "password") ||
       lc_ssh_auth_offers (self, "keyboard-interactive")) &&
      (by_password || !first))
    return try_password (self, error);
  /* The password was only the first half. */
  if (lc_ssh_auth_offers (self, "publickey") && !first && lc_ssh_agent_is_there ())
    return lc_ssh_auth_with_agent (self, error);

  g_propagate_error (error, no_method_error (self));
  return LC_SSH_AUTH_FAILED;
}

static gboolean
run (LcSshAuth *self, GError **error)
{
  if (!list_methods (self, &self->methods, error))
    return FALSE;
  while (!libssh2_userauth_authenticated (self->session->handle))
    if (try_next (self, error) != LC_SSH_AUTH_PASSED)
      return FALSE;
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
lc_ssh_auth_log_in (LcSshSession *self, LcSshRequest *request, GError **error)
{
  LcSshAuth auth = {
    .session = self,
    .request = request,
    .credentials = request->credentials,
    .login = lc_credentials_get_login (request->credentials),
    .passed = g_ptr_array_new_null_terminated (4, NULL, TRUE),
  };
  gboolean done;

  lc_ssh_auth_restart_clock (&auth);
  done = run (&auth, error);
  if (done)
    {
      g_free (self->authentication);
      self->authentication = auth.passed->len > 0 ? g_strjoinv (",", (char **) auth.passed->pdata)
                                                  : g_strdup ("none"); /* RFC 4252 section 5.2 */
    }
  clear (&auth);
  return done;
}

const char *
lc_ssh_auth_peek_password (LcSshAuth *self)
{
  LcSecret *secret = lc_credentials_get_secret (self->credentials);

  return lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_PASSWORD && secret != NULL
             ? lc_secret_peek (secret)
             : NULL;
}

void
lc_ssh_auth_set_new_password (LcSshAuth *self, LcSecret *password)
{
  g_clear_pointer (&self->new_password, lc_secret_unref);
  self->new_password = password != NULL ? lc_secret_ref (password) : NULL;
}

gboolean
lc_ssh_auth_wait (LcSshAuth *self, GError **error)
{
  return lc_ssh_session_wait (self->session, self->deadline, error);
}

void
lc_ssh_auth_restart_clock (LcSshAuth *self)
{
  self->deadline = g_get_monotonic_time () + LOG_IN_TIMEOUT_S * G_TIME_SPAN_SECOND;
}

gboolean
lc_ssh_auth_offers (LcSshAuth *self, const char *method)
{
  return g_strv_contains ((const char *const *) self->methods, method);
}

LcSshAuthResult
lc_ssh_auth_settle (LcSshAuth *self, const char *method, int code, GError *refusal, GError **error)
{
  g_autoptr (GError) owned = refusal;
  g_auto (GStrv) now = NULL;
  g_autoptr (GError) local = NULL;

  if (code == 0)
    return pass (self, method);
  self->failures++;
  if (!is_refusal (self, code))
    {
      g_propagate_error (error, hung_up_on_us (self)
                                    ? g_steal_pointer (&owned)
                                    : lc_ssh_session_error (self->session, code, "Logging in"));
      return LC_SSH_AUTH_FAILED;
    }
  /* A key that is not wanted at all: nothing was signed, so it was not half of what is wanted. */
  if (code == LIBSSH2_ERROR_AUTHENTICATION_FAILED && g_str_equal (method, "publickey"))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return LC_SSH_AUTH_REFUSED;
    }
  if (!list_methods (self, &now, &local))
    {
      /* It has hung up after the refusal. */
      gboolean cancelled = lc_error_is_cancelled (local);

      g_propagate_error (error, cancelled ? g_steal_pointer (&local) : g_steal_pointer (&owned));
      return LC_SSH_AUTH_FAILED;
    }
  if (!same_methods (self->methods, now))
    {
      g_strfreev (self->methods);
      self->methods = g_steal_pointer (&now);
      return pass (self, method);
    }
  self->failures++; /* the question counts, too */
  g_propagate_error (error, g_steal_pointer (&owned));
  return LC_SSH_AUTH_REFUSED;
}
