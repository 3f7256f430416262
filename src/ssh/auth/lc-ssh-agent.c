/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-agent.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "lc-host-key.h"
#include "lc-printable.h"
#include "lc-ssh-auth.h"
#include "lc-ssh-wire.h"

/* RFC 9987, sections 3 to 5 */
#define REQUEST_IDENTITIES 11
#define IDENTITIES_ANSWER  12
#define SIGN_REQUEST       13
#define SIGN_RESPONSE      14
#define RSA_SHA2_256       2
#define RSA_SHA2_512       4

#define LARGEST_ANSWER     (256 * 1024) /* as in OpenSSH's agent */
#define MOST_KEYS          2048         /* the same */

#define LIST_TIMEOUT_S     5
#define SIGN_TIMEOUT_S     60

#define CERTIFICATE        "-cert-v01@openssh.com"

struct _LcSshAgent
{
  GSocket *socket;
  GCancellable *cancellable;
};

static void
key_free (gpointer data)
{
  LcSshAgentKey *key = data;

  g_bytes_unref (key->blob);
  g_free (key->comment);
  g_free (key);
}

/* @problem: (transfer full) */
static gboolean
fail (GError **error, GError *problem)
{
  g_autoptr (GError) owned = problem;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, lc_error_new (LC_ERROR_CANCELLED, "Cancelled"));
  else if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_propagate_error (error, lc_ssh_auth_error ("agent", "The SSH agent does not answer in time"));
  else
    g_propagate_error (error,
                       lc_ssh_auth_error ("agent", "No SSH agent answers: %s", owned->message));
  return FALSE;
}

static gboolean
send_all (LcSshAgent *self, const GByteArray *request, GError **error)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  gsize done = 0;

  lc_ssh_wire_put_string (message, request->data, request->len);
  while (done < message->len)
    {
      GError *problem = NULL;
      gssize n = g_socket_send (self->socket, (const char *) message->data + done,
                                message->len - done, self->cancellable, &problem);

      if (n <= 0)
        return fail (error, problem);
      done += n;
    }
  return TRUE;
}

static gboolean
receive_all (LcSshAgent *self, guchar *buffer, gsize length, GError **error)
{
  gsize done = 0;

  while (done < length)
    {
      GError *problem = NULL;
      gssize n = g_socket_receive (self->socket, (char *) buffer + done, length - done,
                                   self->cancellable, &problem);

      if (n == 0)
        problem = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "it has hung up");
      if (n <= 0)
        return fail (error, problem);
      done += n;
    }
  return TRUE;
}

/* Returns: (nullable) (transfer full): the answer, its type included */
static GBytes *
transact (LcSshAgent *self, const GByteArray *request, guint timeout_s, GError **error)
{
  guchar header[sizeof (guint32)];
  LcSshWire wire = LC_SSH_WIRE_INIT (header, sizeof header);
  g_autofree guchar *answer = NULL;
  gsize length;

  g_socket_set_timeout (self->socket, timeout_s);
  if (!send_all (self, request, error) || !receive_all (self, header, sizeof header, error))
    return NULL;
  length = lc_ssh_wire_get_uint32 (&wire);
  if (length == 0 || length > LARGEST_ANSWER)
    {
      g_propagate_error (error, lc_ssh_auth_error ("agent", "The SSH agent answers nonsense"));
      return NULL;
    }
  answer = g_malloc (length);
  return receive_all (self, answer, length, error)
             ? g_bytes_new_take (g_steal_pointer (&answer), length)
             : NULL;
}

gboolean
lc_ssh_agent_is_there (void)
{
  const char *path = g_getenv ("SSH_AUTH_SOCK");

  return path != NULL && *path != '\0' && g_file_test (path, G_FILE_TEST_EXISTS);
}

LcSshAgent *
lc_ssh_agent_connect (GCancellable *cancellable, GError **error)
{
  const char *path = g_getenv ("SSH_AUTH_SOCK");
  g_autoptr (LcSshAgent) self = g_new0 (LcSshAgent, 1);
  g_autoptr (GSocketAddress) address = NULL;
  GError *problem = NULL;

  if (path == NULL || *path == '\0')
    {
      g_propagate_error (error, lc_ssh_auth_error ("agent", "There is no SSH agent"));
      return NULL;
    }
  g_set_object (&self->cancellable, cancellable);
  self->socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                               G_SOCKET_PROTOCOL_DEFAULT, &problem);
  if (self->socket != NULL)
    {
      g_socket_set_timeout (self->socket, LIST_TIMEOUT_S);
      address = g_unix_socket_address_new (path);
      if (g_socket_connect (self->socket, address, cancellable, &problem))
        return g_steal_pointer (&self);
    }
  fail (error, problem);
  return NULL;
}

void
lc_ssh_agent_free (LcSshAgent *self)
{
  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);
  g_free (self);
}

GPtrArray *
lc_ssh_agent_parse_keys (const guchar *answer, gsize length)
{
  LcSshWire wire = LC_SSH_WIRE_INIT (answer, length);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (key_free);
  guint32 n;

  if (lc_ssh_wire_get_byte (&wire) != IDENTITIES_ANSWER)
    return NULL;
  n = lc_ssh_wire_get_uint32 (&wire);
  for (guint32 i = 0; i < MIN (n, MOST_KEYS) && !wire.bad; i++)
    {
      gsize size;
      const guchar *blob = lc_ssh_wire_get_string (&wire, &size);
      g_autofree char *comment = lc_ssh_wire_dup_string (&wire);
      LcSshAgentKey *key;

      if (wire.bad)
        return NULL;
      key = g_new0 (LcSshAgentKey, 1);
      key->blob = g_bytes_new (blob, size);
      key->comment = lc_dup_printable_line (comment);
      g_ptr_array_add (keys, key);
    }
  return wire.bad ? NULL : g_steal_pointer (&keys);
}

GPtrArray *
lc_ssh_agent_list (LcSshAgent *self, GError **error)
{
  g_autoptr (GByteArray) request = g_byte_array_new ();
  g_autoptr (GBytes) answer = NULL;
  GPtrArray *keys;

  lc_ssh_wire_put_byte (request, REQUEST_IDENTITIES);
  answer = transact (self, request, LIST_TIMEOUT_S, error);
  if (answer == NULL)
    return NULL;
  keys = lc_ssh_agent_parse_keys (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  if (keys == NULL)
    g_propagate_error (error, lc_ssh_auth_error ("agent", "The SSH agent does not show its keys"));
  return keys;
}

GBytes *
lc_ssh_agent_sign (LcSshAgent *self,
                   GBytes *blob,
                   gconstpointer data,
                   gsize length,
                   const char *algorithm,
                   GError **error)
{
  g_autoptr (GByteArray) request = g_byte_array_new ();
  g_autoptr (GBytes) answer = NULL;
  g_autofree char *used = NULL;
  LcSshWire wire;
  LcSshWire signature = { 0 };

  lc_ssh_wire_put_byte (request, SIGN_REQUEST);
  lc_ssh_wire_put_string (request, g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
  lc_ssh_wire_put_string (request, data, length);
  lc_ssh_wire_put_uint32 (request, g_str_has_prefix (algorithm, "rsa-sha2-512")   ? RSA_SHA2_512
                                   : g_str_has_prefix (algorithm, "rsa-sha2-256") ? RSA_SHA2_256
                                                                                  : 0);
  answer = transact (self, request, SIGN_TIMEOUT_S, error);
  if (answer == NULL)
    return NULL;

  wire = (LcSshWire) LC_SSH_WIRE_INIT (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  if (lc_ssh_wire_get_byte (&wire) == SIGN_RESPONSE)
    {
      signature.data = lc_ssh_wire_get_string (&wire, &signature.length);
      used = lc_ssh_wire_dup_string (&signature);
    }
  /* The name of a certificate's algorithm begins with that of its signature. */
  if (used == NULL || *used == '\0' || !g_str_has_prefix (algorithm, used))
    {
      g_propagate_error (error, lc_ssh_auth_error ("agent", "The SSH agent does not sign with %s",
                                                   algorithm));
      return NULL;
    }
  return g_bytes_new (signature.data, signature.length);
}

char *
lc_ssh_agent_dup_algorithm (GBytes *blob)
{
  LcSshWire wire = LC_SSH_WIRE_INIT (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
  g_autofree char *algorithm = lc_ssh_wire_dup_string (&wire);
  char *suffix = strstr (algorithm, CERTIFICATE);

  if (suffix != NULL)
    *suffix = '\0';
  return lc_dup_printable_line (algorithm);
}

char *
lc_ssh_agent_dup_fingerprint (GBytes *blob)
{
  g_autoptr (LcHostKey) key = lc_host_key_new ("", blob);

  return g_strdup (lc_host_key_get_fingerprint (key));
}
