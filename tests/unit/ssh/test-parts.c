/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lc-ssh-buffer.h"
#include "lc-ssh-key-file.h"
#include "lc-ssh-memory.h"
#include "lc-ssh-rate.h"
#include "lc-ssh-transport.h"

static void
test_buffer (void)
{
  LcSshBuffer buffer = { 0 };
  g_autoptr (GByteArray) model = g_byte_array_new ();
  guint8 next = 0;

  for (guint i = 0; i < 5000; i++)
    {
      guint8 block[300];
      gsize added = g_test_rand_int_range (0, sizeof block);
      gsize taken;

      for (gsize j = 0; j < added; j++)
        block[j] = next++;
      lc_ssh_buffer_append (&buffer, block, added);
      g_byte_array_append (model, block, added);
      taken = g_test_rand_int_range (0, model->len + 1);
      g_assert_cmpmem (lc_ssh_buffer_peek (&buffer), lc_ssh_buffer_length (&buffer), model->data,
                       model->len);
      lc_ssh_buffer_consume (&buffer, taken);
      g_byte_array_remove_range (model, 0, taken);
    }
  lc_ssh_buffer_clear (&buffer);
  g_assert_cmpuint (lc_ssh_buffer_length (&buffer), ==, 0);
}

static void
test_key_files (void)
{
  static const struct
  {
    const char *text;
    LcSshKeyFileKind kind;
  } files[] = {
    { "", LC_SSH_KEY_FILE_NONE },
    { "ssh-ed25519 AAAA me@here\n", LC_SSH_KEY_FILE_NONE },
    { "-----BEGIN ", LC_SSH_KEY_FILE_NONE },
    { "-----BEGIN CERTIFICATE-----\nAAAA\n", LC_SSH_KEY_FILE_NONE },
    { "-----BEGIN OPENSSH PRIVATE KEY-----\n", LC_SSH_KEY_FILE_NONE },
    { "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", LC_SSH_KEY_FILE_NONE },
    { "-----BEGIN OPENSSH PRIVATE KEY-----\n"
      "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n",
      LC_SSH_KEY_FILE_PLAIN },
    { "-----BEGIN OPENSSH PRIVATE KEY-----\r\n"
      "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABD7Yy1Hk8\r\n",
      LC_SSH_KEY_FILE_ENCRYPTED },
    { "A comment\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", LC_SSH_KEY_FILE_PLAIN },
    { "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIE\n",
      LC_SSH_KEY_FILE_ENCRYPTED },
    { "-----BEGIN PRIVATE KEY-----\nMIIE\n", LC_SSH_KEY_FILE_PLAIN },
    { "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n", LC_SSH_KEY_FILE_ENCRYPTED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_cmpint (lc_ssh_key_file_inspect (files[i].text, strlen (files[i].text)), ==,
                     files[i].kind);
}

static void
test_memory (void)
{
  LcSshMemory memory = { 0 };
  char *kept;
  char *other;
  char *packet;

  lc_ssh_memory_init (&memory);
  kept = lc_ssh_memory_alloc (&memory, 8);
  strcpy (kept, "kept");
  memory.keeping = FALSE;
  other = lc_ssh_memory_realloc (&memory, NULL, 4);
  memory.keeping = TRUE;
  other = lc_ssh_memory_realloc (&memory, other, 4000);
  kept = lc_ssh_memory_realloc (&memory, kept, 100000);
  g_assert_cmpstr (kept, ==, "kept");
  g_assert_cmpuint (g_hash_table_size (memory.kept), ==, 2);
  lc_ssh_memory_free (&memory, other);
  lc_ssh_memory_free (&memory, NULL);

  /* Blocks for packets are used again, whatever the packet. */
  packet = lc_ssh_memory_alloc (&memory, 32768);
  lc_ssh_memory_free (&memory, packet);
  g_assert_true (lc_ssh_memory_alloc (&memory, 20000) == packet);
  g_assert_cmpuint (g_hash_table_size (memory.kept), ==, 2);

  /* Libssh2 is not to allocate for ever. */
  g_assert_null (lc_ssh_memory_alloc (&memory, LC_SSH_MEMORY_LIMIT));
  lc_ssh_memory_clear (&memory); /* the sanitizers see whether "kept" goes */
}

/* A round takes no more than its budget, however much has come, and the end shows after the last
 * byte. */
static void
test_transport (void)
{
  static guint8 block[LC_SSH_ROUND_BUDGET];
  LcSshTransport transport = { .fd = -1 };
  int sockets[2];
  gsize sent = 0;
  gssize n;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets), ==, 0);
  lc_ssh_transport_open (&transport, sockets[0]);
  while ((n = send (sockets[1], block, sizeof block, MSG_DONTWAIT)) > 0)
    sent += n;
  while (lc_ssh_buffer_length (&transport.in) < sent &&
         lc_ssh_buffer_length (&transport.in) < LC_SSH_ROUND_BUDGET)
    lc_ssh_transport_receive (&transport);
  g_assert_cmpuint (lc_ssh_buffer_length (&transport.in), <=, LC_SSH_ROUND_BUDGET);
  g_assert_false (lc_ssh_transport_is_broken (&transport));
  g_assert_false (transport.budget > 0);
  lc_ssh_transport_begin_round (&transport, FALSE);
  g_assert_false (transport.budget > 0);
  lc_ssh_transport_begin_round (&transport, TRUE);
  g_assert_cmpuint (transport.budget, ==, LC_SSH_ROUND_BUDGET);

  close (sockets[1]);
  while (!lc_ssh_transport_is_broken (&transport))
    {
      lc_ssh_transport_receive (&transport);
      lc_ssh_buffer_consume (&transport.in, lc_ssh_buffer_length (&transport.in));
    }
  g_assert_true (transport.ended);
  lc_ssh_buffer_append (&transport.out, block, sizeof block);
  lc_ssh_transport_flush (&transport);
  g_assert_cmpint (transport.problem, !=, 0);
  lc_ssh_transport_begin_round (&transport, TRUE);
  g_assert_false (lc_ssh_transport_has_input (&transport));
  lc_ssh_transport_close (&transport);
}

static void
test_rate (void)
{
  const gint64 second = G_TIME_SPAN_SECOND;
  LcSshRate rate;
  guint64 total = 0;
  gint64 now = 50 * second;

  lc_ssh_rate_init (&rate, now);
  g_assert_cmpuint (lc_ssh_rate_update (&rate, 0, now), ==, 0);
  /* A burst right at the start counts as half a second's. */
  g_assert_cmpuint (lc_ssh_rate_update (&rate, 1000, now + 1), ==, 2000);
  lc_ssh_rate_init (&rate, now);
  for (guint i = 0; i < 100; i++)
    {
      now += second / 10 + i * 1000;
      total += 1000 * (second / 10 + i * 1000) / second;
      if (i >= 5)
        g_assert_cmpuint (lc_ssh_rate_update (&rate, total, now), >=, 900);
      g_assert_cmpuint (lc_ssh_rate_update (&rate, total, now), <=, 1000);
    }
  /* It falls, and is 0 when nothing came for the whole span. */
  for (guint64 last = 1000, i = 0; i < 8; i++)
    {
      guint64 next;

      now += second / 2;
      next = lc_ssh_rate_update (&rate, total, now);
      g_assert_cmpuint (next, <=, last);
      last = next;
      if (i == 7)
        g_assert_cmpuint (last, ==, 0);
    }
  /* After a long silence the span counts, not the silence. */
  now += 1000 * second;
  g_assert_cmpuint (lc_ssh_rate_update (&rate, total + 3000, now), ==, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ssh/buffer", test_buffer);
  g_test_add_func ("/ssh/key-files", test_key_files);
  g_test_add_func ("/ssh/memory", test_memory);
  g_test_add_func ("/ssh/rate", test_rate);
  g_test_add_func ("/ssh/transport", test_transport);
  return g_test_run ();
}
