/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-opening.h"

#include <poll.h>

#include "lc-ssh-connection-private.h"
#include "lc-ssh-request.h"

/* A server that has to look up a name and connect to another host answers within that. */
#define PATIENCE (2 * G_TIME_SPAN_SECOND)

static gboolean
is_stuck (const LcSshOpening *self)
{
  return self->asked && g_get_monotonic_time () - self->asked_at >= PATIENCE;
}

static void
hand_over (LcSshOpening *self, LcSshChannel *channel)
{
  LcSshChannel *stuck = g_queue_peek_head (&self->waiting);
  LcSshRequest *request;

  if (channel->unwanted || channel->klass->hand_over == NULL ||
      (request = channel->klass->hand_over (channel, stuck)) == NULL)
    return;
  g_queue_remove (&self->waiting, channel);
  channel->state = LC_SSH_CHANNEL_GONE;
  lc_ssh_link_emit (self->session->link, lc_ssh_connection_overflow_cb, request,
                    (GDestroyNotify) lc_ssh_request_unref);
}

/* All but the first. */
static void
hand_over_others (LcSshOpening *self)
{
  GList *next = self->waiting.head->next;

  while (next != NULL)
    {
      LcSshChannel *channel = next->data;

      next = next->next;
      hand_over (self, channel);
    }
}

static void
opened (LcSshChannel *channel)
{
  channel->state = channel->unwanted ? LC_SSH_CHANNEL_CLOSING : LC_SSH_CHANNEL_OPEN;
  channel->unread = TRUE;
  channel->ends[0].revents = POLLIN;
}

static void
refused (LcSshChannel *channel)
{
  g_autoptr (GError) error = lc_ssh_channel_open_error (channel);

  channel->klass->fail (channel, error);
  channel->state = LC_SSH_CHANNEL_GONE;
}

/* Returns: whether the server has answered. */
static gboolean
ask (LcSshOpening *self, LcSshChannel *channel)
{
  channel->handle = channel->klass->open (channel);
  if (channel->handle == NULL &&
      libssh2_session_last_errno (self->session->handle) == LIBSSH2_ERROR_EAGAIN)
    {
      if (!self->asked)
        self->asked_at = g_get_monotonic_time ();
      self->asked = TRUE;
      return FALSE;
    }
  self->asked = FALSE;
  return TRUE;
}

void
lc_ssh_opening_init (LcSshOpening *self, LcSshSession *session)
{
  self->session = session;
  g_queue_init (&self->waiting);
}

void
lc_ssh_opening_clear (LcSshOpening *self)
{
  g_queue_clear (&self->waiting);
}

void
lc_ssh_opening_add (LcSshOpening *self, LcSshChannel *channel)
{
  g_queue_push_tail (&self->waiting, channel);
}

void
lc_ssh_opening_step (LcSshOpening *self)
{
  LcSshChannel *channel;

  while ((channel = g_queue_peek_head (&self->waiting)) != NULL)
    {
      if (channel->unwanted && !self->asked)
        channel->state = LC_SSH_CHANNEL_GONE;
      else if (!ask (self, channel))
        break;
      else if (channel->handle != NULL)
        opened (channel);
      else
        refused (channel);
      g_queue_pop_head (&self->waiting);
    }
  if (is_stuck (self))
    hand_over_others (self);
}

gint64
lc_ssh_opening_due (const LcSshOpening *self)
{
  return self->asked && self->waiting.length > 1 && !is_stuck (self) ? self->asked_at + PATIENCE
                                                                     : G_MAXINT64;
}
