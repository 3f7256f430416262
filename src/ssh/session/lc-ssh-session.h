/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-host-key.h"
#include "lc-ssh-info.h"
#include "lc-ssh-link.h"
#include "lc-ssh-memory.h"
#include "lc-ssh-times.h"
#include "lc-ssh-transport.h"

G_BEGIN_DECLS

/**
 * LcSshSession:
 * @transport: first, since it is what libssh2's callbacks are given
 * @disconnected: the server has said goodbye
 * @said: (nullable): why the server disconnected, in its own words
 * @host_key: (nullable): what it showed in the key exchange
 * @authentication: (nullable): the methods that logged in, "publickey,keyboard-interactive"
 *
 * One SSH session, as its thread sees it. Until the pump runs, its functions wait by themselves, up
 * to a deadline (monotonic, µs) and until the link is stopped.
 */
typedef struct
{
  LcSshTransport transport;
  LcSshMemory memory; /* of libssh2 */
  LIBSSH2_SESSION *handle;
  LcSshLink *link;
  LcSshTimes times;
  gboolean disconnected;
  char *said;
  LcHostKey *host_key;
  char *authentication;
  gpointer responder; /* of lc-ssh-auth*.c, for libssh2's callbacks */
} LcSshSession;

LcSshSession *lc_ssh_session_new (LcSshLink *link, const LcSshTimes *times);

/* Says goodbye when the other side can hear it, without waiting. */
void lc_ssh_session_free (LcSshSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshSession, lc_ssh_session_free)

/* @fd: (transfer full): a connection that is there already, else -1: resolves @host and connects.
 * Then exchanges keys. @algorithms: (nullable): host key algorithms of which a
 * key is known, preferred. Returns: (nullable) (transfer full): the host key. */
LcHostKey *lc_ssh_session_reach (LcSshSession *self,
                                 int fd,
                                 const char *host,
                                 guint16 port,
                                 const char *const *algorithms,
                                 GError **error);

/* After LIBSSH2_ERROR_EAGAIN: sends what is to be sent and waits until more came. */
gboolean lc_ssh_session_wait (LcSshSession *self, gint64 deadline, GError **error);

/* Returns: (transfer full): what went wrong last, when doing @what ("Logging in"). @code: what
 * libssh2 returned. */
GError *lc_ssh_session_error (LcSshSession *self, int code, const char *what);

/* Returns: (transfer full): what both sides have agreed upon, once logged in. */
LcSshInfo *lc_ssh_session_dup_info (LcSshSession *self);

/* Why the connection is over, after its socket ended or broke. */
GError *lc_ssh_session_lost_error (LcSshSession *self);

G_END_DECLS
