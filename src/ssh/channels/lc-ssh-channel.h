/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-session.h"

G_BEGIN_DECLS

typedef struct _LcSshPump LcSshPump;
typedef struct _LcSshChannel LcSshChannel;

/* What libssh2 puts into one packet at most (channel.c): buffers are multiples of it. */
#define LC_SSH_PACKET_DATA    32700
#define LC_SSH_CHANNEL_BUFFER (4 * LC_SSH_PACKET_DATA)

typedef enum
{
  LC_SSH_CHANNEL_OPENING,
  LC_SSH_CHANNEL_OPEN,
  LC_SSH_CHANNEL_CLOSING, /* our work is done; libssh2 waits for the server's CLOSE */
  LC_SSH_CHANNEL_GONE,
} LcSshChannelState;

/**
 * LcSshChannelClass:
 * @is_session: it runs a program; the others lead to a socket
 * @open: one attempt; %NULL with LIBSSH2_ERROR_EAGAIN as the session's last error: again later
 * @work: moves what can be moved now; calls lc_ssh_channel_finish() when done
 * @events: what to poll an end for; needed by those that have ends
 * @has_work: (nullable): whether it left work that needs no event
 * @hand_over: (nullable): while @stuck is not answered: gives what another connection needs to do
 *   the same, or %NULL when it must wait
 * @fail: could not be opened, or the connection is lost: tells whoever waits
 * @free: frees the subclass
 */
typedef struct
{
  gboolean is_session;
  LIBSSH2_CHANNEL *(*open) (LcSshChannel *self);
  void (*work) (LcSshChannel *self);
  short (*events) (LcSshChannel *self, guint end);
  gboolean (*has_work) (LcSshChannel *self);
  LcSshRequest *(*hand_over) (LcSshChannel *self, LcSshChannel *stuck);
  void (*fail) (LcSshChannel *self, const GError *error);
  void (*free) (LcSshChannel *self);
} LcSshChannelClass;

/* The local sockets that a channel has at most: a program's standard error has its own. */
#define LC_SSH_CHANNEL_ENDS 2

/**
 * LcSshEnd:
 * @fd: a local socket, or -1
 * @revents: what poll() said of it
 */
typedef struct
{
  int fd;
  short revents;
} LcSshEnd;

/**
 * LcSshChannel:
 * @ends: the local sockets; the second is there only when the first is
 * @unwanted: finished before it was open
 * @unread: libssh2 may hold more for it than was taken
 * @remote_eof: the server sends no more, and all was read
 * @window: the receive window that is kept open
 * @least: what it was opened with, and is never less than; 0: not known yet
 * @adjustment: by how much it is being opened again, 0: it is not
 *
 * A channel as the pump sees it; lc-ssh-tunnel.c and lc-ssh-exec.c are the kinds. Pump thread.
 */
struct _LcSshChannel
{
  const LcSshChannelClass *klass;
  LcSshPump *pump;
  LcSshSession *session;
  LcSshChannelState state;
  LIBSSH2_CHANNEL *handle;
  LcSshEnd ends[LC_SSH_CHANNEL_ENDS];
  gboolean unwanted;
  gboolean unread;
  gboolean remote_eof;

  guint32 window;
  guint32 least;
  guint32 adjustment;
  guint64 received;
  guint64 measured_received;
  gint64 measured_at;
};

void lc_ssh_channel_init (LcSshChannel *self, const LcSshChannelClass *klass, LcSshPump *pump);

/* Returns: (transfer full): why libssh2 could not open it. */
GError *lc_ssh_channel_open_error (LcSshChannel *self);

/* Lets libssh2 take in everything that came, for all channels. */
void lc_ssh_channel_take_in (LcSshChannel *self);

/* Reads what has come, at most @length. 0: nothing now, or @remote_eof, or it has failed. */
gsize lc_ssh_channel_read (LcSshChannel *self, int stream, void *buffer, gsize length);

/* Writes as much as window and output buffer allow. */
gsize lc_ssh_channel_write (LcSshChannel *self, const void *data, gsize length);

/* Returns: whether it was sent. */
gboolean lc_ssh_channel_send_eof (LcSshChannel *self);

/* Whether the server has closed it, too. */
gboolean lc_ssh_channel_is_closed_by_server (LcSshChannel *self);

/* Of a program that nobody waits for any more: tells it so, as when its terminal has gone, and
 * finishes the channel. Not every server ends a program whose channel is closed (Dropbear). */
void lc_ssh_channel_abandon (LcSshChannel *self);

/* Closes the local sockets, then the channel as soon as the server agrees. */
void lc_ssh_channel_finish (LcSshChannel *self);

/* One attempt at closing; sets %LC_SSH_CHANNEL_GONE when done. */
void lc_ssh_channel_close_step (LcSshChannel *self);
void lc_ssh_channel_free (LcSshChannel *self);

G_END_DECLS
