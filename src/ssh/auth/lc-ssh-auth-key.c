/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-auth-private.h"

#include <string.h>

#include "lc-ssh-key-file.h"

typedef struct
{
  LcSecret *key;
  LcSecret *passphrase;    /* nullable */
  const char *certificate; /* nullable: a line of a public key file, instead of the bare key */
} KeyOffer;

/* What went wrong before anything was sent, or when the server wanted the signature. */
static GError *
unusable_error (LcSshAuth *self, const KeyOffer *offer, int rc)
{
  if (rc != LIBSSH2_ERROR_FILE && rc != LIBSSH2_ERROR_KEYFILE_AUTH_FAILED &&
      rc != LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED && rc != LIBSSH2_ERROR_METHOD_NONE)
    return lc_ssh_session_error (self->session, rc, "Logging in");
  return offer->passphrase != NULL
             ? lc_ssh_auth_error ("passphrase", "The passphrase does not fit the key")
             : lc_ssh_auth_error ("key-file", "The key file cannot be used");
}

/* PUBLICKEY_UNVERIFIED has several meanings; this is the key that cannot be read when it is time to
 * sign. The text is that of libssh2 1.11.1, userauth.c. */
static gboolean
is_unusable (LcSshAuth *self, int rc)
{
  char *message = NULL;

  if (rc == 0 || rc == LIBSSH2_ERROR_AUTHENTICATION_FAILED || self->session->disconnected ||
      lc_ssh_transport_is_broken (&self->session->transport))
    return FALSE;
  libssh2_session_last_error (self->session->handle, &message, NULL, 0);
  return rc != LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED ||
         (message != NULL && g_str_has_prefix (message, "Callback"));
}

static LcSshAuthResult
offer_key (LcSshAuth *self, const KeyOffer *offer, GError **error)
{
  LcSshSession *session = self->session;
  gsize length = offer->certificate != NULL ? strlen (offer->certificate) : 0;
  const char *passphrase = offer->passphrase != NULL ? lc_secret_peek (offer->passphrase) : NULL;
  GError *problem = NULL;
  int rc;

  session->memory.keeping = FALSE;
  while ((rc = libssh2_userauth_publickey_frommemory (
              session->handle, self->login, strlen (self->login), offer->certificate, length,
              lc_secret_peek (offer->key), lc_secret_get_length (offer->key), passphrase)) ==
         LIBSSH2_ERROR_EAGAIN)
    if (!lc_ssh_auth_wait (self, &problem))
      break;
  session->memory.keeping = TRUE;
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return LC_SSH_AUTH_FAILED;
    }
  if (is_unusable (self, rc))
    {
      g_propagate_error (error, unusable_error (self, offer, rc));
      return LC_SSH_AUTH_FAILED;
    }
  return lc_ssh_auth_settle (
      self, "publickey", rc,
      lc_ssh_auth_error ("publickey", "The machine does not accept this key"), error);
}

LcSshAuthResult
lc_ssh_auth_with_key (LcSshAuth *self, GError **error)
{
  const char *path = lc_credentials_get_key_path (self->credentials);
  g_autofree char *certificate = path != NULL ? lc_ssh_key_file_dup_certificate (path) : NULL;
  KeyOffer offer = {
    .key = self->request->key,
    .passphrase = path != NULL ? lc_credentials_get_secret (self->credentials) : NULL,
    .certificate = certificate,
  };
  g_autoptr (GError) local = NULL;
  LcSshAuthResult result;

  if (offer.key == NULL)
    {
      g_propagate_error (error, lc_ssh_auth_error ("key-file", "There is no key to log in with"));
      return LC_SSH_AUTH_FAILED;
    }
  result = offer_key (self, &offer, &local);
  if (certificate != NULL && result == LC_SSH_AUTH_REFUSED)
    {
      /* It may have expired, or be meant for another machine. */
      g_clear_error (&local);
      offer.certificate = NULL;
      result = offer_key (self, &offer, &local);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return result;
}
