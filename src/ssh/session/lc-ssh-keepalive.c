/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-keepalive.h"

#include "lc-ssh-connection-private.h"

static gint64
ms (guint milliseconds)
{
  return milliseconds * G_TIME_SPAN_MILLISECOND;
}

static void
set_silent (LcSshKeepalive *self, gboolean silent)
{
  if (self->silent == silent)
    return;
  self->silent = silent;
  lc_ssh_journal_add (lc_ssh_link_get_journal (self->session->link),
                      silent ? "No answer to the keepalive yet" : "The server answers again");
  lc_ssh_link_emit (self->session->link, lc_ssh_connection_state_cb,
                    lc_ssh_news_new (silent ? LC_SSH_SILENT : LC_SSH_CONNECTED,
                                     self->session->transport.last_received),
                    g_free);
}

static void
answered (LcSshKeepalive *self, gint64 now)
{
  gint64 took = MAX (now - self->asked_at, 1);

  self->asking = self->lent = FALSE;
  self->urgent = FALSE;
  self->round_trip = self->round_trip == 0 ? took : MIN (self->round_trip, took);
  lc_ssh_link_emit (self->session->link, lc_ssh_connection_round_trip_cb,
                    GSIZE_TO_POINTER ((gsize) took), NULL);
}

static void
look_for_answer (LcSshKeepalive *self, gint64 now)
{
  LIBSSH2_LISTENER *unwanted =
      libssh2_channel_forward_listen_ex (self->session->handle, "", -1, NULL, 1);

  if (unwanted == NULL &&
      libssh2_session_last_errno (self->session->handle) == LIBSSH2_ERROR_EAGAIN)
    return;
  if (unwanted != NULL)
    libssh2_channel_forward_cancel (unwanted);
  answered (self, now);
}

/* How long after the question an answer, or anything else, must have come. */
static gint64
limit (const LcSshKeepalive *self)
{
  const LcSshTimes *times = &self->session->times;

  return ms (self->urgent ? MIN (times->probe_ms, times->dead_ms)
                          : times->dead_ms - times->idle_ms);
}

static GError *
dead_error (const LcSshKeepalive *self, gint64 silence)
{
  return lc_error_new (LC_ERROR_TIMED_OUT, "The connection was lost: no answer for %u seconds",
                       (guint) ((silence + G_TIME_SPAN_SECOND / 2) / G_TIME_SPAN_SECOND));
}

void
lc_ssh_keepalive_init (LcSshKeepalive *self, LcSshSession *session)
{
  self->session = session;
}

void
lc_ssh_keepalive_ask (LcSshKeepalive *self)
{
  if (self->asking)
    return;
  self->asking = TRUE;
  self->asked_at = g_get_monotonic_time ();
}

void
lc_ssh_keepalive_doubt (LcSshKeepalive *self)
{
  lc_ssh_keepalive_ask (self);
  self->asked_at = g_get_monotonic_time ();
  self->urgent = TRUE;
}

gboolean
lc_ssh_keepalive_lend (LcSshKeepalive *self)
{
  if (self->asking)
    return FALSE;
  lc_ssh_keepalive_ask (self);
  self->lent = TRUE;
  return TRUE;
}

void
lc_ssh_keepalive_take_back (LcSshKeepalive *self)
{
  answered (self, g_get_monotonic_time ());
}

GError *
lc_ssh_keepalive_step (LcSshKeepalive *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 last = self->session->transport.last_received;
  gint64 heard;

  /* Also while there is traffic, when the loop is awake anyway: people see how long answers take.
   */
  if (!self->asking && now - MIN (last, self->asked_at) >= ms (self->session->times.idle_ms))
    lc_ssh_keepalive_ask (self);
  if (self->asking && !self->lent)
    look_for_answer (self, now);

  /* Silence counts from the question: before it, the server had no reason to speak, and this
   * computer may have slept. */
  heard = MAX (last, self->asked_at);
  set_silent (self, self->asking && now - heard >= ms (self->session->times.doubt_ms));
  return self->asking && now - heard >= limit (self) ? dead_error (self, now - last) : NULL;
}

gint64
lc_ssh_keepalive_due (const LcSshKeepalive *self)
{
  gint64 heard = self->session->transport.last_received;

  if (!self->asking)
    return heard + ms (self->session->times.idle_ms);
  heard = MAX (heard, self->asked_at);
  return heard +
         (self->silent ? limit (self) : MIN (limit (self), ms (self->session->times.doubt_ms)));
}
