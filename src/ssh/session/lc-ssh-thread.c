/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-thread.h"

#include <glib/gstdio.h>
#include <poll.h>

#include "lc-ssh-auth.h"
#include "lc-ssh-connection-private.h"
#include "lc-ssh-listener.h"
#include "lc-ssh-pump.h"
#include "lc-ssh-remote.h"
#include "lc-ssh-request.h"
#include "lc-thread.h"

/* What a connection's thread has. */
typedef struct
{
  LcSshLink *link;
  LcSshTimes times;
  LcSshSession *session;
  GPtrArray *listeners;
  GPtrArray *remotes;
  gboolean again; /* was logged in before, and lost the connection */
} Thread;

static void
wait_for_request (LcSshLink *link)
{
  struct pollfd wake = { .fd = lc_ssh_link_get_wake_fd (link), .events = POLLIN };

  if (poll (&wake, 1, -1) > 0)
    lc_ssh_link_clear_wake (link);
}

static void
reach (LcSshSession *session, LcSshRequest *request, GError **error)
{
  LcSshJournal *journal = lc_ssh_link_get_journal (session->link);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (LcHostKey) key = NULL;

  lc_ssh_journal_add (journal, "Connecting to %s port %u%s", request->host, request->port,
                      request->fds[0] >= 0 ? " by way of another host" : "");
  key = lc_ssh_session_reach (session, g_steal_fd (&request->fds[0]), request->host, request->port,
                              (const char *const *) request->algorithms, error);
  if (key == NULL)
    return;
  lc_ssh_journal_add (journal, "It shows the host key %s %s", lc_host_key_get_algorithm (key),
                      lc_host_key_get_fingerprint (key));
  g_value_init (&value, LC_TYPE_HOST_KEY);
  g_value_set_boxed (&value, key);
  lc_ssh_request_resolve (request, &value);
}

static void
renew_session (Thread *self)
{
  g_clear_pointer (&self->session, lc_ssh_session_free);
  self->session = lc_ssh_session_new (self->link, &self->times);
}

/* What does not need a session. */
static void
serve_offline (Thread *self, LcSshRequest *request)
{
  if (self->again && request->kind == LC_SSH_REQUEST_FORWARD)
    lc_ssh_listeners_open (self->listeners, request);
  else if (self->again && request->kind == LC_SSH_REQUEST_CLOSE_FORWARD)
    {
      lc_ssh_remotes_close (self->remotes, request->counters);
      lc_ssh_listeners_close (self->listeners, request);
    }
  else
    lc_ssh_request_reject (request, lc_error_new (LC_ERROR_OFFLINE, "There is no connection now"));
}

static void
tell_info (Thread *self)
{
  LcSshInfo *info = lc_ssh_session_dup_info (self->session);

  lc_ssh_journal_add (lc_ssh_link_get_journal (self->link),
                      "Logged in to %s (%s) by %s; %s, %s, %s in, %s out",
                      info->address != NULL ? info->address : "what the jump host reaches",
                      info->server, info->authentication, info->key_exchange, info->host_key,
                      info->cipher_in, info->cipher_out);
  lc_ssh_link_emit (self->link, lc_ssh_connection_info_cb, info, (GDestroyNotify) lc_ssh_info_free);
}

/* Serves what comes before the pump: the main thread looks at the host key between the two
 * requests, which may take as long as a person takes. After a lost connection it tries as often as
 * it likes. Returns: (nullable) (transfer full): why it ended without a log-in. */
static GError *
get_ready (Thread *self)
{
  for (;;)
    {
      g_autoptr (LcSshRequest) request = lc_ssh_link_take (self->link);
      GError *error = NULL;
      gboolean ready = FALSE;

      if (lc_ssh_link_is_stopped (self->link))
        {
          error = lc_error_new (LC_ERROR_CANCELLED, "The connection was closed");
          if (request != NULL)
            lc_ssh_request_reject (request, g_error_copy (error));
          return error;
        }
      if (request == NULL)
        {
          wait_for_request (self->link);
          continue;
        }
      if (request->kind == LC_SSH_REQUEST_REACH)
        {
          renew_session (self);
          reach (self->session, request, &error);
        }
      else if (request->kind == LC_SSH_REQUEST_LOG_IN && self->session->handle != NULL)
        ready = lc_ssh_auth_log_in (self->session, request, &error);
      else
        serve_offline (self, request);

      if (ready)
        {
          tell_info (self); /* before the answer, so that whoever waits for it knows */
          lc_ssh_request_resolve_boolean (request, TRUE);
          return NULL;
        }
      if (error != NULL)
        lc_ssh_request_reject (request, g_error_copy (error));
      /* A wrong password leaves the connection as it was. */
      if (error != NULL && !self->again && !g_error_matches (error, LC_ERROR, LC_ERROR_AUTH_FAILED))
        return error;
      g_clear_error (&error);
    }
}

/* Returns: (transfer full): why it is over */
static GError *
run (Thread *self)
{
  for (;;)
    {
      GError *error = get_ready (self);
      LcSshPump *pump;

      if (error != NULL)
        return error;
      pump = lc_ssh_pump_new (self->session, self->listeners, self->remotes);
      lc_ssh_link_set_online (self->link, TRUE);
      error = lc_ssh_pump_run (pump);
      lc_ssh_link_set_online (self->link, FALSE);
      lc_ssh_pump_free (pump);
      lc_ssh_journal_add (lc_ssh_link_get_journal (self->link), "%s", error->message);
      if (lc_ssh_link_is_stopped (self->link) || self->times.reconnect_ms == 0 ||
          self->listeners->len + self->remotes->len == 0 || lc_ssh_is_unused_error (error))
        return error;
      /* The listeners stay, and with them the ports that people know. */
      self->again = TRUE;
      renew_session (self);
      lc_ssh_link_emit (self->link, lc_ssh_connection_lost_cb, error,
                        (GDestroyNotify) g_error_free);
    }
}

static gpointer
thread_func (gpointer data)
{
  Thread *self = data;
  GError *error;

  renew_session (self);
  error = run (self);
  g_ptr_array_unref (self->listeners);
  g_ptr_array_unref (self->remotes);
  lc_ssh_session_free (self->session);
  lc_ssh_link_close (self->link, error);
  lc_ssh_link_emit (self->link, lc_ssh_connection_closed_cb, error, (GDestroyNotify) g_error_free);
  lc_ssh_link_unref (self->link);
  g_free (self);
  return NULL;
}

void
lc_ssh_thread_start (LcSshLink *link, const LcSshTimes *times)
{
  Thread *self = g_new0 (Thread, 1);

  self->link = lc_ssh_link_ref (link);
  self->times = *times;
  self->listeners = lc_ssh_listeners_new ();
  self->remotes = lc_ssh_remotes_new ();
  lc_thread_start ("lc-ssh", thread_func, self);
}
