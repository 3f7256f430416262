/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A network of the test's own, in which packets can be lost. */

/* Moves the program into a network namespace with a loopback only. Before it starts threads or
 * servers; needs root. */
void test_net_isolate (void);

/* Packets to a port are lost from now on. */
void test_net_lose_to (guint16 port);

/* Packets to and from a port are. */
void test_net_black_hole (guint16 port);

/* Nothing is lost from now on. */
void test_net_restore (void);

G_END_DECLS
