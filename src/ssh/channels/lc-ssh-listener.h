/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-channel.h"
#include "lc-ssh-request.h"

G_BEGIN_DECLS

/**
 * LcSshListener:
 * @fds: the listening sockets, on 127.0.0.1 and ::1; -1 where there is none
 * @poll_index: where @fds are in the pump's list, or -1
 *
 * The local end of a forward. Pump thread.
 */
typedef struct
{
  int fds[2];
  guint16 port;
  GRefString *host; /* where it goes to: a host name and a port, or */
  GRefString *path; /* … a unix socket */
  guint16 target_port;
  LcSshCounters *counters;
  int poll_index;
  gint64 paused_until; /* no descriptors left: accepting waits */
} LcSshListener;

/* Listens. %LC_ERROR_PORT_IN_USE when the request's local port is taken. */
LcSshListener *lc_ssh_listener_new (LcSshRequest *request, GError **error);
void lc_ssh_listener_free (LcSshListener *self);

/* A set of them (element-type LcSshListener) that outlives a lost session. The request is answered.
 */
GPtrArray *lc_ssh_listeners_new (void);
void lc_ssh_listeners_open (GPtrArray *listeners, LcSshRequest *request);
LcSshListener *lc_ssh_listeners_find (GPtrArray *listeners, LcSshCounters *counters);
void lc_ssh_listeners_close (GPtrArray *listeners, LcSshRequest *request);

/* Returns: a connection, non-blocking, or -1. */
int lc_ssh_listener_accept (LcSshListener *self, guint index);

G_END_DECLS
