/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-connection-private.h"
#include "lc-ssh-request.h"
#include "lc-ssh-resolve.h"
#include "lc-ssh-sibling.h"
#include "lc-ssh-socket.h"
#include "lc-validate.h"

/* What can be asked of a connection: each call posts a request to its thread. */

typedef struct
{
  char *command;
  GBytes *input;
} Exec;

/* A remote forward whose target is being looked up. */
typedef struct
{
  LcSshConnection *connection;
  guint16 remote_port;
} BackJob;

static void
exec_free (gpointer data)
{
  Exec *exec = data;

  g_free (exec->command);
  g_clear_pointer (&exec->input, g_bytes_unref);
  g_free (exec);
}

static void
back_job_free (gpointer data)
{
  BackJob *job = data;

  g_object_unref (job->connection);
  g_free (job);
}

static void
free_program (gpointer data)
{
  lc_ssh_program_free (data);
}

static DexFuture *
send_exec (LcSshLink *link, gpointer data)
{
  const Exec *exec = data;
  LcSshRequest *request = lc_ssh_request_new (LC_SSH_REQUEST_EXEC);

  request->command = g_strdup (exec->command);
  request->input = exec->input != NULL ? g_bytes_ref (exec->input) : NULL;
  return lc_ssh_link_send (link, request);
}

static DexFuture *
send_start (LcSshLink *link, gpointer data)
{
  return lc_ssh_process_start (link, data);
}

static DexFuture *
send_open_sftp (LcSshLink *link, gpointer data)
{
  return lc_sftp_open (link);
}

static DexFuture *
forward_ready_cb (DexFuture *completed, gpointer user_data)
{
  LcSshForward *forward = user_data;
  const GValue *port = dex_future_get_value (completed, NULL);

  lc_ssh_forward_set_local_port (forward, g_value_get_uint (port));
  return dex_future_new_for_object (forward);
}

static DexFuture *
dialled_cb (DexFuture *completed, gpointer user_data)
{
  return dex_future_new_for_object (user_data);
}

static DexFuture *
send_forward (LcSshConnection *self, LcSshRequest *request)
{
  LcSshForward *forward;

  request->counters = lc_ssh_counters_new ();
  forward = lc_ssh_forward_new (lc_ssh_connection_get_link (self), request->counters);
  lc_ssh_connection_add_forward (self, forward);
  /* Dropped before it is ready, the object goes, which closes the listener. */
  return dex_future_then (lc_ssh_link_send (lc_ssh_connection_get_link (self), request),
                          forward_ready_cb, forward, g_object_unref);
}

static DexFuture *
resolved_cb (DexFuture *completed, gpointer user_data)
{
  BackJob *job = user_data;
  LcSshRequest *request = lc_ssh_request_new (LC_SSH_REQUEST_FORWARD_BACK);

  request->addresses = g_value_dup_boxed (dex_future_get_value (completed, NULL));
  request->port = job->remote_port;
  return send_forward (job->connection, request);
}

static GWeakRef *
weak_ref_new (LcSshConnection *connection)
{
  GWeakRef *self = g_new0 (GWeakRef, 1);

  g_weak_ref_init (self, connection);
  return self;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Whoever connects with these credentials again lets the password be changed first. */
static DexFuture *
exec_failed_cb (DexFuture *completed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (completed, &error);
  if (lc_error_has_service_code (error, "password-expired-terminal"))
    lc_credentials_set_expired (user_data, TRUE);
  return NULL;
}

/* A program ran, so the password is not the reason. */
static DexFuture *
password_good_cb (DexFuture *completed, gpointer user_data)
{
  return dex_future_new_for_error (g_error_copy (user_data));
}

static DexFuture *
explained_cb (DexFuture *completed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (completed, &error);
  return dex_future_new_for_error (g_error_matches (error, LC_ERROR, LC_ERROR_AUTH_FAILED)
                                       ? g_steal_pointer (&error)
                                       : g_error_copy (user_data));
}

/* sshd(8) forbids forwarding also as long as an expired password was not changed. */
static DexFuture *
probe_failed_cb (DexFuture *completed, gpointer user_data)
{
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (user_data);
  g_autoptr (GError) error = NULL;
  DexFuture *trial;

  dex_future_get_value (completed, &error);
  if (connection == NULL || !g_error_matches (error, LC_ERROR, LC_ERROR_FORBIDDEN))
    return NULL;
  trial = dex_future_then (lc_ssh_connection_exec (connection, "true", NULL), password_good_cb,
                           g_error_copy (error), (GDestroyNotify) g_error_free);
  return dex_future_catch (trial, explained_cb, g_steal_pointer (&error),
                           (GDestroyNotify) g_error_free);
}

DexFuture *
lc_ssh_connection_exec (LcSshConnection *self, const char *command, GBytes *input)
{
  LcSshRecipe *recipe;
  DexFuture *result;
  Exec *exec;

  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  dex_return_error_if_fail (command != NULL);
  exec = g_new0 (Exec, 1);
  exec->command = g_strdup (command);
  exec->input = input != NULL ? g_bytes_ref (input) : NULL;
  result = lc_ssh_with_sibling (self, send_exec, exec, exec_free);
  recipe = lc_ssh_connection_get_recipe (self);
  if (recipe == NULL)
    return result;
  return dex_future_catch (result, exec_failed_cb,
                           lc_credentials_ref (lc_ssh_recipe_get_credentials (recipe)),
                           (GDestroyNotify) lc_credentials_unref);
}

DexFuture *
lc_ssh_connection_forward (LcSshConnection *self,
                           guint16 local_port,
                           const char *host,
                           guint16 port)
{
  LcSshRequest *request;

  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  if (!lc_is_valid_host (host) || port == 0)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_INVALID_INPUT, "Not a host and port to forward to"));
  request = lc_ssh_request_new (LC_SSH_REQUEST_FORWARD);
  request->local_port = local_port;
  request->host = g_strdup (host);
  request->port = port;
  return send_forward (self, request);
}

DexFuture *
lc_ssh_connection_forward_to_socket (LcSshConnection *self, guint16 local_port, const char *path)
{
  LcSshRequest *request;

  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  if (path == NULL || path[0] != '/')
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_INVALID_INPUT, "Not the path of a socket to forward to"));
  request = lc_ssh_request_new (LC_SSH_REQUEST_FORWARD);
  request->local_port = local_port;
  request->path = g_strdup (path);
  return send_forward (self, request);
}

DexFuture *
lc_ssh_connection_dial (LcSshConnection *self, const char *host, guint16 port)
{
  g_autoptr (LcSshRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  GSocket *socket;

  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  if (!lc_is_valid_host (host) || port == 0)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_INVALID_INPUT, "Not a host and port to connect to"));
  request = lc_ssh_request_new (LC_SSH_REQUEST_DIAL);
  request->host = g_strdup (host);
  request->port = port;
  socket = lc_ssh_socket_pair (&request->fds[0], &error);
  if (socket == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_then (lc_ssh_link_send (lc_ssh_connection_get_link (self),
                                            g_steal_pointer (&request)),
                          dialled_cb, socket, g_object_unref);
}

DexFuture *
lc_ssh_connection_start (LcSshConnection *self, const LcSshProgram *program)
{
  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  dex_return_error_if_fail (program != NULL);
  return lc_ssh_with_sibling (self, send_start, lc_ssh_program_copy (program), free_program);
}

DexFuture *
lc_ssh_connection_forward_back (LcSshConnection *self,
                                guint16 remote_port,
                                const char *host,
                                guint16 port)
{
  BackJob *job;

  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  if (!lc_is_valid_host (host) || port == 0)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_INVALID_INPUT, "Not a host and port to forward to"));
  job = g_new0 (BackJob, 1);
  job->connection = g_object_ref (self);
  job->remote_port = remote_port;
  return dex_future_then (lc_ssh_resolve (host, port), resolved_cb, job, back_job_free);
}

DexFuture *
lc_ssh_connection_open_sftp (LcSshConnection *self)
{
  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  return lc_ssh_with_sibling (self, send_open_sftp, NULL, NULL);
}

DexFuture *
lc_ssh_connection_probe (LcSshConnection *self, const char *host, guint16 port)
{
  LcSshRequest *request;

  dex_return_error_if_fail (LC_IS_SSH_CONNECTION (self));
  if (!lc_is_valid_host (host) || port == 0)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_INVALID_INPUT, "Not a host and port to look for"));
  request = lc_ssh_request_new (LC_SSH_REQUEST_PROBE);
  request->host = g_strdup (host);
  request->port = port;
  return dex_future_catch (lc_ssh_link_send (lc_ssh_connection_get_link (self), request),
                           probe_failed_cb, weak_ref_new (self), free_weak_ref);
}
