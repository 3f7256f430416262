/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-question.h"

#include <errno.h>
#include <poll.h>

#include "lc-ssh-connection-private.h"

/* What both threads have of a question. */
typedef struct
{
  gatomicrefcount references;
  LcSshLink *link;
  LcChallenge *challenge;
  LcPromptReason reason;
  DexFuture *asking; /* main thread only; dropping it closes the dialog */

  GMutex mutex;
  gboolean answered;
  GPtrArray *answers; /* nullable, LcSecret */
  GError *error;      /* nullable */
} Question;

static Question *
question_ref (Question *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
question_unref (gpointer data)
{
  Question *self = data;

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  dex_clear (&self->asking);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_clear_error (&self->error);
  lc_challenge_unref (self->challenge);
  lc_ssh_link_unref (self->link);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static Question *
question_new (LcSshLink *link, LcChallenge *challenge, LcPromptReason reason)
{
  Question *self = g_new0 (Question, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  self->link = lc_ssh_link_ref (link);
  self->challenge = lc_challenge_ref (challenge);
  self->reason = reason;
  return self;
}

/* Main thread. @answers: (transfer full) (nullable); @error: (transfer full) (nullable) */
static void
give (Question *self, GPtrArray *answers, GError *error)
{
  g_mutex_lock (&self->mutex);
  self->answers = answers;
  self->error = error;
  self->answered = TRUE;
  g_mutex_unlock (&self->mutex);
  lc_ssh_link_wake (self->link);
}

static DexFuture *
answered_cb (DexFuture *completed, gpointer user_data)
{
  Question *self = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (completed, &error);
  GPtrArray *answers = value != NULL ? g_value_get_boxed (value) : NULL;

  if (answers != NULL && answers->len == lc_challenge_get_n_questions (self->challenge))
    give (self, g_ptr_array_ref (answers), NULL);
  else
    give (self, NULL,
          error != NULL ? lc_error_convert (g_steal_pointer (&error))
                        : lc_error_new (LC_ERROR_FAILED, "A question was left without answer"));
  return NULL;
}

/* Main thread. The answer came, or nobody needs it any more. */
static void
withdraw_cb (gpointer connection, gpointer data)
{
  dex_clear (&((Question *) data)->asking);
}

static gboolean
is_answered (Question *self)
{
  gboolean answered;

  g_mutex_lock (&self->mutex);
  answered = self->answered;
  g_mutex_unlock (&self->mutex);
  return answered;
}

/* Returns: (nullable) (transfer full): why it is no use to wait any longer */
static GError *
find_end (LcSshSession *session, LcSshRequest *request)
{
  if (lc_ssh_link_is_stopped (session->link) || lc_ssh_request_is_abandoned (request))
    return lc_error_new (LC_ERROR_CANCELLED, "Cancelled");
  if (lc_ssh_transport_is_broken (&session->transport) || session->transport.ended)
    return lc_ssh_session_lost_error (session);
  return NULL;
}

/* Watches the socket, too: servers hang up on who thinks too long. */
static gboolean
wait_for_answer (Question *self, LcSshSession *session, LcSshRequest *request, GError **error)
{
  while (!is_answered (self))
    {
      LcSshTransport *transport = &session->transport;
      struct pollfd fds[] = { { .fd = lc_ssh_link_get_wake_fd (session->link), .events = POLLIN },
                              { .fd = transport->fd,
                                .events = lc_ssh_transport_events (transport) } };
      GError *end = find_end (session, request);

      if (end != NULL)
        {
          g_propagate_error (error, end);
          return FALSE;
        }
      if (poll (fds, G_N_ELEMENTS (fds), -1) <= 0)
        continue;
      if (fds[0].revents != 0)
        lc_ssh_link_clear_wake (session->link);
      if (fds[1].revents & POLLOUT)
        lc_ssh_transport_flush (transport);
      if (fds[1].revents & (POLLIN | POLLHUP | POLLERR))
        lc_ssh_transport_receive (transport);
    }
  return TRUE;
}

GPtrArray *
lc_ssh_question_ask (LcSshSession *self,
                     LcSshRequest *request,
                     LcChallenge *challenge,
                     LcPromptReason reason,
                     GError **error)
{
  Question *question = question_new (self->link, challenge, reason);
  GPtrArray *answers = NULL;

  lc_ssh_link_emit (self->link, lc_ssh_connection_question_cb, question_ref (question),
                    question_unref);
  if (wait_for_answer (question, self, request, error))
    {
      answers = g_steal_pointer (&question->answers);
      if (question->error != NULL)
        g_propagate_error (error, g_steal_pointer (&question->error));
    }
  lc_ssh_link_emit (self->link, withdraw_cb, question, question_unref);
  return answers;
}

void
lc_ssh_question_show (gpointer data, LcPrompt *prompt, LcMachine *machine)
{
  Question *self = data;

  if (prompt == NULL)
    {
      give (self, NULL, lc_error_new (LC_ERROR_CANCELLED, "Nobody is there to be asked"));
      return;
    }
  self->asking =
      dex_future_finally (lc_prompt_ask_challenge (prompt, machine, self->challenge, self->reason),
                          answered_cb, question_ref (self), question_unref);
}
