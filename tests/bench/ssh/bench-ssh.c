/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh-fixture.h"
#include "test-peer.h"

#define ROUNDS 5
#define BLOCK  (256 * 1024)
#define MEGA   1e6
#define TOTAL  (384 * 1000 * 1000)

typedef enum
{
  OURS,
  SSH_DEFAULT,
  SSH_GCM,
  N_RIVALS
} Rival;

static const char *const rival_names[] = { "LabConnect", "ssh -L", "ssh -L aes128-gcm" };

typedef struct
{
  guint16 port;      /* the local end of what leads to the source and sink */
  guint16 echo_port; /* and to the echo */
  GPid pid;          /* of ssh */
  LcSshConnection *connection;
  LcSshForward *forward;
  LcSshForward *echo;
} Tunnel;

typedef struct
{
  double seconds;
  double cpu;
} Sample;

typedef struct
{
  guint16 port;
  guint64 bytes;
  gboolean upload;
  gint stop; /* atomic */
  GThread *thread;
} Client;

static guint64 source_bytes;
static gboolean sink_mode;

/* The far end: gives source_bytes, or takes everything and says so. */
static void
serve (int fd, gpointer data)
{
  g_autofree char *block = g_malloc0 (BLOCK);
  guint64 left = source_bytes;
  gssize n;

  if (sink_mode)
    {
      while (recv (fd, block, BLOCK, 0) > 0)
        continue;
      (void) !send (fd, block, 1, MSG_NOSIGNAL);
      return;
    }
  while (left > 0 && (n = send (fd, block, MIN (left, BLOCK), MSG_NOSIGNAL)) > 0)
    left -= n;
}

static gpointer
client_func (gpointer data)
{
  Client *client = data;
  g_autofree char *block = g_malloc0 (BLOCK);
  int fd = test_peer_connect (client->port);
  guint64 done = 0;
  gssize n;

  g_assert_cmpint (fd, >=, 0);
  if (client->upload)
    {
      while (!g_atomic_int_get (&client->stop) && done < client->bytes &&
             (n = send (fd, block, MIN (client->bytes - done, BLOCK), 0)) > 0)
        done += n;
      shutdown (fd, SHUT_WR);
      g_assert_cmpint (recv (fd, block, 1, 0), ==, 1);
    }
  else
    while (!g_atomic_int_get (&client->stop) && (n = recv (fd, block, BLOCK, 0)) > 0)
      done += n;
  g_assert_true (client->stop || done == client->bytes);
  close (fd);
  return NULL;
}

static double
cpu_of (const char *stat_path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents (stat_path, &text, NULL, NULL))
    return 0;
  /* From the state on: utime and stime are the 12th and 13th. */
  fields = g_strsplit (strrchr (text, ')') + 2, " ", 16);
  return (g_ascii_strtod (fields[11], NULL) + g_ascii_strtod (fields[12], NULL)) /
         sysconf (_SC_CLK_TCK);
}

/* Seconds that the carrier of a tunnel has computed: the ssh process, or our thread. */
static double
cpu_of_tunnel (Tunnel *tunnel)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (tunnel->pid != 0)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%d/stat", tunnel->pid);

      return cpu_of (path);
    }
  dir = g_dir_open ("/proc/self/task", 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *comm_path = g_build_filename ("/proc/self/task", name, "comm", NULL);
      g_autofree char *stat_path = g_build_filename ("/proc/self/task", name, "stat", NULL);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (comm_path, &comm, NULL, NULL) && g_str_has_prefix (comm, "lc-ssh"))
        return cpu_of (stat_path);
    }
  return 0;
}

static Sample
transfer (Tunnel *tunnel, guint n, gboolean upload, guint64 total)
{
  g_autofree Client *clients = g_new0 (Client, n);
  double cpu = cpu_of_tunnel (tunnel);
  gint64 start = g_get_monotonic_time ();
  Sample sample;

  source_bytes = total / n;
  sink_mode = upload;
  for (guint i = 0; i < n; i++)
    {
      clients[i] = (Client) { .port = tunnel->port, .bytes = total / n, .upload = upload };
      clients[i].thread = g_thread_new ("client", client_func, &clients[i]);
    }
  for (guint i = 0; i < n; i++)
    g_thread_join (clients[i].thread);
  sample.seconds = (g_get_monotonic_time () - start) / 1e6;
  sample.cpu = cpu_of_tunnel (tunnel) - cpu;
  return sample;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
percentile (double *values, guint n, double fraction)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[MIN (n - 1, (guint) (n * fraction))];
}

static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static guint16
free_port (void)
{
  TestPeer *peer = test_peer_new (test_peer_echo, NULL);
  guint16 port = test_peer_get_port (peer);

  test_peer_free (peer);
  return port;
}

static void
start_ssh (Tunnel *tunnel,
           SshFixture *fixture,
           const char *key,
           const char *cipher,
           guint16 target,
           guint16 echo)
{
  g_autofree char *forward = NULL;
  g_autofree char *echo_forward = NULL;
  g_autofree char *port = g_strdup_printf ("%u", lc_test_sshd_get_port (fixture->sshd));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  int fd = -1;

  tunnel->port = free_port ();
  tunnel->echo_port = free_port ();
  forward = g_strdup_printf ("%u:127.0.0.1:%u", tunnel->port, target);
  echo_forward = g_strdup_printf ("%u:127.0.0.1:%u", tunnel->echo_port, echo);
  g_strv_builder_add_many (builder, "ssh", "-N", "-F", "none", "-i", key, "-p", port, "-o",
                           "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
                           "LogLevel=ERROR", "-o", "ExitOnForwardFailure=yes", "-L", forward, "-L",
                           echo_forward, NULL);
  if (cipher != NULL)
    g_strv_builder_add_many (builder, "-c", cipher, NULL);
  g_strv_builder_add (builder, LC_TEST_SSHD_LOGIN "@127.0.0.1");
  argv = g_strv_builder_end (builder);
  g_spawn_async (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, child_setup_cb,
                 NULL, &tunnel->pid, &error);
  g_assert_no_error (error);
  await_condition (fd >= 0 || (fd = test_peer_connect (tunnel->echo_port)) >= 0, 10);
  close (fd);
}

static void
start_tunnel (Tunnel *tunnel,
              SshFixture *fixture,
              const char *key,
              Rival rival,
              guint16 target,
              guint16 echo)
{
  g_autoptr (LcCredentials) credentials = ssh_fixture_key (key, NULL);
  g_autoptr (GError) error = NULL;

  if (rival != OURS)
    {
      start_ssh (tunnel, fixture, key, rival == SSH_GCM ? "aes128-gcm@openssh.com" : NULL, target,
                 echo);
      return;
    }
  tunnel->connection = ssh_fixture_try_connect (fixture, credentials, &error);
  g_assert_no_error (error);
  tunnel->forward = ssh_fixture_forward (tunnel->connection, "127.0.0.1", target);
  tunnel->echo = ssh_fixture_forward (tunnel->connection, "127.0.0.1", echo);
  tunnel->port = lc_ssh_forward_get_local_port (tunnel->forward);
  tunnel->echo_port = lc_ssh_forward_get_local_port (tunnel->echo);
}

static void
stop_tunnel (Tunnel *tunnel)
{
  if (tunnel->pid != 0)
    kill (tunnel->pid, SIGTERM);
  g_clear_object (&tunnel->forward);
  g_clear_object (&tunnel->echo);
  if (tunnel->connection != NULL)
    ssh_fixture_disconnect (g_steal_pointer (&tunnel->connection));
}

static void
print_ratios (const double *values)
{
  printf ("   %.2f× %.2f×\n", values[OURS] / values[SSH_DEFAULT], values[OURS] / values[SSH_GCM]);
  fflush (stdout);
}

static void
bench_transfer (Tunnel *tunnels, guint n, gboolean upload, guint64 total)
{
  double rates[N_RIVALS][ROUNDS];
  double cpus[N_RIVALS][ROUNDS];
  double medians[N_RIVALS];

  for (guint round = 0; round < ROUNDS; round++)
    for (guint rival = 0; rival < N_RIVALS; rival++)
      {
        Sample sample = transfer (&tunnels[rival], n, upload, total);

        rates[rival][round] = total / MEGA / sample.seconds;
        cpus[rival][round] = sample.cpu / (total / 1e9);
      }
  printf ("%-8s %3u  MB/s (CPU s/GB) ", upload ? "upload" : "download", n);
  for (guint rival = 0; rival < N_RIVALS; rival++)
    {
      medians[rival] = percentile (rates[rival], ROUNDS, 0.5);
      printf (" %7.0f (%.2f)", medians[rival], percentile (cpus[rival], ROUNDS, 0.5));
    }
  print_ratios (medians);
}

static void
measure_round_trips (Tunnel *tunnel, int load, guint n, double *values)
{
  Client client = { .port = tunnel->port, .bytes = G_MAXUINT32, .upload = load == 2 };
  int fd = test_peer_connect (tunnel->echo_port);
  char byte = 'x';

  source_bytes = client.bytes;
  sink_mode = client.upload;
  if (load != 0)
    client.thread = g_thread_new ("client", client_func, &client);
  for (guint i = 0; i < n; i++)
    {
      gint64 start = g_get_monotonic_time ();

      g_assert_cmpint (send (fd, &byte, 1, 0), ==, 1);
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      values[i] = g_get_monotonic_time () - start;
    }
  close (fd);
  g_atomic_int_set (&client.stop, TRUE);
  if (client.thread != NULL)
    g_thread_join (client.thread);
}

/* One byte to the echo and back, alone or beside a transfer in the same connection. */
static void
bench_round_trips (Tunnel *tunnels, int load)
{
  static const char *const names[] = { "idle", "while downloading", "while uploading" };
  enum
  {
    N = 1500
  };
  g_autofree double *values = g_new0 (double, N);
  double p50[N_RIVALS];
  double p99[N_RIVALS];

  for (guint rival = 0; rival < N_RIVALS; rival++)
    {
      measure_round_trips (&tunnels[rival], load, N, values);
      p50[rival] = percentile (values, N, 0.5);
      p99[rival] = percentile (values, N, 0.99);
    }
  printf ("1 byte, %-18s µs p50 / p99 ", names[load]);
  for (guint rival = 0; rival < N_RIVALS; rival++)
    printf (" %5.0f / %5.0f", p50[rival], p99[rival]);
  print_ratios (p99);
}

int
main (int argc, char **argv)
{
  static const guint channels[] = { 1, 16, 128 };
  SshFixture fixture = { 0 };
  Tunnel tunnels[N_RIVALS] = { 0 };
  TestPeer *server;
  TestPeer *echo;
  g_autofree char *key = NULL;

  dex_init ();
  signal (SIGPIPE, SIG_IGN);
  ssh_fixture_set_up (&fixture, NULL);
  key = lc_test_sshd_make_key (fixture.sshd, "key", "-t ed25519", NULL, TRUE);
  server = test_peer_new (serve, NULL);
  echo = test_peer_new (test_peer_echo, NULL);
  for (guint rival = 0; rival < N_RIVALS; rival++)
    start_tunnel (&tunnels[rival], &fixture, key, rival, test_peer_get_port (server),
                  test_peer_get_port (echo));

  printf ("%s | %s | %s; ratios against both\n", rival_names[0], rival_names[1], rival_names[2]);
  for (guint upload = 0; upload < 2; upload++)
    for (gsize i = 0; i < G_N_ELEMENTS (channels); i++)
      bench_transfer (tunnels, channels[i], upload, TOTAL);
  for (int load = 0; load < 3; load++)
    bench_round_trips (tunnels, load);

  for (guint rival = 0; rival < N_RIVALS; rival++)
    stop_tunnel (&tunnels[rival]);
  test_peer_free (server);
  test_peer_free (echo);
  ssh_fixture_tear_down (&fixture, NULL);
  return 0;
}
