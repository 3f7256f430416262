/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-thread.h"

#include <poll.h>

#include "lc-ssh-auth.h"
#include "lc-ssh-connection-private.h"
#include "lc-ssh-pump.h"
#include "lc-ssh-request.h"

typedef struct
{
  LcSshLink *link;
  LcSshTimes times;
} Start;

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
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (LcHostKey) key =
      lc_ssh_session_reach (session, request->host, request->port,
                            (const char *const *) request->algorithms, error);

  if (key == NULL)
    return;
  g_value_init (&value, LC_TYPE_HOST_KEY);
  g_value_set_boxed (&value, key);
  lc_ssh_request_resolve (request, &value);
}

/* Serves what comes before the pump: the main thread looks at the host key between the two
 * requests, which may take as long as a person takes. Returns: (nullable) (transfer full): why it
 * ended without a log-in. */
static GError *
get_ready (LcSshSession *session, LcSshLink *link)
{
  for (;;)
    {
      g_autoptr (LcSshRequest) request = lc_ssh_link_take (link);
      GError *error = NULL;
      gboolean ready = FALSE;

      if (lc_ssh_link_is_stopped (link))
        error = lc_error_new (LC_ERROR_CANCELLED, "The connection was closed");
      else if (request == NULL)
        wait_for_request (link);
      else if (request->kind == LC_SSH_REQUEST_REACH && session->handle == NULL)
        reach (session, request, &error);
      else if (request->kind == LC_SSH_REQUEST_LOG_IN && session->handle != NULL)
        ready = lc_ssh_auth_log_in (session, request->credentials, request->key, &error);
      else
        lc_ssh_request_reject (request, lc_error_new (LC_ERROR_CONFLICT, "Not logged in yet"));

      if (ready)
        {
          lc_ssh_request_resolve_boolean (request, TRUE);
          return NULL;
        }
      if (error != NULL && request != NULL)
        lc_ssh_request_reject (request, g_error_copy (error));
      /* A wrong password leaves the connection as it was. */
      if (error != NULL && !g_error_matches (error, LC_ERROR, LC_ERROR_AUTH_FAILED))
        return error;
      g_clear_error (&error);
    }
}

static gpointer
thread_func (gpointer data)
{
  Start *start = data;
  LcSshLink *link = start->link;
  LcSshSession *session = lc_ssh_session_new (link, &start->times);
  GError *error = get_ready (session, link);

  if (error == NULL)
    {
      LcSshPump *pump = lc_ssh_pump_new (session);

      error = lc_ssh_pump_run (pump);
      lc_ssh_pump_free (pump);
    }
  lc_ssh_session_free (session);
  lc_ssh_link_close (link, error);
  lc_ssh_link_emit (link, lc_ssh_connection_closed_cb, error, (GDestroyNotify) g_error_free);
  lc_ssh_link_unref (link);
  g_free (start);
  return NULL;
}

void
lc_ssh_thread_start (LcSshLink *link, const LcSshTimes *times)
{
  Start *start = g_new0 (Start, 1);

  start->link = lc_ssh_link_ref (link);
  start->times = *times;
  g_thread_unref (g_thread_new ("lc-ssh", thread_func, start));
}
