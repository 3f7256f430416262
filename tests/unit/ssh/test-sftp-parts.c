/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lc-error.h"
#include "lc-sftp-job.h"
#include "lc-sftp-names.h"
#include "lc-sftp.h"

/* A server as the protocol allows it and OpenSSH is not: it answers in another order, gives less
 * than was asked for, and can talk nonsense. */
typedef struct
{
  int fd;
  GBytes *file;
  gsize give;     /* at most, in one answer */
  guint64 told;   /* the size that it tells */
  guint nonsense; /* which answer makes no sense, from 1; 0: none */
  guint answers;
  GQueue reads; /* GByteArray, not answered yet */
  GThread *thread;
} Server;

static gboolean
read_exactly (int fd, guint8 *data, gsize length)
{
  for (gsize done = 0; done < length;)
    {
      gssize n = recv (fd, data + done, length - done, 0);

      if (n <= 0)
        return FALSE;
      done += n;
    }
  return TRUE;
}

static void
answer (Server *self, GByteArray *packet)
{
  lc_sftp_packet_end (packet);
  if (++self->answers == self->nonsense)
    memset (packet->data, 'W', packet->len);
  (void) !send (self->fd, packet->data, packet->len, MSG_NOSIGNAL);
  g_byte_array_unref (packet);
}

static void
answer_status (Server *self, guint32 id, guint32 code)
{
  GByteArray *packet = lc_sftp_packet_begin (LC_SFTP_STATUS, id);

  lc_ssh_wire_put_uint32 (packet, code);
  lc_sftp_packet_string (packet, "as it is");
  lc_sftp_packet_string (packet, "en");
  answer (self, packet);
}

static void
answer_read (Server *self, LcSshWire reader, guint32 id)
{
  gsize length;
  gsize size;
  const guint8 *data = g_bytes_get_data (self->file, &size);
  guint64 offset;
  guint32 wanted;
  GByteArray *packet;

  lc_ssh_wire_get_string (&reader, &length);
  offset = lc_ssh_wire_get_uint64 (&reader);
  wanted = lc_ssh_wire_get_uint32 (&reader);
  g_assert_false (reader.bad);
  if (offset >= size)
    {
      answer_status (self, id, 1);
      return;
    }
  packet = lc_sftp_packet_begin (LC_SFTP_DATA, id);
  lc_ssh_wire_put_string (packet, data + offset, MIN (MIN (wanted, self->give), size - offset));
  answer (self, packet);
}

static void
answer_list (Server *self, guint32 id)
{
  static const char *const names[] = { "..", "../up", "fine", "/etc/passwd", "." };
  GByteArray *packet = lc_sftp_packet_begin (LC_SFTP_NAME, id);

  lc_ssh_wire_put_uint32 (packet, G_N_ELEMENTS (names));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      lc_sftp_packet_string (packet, names[i]);
      lc_sftp_packet_string (packet, "long");
      lc_ssh_wire_put_uint32 (packet, 0);
    }
  answer (self, packet);
}

static void
answer_one (Server *self, GByteArray *question)
{
  LcSshWire reader = { .data = question->data, .length = question->len };
  LcSftpType type = lc_ssh_wire_get_byte (&reader);
  guint32 id = lc_ssh_wire_get_uint32 (&reader);
  GByteArray *packet;

  switch ((int) type)
    {
    case LC_SFTP_INIT:
      answer (self, lc_sftp_packet_begin (LC_SFTP_VERSION, 3));
      break;
    case LC_SFTP_STAT:
      packet = lc_sftp_packet_begin (LC_SFTP_ATTRS, id);
      lc_ssh_wire_put_uint32 (packet, 1 | 4);
      lc_ssh_wire_put_uint64 (packet, self->told);
      lc_ssh_wire_put_uint32 (packet, S_IFREG | 0600);
      answer (self, packet);
      break;
    case LC_SFTP_OPEN:
    case LC_SFTP_OPENDIR:
      packet = lc_sftp_packet_begin (LC_SFTP_HANDLE, id);
      lc_ssh_wire_put_string (packet, "\0\1", 2);
      answer (self, packet);
      break;
    case LC_SFTP_READ:
      answer_read (self, reader, id);
      break;
    case LC_SFTP_READDIR:
      if (self->answers < 3)
        answer_list (self, id);
      else
        answer_status (self, id, 1);
      break;
    default:
      answer_status (self, id, type == LC_SFTP_CLOSE ? 0 : 8);
    }
}

static void
answer_last_first (Server *self)
{
  GByteArray *question;

  while ((question = g_queue_pop_tail (&self->reads)) != NULL)
    {
      answer_one (self, question);
      g_byte_array_unref (question);
    }
}

static gpointer
server_func (gpointer data)
{
  Server *self = data;
  guint32 length;

  while (read_exactly (self->fd, (guint8 *) &length, 4))
    {
      GByteArray *question = g_byte_array_new ();
      struct pollfd more = { .fd = self->fd, .events = POLLIN };

      g_byte_array_set_size (question, GUINT32_FROM_BE (length));
      if (!read_exactly (self->fd, question->data, question->len))
        {
          g_byte_array_unref (question);
          break;
        }
      g_queue_push_tail (&self->reads, question);
      if (poll (&more, 1, 0) == 0 || self->reads.length == 7)
        answer_last_first (self);
    }
  g_queue_clear_full (&self->reads, (GDestroyNotify) g_byte_array_unref);
  close (self->fd);
  return NULL;
}

static void
start (Server *self, LcSftpWire *wire)
{
  g_autoptr (GSocket) socket = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  self->fd = fds[1];
  socket = g_socket_new_from_fd (fds[0], NULL);
  self->thread = g_thread_new ("server", server_func, self);
  lc_sftp_wire_init (wire, socket);
}

static void
stop (Server *self, LcSftpWire *wire)
{
  lc_sftp_wire_clear (wire);
  g_thread_join (self->thread);
  g_clear_pointer (&self->file, g_bytes_unref);
}

/* Returns: whether it came as it is */
static gboolean
fetch (Server *self, gsize size, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("lc-sftp-XXXXXX", NULL);
  g_autofree guint32 *noise = g_malloc (size + 4);
  g_autofree char *got = NULL;
  g_autoptr (LcSftpJob) job = lc_sftp_job_new (NULL, "there");
  g_auto (GValue) value = G_VALUE_INIT;
  LcSftpWire wire;
  gsize length = 0;
  gboolean good;

  for (gsize i = 0; i <= size / 4; i++)
    noise[i] = g_test_rand_int ();
  self->file = g_bytes_new (noise, size);
  job->file = g_build_filename (folder, "here", NULL);
  start (self, &wire);
  good = lc_sftp_wire_greet (&wire, error) && lc_sftp_do_download (&wire, job, &value, error);
  stop (self, &wire);
  if (good)
    {
      g_assert_true (g_file_get_contents (job->file, &got, &length, NULL));
      g_assert_cmpmem (got, length, noise, size);
      g_assert_cmpuint (atomic_load (&job->done), ==, size);
      g_assert_cmpint (g_unlink (job->file), ==, 0);
    }
  /* Nothing half is left. */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return good;
}

static void
assert_fetched (Server server, gsize size)
{
  g_autoptr (GError) error = NULL;

  fetch (&server, size, &error);
  g_assert_no_error (error);
}

static void
test_download (void)
{
  const gsize size = 3 * 1000 * 1000 + 1;

  assert_fetched ((Server) { .give = G_MAXSIZE, .told = size }, size);
  /* Short answers. */
  assert_fetched ((Server) { .give = 1000, .told = size }, size);
  assert_fetched ((Server) { .give = 32767, .told = size }, size);
  /* A file that has grown, has shrunk, or has no size to tell. */
  assert_fetched ((Server) { .give = G_MAXSIZE, .told = size / 2 }, size);
  assert_fetched ((Server) { .give = G_MAXSIZE, .told = size * 2 }, size);
  assert_fetched ((Server) { .give = 5000, .told = 0 }, 50000);
}

static void
test_nonsense (void)
{
  for (guint i = 1; i <= 6; i++)
    {
      Server server = { .give = G_MAXSIZE, .told = 500000, .nonsense = i };
      g_autoptr (GError) error = NULL;

      g_assert_false (fetch (&server, 500000, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
    }
}

static void
test_list (void)
{
  Server server = { 0 };
  g_autoptr (LcSftpJob) job = lc_sftp_job_new (NULL, "there");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  GPtrArray *entries;
  LcSftpWire wire;

  start (&server, &wire);
  g_assert_true (lc_sftp_wire_greet (&wire, &error));
  lc_sftp_do_list (&wire, job, &value, &error);
  g_assert_no_error (error);
  entries = g_value_get_boxed (&value);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpstr (((LcSftpEntry *) g_ptr_array_index (entries, 0))->name, ==, "fine");
  stop (&server, &wire);
}

static void
test_file_names (void)
{
  static const struct
  {
    const char *name;
    gsize length;
    gboolean good;
  } cases[] = {
    { "a", 1, TRUE },     { "...", 3, TRUE },   { "..a", 3, TRUE },     { "-rf", 3, TRUE },
    { "a b\n", 4, TRUE }, { "\xff", 1, TRUE },  { ".hidden", 7, TRUE }, { "", 0, FALSE },
    { ".", 1, FALSE },    { "..", 2, FALSE },   { "a/b", 3, FALSE },    { "/", 1, FALSE },
    { "../a", 4, FALSE }, { "a\0b", 3, FALSE }, { "a\0", 2, FALSE },    { "..\0", 3, FALSE },
  };
  g_autofree char *long_name = g_strnfill (256, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (lc_sftp_is_file_name ((const guint8 *) cases[i].name, cases[i].length), ==,
                     cases[i].good);
  g_assert_true (lc_sftp_is_file_name ((const guint8 *) long_name, 255));
  g_assert_false (lc_sftp_is_file_name ((const guint8 *) long_name, 256));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sftp/file-names", test_file_names);
  g_test_add_func ("/sftp/download", test_download);
  g_test_add_func ("/sftp/nonsense", test_nonsense);
  g_test_add_func ("/sftp/list", test_list);
  return g_test_run ();
}
