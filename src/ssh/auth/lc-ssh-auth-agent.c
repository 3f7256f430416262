/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-auth-private.h"

#include <string.h>

#include "lc-ssh-agent.h"
#include "lc-ssh-wire.h"

/* For libssh2's callback. */
typedef struct
{
  LcSshAuth *auth;
  LcSshAgent *agent;
  GBytes *blob;
  GError *problem; /* the agent's */
} Signer;

/* The algorithm is named in what is to be signed (RFC 4252 section 7), after the session's name,
 * the message's type, login, service, method and the boolean. */
static char *
dup_signature_algorithm (const guchar *data, gsize length)
{
  LcSshWire wire = LC_SSH_WIRE_INIT (data, length);
  gsize skipped;

  lc_ssh_wire_get_string (&wire, &skipped);
  lc_ssh_wire_get_byte (&wire);
  for (guint i = 0; i < 3; i++)
    lc_ssh_wire_get_string (&wire, &skipped);
  lc_ssh_wire_get_byte (&wire);
  return lc_ssh_wire_dup_string (&wire);
}

static LIBSSH2_USERAUTH_PUBLICKEY_SIGN_FUNC (sign_cb)
{
  Signer *signer = *abstract;
  LcSshMemory *memory = &signer->auth->session->memory;
  g_autofree char *algorithm = dup_signature_algorithm (data, data_len);
  g_autoptr (GBytes) signature = NULL;
  LcSshWire wire;
  gsize length;
  const guchar *bytes;

  g_clear_error (&signer->problem);
  signature =
      lc_ssh_agent_sign (signer->agent, signer->blob, data, data_len, algorithm, &signer->problem);
  lc_ssh_auth_restart_clock (signer->auth);
  if (signature == NULL)
    return LIBSSH2_ERROR_ALGO_UNSUPPORTED; /* libssh2 tries once more, with the key's own */

  wire = (LcSshWire) LC_SSH_WIRE_INIT (g_bytes_get_data (signature, NULL),
                                       g_bytes_get_size (signature));
  bytes = lc_ssh_wire_get_string (&wire, &length);
  *sig = lc_ssh_memory_alloc (memory, length); /* libssh2 frees it */
  *sig_len = length;
  if (*sig == NULL)
    return LIBSSH2_ERROR_ALLOC;
  memcpy (*sig, bytes, length);
  return 0;
}

/* The kinds that libssh2 can put into a request: not those of hardware tokens, whose signatures are
 * longer. */
static gboolean
is_usable (const LcSshAgentKey *key)
{
  static const char *const algorithms[] = { "ssh-ed25519",         "ssh-rsa",
                                            "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                            "ecdsa-sha2-nistp521", NULL };
  g_autofree char *algorithm = lc_ssh_agent_dup_algorithm (key->blob);

  return g_strv_contains (algorithms, algorithm);
}

static gboolean
is_wanted (LcSshAuth *self, const LcSshAgentKey *key)
{
  const char *fingerprint = lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_AGENT
                                ? lc_credentials_get_key (self->credentials)
                                : NULL;
  g_autofree char *own = lc_ssh_agent_dup_fingerprint (key->blob);

  return is_usable (key) && (fingerprint == NULL || g_str_equal (fingerprint, own));
}

static LcSshAuthResult
offer_key (LcSshAuth *self, LcSshAgent *agent, const LcSshAgentKey *key, GError **error)
{
  Signer signer = { .auth = self, .agent = agent, .blob = key->blob };
  void *abstract = &signer;
  GError *problem = NULL;
  gsize length;
  const guchar *blob = g_bytes_get_data (key->blob, &length);
  int rc;

  while ((rc = libssh2_userauth_publickey (self->session->handle, self->login, blob, length,
                                           sign_cb, &abstract)) == LIBSSH2_ERROR_EAGAIN)
    if (!lc_ssh_auth_wait (self, &problem))
      break;
  if (problem == NULL && signer.problem != NULL && rc != 0)
    problem = g_steal_pointer (&signer.problem);
  g_clear_error (&signer.problem);
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return LC_SSH_AUTH_FAILED;
    }
  return lc_ssh_auth_settle (
      self, "publickey", rc,
      lc_ssh_auth_error ("publickey", "The machine does not accept this key"), error);
}

static GError *
none_fits_error (LcSshAuth *self, GPtrArray *keys, guint offered, guint wanted)
{
  if (keys->len == 0)
    return lc_ssh_auth_error ("publickey", "The SSH agent has no keys");
  if (wanted == 0)
    return lc_ssh_auth_error ("publickey", "The SSH agent does not have this key");
  if (offered < wanted)
    return lc_ssh_auth_error ("publickey",
                              "The machine does not accept the first %u of %u keys of the SSH "
                              "agent, and more must not be tried at once",
                              offered, wanted);
  return lc_ssh_auth_error ("publickey", "The machine accepts no key of the SSH agent");
}

LcSshAuthResult
lc_ssh_auth_with_agent (LcSshAuth *self, GError **error)
{
  g_autoptr (LcSshAgent) agent =
      lc_ssh_agent_connect (lc_ssh_link_get_cancellable (self->session->link), error);
  g_autoptr (GPtrArray) keys = agent != NULL ? lc_ssh_agent_list (agent, error) : NULL;
  guint wanted = 0;
  guint offered = 0;

  if (keys == NULL)
    return LC_SSH_AUTH_FAILED;
  for (guint i = 0; i < keys->len; i++)
    {
      const LcSshAgentKey *key = keys->pdata[i];
      g_autoptr (GError) local = NULL;
      LcSshAuthResult result;

      if (!is_wanted (self, key))
        continue;
      wanted++;
      if (self->failures >= LC_SSH_AUTH_MOST_FAILURES)
        continue;
      offered++;
      result = offer_key (self, agent, key, &local);
      if (result == LC_SSH_AUTH_PASSED)
        return result;
      if (result == LC_SSH_AUTH_FAILED)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return result;
        }
    }
  g_propagate_error (error, none_fits_error (self, keys, offered, wanted));
  return LC_SSH_AUTH_REFUSED;
}
