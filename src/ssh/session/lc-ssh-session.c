/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-session.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "lc-ssh-dial.h"

/* How long libssh2 itself waits for one answer, such as to a channel-open. */
#define ANSWER_TIMEOUT_S 30

#define HOST_KEY_ALGORITHMS                                                                        \
  "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,"          \
  "rsa-sha2-256"

/* What libssh2 has but for SHA-1 and 1024-bit groups, which OpenSSH does not offer either. libssh2
 * adds the names of its extensions (strict key exchange) by itself. */
#define KEY_EXCHANGES                                                                              \
  "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"          \
  "ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"         \
  "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256"

/* The same without MD5, RIPEMD and cut ones. */
#define MACS                                                                                       \
  "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,"       \
  "hmac-sha1-etm@openssh.com,hmac-sha1"

#define CIPHERS_AES                                                                                \
  "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,"        \
  "aes192-ctr,aes128-ctr"
#define CIPHERS_NO_AES                                                                             \
  "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes256-ctr,"        \
  "aes192-ctr,aes128-ctr"

static LIBSSH2_ALLOC_FUNC (alloc_cb)
{
  return lc_ssh_memory_alloc (&((LcSshSession *) *abstract)->memory, count);
}

static LIBSSH2_REALLOC_FUNC (realloc_cb)
{
  return lc_ssh_memory_realloc (&((LcSshSession *) *abstract)->memory, ptr, count);
}

static LIBSSH2_FREE_FUNC (free_cb)
{
  lc_ssh_memory_free (&((LcSshSession *) *abstract)->memory, ptr);
}

static LIBSSH2_DISCONNECT_FUNC (disconnect_cb)
{
  LcSshSession *self = (LcSshSession *) *abstract;

  self->disconnected = TRUE;
  g_free (self->said);
  self->said = message_len > 0 ? g_utf8_make_valid (message, MIN (message_len, 512)) : NULL;
}

static gboolean
cpu_has_aes (void)
{
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_cpu_supports ("aes");
#elif defined(__aarch64__)
  return TRUE;
#else
  return FALSE;
#endif
}

static void
init_library (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      int rc = libssh2_init (0);

      g_once_init_leave (&once, rc == 0 ? 1 : 2);
    }
}

/* The known ones first, then the others, so that a server with several keys shows the one that the
 * person has trusted. An RSA key is named ssh-rsa whatever signature it is used with (RFC 8332). */
static char *
dup_host_key_preference (const char *const *algorithms)
{
  GString *first = g_string_new (NULL);
  g_auto (GStrv) all = g_strsplit (HOST_KEY_ALGORITHMS, ",", -1);

  for (int wanted = TRUE; wanted >= FALSE; wanted--)
    for (gsize i = 0; all[i] != NULL; i++)
      {
        const char *name = g_str_has_prefix (all[i], "rsa-") ? "ssh-rsa" : all[i];

        if ((algorithms != NULL && g_strv_contains (algorithms, name)) == wanted)
          g_string_append_printf (first, "%s%s", first->len > 0 ? "," : "", all[i]);
      }
  return g_string_free_and_steal (first);
}

static void
set_preferences (LIBSSH2_SESSION *handle, const char *const *algorithms)
{
  const char *ciphers = cpu_has_aes () ? CIPHERS_AES : CIPHERS_NO_AES;
  g_autofree char *host_keys = dup_host_key_preference (algorithms);

  /* libssh2 drops names that it was built without. */
  libssh2_session_method_pref (handle, LIBSSH2_METHOD_KEX, KEY_EXCHANGES);
  libssh2_session_method_pref (handle, LIBSSH2_METHOD_MAC_CS, MACS);
  libssh2_session_method_pref (handle, LIBSSH2_METHOD_MAC_SC, MACS);
  libssh2_session_method_pref (handle, LIBSSH2_METHOD_CRYPT_CS, ciphers);
  libssh2_session_method_pref (handle, LIBSSH2_METHOD_CRYPT_SC, ciphers);
  libssh2_session_method_pref (handle, LIBSSH2_METHOD_HOSTKEY, host_keys);
}

static LcHostKey *
read_host_key (LcSshSession *self, GError **error)
{
  static const char *const names[] = {
    [LIBSSH2_HOSTKEY_TYPE_RSA] = "ssh-rsa",
    [LIBSSH2_HOSTKEY_TYPE_ECDSA_256] = "ecdsa-sha2-nistp256",
    [LIBSSH2_HOSTKEY_TYPE_ECDSA_384] = "ecdsa-sha2-nistp384",
    [LIBSSH2_HOSTKEY_TYPE_ECDSA_521] = "ecdsa-sha2-nistp521",
    [LIBSSH2_HOSTKEY_TYPE_ED25519] = "ssh-ed25519",
  };
  size_t length = 0;
  int type = LIBSSH2_HOSTKEY_TYPE_UNKNOWN;
  const char *blob = libssh2_session_hostkey (self->handle, &length, &type);
  g_autoptr (GBytes) bytes = NULL;

  if (blob == NULL || type < 0 || type >= (int) G_N_ELEMENTS (names) || names[type] == NULL)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_PROTOCOL,
                                              "The server has a host key of an unknown kind"));
      return NULL;
    }
  bytes = g_bytes_new (blob, length);
  return lc_host_key_new (names[type], bytes);
}

/* Returns: (nullable) (transfer full): when the server has no algorithm that libssh2 has. libssh2
 * only says that it could not exchange keys, and leaves empty what it did not agree on (kex.c). */
static GError *
no_common_algorithm (LcSshSession *self)
{
  static const struct
  {
    int method;
    const char *name;
  } kinds[] = {
    { LIBSSH2_METHOD_KEX, "key exchange or host key" },
    { LIBSSH2_METHOD_CRYPT_CS, "cipher" },
    { LIBSSH2_METHOD_CRYPT_SC, "cipher" },
    { LIBSSH2_METHOD_MAC_CS, "message authentication" },
    { LIBSSH2_METHOD_MAC_SC, "message authentication" },
  };
  LcErrorDetails details = { .service_code = (char *) "no-common-algorithm" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (libssh2_session_methods (self->handle, kinds[i].method) == NULL)
      return lc_error_new_with_details (
          LC_ERROR_UNSUPPORTED, &details,
          "The machine's SSH server is too old or too new: it offers no %s algorithm that this "
          "program has",
          kinds[i].name);
  return NULL;
}

static GError *
key_exchange_error (LcSshSession *self, int code)
{
  GError *error = code == LIBSSH2_ERROR_KEX_FAILURE ? no_common_algorithm (self) : NULL;

  return error != NULL ? error : lc_ssh_session_error (self, code, "Key exchange");
}

LcSshSession *
lc_ssh_session_new (LcSshLink *link, const LcSshTimes *times)
{
  LcSshSession *self = g_new0 (LcSshSession, 1);

  init_library ();
  self->transport.fd = -1;
  lc_ssh_memory_init (&self->memory);
  self->times = *times;
  self->link = lc_ssh_link_ref (link);
  return self;
}

void
lc_ssh_session_free (LcSshSession *self)
{
  if (self->handle != NULL)
    {
      if (self->transport.fd >= 0 && !lc_ssh_transport_is_broken (&self->transport))
        {
          libssh2_session_disconnect (self->handle, "Closed by the user");
          lc_ssh_transport_flush (&self->transport);
        }
      /* So that freeing does not wait for answers: with a broken socket libssh2 only cleans up. */
      lc_ssh_buffer_clear (&self->transport.in);
      lc_ssh_transport_begin_round (&self->transport, FALSE);
      self->transport.problem = ECONNABORTED;
      for (int i = 0; i < 1000 && libssh2_session_free (self->handle) == LIBSSH2_ERROR_EAGAIN; i++)
        continue;
    }
  lc_ssh_memory_clear (&self->memory);
  lc_ssh_transport_close (&self->transport);
  g_clear_pointer (&self->said, g_free);
  g_clear_pointer (&self->host_key, lc_host_key_unref);
  g_clear_pointer (&self->authentication, g_free);
  lc_ssh_link_unref (self->link);
  g_free (self);
}

LcHostKey *
lc_ssh_session_reach (LcSshSession *self,
                      int fd,
                      const char *host,
                      guint16 port,
                      const char *const *algorithms,
                      GError **error)
{
  gint64 deadline;
  int rc;

  if (fd < 0)
    fd = lc_ssh_dial (self->link, host, port, error);
  if (fd < 0)
    return NULL;
  lc_ssh_transport_open (&self->transport, fd);
  self->handle = libssh2_session_init_ex (alloc_cb, free_cb, realloc_cb, self);
  if (self->handle == NULL)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "Cannot make an SSH session"));
      return NULL;
    }
  libssh2_session_set_blocking (self->handle, 0);
  libssh2_session_set_read_timeout (self->handle, ANSWER_TIMEOUT_S);
  lc_ssh_transport_attach (&self->transport, self->handle);
  libssh2_session_callback_set2 (self->handle, LIBSSH2_CALLBACK_DISCONNECT,
                                 (libssh2_cb_generic *) (gpointer) disconnect_cb);
  set_preferences (self->handle, algorithms);

  deadline = g_get_monotonic_time () + self->times.kex_ms * G_TIME_SPAN_MILLISECOND;
  while ((rc = libssh2_session_handshake (self->handle, fd)) == LIBSSH2_ERROR_EAGAIN)
    if (!lc_ssh_session_wait (self, deadline, error))
      return NULL;
  if (rc != 0)
    {
      g_propagate_error (error, key_exchange_error (self, rc));
      return NULL;
    }
  self->host_key = read_host_key (self, error);
  return self->host_key != NULL ? lc_host_key_ref (self->host_key) : NULL;
}

gboolean
lc_ssh_session_wait (LcSshSession *self, gint64 deadline, GError **error)
{
  LcSshTransport *transport = &self->transport;

  lc_ssh_transport_flush (transport);
  for (;;)
    {
      struct pollfd fds[] = { { .fd = transport->fd,
                                .events = lc_ssh_transport_events (transport) },
                              { .fd = lc_ssh_link_get_wake_fd (self->link), .events = POLLIN } };
      gint64 left = deadline - g_get_monotonic_time ();

      if (lc_ssh_link_is_stopped (self->link))
        {
          g_propagate_error (error, lc_error_new (LC_ERROR_CANCELLED, "Cancelled"));
          return FALSE;
        }
      if (left <= 0)
        {
          g_propagate_error (error, lc_error_new (LC_ERROR_TIMED_OUT,
                                                  "The server does not answer in time"));
          return FALSE;
        }
      if (poll (fds, G_N_ELEMENTS (fds), left / 1000 + 1) <= 0)
        continue;
      if (fds[1].revents != 0)
        lc_ssh_link_clear_wake (self->link);
      if (fds[0].revents & POLLOUT)
        lc_ssh_transport_flush (transport);
      if (fds[0].revents & (POLLIN | POLLHUP | POLLERR))
        {
          lc_ssh_transport_receive (transport);
          return TRUE; /* libssh2 finds out by itself when it has ended */
        }
    }
}

GError *
lc_ssh_session_lost_error (LcSshSession *self)
{
  LcErrorDetails details = { .service_message = self->said };

  if (self->said != NULL)
    return lc_error_new_with_details (LC_ERROR_OFFLINE, &details,
                                      "The server closed the connection: %s", self->said);
  if (self->transport.problem == ETIMEDOUT)
    return lc_error_new (LC_ERROR_TIMED_OUT, "The connection was lost: no answer");
  if (self->transport.problem != 0)
    return lc_error_new (LC_ERROR_OFFLINE, "The connection was lost: %s",
                         g_strerror (self->transport.problem));
  return lc_error_new (LC_ERROR_OFFLINE, "The server closed the connection");
}

GError *
lc_ssh_session_error (LcSshSession *self, int code, const char *what)
{
  char *message = NULL;
  g_autofree char *valid = NULL;

  if (self->disconnected || lc_ssh_transport_is_broken (&self->transport))
    return lc_ssh_session_lost_error (self);

  libssh2_session_last_error (self->handle, &message, NULL, 0);
  valid = g_utf8_make_valid (message != NULL ? message : "", -1);
  switch (code)
    {
    case LIBSSH2_ERROR_SOCKET_SEND:
    case LIBSSH2_ERROR_SOCKET_RECV:
    case LIBSSH2_ERROR_SOCKET_DISCONNECT:
      return lc_ssh_session_lost_error (self);
    case LIBSSH2_ERROR_TIMEOUT:
    case LIBSSH2_ERROR_SOCKET_TIMEOUT:
      return lc_error_new (LC_ERROR_TIMED_OUT, "%s: the server does not answer in time", what);
    case LIBSSH2_ERROR_ALLOC:
      return lc_error_new (LC_ERROR_FAILED, "%s: %s", what, valid);
    case LIBSSH2_ERROR_METHOD_NONE:
    case LIBSSH2_ERROR_METHOD_NOT_SUPPORTED:
    case LIBSSH2_ERROR_ALGO_UNSUPPORTED:
      return lc_error_new (LC_ERROR_UNSUPPORTED, "%s: %s", what, valid);
    default:
      return lc_error_new (LC_ERROR_PROTOCOL, "%s failed: %s (%d)", what, valid, code);
    }
}
