/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Runs a program, which must succeed. Returns: (transfer full): what it wrote */
char *lc_test_run (const char *const *argv);

/* Stops a process, and waits until it stands: a fork() that it is in comes to its end before. */
void lc_test_freeze (GPid pid);

/* Sends a signal to everything that descends from a process. Returns: to how many */
guint lc_test_signal_descendants (GPid from, int signal_number);

G_END_DECLS
