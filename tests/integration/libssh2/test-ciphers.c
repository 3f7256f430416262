/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <libssh2.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-test-sshd.h"

/* Every kind of cipher that libssh2 and OpenSSH share, with a MAC of each kind: what goes out comes
 * back, in packets of all sizes and over key exchanges; and what is changed on the way is noticed.
 * This is for the libssh2 that is built here, whose encryption we have changed; that of the system
 * has to do the same. */

#define TOTAL   (3 * 1024 * 1024)
#define BATCH   (192 * 1024)
#define LARGEST 32700

/* libssh2 1.11.1 allocates for ever when a packet of chacha20-poly1305 is wrong. */
#define MEMORY_LIMIT (128 * 1024 * 1024)

#define TIME_LIMIT   (20 * G_TIME_SPAN_SECOND)

typedef struct
{
  const char *cipher;
  const char *mac; /* NULL: the cipher has its own */
} Combination;

typedef struct
{
  int fd;
  LIBSSH2_SESSION *session;
  LIBSSH2_CHANNEL *channel;
  gint64 tamper_at; /* received bytes until one is changed; < 0: never */
  gsize allocated;  /* all that was ever */
} Client;

static LcTestSshd *sshd;

/* What libssh2 waits for may already lie in its own buffer, so it is asked again soon; a blocking
 * session would wait for the network in the middle of a key exchange. */
#define retry(client, call)                                                                        \
  ({                                                                                               \
    gint64 limit_ = g_get_monotonic_time () + TIME_LIMIT;                                          \
    gssize rc_;                                                                                    \
    while ((rc_ = (call)) == LIBSSH2_ERROR_EAGAIN && g_get_monotonic_time () < limit_)             \
      wait_for_more (client);                                                                      \
    rc_;                                                                                           \
  })

static void
wait_for_more (Client *self)
{
  struct pollfd polled = { .fd = self->fd, .events = POLLIN };

  poll (&polled, 1, 2);
}

static LIBSSH2_ALLOC_FUNC (alloc_cb)
{
  Client *self = *abstract;

  self->allocated += count;
  return self->allocated < MEMORY_LIMIT ? malloc (count) : NULL;
}

static LIBSSH2_REALLOC_FUNC (realloc_cb) { return realloc (ptr, count); }

static LIBSSH2_FREE_FUNC (free_cb) { free (ptr); }

static LIBSSH2_RECV_FUNC (recv_cb)
{
  Client *self = *abstract;
  gssize n = recv (self->fd, buffer, length, MSG_DONTWAIT);

  if (n > 0 && self->tamper_at >= 0)
    {
      if (self->tamper_at < n)
        ((guint8 *) buffer)[self->tamper_at] ^= 0x10;
      self->tamper_at -= n;
    }
  return n < 0 ? -errno : n == 0 ? -ECONNABORTED : n;
}

/* Never refuses: libssh2 cannot begin a key exchange with half a packet on its hands. */
static LIBSSH2_SEND_FUNC (send_cb)
{
  Client *self = *abstract;
  gsize done = 0;

  while (done < length)
    {
      struct pollfd polled = { .fd = self->fd, .events = POLLOUT };
      gssize n = send (self->fd, (const char *) buffer + done, length - done, MSG_NOSIGNAL);

      if (n > 0)
        done += n;
      else if (errno != EAGAIN)
        return -errno;
      else
        poll (&polled, 1, -1);
    }
  return length;
}

static void
connect_with (Client *self, const Combination *with)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (lc_test_sshd_get_port (sshd)),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  self->tamper_at = -1;
  self->allocated = 0;
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (self->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  self->session = libssh2_session_init_ex (alloc_cb, free_cb, realloc_cb, self);
  libssh2_session_callback_set2 (self->session, LIBSSH2_CALLBACK_RECV,
                                 (libssh2_cb_generic *) (gpointer) recv_cb);
  libssh2_session_callback_set2 (self->session, LIBSSH2_CALLBACK_SEND,
                                 (libssh2_cb_generic *) (gpointer) send_cb);
  for (int method = LIBSSH2_METHOD_CRYPT_CS; method <= LIBSSH2_METHOD_CRYPT_SC; method++)
    g_assert_cmpint (libssh2_session_method_pref (self->session, method, with->cipher), ==, 0);
  for (int method = LIBSSH2_METHOD_MAC_CS; with->mac && method <= LIBSSH2_METHOD_MAC_SC; method++)
    g_assert_cmpint (libssh2_session_method_pref (self->session, method, with->mac), ==, 0);
  g_assert_cmpint (libssh2_session_handshake (self->session, self->fd), ==, 0);
  g_assert_cmpstr (libssh2_session_methods (self->session, LIBSSH2_METHOD_CRYPT_SC), ==,
                   with->cipher);
  g_assert_cmpint (
      libssh2_userauth_password (self->session, LC_TEST_SSHD_LOGIN, LC_TEST_SSHD_PASSWORD), ==, 0);
  self->channel = libssh2_channel_open_session (self->session);
  g_assert_nonnull (self->channel);
  libssh2_session_set_blocking (self->session, 0);
}

static void
disconnect (Client *self)
{
  /* So that freeing does not wait for answers. */
  shutdown (self->fd, SHUT_RDWR);
  while (libssh2_session_free (self->session) == LIBSSH2_ERROR_EAGAIN)
    continue;
  close (self->fd);
}

static void
send_all (Client *self, const char *data, gsize length)
{
  while (length > 0)
    {
      gsize random = g_test_rand_int_range (1, LARGEST + 1);
      gsize piece = MIN (length, random);
      gssize n = retry (self, libssh2_channel_write (self->channel, data, piece));

      g_assert_cmpint (n, >, 0);
      data += n;
      length -= n;
    }
}

static void
receive_all (Client *self, char *data, gsize length)
{
  while (length > 0)
    {
      gssize n = retry (self, libssh2_channel_read (self->channel, data, length));

      g_assert_cmpint (n, >, 0);
      data += n;
      length -= n;
    }
}

static void
test_echo (gconstpointer data)
{
  Client client;
  g_autofree char *out = g_malloc (BATCH);
  g_autofree char *in = g_malloc (BATCH);

  connect_with (&client, data);
  g_assert_cmpint (retry (&client, libssh2_channel_exec (client.channel, "exec cat")), ==, 0);
  for (guint done = 0; done < TOTAL; done += BATCH)
    {
      for (guint i = 0; i < BATCH; i += sizeof (guint32))
        *(guint32 *) (gpointer) (out + i) = g_test_rand_int ();
      send_all (&client, out, BATCH);
      receive_all (&client, in, BATCH);
      g_assert_cmpmem (in, BATCH, out, BATCH);
    }
  /* Packets of every length up to some blocks, for what is left over at their ends. */
  for (guint length = 1; length < 100; length++)
    {
      g_assert_cmpint (retry (&client, libssh2_channel_write (client.channel, out, length)), ==,
                       length);
      receive_all (&client, in, length);
      g_assert_cmpmem (in, length, out, length);
    }
  disconnect (&client);
}

static void
test_tampered (gconstpointer data)
{
  Client client;
  char block[LARGEST];
  gssize n;

  connect_with (&client, data);
  client.tamper_at = g_test_rand_int_range (200 * 1000, 400 * 1000);
  g_assert_cmpint (retry (&client,
                          libssh2_channel_exec (client.channel, "exec head -c 1000000 /dev/zero")),
                   ==, 0);
  while ((n = retry (&client, libssh2_channel_read (client.channel, block, sizeof block))) > 0)
    for (gssize i = 0; i < n; i++)
      g_assert_cmpint (block[i], ==, 0);
  g_assert_cmpint (n, <, 0);
  g_assert_cmpint (n, !=, LIBSSH2_ERROR_EAGAIN);
  disconnect (&client);
}

static void
add_tests (Combination *with)
{
  g_autofree char *name = g_strconcat (with->cipher, with->mac ? "/" : "", with->mac, NULL);
  g_autofree char *echo = g_strconcat ("/libssh2/echo/", name, NULL);
  g_autofree char *tampered = g_strconcat ("/libssh2/tampered/", name, NULL);

  g_test_add_data_func (echo, with, test_echo);
  g_test_add_data_func_full (tampered, with, test_tampered, g_free);
}

int
main (int argc, char **argv)
{
  static const char *const whole[] = { "aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
                                       "chacha20-poly1305@openssh.com" };
  static const char *const ciphers[] = { "aes128-ctr", "aes192-ctr", "aes256-ctr",
                                         "aes128-cbc", "aes256-cbc", "3des-cbc" };
  static const char *const macs[] = { "hmac-sha2-256", "hmac-sha2-512-etm@openssh.com", "hmac-sha1",
                                      "hmac-sha2-256-etm@openssh.com" };
  int status;

  g_test_init (&argc, &argv, NULL);
  sshd = lc_test_sshd_start ("Ciphers +aes128-cbc,aes256-cbc,3des-cbc\n"
                             "MACs +hmac-sha1\n"
                             "RekeyLimit 1M\n");
  g_assert_cmpint (libssh2_init (0), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (whole); i++)
    add_tests (g_memdup2 (&(Combination) { whole[i], NULL }, sizeof (Combination)));
  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (macs); j++)
      add_tests (g_memdup2 (&(Combination) { ciphers[i], macs[j] }, sizeof (Combination)));
  status = g_test_run ();
  libssh2_exit ();
  lc_test_sshd_stop (sshd);
  return status;
}
