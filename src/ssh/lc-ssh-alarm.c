/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-alarm.h"

#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* A network comes with a volley of changes: addresses, routes, name servers. */
#define DEBOUNCE_MS 1500

/* Shorter ones no connection dies of. */
#define SHORTEST_SLEEP (2 * G_TIME_SPAN_SECOND)

struct _LcSshAlarm
{
  GObject parent_instance;

  LcSshSleepClock clock;
  gint64 slept;
  int timer_fd;
  guint timer_source;
  guint debounce_source;
  gboolean portal_has_spoken; /* its first signal only tells how things are */
};

G_DEFINE_FINAL_TYPE (LcSshAlarm, lc_ssh_alarm, G_TYPE_OBJECT)

enum
{
  SIGNAL_ALARM,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gint64
read_clock (clockid_t id)
{
  struct timespec now = { 0 };

  clock_gettime (id, &now);
  return now.tv_sec * G_TIME_SPAN_SECOND + now.tv_nsec / 1000;
}

static gint64
kernel_clock (void)
{
  return read_clock (CLOCK_BOOTTIME) - read_clock (CLOCK_MONOTONIC);
}

/* Far in the future: only the jump of a clock ends it. */
static void
arm_timer (LcSshAlarm *self)
{
  struct itimerspec never = { .it_value.tv_sec = G_MAXINT32 };

  (void) timerfd_settime (self->timer_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                          NULL);
}

static gboolean
debounced_cb (gpointer data)
{
  LcSshAlarm *self = data;

  self->debounce_source = 0;
  g_signal_emit (self, signals[SIGNAL_ALARM], 0);
  return G_SOURCE_REMOVE;
}

static void
raise_soon (LcSshAlarm *self)
{
  g_clear_handle_id (&self->debounce_source, g_source_remove);
  self->debounce_source = g_timeout_add (DEBOUNCE_MS, debounced_cb, self);
}

static gboolean
clock_jumped_cb (int fd, GIOCondition condition, gpointer data)
{
  guint64 expirations;

  (void) !read (fd, &expirations, sizeof expirations); /* ECANCELED: that is the news */
  arm_timer (data);
  lc_ssh_alarm_look_at_clock (data);
  return G_SOURCE_CONTINUE;
}

static void
network_changed_cb (LcSshAlarm *self, gboolean available, GNetworkMonitor *monitor)
{
  gboolean first = !self->portal_has_spoken &&
                   g_strcmp0 (G_OBJECT_TYPE_NAME (monitor), "GNetworkMonitorPortal") == 0;

  self->portal_has_spoken = TRUE;
  if (available && !first)
    raise_soon (self);
}

static void
lc_ssh_alarm_finalize (GObject *object)
{
  LcSshAlarm *self = LC_SSH_ALARM (object);

  g_clear_handle_id (&self->timer_source, g_source_remove);
  g_clear_handle_id (&self->debounce_source, g_source_remove);
  if (self->timer_fd >= 0)
    close (self->timer_fd);
  G_OBJECT_CLASS (lc_ssh_alarm_parent_class)->finalize (object);
}

static void
lc_ssh_alarm_class_init (LcSshAlarmClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_ssh_alarm_finalize;

  signals[SIGNAL_ALARM] = g_signal_new ("alarm", LC_TYPE_SSH_ALARM, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
lc_ssh_alarm_init (LcSshAlarm *self)
{
  self->timer_fd = -1;
}

LcSshAlarm *
lc_ssh_alarm_new (GNetworkMonitor *monitor, LcSshSleepClock clock)
{
  LcSshAlarm *self = g_object_new (LC_TYPE_SSH_ALARM, NULL);

  self->clock = clock != NULL ? clock : kernel_clock;
  self->slept = self->clock ();
  self->timer_fd = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->timer_fd >= 0)
    {
      arm_timer (self);
      self->timer_source = g_unix_fd_add (self->timer_fd, G_IO_IN, clock_jumped_cb, self);
    }
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (network_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
lc_ssh_alarm_look_at_clock (LcSshAlarm *self)
{
  gint64 slept = self->clock ();

  if (slept - self->slept >= SHORTEST_SLEEP)
    raise_soon (self);
  self->slept = slept;
}
