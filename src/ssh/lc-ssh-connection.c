/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-connection-private.h"

#include <fcntl.h>

#include "lc-async.h"
#include "lc-ssh-question.h"
#include "lc-ssh-reconnect.h"
#include "lc-ssh-request.h"
#include "lc-ssh-sibling.h"
#include "lc-ssh-thread.h"

struct _LcSshConnection
{
  GObject parent_instance;

  LcMachine *machine;
  LcPrompt *prompt; /* nullable */
  LcSshLink *link;
  LcSshState state;
  GError *error;
  guint holds;
  GPtrArray *forwards; /* LcSshForward, not owned */
  DexPromise *closed;
  gint64 round_trip;
  gint64 heard_at;
  LcSshInfo *info;
  LcSshConnection *sibling;
  guint rank; /* how many came before it */

  LcSshRecipe *recipe;     /* nullable: it is not made again */
  DexFuture *reconnecting; /* dropped when nobody wants it any more */
  DexPromise *hope;        /* cuts the wait for the next attempt short */
  guint attempt;
  gint64 attempt_at;
  GError *attempt_error;
};

/* What is sent once the way through the jump host is open. */
typedef struct
{
  LcSshLink *link;
  LcSshRequest *request;
} Reach;

G_DEFINE_ENUM_TYPE (LcSshState,
                    lc_ssh_state,
                    G_DEFINE_ENUM_VALUE (LC_SSH_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (LC_SSH_SILENT, "silent"),
                    G_DEFINE_ENUM_VALUE (LC_SSH_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (LC_SSH_CLOSED, "closed"))
G_DEFINE_FINAL_TYPE (LcSshConnection, lc_ssh_connection, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MACHINE,
  PROP_STATE,
  PROP_ROUND_TRIP,
  PROP_ERROR,
  N_PROPS
};

enum
{
  SIGNAL_CLOSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
forward_gone_cb (gpointer data, GObject *forward)
{
  LcSshConnection *self = data;

  g_ptr_array_remove_fast (self->forwards, forward);
}

static void
set_state (LcSshConnection *self, LcSshState state)
{
  if (self->state == state || self->state == LC_SSH_CLOSED)
    return;
  self->state = state;
  if (state != LC_SSH_RECONNECTING)
    {
      self->attempt = 0;
      g_clear_error (&self->attempt_error);
      dex_clear (&self->hope);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
reach_free (gpointer data)
{
  Reach *reach = data;

  lc_ssh_link_unref (reach->link);
  g_clear_pointer (&reach->request, lc_ssh_request_unref);
  g_free (reach);
}

static DexFuture *
dialled_cb (DexFuture *completed, gpointer data)
{
  Reach *reach = data;
  GSocket *socket = g_value_get_object (dex_future_get_value (completed, NULL));

  reach->request->fds[0] = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);
  return lc_ssh_link_send (reach->link, g_steal_pointer (&reach->request));
}

static DexFuture *
pass_cb (DexFuture *completed, gpointer user_data)
{
  return NULL;
}

/* Dropped with the connection, hence @user_data lives. */
static DexFuture *
reconnected_cb (DexFuture *completed, gpointer user_data)
{
  LcSshConnection *self = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (completed, &error) != NULL)
    {
      lc_ssh_journal_add (lc_ssh_link_get_journal (self->link), "Connected again");
      set_state (self, LC_SSH_CONNECTED);
    }
  else if (self->error == NULL && !lc_error_is_cancelled (error))
    {
      self->error = lc_error_convert (g_steal_pointer (&error));
      lc_ssh_link_stop (self->link);
    }
  return NULL;
}

static void
stop (LcSshConnection *self)
{
  lc_ssh_link_stop (self->link);
  if (self->sibling != NULL)
    stop (self->sibling);
  g_clear_object (&self->sibling);
}

static void
hope_cb (LcSshConnection *self)
{
  if (self->hope != NULL)
    dex_promise_resolve_boolean (self->hope, TRUE);
  dex_clear (&self->hope);
}

static void
lc_ssh_connection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcSshConnection *self = LC_SSH_CONNECTION (object);

  switch (id)
    {
    case PROP_MACHINE:
      g_value_set_object (value, self->machine);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ROUND_TRIP:
      g_value_set_int64 (value, self->round_trip);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, lc_ssh_connection_get_error (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_ssh_connection_dispose (GObject *object)
{
  LcSshConnection *self = LC_SSH_CONNECTION (object);

  if (self->link != NULL)
    stop (self);
  for (guint i = 0; i < self->forwards->len; i++)
    g_object_weak_unref (g_ptr_array_index (self->forwards, i), forward_gone_cb, self);
  g_ptr_array_set_size (self->forwards, 0);
  dex_clear (&self->reconnecting);
  dex_clear (&self->hope);
  g_clear_pointer (&self->recipe, lc_ssh_recipe_unref);
  g_clear_object (&self->machine);
  g_clear_object (&self->prompt);
  G_OBJECT_CLASS (lc_ssh_connection_parent_class)->dispose (object);
}

static void
lc_ssh_connection_finalize (GObject *object)
{
  LcSshConnection *self = LC_SSH_CONNECTION (object);

  g_clear_pointer (&self->link, lc_ssh_link_unref);
  g_clear_pointer (&self->forwards, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_clear_error (&self->attempt_error);
  g_clear_pointer (&self->info, lc_ssh_info_free);
  dex_clear (&self->closed);
  G_OBJECT_CLASS (lc_ssh_connection_parent_class)->finalize (object);
}

static void
lc_ssh_connection_class_init (LcSshConnectionClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lc_ssh_connection_get_property;
  object_class->dispose = lc_ssh_connection_dispose;
  object_class->finalize = lc_ssh_connection_finalize;

  properties[PROP_MACHINE] = g_param_spec_object ("machine", NULL, NULL, LC_TYPE_MACHINE, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LC_TYPE_SSH_STATE, LC_SSH_CONNECTED, flags);
  properties[PROP_ROUND_TRIP] =
      g_param_spec_int64 ("round-trip", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* Emitted once, when the connection has ended; "error" says why, %NULL when it was asked for. */
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", LC_TYPE_SSH_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lc_ssh_connection_init (LcSshConnection *self)
{
  self->forwards = g_ptr_array_new ();
  self->closed = dex_promise_new ();
  self->link = lc_ssh_link_new (self);
}

LcSshConnection *
lc_ssh_connection_new (LcMachine *machine, const LcSshTimes *times)
{
  LcSshConnection *self = g_object_new (LC_TYPE_SSH_CONNECTION, NULL);

  self->machine = g_object_ref (machine);
  /* Whoever waits for the next attempt learns at once that the machine was stopped, or runs. */
  g_signal_connect_object (machine, "notify::state", G_CALLBACK (hope_cb), self, G_CONNECT_SWAPPED);
  lc_ssh_thread_start (self->link, times);
  return self;
}

void
lc_ssh_connection_set_prompt (LcSshConnection *self, LcPrompt *prompt)
{
  g_set_object (&self->prompt, prompt);
}

DexFuture *
lc_ssh_connection_reach (LcSshConnection *self,
                         LcSshConnection *jump,
                         const char *const *algorithms)
{
  LcSshRequest *request = lc_ssh_request_new (LC_SSH_REQUEST_REACH);
  Reach *reach;

  request->host = g_strdup (lc_machine_get_host (self->machine));
  request->port = lc_machine_get_ssh_port (self->machine);
  request->algorithms = g_strdupv ((char **) algorithms);
  if (jump == NULL)
    return lc_ssh_link_send (self->link, request);
  reach = g_new0 (Reach, 1);
  reach->link = lc_ssh_link_ref (self->link);
  reach->request = request;
  return dex_future_then (lc_ssh_connection_dial (jump, request->host, request->port), dialled_cb,
                          reach, reach_free);
}

DexFuture *
lc_ssh_connection_log_in (LcSshConnection *self, LcCredentials *credentials, LcSecret *key)
{
  LcSshRequest *request = lc_ssh_request_new (LC_SSH_REQUEST_LOG_IN);

  request->credentials = lc_credentials_ref (credentials);
  request->key = key != NULL ? lc_secret_ref (key) : NULL;
  return lc_ssh_link_send (self->link, request);
}

void
lc_ssh_connection_set_recipe (LcSshConnection *self, LcSshRecipe *recipe)
{
  g_clear_pointer (&self->recipe, lc_ssh_recipe_unref);
  self->recipe = recipe != NULL ? lc_ssh_recipe_ref (recipe) : NULL;
  if (recipe != NULL)
    lc_ssh_connection_set_prompt (self, lc_ssh_recipe_get_prompt (recipe));
}

LcSshRecipe *
lc_ssh_connection_get_recipe (LcSshConnection *self)
{
  return self->recipe;
}

DexFuture *
lc_ssh_connection_await_attempt (LcSshConnection *self, guint attempt, guint wait_ms)
{
  self->attempt = attempt;
  self->attempt_at = g_get_monotonic_time () + wait_ms * G_TIME_SPAN_MILLISECOND;
  if (wait_ms > 0)
    lc_ssh_journal_add (lc_ssh_link_get_journal (self->link), "Attempt %u in %.1f s", attempt,
                        wait_ms / 1000.0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  dex_clear (&self->hope);
  self->hope = dex_promise_new ();
  return dex_future_first (lc_sleep (wait_ms), dex_ref (DEX_FUTURE (self->hope)), NULL);
}

void
lc_ssh_connection_set_attempt_error (LcSshConnection *self, const GError *error)
{
  lc_ssh_journal_add (lc_ssh_link_get_journal (self->link), "Attempt %u failed: %s", self->attempt,
                      error->message);
  g_clear_error (&self->attempt_error);
  self->attempt_error = g_error_copy (error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

void
lc_ssh_connection_look (LcSshConnection *self)
{
  if (self->sibling != NULL)
    lc_ssh_connection_look (self->sibling);
  if (self->state == LC_SSH_RECONNECTING)
    hope_cb (self);
  else if (lc_ssh_link_is_online (self->link))
    dex_future_disown (lc_ssh_link_send (self->link, lc_ssh_request_new (LC_SSH_REQUEST_LOOK)));
}

LcSshLink *
lc_ssh_connection_get_link (LcSshConnection *self)
{
  return self->link;
}

void
lc_ssh_connection_add_forward (LcSshConnection *self, LcSshForward *forward)
{
  g_ptr_array_add (self->forwards, forward);
  g_object_weak_ref (G_OBJECT (forward), forward_gone_cb, self);
}

LcSshConnection *
lc_ssh_connection_dup_sibling (LcSshConnection *self)
{
  return self->sibling != NULL && lc_ssh_connection_is_usable (self->sibling)
             ? g_object_ref (self->sibling)
             : NULL;
}

LcSshConnection *
lc_ssh_connection_adopt_sibling (LcSshConnection *self, LcSshConnection *sibling)
{
  if (self->sibling == NULL || !lc_ssh_connection_is_usable (self->sibling))
    {
      sibling->rank = self->rank + 1;
      g_set_object (&self->sibling, sibling);
    }
  return g_object_ref (self->sibling);
}

guint
lc_ssh_connection_get_rank (LcSshConnection *self)
{
  return self->rank;
}

void
lc_ssh_connection_close_carried (LcSshConnection *self, LcSshCounters *counters)
{
  LcSshRequest *request;

  if (self->sibling == NULL || !lc_ssh_connection_is_usable (self->sibling))
    return;
  request = lc_ssh_request_new (LC_SSH_REQUEST_CLOSE_FORWARD);
  request->counters = lc_ssh_counters_ref (counters);
  dex_future_disown (lc_ssh_link_send (self->sibling->link, request));
  lc_ssh_connection_close_carried (self->sibling, counters);
}

gboolean
lc_ssh_connection_is_usable (LcSshConnection *self)
{
  return self->state != LC_SSH_CLOSED && !lc_ssh_link_is_stopped (self->link);
}

LcSshRefusal *
lc_ssh_refusal_new (LcSshCounters *counters, const GError *error)
{
  LcSshRefusal *refusal = g_new0 (LcSshRefusal, 1);

  refusal->counters = lc_ssh_counters_ref (counters);
  refusal->error = g_error_copy (error);
  return refusal;
}

void
lc_ssh_refusal_free (gpointer data)
{
  LcSshRefusal *refusal = data;

  lc_ssh_counters_unref (refusal->counters);
  g_error_free (refusal->error);
  g_free (refusal);
}

LcSshNews *
lc_ssh_news_new (LcSshState state, gint64 heard_at)
{
  LcSshNews *news = g_new0 (LcSshNews, 1);

  news->state = state;
  news->heard_at = heard_at;
  return news;
}

void
lc_ssh_connection_state_cb (gpointer connection, gpointer data)
{
  LcSshConnection *self = connection;
  const LcSshNews *news = data;

  if (self == NULL)
    return;
  self->heard_at = news->heard_at;
  set_state (self, news->state);
}

void
lc_ssh_connection_round_trip_cb (gpointer connection, gpointer microseconds)
{
  LcSshConnection *self = connection;

  if (self == NULL)
    return;
  self->round_trip = GPOINTER_TO_SIZE (microseconds);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROUND_TRIP]);
}

void
lc_ssh_connection_info_cb (gpointer connection, gpointer info)
{
  LcSshConnection *self = connection;

  if (self == NULL)
    return;
  g_clear_pointer (&self->info, lc_ssh_info_free);
  self->info = lc_ssh_info_copy (info);
}

void
lc_ssh_connection_overflow_cb (gpointer connection, gpointer request)
{
  if (connection != NULL)
    lc_ssh_carry_in_sibling (connection, request);
}

void
lc_ssh_connection_counters_cb (gpointer connection, gpointer unused)
{
  LcSshConnection *self = connection;

  for (guint i = 0; self != NULL && i < self->forwards->len; i++)
    lc_ssh_forward_publish (g_ptr_array_index (self->forwards, i));
}

void
lc_ssh_connection_refusal_cb (gpointer connection, gpointer data)
{
  LcSshConnection *self = connection;
  LcSshRefusal *refusal = data;

  for (guint i = 0; self != NULL && i < self->forwards->len; i++)
    {
      LcSshForward *forward = g_ptr_array_index (self->forwards, i);

      if (lc_ssh_forward_has_counters (forward, refusal->counters))
        lc_ssh_forward_set_last_error (forward, refusal->error);
    }
}

void
lc_ssh_connection_question_cb (gpointer connection, gpointer question)
{
  LcSshConnection *self = connection;

  lc_ssh_question_show (question, self != NULL ? self->prompt : NULL,
                        self != NULL ? self->machine : NULL);
}

void
lc_ssh_connection_lost_cb (gpointer connection, gpointer error)
{
  LcSshConnection *self = connection;

  if (self == NULL || lc_ssh_link_is_stopped (self->link))
    return;
  lc_ssh_connection_counters_cb (self, NULL);
  g_clear_error (&self->attempt_error);
  self->attempt_error = g_error_copy (error);
  set_state (self, LC_SSH_RECONNECTING);
  if (self->recipe == NULL)
    {
      self->error = g_error_copy (error);
      lc_ssh_link_stop (self->link);
      return;
    }
  dex_clear (&self->reconnecting);
  self->reconnecting =
      dex_future_finally (lc_ssh_reconnect (self, self->recipe), reconnected_cb, self, NULL);
}

void
lc_ssh_connection_closed_cb (gpointer connection, gpointer error)
{
  LcSshConnection *self = connection;

  if (self == NULL)
    return;
  lc_ssh_connection_counters_cb (self, NULL);
  stop (self);
  dex_clear (&self->reconnecting);
  g_clear_pointer (&self->recipe, lc_ssh_recipe_unref); /* it holds secrets */
  if (self->error == NULL && !lc_error_is_cancelled (error))
    self->error = g_error_copy (error);
  if (self->error != NULL)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  set_state (self, LC_SSH_CLOSED);
  dex_promise_resolve_boolean (self->closed, TRUE);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

LcMachine *
lc_ssh_connection_get_machine (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), NULL);
  return self->machine;
}

LcSshState
lc_ssh_connection_get_state (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), LC_SSH_CLOSED);
  return self->state;
}

const GError *
lc_ssh_connection_get_error (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), NULL);
  return self->error != NULL ? self->error : self->attempt_error;
}

gint64
lc_ssh_connection_get_round_trip (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), 0);
  return self->round_trip;
}

gint64
lc_ssh_connection_get_heard_at (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), 0);
  return self->heard_at;
}

guint
lc_ssh_connection_get_attempt (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), 0);
  return self->attempt;
}

gint64
lc_ssh_connection_get_attempt_at (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), 0);
  return self->attempt_at;
}

const LcSshInfo *
lc_ssh_connection_get_info (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), NULL);
  return self->info;
}

char *
lc_ssh_connection_dup_journal (LcSshConnection *self)
{
  g_return_val_if_fail (LC_IS_SSH_CONNECTION (self), NULL);
  return lc_ssh_journal_dup_text (lc_ssh_link_get_journal (self->link));
}

void
lc_ssh_connection_hold (LcSshConnection *self)
{
  g_return_if_fail (LC_IS_SSH_CONNECTION (self));
  self->holds++;
}

void
lc_ssh_connection_release (LcSshConnection *self)
{
  g_return_if_fail (LC_IS_SSH_CONNECTION (self));
  g_return_if_fail (self->holds > 0);
  if (--self->holds == 0)
    stop (self);
}

DexFuture *
lc_ssh_connection_disconnect (LcSshConnection *self)
{
  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  stop (self);
  return dex_future_finally (dex_ref (DEX_FUTURE (self->closed)), pass_cb, g_object_ref (self),
                             g_object_unref);
}
