/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-credentials.h"
#include "lc-ssh-counters.h"
#include "lc-ssh-link.h"
#include "lc-ssh-process.h"

G_BEGIN_DECLS

typedef enum
{
  LC_SSH_REQUEST_REACH, /* resolve, connect, exchange keys */
  LC_SSH_REQUEST_LOG_IN,
  LC_SSH_REQUEST_EXEC,
  LC_SSH_REQUEST_FORWARD,
  LC_SSH_REQUEST_FORWARD_BACK,
  LC_SSH_REQUEST_CLOSE_FORWARD,
  LC_SSH_REQUEST_PROBE,
  LC_SSH_REQUEST_DIAL,
  LC_SSH_REQUEST_CARRY,  /* a connection that another session's forward has accepted */
  LC_SSH_REQUEST_START,  /* a program */
  LC_SSH_REQUEST_RESIZE, /* its terminal */
  LC_SSH_REQUEST_SIGNAL,
  LC_SSH_REQUEST_SFTP, /* not for the pump: an LcSftpJob has it */
  LC_SSH_REQUEST_LOOK, /* whether the server is there */
} LcSshRequestKind;

/**
 * LcSshRequest:
 *
 * What the main thread wants of the pump. Its fields are set before it is sent and read-only
 * afterwards; it is answered once, from whatever thread, and the answer arrives on the main thread.
 */
struct _LcSshRequest
{
  LcSshRequestKind kind;
  LcCredentials *credentials; /* log in */
  LcSecret *key;              /* log in: the private key file's content; nullable */
  char *command;              /* exec */
  GBytes *input;              /* exec; nullable */
  char *host;                 /* forward, probe, dial: a host name, or */
  char *path;                 /* … a unix socket */
  guint16 port;               /* there; forward back: the machine's, 0 for a free one */
  GPtrArray *addresses;       /* forward back: GSocketAddress, where to on this computer's side */
  guint16 local_port;         /* forward: 0 for a free one */
  LcSshCounters *counters;    /* forward, close forward: its name, too */
  char **algorithms;          /* reach: host key algorithms to be preferred; nullable */
  LcSshProgram *program;      /* start */
  LcSshRequest *exit;         /* start: answered when the program ends; resize, signal: its name */
  guint columns;              /* resize */
  guint rows;
  char *name; /* signal */
  int fds[2]; /* dial, start: the pump's ends, which it takes; -1: none */

  /* private */
  gatomicrefcount ref_count;
  DexPromise *promise;
  LcSshLink *link;
  gint answered;
  gint abandoned;
};

LcSshRequest *lc_ssh_request_new (LcSshRequestKind kind);
LcSshRequest *lc_ssh_request_ref (LcSshRequest *self);
void lc_ssh_request_unref (LcSshRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshRequest, lc_ssh_request_unref)

/* For lc_ssh_link_send(): dropping the future abandons the request and wakes the pump. */
DexFuture *lc_ssh_request_get_future (LcSshRequest *self,
                                      LcSshLink *link) G_GNUC_WARN_UNUSED_RESULT;

/* Any thread; the first answer counts. @error: (transfer full) */
void lc_ssh_request_resolve (LcSshRequest *self, const GValue *value);
void lc_ssh_request_resolve_boolean (LcSshRequest *self, gboolean value);
void lc_ssh_request_reject (LcSshRequest *self, GError *error);

/* Whether nobody waits for the answer any more. */
gboolean lc_ssh_request_is_abandoned (LcSshRequest *self);

G_END_DECLS
