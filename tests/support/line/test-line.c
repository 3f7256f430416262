/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-line.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DEVICE       "line"
#define NS           (1000 * 1000 * 1000ll)
#define LARGEST      (sizeof (struct virtio_net_hdr) + 65536)
#define QUEUE_LEAST  (256 * 1024)
#define READ_AT_ONCE 64

/* Below this rate, and when packets may get lost, each is one packet of the line; above it, the
 * kernel hands over what would be up to 45, which costs a tenth. */
#define RATE_IN_LARGE (500 * 1000 * 1000)

typedef struct
{
  gint64 due; /* at the other end, ns */
  gsize length;
  guint8 data[];
} Packet;

/* One direction. */
typedef struct
{
  TestLine *line;
  int from;
  int to;
  GThread *thread;
  GRand *random;
  GQueue underway; /* Packet */
  gint64 free_at;  /* when the head of the line has sent what waits there, ns */
  guint8 *scratch;
} Lane;

struct _TestLine
{
  int near_ns;
  int far_ns;
  int stop;
  Lane lanes[2];
  GMutex mutex; /* for settings */
  TestLineSettings settings;
  atomic_bool black_hole;
  atomic_uint_fast64_t dropped;
};

static gint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * NS + now.tv_nsec;
}

static void
fail (const char *what)
{
  g_error ("line: %s: %s", what, g_strerror (errno));
}

static void
run (const char *command)
{
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_spawn_command_line_sync (command, NULL, NULL, &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    g_error ("line: %s: %s", command, error->message);
}

/* One end: a new namespace for the calling thread, with the device in it. */
static int
make_end (const char *address, int *namespace)
{
  struct ifreq request = { .ifr_name = DEVICE, .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
  g_autofree char *set_address = g_strdup_printf ("ip address add %s/24 dev " DEVICE, address);
  int fd;

  if (unshare (CLONE_NEWNET) < 0)
    fail ("unshare");
  *namespace = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (*namespace < 0 || fd < 0 || ioctl (fd, TUNSETIFF, &request) < 0)
    fail ("/dev/net/tun");
  run ("ip link set lo up");
  run (set_address);
  run ("ip link set " DEVICE " addrgenmode none txqueuelen 10000 mtu 1500 up");
  return fd;
}

/* What a packet takes on the line: the large ones are several there, each with its headers. */
static gsize
size_on_line (const guint8 *data, gsize length)
{
  struct virtio_net_hdr header;
  gsize bytes = length - sizeof header;

  memcpy (&header, data, sizeof header);
  if (header.gso_type != VIRTIO_NET_HDR_GSO_NONE && header.gso_size > 0 && bytes > header.hdr_len)
    bytes += (bytes - header.hdr_len - 1) / header.gso_size * header.hdr_len;
  return bytes;
}

static gsize
queue_of (const TestLineSettings *settings)
{
  gsize in_a_round_trip = settings->rate / 8 * 2 * settings->delay_ms / 1000;

  return settings->queue != 0 ? settings->queue : MAX (in_a_round_trip, QUEUE_LEAST);
}

static void
drop (Lane *lane)
{
  atomic_fetch_add (&lane->line->dropped, 1);
}

/* A packet comes to the head of the line. */
static void
admit (Lane *lane, const TestLineSettings *settings, gsize length)
{
  gint64 now = now_ns ();
  gsize bytes = size_on_line (lane->scratch, length);
  Packet *packet;

  lane->free_at = MAX (lane->free_at, now);
  if (atomic_load (&lane->line->black_hole) ||
      (settings->loss > 0 && g_rand_double (lane->random) < settings->loss))
    {
      drop (lane);
      return;
    }
  if (settings->rate > 0)
    {
      gsize waiting = (lane->free_at - now) * (settings->rate / 8) / NS;

      if (waiting + bytes > queue_of (settings))
        {
          drop (lane);
          return;
        }
      lane->free_at += bytes * 8 * NS / settings->rate;
    }
  packet = g_malloc (sizeof *packet + length);
  packet->due = lane->free_at + settings->delay_ms * (NS / 1000);
  packet->length = length;
  memcpy (packet->data, lane->scratch, length);
  g_queue_push_tail (&lane->underway, packet);
}

static void
take_in (Lane *lane)
{
  TestLineSettings settings;
  gssize n;

  g_mutex_lock (&lane->line->mutex);
  settings = lane->line->settings;
  g_mutex_unlock (&lane->line->mutex);
  for (guint i = 0; i < READ_AT_ONCE && (n = read (lane->from, lane->scratch, LARGEST)) > 0; i++)
    admit (lane, &settings, n);
}

static void
hand_on (Lane *lane)
{
  Packet *packet;

  while ((packet = g_queue_peek_head (&lane->underway)) != NULL && packet->due <= now_ns ())
    {
      if (atomic_load (&lane->line->black_hole) ||
          write (lane->to, packet->data, packet->length) < 0)
        drop (lane);
      g_free (g_queue_pop_head (&lane->underway));
    }
}

static gpointer
lane_func (gpointer data)
{
  Lane *lane = data;
  struct sched_param priority = { .sched_priority = 1 };
  struct pollfd fds[] = { { .fd = lane->from, .events = POLLIN },
                          { .fd = lane->line->stop, .events = POLLIN } };

  /* A line is not slower because the computer has much to do. */
  (void) sched_setscheduler (0, SCHED_FIFO, &priority);
  prctl (PR_SET_TIMERSLACK, 1);
  while (fds[1].revents == 0)
    {
      Packet *first;
      struct timespec wait;

      take_in (lane);
      hand_on (lane);
      if ((first = g_queue_peek_head (&lane->underway)) != NULL)
        {
          gint64 left = MAX (first->due - now_ns (), 0);

          wait = (struct timespec) { .tv_sec = left / NS, .tv_nsec = left % NS };
        }
      if (ppoll (fds, G_N_ELEMENTS (fds), first != NULL ? &wait : NULL, NULL) < 0)
        fds[1].revents = 0;
    }
  return NULL;
}

static void
start_lane (TestLine *self, guint which, int from, int to)
{
  Lane *lane = &self->lanes[which];

  lane->line = self;
  lane->from = from;
  lane->to = to;
  lane->random = g_rand_new ();
  lane->scratch = g_malloc (LARGEST);
  g_queue_init (&lane->underway);
  lane->thread = g_thread_new (which == 0 ? "line-out" : "line-back", lane_func, lane);
}

TestLine *
test_line_new (const TestLineSettings *settings)
{
  TestLine *self = g_new0 (TestLine, 1);
  int near = make_end (TEST_LINE_NEAR, &self->near_ns);
  int far = make_end (TEST_LINE_FAR, &self->far_ns);

  if (setns (self->near_ns, CLONE_NEWNET) < 0)
    fail ("setns");
  g_mutex_init (&self->mutex);
  self->stop = eventfd (0, EFD_CLOEXEC);
  self->lanes[0].from = near;
  self->lanes[1].from = far;
  test_line_set (self, settings);
  start_lane (self, 0, near, far);
  start_lane (self, 1, far, near);
  return self;
}

void
test_line_free (TestLine *self)
{
  eventfd_write (self->stop, 1);
  for (guint i = 0; i < G_N_ELEMENTS (self->lanes); i++)
    {
      g_thread_join (self->lanes[i].thread);
      g_queue_clear_full (&self->lanes[i].underway, g_free);
      g_rand_free (self->lanes[i].random);
      g_free (self->lanes[i].scratch);
    }
  for (guint i = 0; i < G_N_ELEMENTS (self->lanes); i++)
    close (self->lanes[i].from);
  close (self->stop);
  close (self->near_ns);
  close (self->far_ns);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
test_line_set (TestLine *self, const TestLineSettings *settings)
{
  gboolean large = settings->loss <= 0 && (settings->rate == 0 || settings->rate >= RATE_IN_LARGE);
  unsigned long offload = large ? TUN_F_CSUM | TUN_F_TSO4 : 0;

  g_mutex_lock (&self->mutex);
  self->settings = *settings;
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < G_N_ELEMENTS (self->lanes); i++)
    if (ioctl (self->lanes[i].from, TUNSETOFFLOAD, offload) < 0)
      fail ("TUNSETOFFLOAD");
}

void
test_line_set_black_hole (TestLine *self, gboolean black_hole)
{
  atomic_store (&self->black_hole, black_hole);
}

void
test_line_enter_far (TestLine *self)
{
  if (setns (self->far_ns, CLONE_NEWNET) < 0)
    fail ("setns");
}

void
test_line_leave_far (TestLine *self)
{
  if (setns (self->near_ns, CLONE_NEWNET) < 0)
    fail ("setns");
}

guint64
test_line_get_dropped (TestLine *self)
{
  return atomic_load (&self->dropped);
}
