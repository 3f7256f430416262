/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TestProxy:
 *
 * Stands between the engine and a server on loopback, passes on what both say, and breaks off where
 * it is told to.
 */
typedef struct _TestProxy TestProxy;

TestProxy *test_proxy_new (guint16 server_port);

/* Ends every connection; the client has closed its own. */
void test_proxy_free (TestProxy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestProxy, test_proxy_free)

guint16 test_proxy_get_port (TestProxy *self);

/* How many bytes of the server are passed on in each connection from now on; then there is silence.
 */
void test_proxy_set_limit (TestProxy *self, guint64 limit);

/* Of the connection that began last. */
guint64 test_proxy_get_passed (TestProxy *self);

/* Ends every connection with a reset (TCP RST) towards the client. */
void test_proxy_reset (TestProxy *self);

G_END_DECLS
