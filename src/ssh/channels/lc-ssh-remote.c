/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-remote.h"

#include "lc-ssh-pump.h"

/* As OpenSSH takes it: the loopback addresses of both kinds. It comes back with each connection. */
#define BIND_HOST "localhost"

/* Connections that wait for us to take them. */
#define BACKLOG 128

/* A server that has not noticed yet that the last session is dead still holds the port. */
#define RETRY_INTERVAL (5 * G_TIME_SPAN_SECOND)

static void
remote_free (gpointer data)
{
  LcSshRemote *self = data;

  g_ptr_array_unref (self->addresses);
  lc_ssh_counters_unref (self->counters);
  g_clear_pointer (&self->request, lc_ssh_request_unref);
  g_free (self);
}

static void
answer (LcSshRemote *self)
{
  g_auto (GValue) port = G_VALUE_INIT;

  if (self->request == NULL)
    return;
  g_value_init (&port, G_TYPE_UINT);
  g_value_set_uint (&port, self->port);
  lc_ssh_request_resolve (self->request, &port);
  g_clear_pointer (&self->request, lc_ssh_request_unref);
}

static void
refused (LcSshRemote *self, LcSshPump *pump)
{
  LcSshSession *session = lc_ssh_pump_get_session (pump);
  int code = libssh2_session_last_errno (session->handle);
  g_autoptr (GError) error = code == LIBSSH2_ERROR_REQUEST_DENIED
                                 ? lc_error_new (LC_ERROR_FORBIDDEN,
                                                 "The machine does not let port %u be used: it is "
                                                 "taken, or forwarding is forbidden",
                                                 self->port)
                                 : lc_ssh_session_error (session, code, "Listening on the machine");

  if (self->request != NULL)
    {
      lc_ssh_request_reject (self->request, g_steal_pointer (&error));
      g_clear_pointer (&self->request, lc_ssh_request_unref);
      self->state = LC_SSH_REMOTE_GONE;
      return;
    }
  lc_ssh_pump_report_refusal (pump, self->counters, error);
  self->state = self->unwanted ? LC_SSH_REMOTE_GONE : LC_SSH_REMOTE_WANTED;
  self->retry_at = g_get_monotonic_time () + RETRY_INTERVAL;
}

/* libssh2 keeps the state of this question in the session, and so does the keepalive's: they take
 * turns. */
static void
ask (LcSshRemote *self, LcSshPump *pump, LcSshKeepalive *keepalive)
{
  LIBSSH2_SESSION *handle = lc_ssh_pump_get_session (pump)->handle;
  int port = self->port;

  if (self->state == LC_SSH_REMOTE_WANTED)
    {
      if (g_get_monotonic_time () < self->retry_at || !lc_ssh_keepalive_lend (keepalive))
        return;
      self->state = LC_SSH_REMOTE_ASKING;
    }
  self->listener =
      libssh2_channel_forward_listen_ex (handle, BIND_HOST, self->port, &port, BACKLOG);
  if (self->listener == NULL && libssh2_session_last_errno (handle) == LIBSSH2_ERROR_EAGAIN)
    return;
  lc_ssh_keepalive_take_back (keepalive);
  if (self->listener == NULL)
    {
      refused (self, pump);
      return;
    }
  self->port = port;
  self->state = LC_SSH_REMOTE_LISTENING;
  answer (self);
}

static void
cancel (LcSshRemote *self)
{
  switch (self->state)
    {
    case LC_SSH_REMOTE_WANTED:
      self->state = LC_SSH_REMOTE_GONE;
      break;
    case LC_SSH_REMOTE_LISTENING:
      if (libssh2_channel_forward_cancel (self->listener) == LIBSSH2_ERROR_EAGAIN)
        return;
      self->listener = NULL;
      self->state = LC_SSH_REMOTE_GONE;
      break;
    case LC_SSH_REMOTE_ASKING: /* not before there is an answer */
    case LC_SSH_REMOTE_GONE:
    default:
      break;
    }
}

GPtrArray *
lc_ssh_remotes_new (void)
{
  return g_ptr_array_new_with_free_func (remote_free);
}

void
lc_ssh_remotes_add (GPtrArray *remotes, LcSshRequest *request)
{
  LcSshRemote *self = g_new0 (LcSshRemote, 1);

  self->port = request->port;
  self->addresses = g_ptr_array_ref (request->addresses);
  self->counters = lc_ssh_counters_ref (request->counters);
  self->request = lc_ssh_request_ref (request);
  g_ptr_array_add (remotes, self);
}

gboolean
lc_ssh_remotes_close (GPtrArray *remotes, LcSshCounters *counters)
{
  for (guint i = 0; i < remotes->len; i++)
    {
      LcSshRemote *self = g_ptr_array_index (remotes, i);

      if (self->counters != counters)
        continue;
      self->unwanted = TRUE;
      return TRUE;
    }
  return FALSE;
}

void
lc_ssh_remotes_step (GPtrArray *remotes, LcSshPump *pump, LcSshKeepalive *keepalive)
{
  for (guint i = 0; i < remotes->len; i++)
    {
      LcSshRemote *self = g_ptr_array_index (remotes, i);

      if (self->unwanted)
        cancel (self);
      if (self->state == LC_SSH_REMOTE_WANTED || self->state == LC_SSH_REMOTE_ASKING)
        ask (self, pump, keepalive);
    }
  for (guint i = remotes->len; i-- > 0;)
    if (((LcSshRemote *) g_ptr_array_index (remotes, i))->state == LC_SSH_REMOTE_GONE)
      g_ptr_array_remove_index_fast (remotes, i);
}

gint64
lc_ssh_remotes_due (GPtrArray *remotes)
{
  gint64 due = G_MAXINT64;

  for (guint i = 0; i < remotes->len; i++)
    {
      LcSshRemote *self = g_ptr_array_index (remotes, i);

      if (self->state == LC_SSH_REMOTE_WANTED && self->retry_at > 0)
        due = MIN (due, self->retry_at);
    }
  return due;
}

void
lc_ssh_remotes_session_ended (GPtrArray *remotes, const GError *error)
{
  for (guint i = remotes->len; i-- > 0;)
    {
      LcSshRemote *self = g_ptr_array_index (remotes, i);

      if (self->request != NULL)
        lc_ssh_request_reject (self->request, g_error_copy (error));
      if (self->request != NULL || self->unwanted)
        {
          g_ptr_array_remove_index_fast (remotes, i);
          continue;
        }
      self->listener = NULL; /* libssh2 frees it with the session */
      self->state = LC_SSH_REMOTE_WANTED;
      self->retry_at = 0;
    }
}
