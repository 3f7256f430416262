/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libdex.h>
#include <string.h>

#include "lc-sftp.h"
#include "report.h"
#include "ssh-fixture.h"

/* A large file, there and back, beside sftp on the same sshd; both are logged in already. On this
 * computer, where the processor is the limit, and over a long line, where it counts how much is
 * underway: upwards that is the server's to say, and ours asks it three times more, so that a half
 * file never has its name. */

#define ROUNDS     5
#define LONG_MS    50
#define NEAR_BYTES (200 * 1000 * 1000ull)
#define LONG_BYTES (60 * 1000 * 1000ull)
#define NEAR_REACH (BUNDLED_LIBSSH2 ? 1.0 : 0.6)
#define BLOCK      (1000 * 1000)

typedef enum
{
  OURS,
  SFTP,
  N_PROGRAMS
} Program;

typedef struct
{
  SshFixture fixture;
  const char *address;
  guint64 bytes;
  LcSshConnection *connection;
  LcSftp *sftp;
  GSubprocess *rival;
  GDataInputStream *said;
  char *there; /* the machine is this computer, too */
  char *here;
} Bench;

/* Bytes that are not 0: empty blocks would be left out. */
static void
make_file (const char *path, guint64 bytes)
{
  g_autofree char *block = g_malloc (BLOCK);
  FILE *file = g_fopen (path, "w");

  g_assert_nonnull (file);
  memset (block, 'x', BLOCK);
  for (guint64 done = 0; done < bytes; done += BLOCK)
    g_assert_cmpuint (fwrite (block, BLOCK, 1, file), ==, 1);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
assert_whole (const char *path, guint64 bytes)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_size, ==, bytes);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
start_ours (Bench *self)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  self->connection = ssh_fixture_connect (&self->fixture);
  await_future (lc_ssh_connection_open_sftp (self->connection), 20, &value, &error);
  g_assert_no_error (error);
  self->sftp = g_value_dup_object (&value);
}

static void
start_rival (Bench *self)
{
  LcTestSshd *sshd = self->fixture.sshd;
  g_autofree char *key = lc_test_sshd_make_key (sshd, "key", "-t ed25519", NULL, TRUE);
  g_autofree char *port = g_strdup_printf ("%u", lc_test_sshd_get_port (sshd));
  g_autofree char *whom = g_strconcat (LC_TEST_SSHD_LOGIN "@", self->address, NULL);
  g_autoptr (GError) error = NULL;

  self->rival =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                        "sftp", "-q", "-b", "-", "-F", "none", "-o", "LogLevel=ERROR", "-o",
                        "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
                        "GlobalKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "-o",
                        "IdentityAgent=none", "-i", key, "-P", port, whom, NULL);
  g_assert_no_error (error);
  self->said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->rival));
}

/* Ends the test when the command fails: sftp ends with it then. */
static void
tell_rival (Bench *self, const char *command)
{
  g_autofree char *lines = g_strconcat (command, "\n!echo done\n", NULL);
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->rival), lines, strlen (lines), NULL,
                             NULL, &error);
  g_assert_no_error (error);
  while (!done)
    {
      g_autofree char *line = g_data_input_stream_read_line (self->said, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      done = g_str_equal (line, "done");
    }
}

static void
move (Bench *self, Program program, const char *there, const char *here, gboolean upload)
{
  if (program == SFTP)
    {
      g_autofree char *command = upload ? g_strdup_printf ("put %s %s", here, there)
                                        : g_strdup_printf ("get %s %s", there, here);

      tell_rival (self, command);
    }
  else
    {
      g_autoptr (GFile) file = g_file_new_for_path (here);
      g_autoptr (GError) error = NULL;
      DexFuture *future = upload ? lc_sftp_upload (self->sftp, file, there, 0644, NULL, NULL)
                                 : lc_sftp_download (self->sftp, there, file, NULL, NULL);

      await_future (future, 300, NULL, &error);
      g_assert_no_error (error);
    }
}

/* MB/s */
static double
measure_once (Bench *self, Program program, gboolean upload)
{
  g_autofree char *there = g_build_filename (self->there, upload ? "arrives" : "source", NULL);
  g_autofree char *here = g_build_filename (self->here, upload ? "source" : "arrives", NULL);
  gint64 start = g_get_monotonic_time ();
  double seconds;

  move (self, program, there, here, upload);
  seconds = (g_get_monotonic_time () - start) / 1e6;
  assert_whole (upload ? there : here, self->bytes);
  return self->bytes / 1e6 / seconds;
}

static void
bench (Bench *self, const char *where, double reach_down, double reach_up)
{
  for (guint upload = 0; upload < 2; upload++)
    {
      g_autofree char *what = g_strdup_printf ("a file %s, %s", upload ? "up" : "down", where);
      double rates[N_PROGRAMS][ROUNDS];

      for (guint round = 0; round < ROUNDS; round++)
        for (guint i = 0; i < N_PROGRAMS; i++)
          rates[i][round] = measure_once (self, i, upload);
      report (what, "MB/s", report_median (rates[OURS], ROUNDS), "sftp",
              report_median (rates[SFTP], ROUNDS), TRUE, upload ? reach_up : reach_down);
    }
}

static char *
make_folder (guint64 bytes)
{
  char *path = g_dir_make_tmp ("lc-bench-sftp-XXXXXX", NULL);
  g_autofree char *source = g_build_filename (path, "source", NULL);

  g_assert_cmpint (g_chmod (path, 0777), ==, 0);
  make_file (source, bytes);
  return path;
}

static void
remove_folder (char *path)
{
  g_autofree char *source = g_build_filename (path, "source", NULL);

  g_unlink (source);
  g_rmdir (path);
  g_free (path);
}

static void
start (Bench *self, const char *address, guint64 bytes)
{
  self->address = address;
  self->bytes = bytes;
  self->there = make_folder (bytes);
  self->here = make_folder (bytes);
  start_ours (self);
  start_rival (self);
}

static void
stop (Bench *self)
{
  g_clear_object (&self->sftp);
  ssh_fixture_disconnect (self->connection);
  g_clear_object (&self->said);
  g_subprocess_force_exit (self->rival);
  g_subprocess_wait (self->rival, NULL, NULL);
  g_clear_object (&self->rival);
  remove_folder (self->there);
  remove_folder (self->here);
}

int
main (int argc, char **argv)
{
  TestLine *line = test_line_new (&(TestLineSettings) { .delay_ms = LONG_MS / 2 });
  Bench self = { 0 };

  dex_init ();
  ssh_fixture_set_up (&self.fixture, NULL);
  start (&self, "127.0.0.1", NEAR_BYTES);
  bench (&self, "this computer", NEAR_REACH, NEAR_REACH);
  stop (&self);
  ssh_fixture_move_far (&self.fixture, line, NULL);
  lc_known_hosts_forget (self.fixture.known_hosts, lc_machine_get_id (self.fixture.machine), NULL);
  start (&self, TEST_LINE_FAR, LONG_BYTES);
  bench (&self, G_STRINGIFY (LONG_MS) " ms round trip", 1.0, 0.9);
  stop (&self);
  ssh_fixture_tear_down (&self.fixture, NULL);
  test_line_free (line);
  return 0;
}
