/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <sys/socket.h>

#include "lc-printable.h"
#include "lc-ssh-session.h"

static char *
dup_address (int fd)
{
  struct sockaddr_storage native;
  socklen_t length = sizeof native;
  g_autoptr (GSocketAddress) address = NULL;
  GInetSocketAddress *inet;
  g_autofree char *host = NULL;

  if (getpeername (fd, (struct sockaddr *) &native, &length) < 0)
    return NULL;
  address = g_socket_address_new_from_native (&native, length);
  /* A connection through a jump host comes from a pair of local sockets. */
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  inet = G_INET_SOCKET_ADDRESS (address);
  host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  return g_strdup_printf ("%s port %u", host, g_inet_socket_address_get_port (inet));
}

static char *
dup_method (LcSshSession *self, int kind)
{
  return g_strdup (libssh2_session_methods (self->handle, kind));
}

/* libssh2 negotiates a MAC also where the cipher brings its own, and does not use it (RFC 5647). */
static char *
dup_mac (LcSshSession *self, int kind, const char *cipher)
{
  gboolean own = cipher != NULL && (g_str_has_suffix (cipher, "-gcm@openssh.com") ||
                                    g_str_has_prefix (cipher, "chacha20-poly1305"));

  return own ? NULL : dup_method (self, kind);
}

LcSshInfo *
lc_ssh_session_dup_info (LcSshSession *self)
{
  LcSshInfo *info = g_new0 (LcSshInfo, 1);

  info->address = dup_address (self->transport.fd);
  info->server = lc_dup_printable_line (libssh2_session_banner_get (self->handle));
  info->key_exchange = dup_method (self, LIBSSH2_METHOD_KEX);
  info->host_key = dup_method (self, LIBSSH2_METHOD_HOSTKEY);
  if (self->host_key != NULL)
    info->fingerprint = g_strdup (lc_host_key_get_fingerprint (self->host_key));
  info->cipher_in = dup_method (self, LIBSSH2_METHOD_CRYPT_SC);
  info->cipher_out = dup_method (self, LIBSSH2_METHOD_CRYPT_CS);
  info->mac_in = dup_mac (self, LIBSSH2_METHOD_MAC_SC, info->cipher_in);
  info->mac_out = dup_mac (self, LIBSSH2_METHOD_MAC_CS, info->cipher_out);
  info->authentication = g_strdup (self->authentication);
  info->library = g_strdup_printf ("libssh2 %s", libssh2_version (0));
  return info;
}
