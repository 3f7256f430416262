/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-pump.h"

#include <errno.h>
#include <poll.h>

#include "lc-ssh-back.h"
#include "lc-ssh-connection-private.h"
#include "lc-ssh-direct.h"
#include "lc-ssh-exec.h"
#include "lc-ssh-keepalive.h"
#include "lc-ssh-opening.h"
#include "lc-ssh-program.h"
#include "lc-ssh-tunnel.h"

#define PUBLISH_INTERVAL (G_TIME_SPAN_SECOND / 2)
#define SHARED_WINDOW    (48 * 1024 * 1024)
#define ACCEPT_PER_ROUND 32

struct _LcSshPump
{
  LcSshSession *session;
  LcSshLink *link;
  GError *failure;
  LcSshKeepalive keepalive;

  GPtrArray *channels;  /* LcSshChannel, all */
  LcSshOpening opening; /* those that wait to be opened */
  guint turn;           /* which channel goes first in this round */
  GPtrArray *listeners; /* LcSshListener */
  GPtrArray *remotes;   /* LcSshRemote */
  GArray *fds;          /* struct pollfd: the link, the session, listeners, channels */

  guint32 window_left;
  gboolean counters_changed;
  gint64 published_at;
  gint64 used_at; /* when bytes of a channel moved last */
  guint8 scratch[32 * 1024];
};

static void
add_channel (LcSshPump *self, LcSshChannel *channel)
{
  g_ptr_array_add (self->channels, channel);
  lc_ssh_opening_add (&self->opening, channel);
}

static void
close_forward (LcSshPump *self, LcSshRequest *request)
{
  lc_ssh_remotes_close (self->remotes, request->counters);
  for (guint i = 0; i < self->channels->len; i++)
    {
      lc_ssh_back_detach (g_ptr_array_index (self->channels, i), request->counters);
      lc_ssh_tunnel_detach (g_ptr_array_index (self->channels, i), request->counters);
    }
  lc_ssh_listeners_close (self->listeners, request);
}

/* With an address that this computer has no more, nothing can come. */
static void
look (LcSshPump *self)
{
  lc_ssh_journal_add (lc_ssh_link_get_journal (self->link), "Asking whether the server is there");
  if (lc_ssh_transport_has_address (&self->session->transport))
    lc_ssh_keepalive_doubt (&self->keepalive);
  else
    lc_ssh_pump_fail (self, lc_error_new (LC_ERROR_OFFLINE,
                                          "The connection was lost: this computer has another "
                                          "network address now"));
}

static void
tell_program (LcSshPump *self, LcSshRequest *request)
{
  for (guint i = 0; i < self->channels->len; i++)
    if (lc_ssh_program_channel_tell (g_ptr_array_index (self->channels, i), request))
      return;
  lc_ssh_request_reject (request, lc_error_new (LC_ERROR_NOT_FOUND, "The program has ended"));
}

static void
take_requests (LcSshPump *self)
{
  LcSshRequest *next;

  while ((next = lc_ssh_link_take (self->link)) != NULL)
    {
      g_autoptr (LcSshRequest) request = next;

      switch (request->kind)
        {
        case LC_SSH_REQUEST_EXEC:
          add_channel (self, lc_ssh_exec_new (self, request));
          break;
        case LC_SSH_REQUEST_PROBE:
          add_channel (self, lc_ssh_probe_new (self, request));
          break;
        case LC_SSH_REQUEST_DIAL:
          add_channel (self, lc_ssh_dialled_new (self, request));
          break;
        case LC_SSH_REQUEST_CARRY:
          add_channel (self, lc_ssh_tunnel_new_handed_over (self, request));
          lc_ssh_request_resolve_boolean (request, TRUE);
          break;
        case LC_SSH_REQUEST_START:
          add_channel (self, lc_ssh_program_channel_new (self, request));
          break;
        case LC_SSH_REQUEST_RESIZE:
        case LC_SSH_REQUEST_SIGNAL:
          tell_program (self, request);
          break;
        case LC_SSH_REQUEST_FORWARD:
          lc_ssh_listeners_open (self->listeners, request);
          break;
        case LC_SSH_REQUEST_FORWARD_BACK:
          lc_ssh_remotes_add (self->remotes, request);
          break;
        case LC_SSH_REQUEST_CLOSE_FORWARD:
          close_forward (self, request);
          break;
        case LC_SSH_REQUEST_LOOK:
          look (self);
          lc_ssh_request_resolve_boolean (request, TRUE);
          break;
        case LC_SSH_REQUEST_REACH:
        case LC_SSH_REQUEST_LOG_IN:
        case LC_SSH_REQUEST_SFTP:
        default:
          lc_ssh_request_reject (request, lc_error_new (LC_ERROR_CONFLICT, "Already logged in"));
          break;
        }
    }
}

static void
accept_connections (LcSshPump *self, LcSshListener *listener)
{
  for (guint side = 0; side < G_N_ELEMENTS (listener->fds); side++)
    {
      struct pollfd *polled;
      int fd;

      if (listener->poll_index < 0 || listener->fds[side] < 0)
        continue;
      polled = &g_array_index (self->fds, struct pollfd, listener->poll_index + side);
      for (guint i = 0; polled->revents != 0 && i < ACCEPT_PER_ROUND &&
                        (fd = lc_ssh_listener_accept (listener, side)) >= 0;
           i++)
        add_channel (self, lc_ssh_tunnel_new (self, listener, fd));
    }
}

static void
accept_back (LcSshPump *self)
{
  for (guint i = 0; i < self->remotes->len; i++)
    {
      LcSshRemote *remote = g_ptr_array_index (self->remotes, i);
      LIBSSH2_CHANNEL *handle;

      while (remote->state == LC_SSH_REMOTE_LISTENING && !remote->unwanted &&
             (handle = libssh2_channel_forward_accept (remote->listener)) != NULL)
        g_ptr_array_add (self->channels, lc_ssh_back_new (self, remote, handle));
    }
}

/* Lets libssh2 take in everything that came. Any channel will do; without one the keepalive's
 * question does it, which is how a server's own questions and key exchanges are heard when idle. */
static void
drain (LcSshPump *self)
{
  LcSshTransport *transport = &self->session->transport;

  if (!lc_ssh_transport_has_input (transport))
    return;
  for (guint i = 0; i < self->channels->len; i++)
    {
      LcSshChannel *channel = g_ptr_array_index (self->channels, i);

      channel->unread = TRUE;
      if (lc_ssh_transport_has_input (transport))
        lc_ssh_channel_take_in (channel);
    }
  if (lc_ssh_transport_has_input (transport) && !self->opening.asked)
    lc_ssh_keepalive_ask (&self->keepalive);
}

static void
work_channels (LcSshPump *self)
{
  guint n = self->channels->len;

  /* Another one goes first each time, so that all get their share of the output buffer. */
  self->turn = n > 0 ? (self->turn + 1) % n : 0;
  for (guint i = 0; i < n && self->failure == NULL; i++)
    {
      LcSshChannel *channel = g_ptr_array_index (self->channels, (self->turn + i) % n);

      if (channel->state == LC_SSH_CHANNEL_OPEN)
        channel->klass->work (channel);
      if (channel->state == LC_SSH_CHANNEL_CLOSING)
        lc_ssh_channel_close_step (channel);
    }
  for (guint i = n; i-- > 0;)
    if (((LcSshChannel *) g_ptr_array_index (self->channels, i))->state == LC_SSH_CHANNEL_GONE)
      g_ptr_array_remove_index_fast (self->channels, i);
}

static void
publish (LcSshPump *self, gint64 now)
{
  if (self->counters_changed)
    self->used_at = now;
  if (!self->counters_changed || now - self->published_at < PUBLISH_INTERVAL)
    return;
  self->counters_changed = FALSE;
  self->published_at = now;
  lc_ssh_link_emit (self->link, lc_ssh_connection_counters_cb, NULL, NULL);
}

static void
add_fd (LcSshPump *self, int fd, short events)
{
  struct pollfd entry = { .fd = fd, .events = events };

  g_array_append_val (self->fds, entry);
}

static gint64
unused_at (LcSshPump *self)
{
  return self->used_at + self->session->times.unused_ms * G_TIME_SPAN_MILLISECOND;
}

/* Milliseconds until something is to be done even if nothing happens; 0: there is work left. */
static int
next_timeout (LcSshPump *self, gint64 now)
{
  gint64 due = lc_ssh_keepalive_due (&self->keepalive);

  if (lc_ssh_transport_has_room_again (&self->session->transport))
    return 0;
  due = MIN (due, lc_ssh_remotes_due (self->remotes));
  due = MIN (due, lc_ssh_opening_due (&self->opening));
  if (self->counters_changed)
    due = MIN (due, self->published_at + PUBLISH_INTERVAL);
  if (self->session->times.unused_ms > 0)
    due = MIN (due, unused_at (self));
  for (guint i = 0; i < self->listeners->len; i++)
    {
      LcSshListener *listener = g_ptr_array_index (self->listeners, i);

      if (listener->paused_until > now)
        due = MIN (due, listener->paused_until);
    }
  for (guint i = 0; i < self->channels->len; i++)
    {
      LcSshChannel *channel = g_ptr_array_index (self->channels, i);

      if (channel->state == LC_SSH_CHANNEL_OPEN && channel->klass->has_work != NULL &&
          channel->klass->has_work (channel))
        return 0;
    }
  return CLAMP ((due - now) / 1000 + 1, 0, G_MAXINT);
}

static guint
count_ends (const LcSshChannel *channel)
{
  guint n = 0;

  while (n < LC_SSH_CHANNEL_ENDS && channel->ends[n].fd >= 0)
    n++;
  return n;
}

static void
wait_for_events (LcSshPump *self)
{
  gint64 now = g_get_monotonic_time ();
  guint index = 2;

  g_array_set_size (self->fds, 0);
  add_fd (self, lc_ssh_link_get_wake_fd (self->link), POLLIN);
  add_fd (self, self->session->transport.fd, lc_ssh_transport_events (&self->session->transport));
  for (guint i = 0; i < self->listeners->len; i++)
    {
      LcSshListener *listener = g_ptr_array_index (self->listeners, i);

      listener->poll_index = -1;
      if (listener->paused_until > now || lc_ssh_opening_is_full (&self->opening))
        continue;
      listener->poll_index = self->fds->len;
      add_fd (self, listener->fds[0], POLLIN);
      add_fd (self, listener->fds[1], POLLIN);
    }
  index = self->fds->len;
  for (guint i = 0; i < self->channels->len; i++)
    {
      LcSshChannel *channel = g_ptr_array_index (self->channels, i);

      for (guint end = 0; end < count_ends (channel); end++)
        {
          int fd = channel->ends[end].fd;
          short events = fd >= 0 ? channel->klass->events (channel, end) : 0;

          /* poll() passes over negative ones; without this, a hang-up would be told for ever. */
          add_fd (self, events != 0 ? fd : -1, events);
        }
    }

  if (poll ((struct pollfd *) self->fds->data, self->fds->len, next_timeout (self, now)) <= 0)
    for (guint i = 0; i < self->fds->len; i++)
      g_array_index (self->fds, struct pollfd, i).revents = 0;
  for (guint i = 0; i < self->channels->len; i++)
    {
      LcSshChannel *channel = g_ptr_array_index (self->channels, i);

      for (guint end = 0; end < count_ends (channel); end++)
        channel->ends[end].revents |= g_array_index (self->fds, struct pollfd, index++).revents;
    }
}

static gboolean
is_readable (LcSshPump *self)
{
  return g_array_index (self->fds, struct pollfd, 1).revents & (POLLIN | POLLHUP | POLLERR);
}

static void
ask_silent_server (LcSshPump *self)
{
  GError *dead = lc_ssh_keepalive_step (&self->keepalive);

  if (dead != NULL)
    lc_ssh_pump_fail (self, dead);
}

static void
check_session (LcSshPump *self)
{
  if (lc_ssh_link_is_stopped (self->link))
    lc_ssh_pump_fail (self, lc_error_new (LC_ERROR_CANCELLED, "The connection was closed"));
  else if (self->session->disconnected || lc_ssh_transport_is_broken (&self->session->transport))
    lc_ssh_pump_fail (self, lc_ssh_session_lost_error (self->session));
  else if (self->session->times.unused_ms > 0 && g_get_monotonic_time () >= unused_at (self))
    lc_ssh_pump_fail (self, lc_ssh_unused_error ());
}

LcSshPump *
lc_ssh_pump_new (LcSshSession *session, GPtrArray *listeners, GPtrArray *remotes)
{
  LcSshPump *self = g_new0 (LcSshPump, 1);

  self->session = session;
  self->link = lc_ssh_link_ref (session->link);
  lc_ssh_keepalive_init (&self->keepalive, session);
  self->channels = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_ssh_channel_free);
  self->listeners = g_ptr_array_ref (listeners);
  self->remotes = g_ptr_array_ref (remotes);
  self->fds = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  lc_ssh_opening_init (&self->opening, session);
  self->window_left = SHARED_WINDOW;
  self->used_at = g_get_monotonic_time ();
  return self;
}

void
lc_ssh_pump_free (LcSshPump *self)
{
  g_clear_pointer (&self->channels, g_ptr_array_unref);
  g_clear_pointer (&self->listeners, g_ptr_array_unref);
  g_clear_pointer (&self->remotes, g_ptr_array_unref);
  lc_ssh_opening_clear (&self->opening);
  g_array_unref (self->fds);
  g_clear_error (&self->failure);
  lc_ssh_link_unref (self->link);
  g_free (self);
}

GError *
lc_ssh_pump_run (LcSshPump *self)
{
  LcSshTransport *transport = &self->session->transport;

  lc_ssh_keepalive_ask (&self->keepalive); /* for the first round-trip time */
  while (self->failure == NULL)
    {
      wait_for_events (self);
      if (g_array_index (self->fds, struct pollfd, 0).revents != 0)
        lc_ssh_link_clear_wake (self->link);
      lc_ssh_transport_begin_round (transport, is_readable (self));
      take_requests (self);
      for (guint i = 0; i < self->listeners->len; i++)
        accept_connections (self, g_ptr_array_index (self->listeners, i));
      drain (self);
      ask_silent_server (self);
      lc_ssh_remotes_step (self->remotes, self, &self->keepalive);
      accept_back (self);
      lc_ssh_opening_step (&self->opening);
      work_channels (self);
      lc_ssh_transport_flush (transport);
      publish (self, g_get_monotonic_time ());
      check_session (self);
    }

  for (guint i = 0; i < self->channels->len; i++)
    {
      LcSshChannel *channel = g_ptr_array_index (self->channels, i);

      channel->klass->fail (channel, self->failure);
    }
  lc_ssh_remotes_session_ended (self->remotes, self->failure);
  return g_error_copy (self->failure);
}

LcSshSession *
lc_ssh_pump_get_session (LcSshPump *self)
{
  return self->session;
}

gint64
lc_ssh_pump_get_round_trip (LcSshPump *self)
{
  return self->keepalive.round_trip;
}

guint8 *
lc_ssh_pump_get_scratch (LcSshPump *self, gsize *size)
{
  *size = sizeof self->scratch;
  return self->scratch;
}

void
lc_ssh_pump_fail (LcSshPump *self, GError *error)
{
  if (self->failure == NULL)
    self->failure = error;
  else
    g_error_free (error);
}

guint32
lc_ssh_pump_claim_window (LcSshPump *self, guint32 wanted)
{
  guint32 given = MIN (wanted, self->window_left);

  self->window_left -= given;
  return given;
}

void
lc_ssh_pump_return_window (LcSshPump *self, guint32 claimed)
{
  self->window_left += claimed;
}

void
lc_ssh_pump_mark_counters (LcSshPump *self)
{
  self->counters_changed = TRUE;
}

void
lc_ssh_pump_report_refusal (LcSshPump *self, LcSshCounters *counters, const GError *error)
{
  lc_ssh_link_emit (self->link, lc_ssh_connection_refusal_cb, lc_ssh_refusal_new (counters, error),
                    lc_ssh_refusal_free);
}
