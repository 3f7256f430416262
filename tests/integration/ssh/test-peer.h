/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The two ends of a forwarded connection, in threads of the test: blocking, so that the main loop
 * is free for what is tested. */

typedef void (*TestPeerFunc) (int fd, gpointer data);

/* A server on 127.0.0.1 that gives each connection to @func, on a thread of its own; it closes the
 * socket afterwards. */
typedef struct _TestPeer TestPeer;

TestPeer *test_peer_new (TestPeerFunc func, gpointer data);
guint16 test_peer_get_port (TestPeer *self);
guint test_peer_get_served (TestPeer *self); /* connections that came */

/* Stops listening and waits for the connections to end. */
void test_peer_free (TestPeer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPeer, test_peer_free)

/* Connects to 127.0.0.1; -1 when it is refused. */
int test_peer_connect (guint16 port);

/* An @in_seed: whatever comes is right. */
#define TEST_PEER_ANYTHING G_MAXUINT64

/**
 * test_peer_exchange:
 * @out_seed: of the pattern that is sent
 * @out_bytes: how much, then the sending side is closed
 * @in_seed: of the pattern that must come
 * @in_bytes: how much must come until the other side closes
 *
 * Sends and receives at the same time.
 *
 * Returns: whether everything came as it should
 */
gboolean
test_peer_exchange (int fd, guint64 out_seed, guint64 out_bytes, guint64 in_seed, guint64 in_bytes);

/* For TestPeerFunc: sends back what comes until it ends. */
void test_peer_echo (int fd, gpointer data);

/* One byte goes to what listens there and comes back; the test fails otherwise. */
void test_peer_assert_echo (guint16 port);

/* A client that runs on a thread, and connects to @port or uses @fd, which stays open. */
typedef struct
{
  guint16 port;
  int fd;
  guint64 out_seed, out_bytes, in_seed, in_bytes;
  gboolean ok; /* valid once done */
  gint done;   /* atomic */
  GThread *thread;
} TestClient;

void test_client_start (TestClient *self);
void test_client_join (TestClient *self);

G_END_DECLS
