/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <libdex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lc-sftp.h"
#include "ssh-fixture.h"

#define ADD(path, options, func)                                                                   \
  ssh_fixture_add (LC_TEST_SSHD_OPENSSH, "/ssh/sftp/" path, options, func)
#define ADD_DROPBEAR(path, options, func)                                                          \
  ssh_fixture_add (LC_TEST_SSHD_DROPBEAR, "/ssh/sftp/" path, options, func)

#define MEGA       (1000 * 1000)
#define OLD_SERVER "ForceCommand internal-sftp -P posix-rename,statvfs\n"

/* The machine is this computer, too: what is in its folder can be looked at from here. */
typedef struct
{
  LcSshConnection *connection;
  LcSftp *sftp;
  char *there;
  char *here;
} Both;

static char *
make_folder (const char *kind)
{
  g_autofree char *name = g_strdup_printf ("lc-sftp-%s-XXXXXX", kind);
  char *path = g_dir_make_tmp (name, NULL);

  g_assert_nonnull (path);
  g_assert_cmpint (g_chmod (path, 0777), ==, 0);
  return path;
}

static Both
open_both (SshFixture *fixture)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  Both self = { .connection = ssh_fixture_connect (fixture),
                .there = make_folder ("there"),
                .here = make_folder ("here") };

  await_future (lc_ssh_connection_open_sftp (self.connection), 20, &value, &error);
  g_assert_no_error (error);
  self.sftp = g_value_dup_object (&value);
  return self;
}

static void
remove_all (const char *folder)
{
  g_autofree char *command = g_strdup_printf ("rm -rf %s", folder);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
close_both (Both *self)
{
  g_clear_object (&self->sftp);
  ssh_fixture_disconnect (self->connection);
  remove_all (self->there);
  remove_all (self->here);
  g_free (self->there);
  g_free (self->here);
}

static char *
in (const char *folder, const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_done (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  await_future (future, 120, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_error (DexFuture *future, LcError code, const char *service_code)
{
  g_autoptr (GError) error = NULL;
  const LcErrorDetails *details;

  g_assert_false (await_future (future, 60, NULL, &error));
  g_assert_error (error, LC_ERROR, (int) code);
  details = lc_error_get_details (error);
  if (service_code != NULL)
    g_assert_cmpstr (details != NULL ? details->service_code : NULL, ==, service_code);
}

static void
write_noise (const char *path, gsize size)
{
  g_autofree guint32 *noise = g_malloc (size + 4);

  for (gsize i = 0; i <= size / 4; i++)
    noise[i] = g_test_rand_int ();
  g_assert_true (g_file_set_contents (path, (const char *) noise, size, NULL));
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
}

static void
assert_same (const char *a, const char *b)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gsize first_size;
  gsize second_size;

  g_assert_true (g_file_get_contents (a, &first, &first_size, NULL));
  g_assert_true (g_file_get_contents (b, &second, &second_size, NULL));
  g_assert_cmpuint (first_size, ==, second_size);
  g_assert_true (memcmp (first, second, first_size) == 0);
}

static guint32
mode_of (const char *path)
{
  struct stat info;

  g_assert_cmpint (lstat (path, &info), ==, 0);
  return info.st_mode;
}

static DexFuture *
upload (Both *self, const char *from, const char *to)
{
  g_autoptr (GFile) file = g_file_new_for_path (from);

  return lc_sftp_upload (self->sftp, file, to, 0640, NULL, NULL);
}

static DexFuture *
download (Both *self, const char *from, const char *to)
{
  g_autoptr (GFile) file = g_file_new_for_path (to);

  return lc_sftp_download (self->sftp, from, file, NULL, NULL);
}

typedef struct
{
  guint told;
  guint64 done;
  guint64 total;
} Told;

static void
progress (guint64 done, guint64 total, gpointer data)
{
  Told *told = data;

  g_assert_cmpuint (done, >=, told->done);
  told->done = done;
  told->total = total;
  told->told++;
}

static void
round_trip (Both *self, gsize size)
{
  g_autofree char *source = in (self->here, "source");
  g_autofree char *there = in (self->there, "there and here");
  g_autofree char *back = in (self->here, "back");
  g_autoptr (GFile) source_file = g_file_new_for_path (source);
  g_autoptr (GFile) back_file = g_file_new_for_path (back);
  gint64 began = g_get_monotonic_time ();
  Told up = { 0 };
  Told down = { 0 };
  gint64 tenths;

  write_noise (source, size);
  assert_done (lc_sftp_upload (self->sftp, source_file, there, 0640, progress, &up));
  assert_same (source, there);
  g_assert_cmpint (mode_of (there) & 07777, ==, 0640);
  assert_done (lc_sftp_download (self->sftp, there, back_file, progress, &down));
  assert_same (source, back);
  g_assert_cmpint (mode_of (back) & 0777, ==, 0640);
  tenths = (g_get_monotonic_time () - began) / (G_TIME_SPAN_SECOND / 10);
  g_assert_cmpuint (up.done, ==, size);
  g_assert_cmpuint (up.total, ==, size);
  g_assert_cmpuint (down.done, ==, size);
  g_assert_cmpuint (down.total, ==, size);
  g_assert_cmpint (up.told + down.told, <=, tenths + 3);
  /* Nothing half is left. */
  g_assert_cmpuint (count_files (self->there), ==, 1);
  g_assert_cmpuint (count_files (self->here), ==, 2);
}

static void
test_transfers (SshFixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 30 * MEGA + 1, 0, 1, 32 * 1024, 128 * 32 * 1024 };
  Both both = open_both (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    round_trip (&both, sizes[i]);
  close_both (&both);
}

/* Offsets beyond 4 GiB; what is a hole stays one. */
static void
test_huge (SshFixture *fixture, gconstpointer data)
{
  const guint64 size = (G_GUINT64_CONSTANT (1) << 32) + 3 * MEGA;
  Both both = open_both (fixture);
  g_autofree char *there = in (both.there, "huge");
  g_autofree char *here = in (both.here, "huge");
  char end[8] = "";
  struct stat info;
  int fd = open (there, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

  g_assert_cmpint (pwrite (fd, "the end", 7, size - 7), ==, 7);
  close (fd);
  assert_done (download (&both, there, here));
  g_assert_cmpint (stat (here, &info), ==, 0);
  g_assert_cmpuint (info.st_size, ==, size);
  g_assert_cmpuint (info.st_blocks * 512, <, MEGA);
  fd = open (here, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (pread (fd, end, 7, size - 7), ==, 7);
  g_assert_cmpstr (end, ==, "the end");
  close (fd);
  close_both (&both);
}

static void
test_names (SshFixture *fixture, gconstpointer data)
{
  static const char *const odd[] = { "with space", "new\nline", "\xff\xfe not utf-8",
                                     "…",          "-rf",       "..." };
  Both both = open_both (fixture);
  g_autofree char *few = in (both.there, "few");
  g_autofree char *many = in (both.there, "many");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  GPtrArray *entries;

  g_assert_cmpint (g_mkdir (few, 0755), ==, 0);
  g_assert_cmpint (g_mkdir (many, 0755), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autofree char *path = in (few, odd[i]);

      g_assert_true (g_file_set_contents (path, "12345", 5, NULL));
    }
  await_future (lc_sftp_list (both.sftp, few), 20, &value, &error);
  g_assert_no_error (error);
  entries = g_value_get_boxed (&value);
  g_assert_cmpuint (entries->len, ==, G_N_ELEMENTS (odd));
  for (guint i = 0; i < entries->len; i++)
    {
      LcSftpEntry *entry = g_ptr_array_index (entries, i);

      g_assert_true (S_ISREG (entry->mode));
      g_assert_cmpuint (entry->size, ==, 5);
      g_assert_cmpint (ABS (g_get_real_time () / G_USEC_PER_SEC - entry->modified_at), <, 600);
      g_hash_table_add (seen, entry->name);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    g_assert_true (g_hash_table_contains (seen, odd[i]));
  g_value_unset (&value);

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/a file with quite a long name %u", many, i);

      close (open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    }
  await_future (lc_sftp_list (both.sftp, many), 60, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (((GPtrArray *) g_value_get_boxed (&value))->len, ==, 10000);
  close_both (&both);
}

static void
test_folders (SshFixture *fixture, gconstpointer data)
{
  Both both = open_both (fixture);
  g_autofree char *folder = in (both.there, "folder");
  g_autofree char *one = in (folder, "one");
  g_autofree char *two = in (folder, "two");
  g_autofree char *source = in (both.here, "source");
  g_autofree char *missing = in (both.there, "missing");

  write_noise (source, 1000);
  assert_done (lc_sftp_make_folder (both.sftp, folder, 0750));
  g_assert_cmpint (mode_of (folder) & 0777, ==, 0750);
  assert_error (lc_sftp_make_folder (both.sftp, folder, 0750), LC_ERROR_CONFLICT, NULL);
  assert_done (upload (&both, source, one));
  assert_done (upload (&both, source, two));
  assert_error (lc_sftp_remove_folder (both.sftp, folder), LC_ERROR_CONFLICT, NULL);
  assert_error (lc_sftp_remove (both.sftp, folder), LC_ERROR_CONFLICT, NULL);
  assert_error (lc_sftp_remove_folder (both.sftp, one), LC_ERROR_CONFLICT, NULL);
  assert_error (lc_sftp_list (both.sftp, one), LC_ERROR_CONFLICT, NULL);
  assert_error (download (&both, folder, source), LC_ERROR_CONFLICT, NULL);
  assert_error (upload (&both, source, folder), LC_ERROR_CONFLICT, NULL);
  assert_error (lc_sftp_rename (both.sftp, one, folder), LC_ERROR_CONFLICT, NULL);
  assert_done (lc_sftp_rename (both.sftp, one, two));
  g_assert_cmpuint (count_files (folder), ==, 1);
  assert_same (source, two);
  assert_done (lc_sftp_remove (both.sftp, two));
  assert_done (lc_sftp_remove_folder (both.sftp, folder));
  g_assert_cmpuint (count_files (both.there), ==, 0);

  assert_error (download (&both, missing, source), LC_ERROR_NOT_FOUND, NULL);
  assert_error (lc_sftp_stat (both.sftp, missing), LC_ERROR_NOT_FOUND, NULL);
  assert_error (lc_sftp_list (both.sftp, missing), LC_ERROR_NOT_FOUND, NULL);
  assert_error (lc_sftp_remove (both.sftp, missing), LC_ERROR_NOT_FOUND, NULL);
  assert_error (upload (&both, source, "/nowhere/file"), LC_ERROR_NOT_FOUND, NULL);
  assert_error (upload (&both, missing, "file"), LC_ERROR_NOT_FOUND, NULL);
  assert_error (upload (&both, source, "/root/file"), LC_ERROR_FORBIDDEN, NULL);
  assert_error (lc_sftp_list (both.sftp, "/root"), LC_ERROR_FORBIDDEN, NULL);
  close_both (&both);
}

/* A link is followed when asked, stays a link when written through, and is removed as itself. */
static void
test_links (SshFixture *fixture, gconstpointer data)
{
  Both both = open_both (fixture);
  g_autofree char *target = in (both.there, "target");
  g_autofree char *link_name = in (both.there, "link");
  g_autofree char *pipe_name = in (both.there, "pipe");
  g_autofree char *source = in (both.here, "source");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  write_noise (source, 1000);
  assert_done (upload (&both, source, target));
  g_assert_cmpint (symlink ("target", link_name), ==, 0);
  await_future (lc_sftp_stat (both.sftp, link_name), 10, &value, &error);
  g_assert_no_error (error);
  g_assert_true (S_ISREG (((LcSftpEntry *) g_value_get_boxed (&value))->mode));
  g_assert_cmpstr (((LcSftpEntry *) g_value_get_boxed (&value))->name, ==, "link");
  g_value_unset (&value);
  await_future (lc_sftp_real_path (both.sftp, link_name), 10, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_value_get_string (&value), ==, target);

  write_noise (source, 2000);
  assert_done (upload (&both, source, link_name));
  g_assert_true (S_ISLNK (mode_of (link_name)));
  assert_same (source, target);
  assert_done (lc_sftp_remove (both.sftp, link_name));
  assert_same (source, target);

  /* Reading a pipe would wait for ever. */
  g_assert_cmpint (mkfifo (pipe_name, 0666), ==, 0);
  assert_error (download (&both, pipe_name, source), LC_ERROR_CONFLICT, NULL);
  close_both (&both);
}

/* Dropped in the middle, neither side keeps the half, and the next request is served. */
static void
test_cancel (SshFixture *fixture, gconstpointer data)
{
  Both both = open_both (fixture);
  g_autofree char *source = in (both.here, "source");
  g_autofree char *there = in (both.there, "there");
  g_autofree char *back = in (both.here, "back");
  g_autoptr (GFile) source_file = g_file_new_for_path (source);
  g_autoptr (GFile) back_file = g_file_new_for_path (back);
  Told up = { 0 };
  Told down = { 0 };
  DexFuture *future;
  int fd = open (source, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

  g_assert_cmpint (ftruncate (fd, 2000 * (off_t) MEGA), ==, 0);
  close (fd);
  future = lc_sftp_upload (both.sftp, source_file, there, 0644, progress, &up);
  await_condition (up.done > MEGA, 20);
  g_assert_cmpuint (count_files (both.there), ==, 1);
  dex_unref (future);
  await_condition (count_files (both.there) == 0, 20);
  assert_done (lc_sftp_stat (both.sftp, both.there));

  g_assert_cmpint (link (source, there), ==, 0);
  future = lc_sftp_download (both.sftp, there, back_file, progress, &down);
  await_condition (down.done > MEGA, 20);
  g_assert_cmpuint (count_files (both.here), ==, 2);
  dex_unref (future);
  await_condition (count_files (both.here) == 1, 20);

  /* The object goes at the same time. */
  g_assert_cmpint (g_unlink (there), ==, 0);
  up = (Told) { 0 };
  future = lc_sftp_upload (both.sftp, source_file, there, 0644, progress, &up);
  await_condition (up.done > MEGA, 20);
  dex_unref (future);
  g_clear_object (&both.sftp);
  await_condition (count_files (both.there) == 0, 20);
  close_both (&both);
}

/* What waits behind a transfer can be dropped, too; another LcSftp runs beside. */
static void
test_beside (SshFixture *fixture, gconstpointer data)
{
  Both first = open_both (fixture);
  g_autofree char *source = in (first.here, "source");
  g_autofree char *there = in (first.there, "there");
  g_autoptr (GFile) source_file = g_file_new_for_path (source);
  g_auto (GValue) value = G_VALUE_INIT;
  Told up = { 0 };
  g_autoptr (DexFuture) transfer = NULL;
  g_autoptr (DexFuture) waits = NULL;
  g_autoptr (LcSftp) second = NULL;
  gint64 worst = 0;
  int fd = open (source, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

  g_assert_cmpint (ftruncate (fd, 2000 * (off_t) MEGA), ==, 0);
  close (fd);
  transfer = lc_sftp_upload (first.sftp, source_file, there, 0644, progress, &up);
  waits = lc_sftp_stat (first.sftp, first.there);
  dex_unref (lc_sftp_make_folder (first.sftp, there, 0700));
  await_condition (up.done > MEGA, 20);
  g_assert_true (await_future (lc_ssh_connection_open_sftp (first.connection), 20, &value, NULL));
  second = g_value_dup_object (&value);
  for (guint i = 0; i < 20; i++)
    {
      gint64 began = g_get_monotonic_time ();

      assert_done (lc_sftp_stat (second, first.there));
      worst = MAX (worst, g_get_monotonic_time () - began);
    }
  g_test_message ("slowest of 20 answers beside a transfer: %" G_GINT64_FORMAT " µs", worst);
  g_assert_cmpint (worst, <, 2 * G_TIME_SPAN_SECOND);
  g_assert_true (dex_future_is_pending (waits));
  dex_clear (&transfer);
  assert_done (g_steal_pointer (&waits));
  g_assert_cmpuint (count_files (first.there), ==, 0);
  close_both (&first);
}

static void
mount_small (const char *folder)
{
  g_assert_cmpint (mount ("small", folder, "tmpfs", 0, "size=1m,mode=0777"), ==, 0);
}

static void
test_disk_full (SshFixture *fixture, gconstpointer data)
{
  Both both = open_both (fixture);
  g_autofree char *source = in (both.here, "source");
  g_autofree char *there = in (both.there, "there");
  g_autofree char *folder = in (both.there, "folder");
  g_autofree char *small = in (both.here, "small");
  g_autofree char *back = in (small, "back");

  write_noise (source, 3 * MEGA);
  mount_small (both.there);
  assert_error (upload (&both, source, there), LC_ERROR_REMOTE_FAILED, "no-space");
  g_assert_cmpuint (count_files (both.there), ==, 0);
  g_assert_cmpint (umount (both.there), ==, 0);

  assert_done (upload (&both, source, there));
  g_assert_cmpint (g_mkdir (small, 0777), ==, 0);
  mount_small (small);
  assert_error (download (&both, there, back), LC_ERROR_CONFLICT, "no-space");
  g_assert_cmpuint (count_files (small), ==, 0);
  g_assert_cmpint (umount (small), ==, 0);
  assert_done (lc_sftp_make_folder (both.sftp, folder, 0700));
  close_both (&both);
}

static void
test_lost (SshFixture *fixture, gconstpointer data)
{
  Both both = open_both (fixture);
  g_autofree char *source = in (both.here, "source");
  g_autofree char *there = in (both.there, "there");
  g_autofree char *back = in (both.here, "back");
  g_autoptr (GFile) back_file = g_file_new_for_path (back);
  Told down = { 0 };
  DexFuture *future;
  int fd = open (there, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

  g_assert_cmpint (ftruncate (fd, 2000 * (off_t) MEGA), ==, 0);
  close (fd);
  future = lc_sftp_download (both.sftp, there, back_file, progress, &down);
  await_condition (down.done > MEGA, 20);
  lc_test_sshd_signal_sessions (fixture->sshd, SIGKILL);
  assert_error (future, LC_ERROR_OFFLINE, NULL);
  g_assert_cmpuint (count_files (both.here), ==, 0);
  assert_error (lc_sftp_stat (both.sftp, both.there), LC_ERROR_OFFLINE, NULL);
  close_both (&both);
}

static void
assert_no_server (SshFixture *fixture, LcError code)
{
  LcSshConnection *connection = ssh_fixture_connect (fixture);

  assert_error (lc_ssh_connection_open_sftp (connection), code, NULL);
  ssh_fixture_disconnect (connection);
}

static void
test_no_server (SshFixture *fixture, gconstpointer data)
{
  assert_no_server (fixture, LC_ERROR_UNSUPPORTED);
}

static void
test_nonsense (SshFixture *fixture, gconstpointer data)
{
  assert_no_server (fixture, LC_ERROR_PROTOCOL);
}

int
main (int argc, char **argv)
{
  /* The small disks are this program's and its servers'. */
  if (unshare (CLONE_NEWNS) < 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
    g_error ("Cannot have mounts of one's own: %s", g_strerror (errno));
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ssh_fixture_choose_server (argc, argv);
  ADD ("transfers", NULL, test_transfers);
  ADD_DROPBEAR ("transfers", NULL, test_transfers);
  ADD ("rekey", "RekeyLimit 1M\n", test_transfers);
  ADD ("huge", NULL, test_huge);
  ADD ("names", NULL, test_names);
  ADD ("folders", NULL, test_folders);
  ADD_DROPBEAR ("folders", NULL, test_folders);
  ADD ("links", NULL, test_links);
  ADD ("cancel", NULL, test_cancel);
  ADD ("beside", NULL, test_beside);
  ADD ("disk-full", NULL, test_disk_full);
  ADD ("lost", NULL, test_lost);
  /* Without its extensions, as servers that are not OpenSSH's. */
  ADD ("old-transfers", OLD_SERVER, test_transfers);
  ADD ("old-folders", OLD_SERVER, test_folders);
  ADD ("no-server", "ForceCommand true\n", test_no_server);
  ADD ("nonsense", "ForceCommand echo Welcome to this machine\n", test_nonsense);
  return g_test_run ();
}
