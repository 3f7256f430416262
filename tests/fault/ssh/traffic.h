/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ssh-fixture.h"
#include "test-peer.h"

G_BEGIN_DECLS

/**
 * TestTraffic:
 *
 * Floods in both directions through two forwards, for things to happen in the middle of. Zeroed
 * before the first use.
 */
typedef struct
{
  TestPeer *flooder;
  TestPeer *sinker;
  LcSshForward *down;
  LcSshForward *up;
  TestClient readers[4];
  TestClient writers[4];
} TestTraffic;

/* Returns when some megabytes have gone through. */
void test_traffic_start (TestTraffic *self, LcSshConnection *connection);

/* After the end of the SSH connection: every local connection must end with it. */
void test_traffic_end (TestTraffic *self);

G_END_DECLS
