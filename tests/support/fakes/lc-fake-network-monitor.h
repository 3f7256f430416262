/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LcFakeNetworkMonitor:
 *
 * What g_network_monitor_get_default() returns in a program that has called
 * lc_fake_network_monitor_install() before anybody asked. There is a network at first.
 */
#define LC_TYPE_FAKE_NETWORK_MONITOR (lc_fake_network_monitor_get_type ())
G_DECLARE_FINAL_TYPE (LcFakeNetworkMonitor,
                      lc_fake_network_monitor,
                      LC,
                      FAKE_NETWORK_MONITOR,
                      GObject)

void lc_fake_network_monitor_install (void);
void lc_fake_network_monitor_set_available (gboolean available);

G_END_DECLS
