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
  lc_ssh_link_emit (self->session->link, lc_ssh_connection_state_cb,
                    GINT_TO_POINTER (silent ? LC_SSH_SILENT : LC_SSH_CONNECTED), NULL);
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
  self->asking = FALSE;
  self->round_trip = MAX (self->round_trip == 0 ? now - self->asked_at
                                                : MIN (self->round_trip, now - self->asked_at),
                          1);
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

GError *
lc_ssh_keepalive_step (LcSshKeepalive *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 heard = self->session->transport.last_received;

  if (!self->asking && now - heard >= ms (self->session->times.idle_ms))
    lc_ssh_keepalive_ask (self);
  if (self->asking)
    look_for_answer (self, now);

  /* Silence counts from the question: before it, the server had no reason to speak, and this
   * computer may have slept. */
  heard = MAX (heard, self->asked_at);
  set_silent (self, self->asking && now - heard >= ms (self->session->times.doubt_ms));
  if (self->asking &&
      now - heard >= ms (self->session->times.dead_ms - self->session->times.idle_ms))
    return lc_error_new (LC_ERROR_TIMED_OUT, "The connection was lost: no answer for %u seconds",
                         self->session->times.dead_ms / 1000);
  return NULL;
}

gint64
lc_ssh_keepalive_due (const LcSshKeepalive *self)
{
  gint64 heard = self->session->transport.last_received;

  if (!self->asking)
    return heard + ms (self->session->times.idle_ms);
  heard = MAX (heard, self->asked_at);
  return heard + ms (self->silent ? self->session->times.dead_ms - self->session->times.idle_ms
                                  : self->session->times.doubt_ms);
}
