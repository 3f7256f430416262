/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-opening.h"

#include <poll.h>

#include "lc-ssh-connection-private.h"
#include "lc-ssh-request.h"

/* A server that has to look up a name and connect to another host answers within that. */
#define PATIENCE (2 * G_TIME_SPAN_SECOND)

typedef enum
{
  ANSWERED,
  UNANSWERED,
  IN_THE_MIDDLE, /* libssh2 must be called for this channel again, before any other one */
} Answer;

static gboolean
is_asked (const LcSshChannel *channel)
{
  return channel->asked_at != 0;
}

/* No more can be asked for before the first has its answer. */
static gboolean
is_held_up (const LcSshOpening *self)
{
  return lc_ssh_opening_is_asking (self) && self->waiting.length > LC_SSH_OPENINGS;
}

static gint64
patient_until (const LcSshOpening *self)
{
  return ((LcSshChannel *) self->waiting.head->data)->asked_at + PATIENCE;
}

static gboolean
is_stuck (const LcSshOpening *self)
{
  return is_held_up (self) && g_get_monotonic_time () >= patient_until (self);
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

static void
hand_over_others (LcSshOpening *self)
{
  GList *next = self->waiting.head;

  while (next != NULL)
    {
      LcSshChannel *channel = next->data;

      next = next->next;
      if (!is_asked (channel))
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

/* One attempt; when it was answered, @handle says whether it is open. */
static Answer
ask (LcSshOpening *self, LcSshChannel *channel)
{
  if (!is_asked (channel))
    channel->asked_at = g_get_monotonic_time ();
#if LC_LIBSSH2_CHANGED
  if (channel->handle == NULL)
    channel->handle = channel->klass->open (channel);
  if (channel->handle != NULL)
    {
      int rc = libssh2_channel_open_answer (channel->handle);

      if (rc == LIBSSH2_ERROR_EAGAIN)
        return UNANSWERED;
      if (rc != 0)
        channel->handle = NULL; /* it is freed */
      return ANSWERED;
    }
#else
  channel->handle = channel->klass->open (channel);
#endif
  return channel->handle == NULL &&
                 libssh2_session_last_errno (self->session->handle) == LIBSSH2_ERROR_EAGAIN
             ? IN_THE_MIDDLE
             : ANSWERED;
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
  GList *next = self->waiting.head;
  guint unanswered = 0;

  while (next != NULL && unanswered < LC_SSH_OPENINGS)
    {
      GList *link = next;
      LcSshChannel *channel = link->data;
      Answer answer = ANSWERED;

      next = link->next;
      if (channel->unwanted && !is_asked (channel))
        channel->state = LC_SSH_CHANNEL_GONE;
      else if ((answer = ask (self, channel)) == ANSWERED && channel->handle != NULL)
        opened (channel);
      else if (answer == ANSWERED)
        refused (channel);
      if (answer == IN_THE_MIDDLE)
        break;
      if (answer == UNANSWERED)
        unanswered++;
      else
        g_queue_delete_link (&self->waiting, link);
    }
  if (is_stuck (self))
    hand_over_others (self);
}

gint64
lc_ssh_opening_due (const LcSshOpening *self)
{
  return is_held_up (self) && !is_stuck (self) ? patient_until (self) : G_MAXINT64;
}

gboolean
lc_ssh_opening_is_asking (const LcSshOpening *self)
{
  return self->waiting.head != NULL && is_asked (self->waiting.head->data);
}
