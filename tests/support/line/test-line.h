/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The two ends of the line. */
#define TEST_LINE_NEAR "10.77.0.1"
#define TEST_LINE_FAR  "10.77.0.2"

/**
 * TestLineSettings:
 * @delay_ms: how long every packet takes, each way; the round trip takes twice as long
 * @rate: bits per second, each way; 0: as fast as this computer can
 * @queue: bytes that may wait at the head of the line when @rate is exceeded, beyond which packets
 *   are dropped; 0: what the line holds in a round trip, at least 256 KiB
 * @loss: the share of packets that is lost, each way, from 0 to 1
 */
typedef struct
{
  guint delay_ms;
  guint64 rate;
  gsize queue;
  double loss;
} TestLineSettings;

/**
 * TestLine:
 *
 * A line between two network namespaces, made of two TUN devices and a thread for each direction
 * that carries the packets. What talks over it is the kernel's own TCP, with its windows and
 * retransmissions.
 *
 * Near is the test itself: test_line_new() moves the calling thread into a new namespace, so it
 * must come before anything else that opens sockets or starts threads. Far is where the server
 * runs: what is started or opened between test_line_enter_far() and test_line_leave_far() is there.
 *
 * |[<!-- language="C" -->
 * TestLine *line = test_line_new (&(TestLineSettings) { .delay_ms = 100, .loss = 0.01 });
 *
 * test_line_enter_far (line);
 * sshd = lc_test_sshd_start ("ListenAddress " TEST_LINE_FAR "\n");
 * test_line_leave_far (line);
 * // … connect to TEST_LINE_FAR …
 * test_line_set_black_hole (line, TRUE);
 * ]|
 *
 * With tests/integration/ssh, ssh_fixture_move_far() does this for a fixture. Needs root. What goes
 * wrong ends the test.
 */
typedef struct _TestLine TestLine;

/* Main thread, before all else. */
TestLine *test_line_new (const TestLineSettings *settings);

/* Ends the line; both namespaces go with the last process in them. */
void test_line_free (TestLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestLine, test_line_free)

/* At any time: for packets that come from now on. */
void test_line_set (TestLine *self, const TestLineSettings *settings);

/* Whether all packets vanish without a word, those underway too, as when a cable is pulled or a
 * firewall forgets a connection. */
void test_line_set_black_hole (TestLine *self, gboolean black_hole);

/* For the calling thread, and the threads and processes that it starts meanwhile. Not nested. */
void test_line_enter_far (TestLine *self);
void test_line_leave_far (TestLine *self);

/* Packets that were lost so far: by @loss, a full queue, or the black hole. */
guint64 test_line_get_dropped (TestLine *self);

G_END_DECLS
