/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-alarm.h"

#include <dirent.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "await.h"
#include "lc-fake-network-monitor.h"

static gint64 slept;

static gint64
test_clock (void)
{
  return slept;
}

static void
count_cb (LcSshAlarm *alarm, guint *count)
{
  (*count)++;
}

static LcSshAlarm *
make_alarm (guint *count)
{
  LcSshAlarm *alarm = lc_ssh_alarm_new (g_network_monitor_get_default (), test_clock);

  g_signal_connect (alarm, "alarm", G_CALLBACK (count_cb), count);
  return alarm;
}

/* The main loop for longer than the alarm waits for more. */
static void
run_for_a_while (void)
{
  gint64 start = g_get_monotonic_time ();

  await_condition (g_get_monotonic_time () - start > 3 * G_TIME_SPAN_SECOND, 10);
}

static void
test_network (void)
{
  guint count = 0;
  g_autoptr (LcSshAlarm) alarm = make_alarm (&count);

  /* Going away is no reason to look; a volley of changes is one. */
  lc_fake_network_monitor_set_available (FALSE);
  run_for_a_while ();
  g_assert_cmpuint (count, ==, 0);
  for (guint i = 0; i < 5; i++)
    {
      lc_fake_network_monitor_set_available (FALSE);
      lc_fake_network_monitor_set_available (TRUE);
    }
  g_assert_cmpuint (count, ==, 0);
  await_condition (count > 0, 10);
  run_for_a_while ();
  g_assert_cmpuint (count, ==, 1);
}

static void
test_sleep (void)
{
  guint count = 0;
  g_autoptr (LcSshAlarm) alarm = NULL;

  slept = 7 * G_TIME_SPAN_HOUR; /* before this program started */
  alarm = make_alarm (&count);
  lc_ssh_alarm_look_at_clock (alarm);
  slept += G_TIME_SPAN_SECOND; /* too short */
  lc_ssh_alarm_look_at_clock (alarm);
  run_for_a_while ();
  g_assert_cmpuint (count, ==, 0);
  slept += G_TIME_SPAN_MINUTE;
  lc_ssh_alarm_look_at_clock (alarm);
  await_condition (count == 1, 10);
}

/* How many timers of this process are cancelled when clocks jump. */
static guint
count_timers (void)
{
  DIR *dir = opendir ("/proc/self/fdinfo");
  guint n = 0;

  for (struct dirent *entry; (entry = readdir (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename ("/proc/self/fdinfo", entry->d_name, NULL);
      g_autofree char *text = NULL;

      /* proc(5): TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET, octal */
      if (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, "settime flags: 03"))
        n++;
    }
  closedir (dir);
  return n;
}

/* The kernel's own clocks: nothing jumps here, but the timer that would tell is there, and goes. */
static void
test_kernel (void)
{
  guint count = 0;
  guint before = count_timers ();
  LcSshAlarm *alarm = lc_ssh_alarm_new (g_network_monitor_get_default (), NULL);

  g_signal_connect (alarm, "alarm", G_CALLBACK (count_cb), &count);
  g_assert_cmpuint (count_timers (), ==, before + 1);
  lc_ssh_alarm_look_at_clock (alarm);
  lc_fake_network_monitor_set_available (FALSE);
  lc_fake_network_monitor_set_available (TRUE);
  g_object_unref (alarm); /* with an alarm that is due */
  g_assert_cmpuint (count_timers (), ==, before);
  run_for_a_while ();
  g_assert_cmpuint (count, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  lc_fake_network_monitor_install ();
  g_test_add_func ("/ssh/alarm/network", test_network);
  g_test_add_func ("/ssh/alarm/sleep", test_sleep);
  g_test_add_func ("/ssh/alarm/kernel", test_kernel);
  return g_test_run ();
}
