/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LcSshAlarm:
 *
 * Notices what may have cost a connection its life without a word: another network, or a sleep of
 * this computer. Signal "alarm", a moment after the last of several changes. Main thread.
 *
 * Sleep is a growth of the boot-time clock over the monotonic one, which stands still meanwhile; a
 * timer that the kernel cancels when clocks jump says when to look (timerfd_create(2),
 * TFD_TIMER_CANCEL_ON_SET). That needs neither a bus nor a permission of a sandbox.
 */
#define LC_TYPE_SSH_ALARM (lc_ssh_alarm_get_type ())
G_DECLARE_FINAL_TYPE (LcSshAlarm, lc_ssh_alarm, LC, SSH_ALARM, GObject)

/* Returns: µs for which this computer has slept since it was started */
typedef gint64 (*LcSshSleepClock) (void);

/**
 * lc_ssh_alarm_new:
 * @monitor: of the network
 * @clock: (nullable): the kernel's when %NULL
 */
LcSshAlarm *lc_ssh_alarm_new (GNetworkMonitor *monitor, LcSshSleepClock clock);

/* The clocks may have jumped; called by the timer. */
void lc_ssh_alarm_look_at_clock (LcSshAlarm *self);

G_END_DECLS
