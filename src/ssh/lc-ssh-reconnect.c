/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-reconnect.h"

#include "lc-async.h"
#include "lc-backoff.h"

/* The first attempt is made at once: most connections are lost to a short gap. */
#define FIRST_WAIT_MS   1000
#define LONGEST_WAIT_MS 30000

typedef struct
{
  gatomicrefcount ref_count;
  LcSshTimes times;
  LcCredentials *credentials;
  LcSecret *key;
  LcHostKey *host_key;
} Memory;

typedef struct
{
  GWeakRef connection;
  Memory *memory;
} Job;

static void
memory_unref (gpointer data)
{
  Memory *memory = data;

  if (!g_atomic_ref_count_dec (&memory->ref_count))
    return;
  lc_credentials_unref (memory->credentials);
  g_clear_pointer (&memory->key, lc_secret_unref);
  lc_host_key_unref (memory->host_key);
  g_free (memory);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_weak_ref_clear (&job->connection);
  memory_unref (job->memory);
  g_free (job);
}

static LcSshConnection *
dup_connection (Job *job, GError **error)
{
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (&job->connection);

  if (connection != NULL && lc_ssh_connection_is_usable (connection))
    return g_steal_pointer (&connection);
  g_propagate_error (error, lc_error_new (LC_ERROR_CANCELLED, "The connection was closed"));
  return NULL;
}

static DexFuture *
start_reach (Job *job, GError **error)
{
  g_autoptr (LcSshConnection) connection = dup_connection (job, error);
  const char *algorithms[] = { lc_host_key_get_algorithm (job->memory->host_key), NULL };

  if (connection == NULL)
    return NULL;
  switch (lc_machine_get_state (lc_ssh_connection_get_machine (connection)))
    {
    case LC_MACHINE_STATE_STOPPED:
    case LC_MACHINE_STATE_STOPPING:
    case LC_MACHINE_STATE_DELETING:
      g_propagate_error (error, lc_error_new (LC_ERROR_CONFLICT, "The machine was stopped"));
      return NULL;
    case LC_MACHINE_STATE_UNKNOWN:
    case LC_MACHINE_STATE_CREATING:
    case LC_MACHINE_STATE_STARTING:
    case LC_MACHINE_STATE_RUNNING:
    case LC_MACHINE_STATE_UPDATING:
    case LC_MACHINE_STATE_FAILED:
    default:
      return lc_ssh_connection_reach (connection, algorithms);
    }
}

static DexFuture *
start_log_in (Job *job, GError **error)
{
  g_autoptr (LcSshConnection) connection = dup_connection (job, error);

  return connection != NULL
             ? lc_ssh_connection_log_in (connection, job->memory->credentials, job->memory->key)
             : NULL;
}

/* The connection is not held while waiting, so that whoever drops it ends this. */
static gboolean
try_once (Job *job, GError **error)
{
  DexFuture *future = start_reach (job, error);
  g_autoptr (LcHostKey) key = NULL;

  if (future == NULL)
    return FALSE;
  key = dex_await_boxed (future, error);
  if (key == NULL)
    return FALSE;
  if (!lc_host_key_equal (key, job->memory->host_key))
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_HOST_KEY_CHANGED,
                                              "Another host key than before: expected %s, got %s",
                                              lc_host_key_get_fingerprint (job->memory->host_key),
                                              lc_host_key_get_fingerprint (key)));
      return FALSE;
    }
  future = start_log_in (job, error);
  return future != NULL && dex_await (future, error);
}

static DexFuture *
await_turn (Job *job, guint attempt, guint wait_ms, GError **error)
{
  g_autoptr (LcSshConnection) connection = dup_connection (job, error);

  return connection != NULL ? lc_ssh_connection_await_attempt (connection, attempt, wait_ms) : NULL;
}

static void
tell_failure (Job *job, const GError *error)
{
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (&job->connection);

  if (connection != NULL)
    lc_ssh_connection_set_attempt_error (connection, error);
}

/* Nonsense too: it is what the sign-in page of a foreign network answers. */
static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_OFFLINE) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_TIMED_OUT) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_PROTOCOL);
}

static DexFuture *
reconnect_fiber (gpointer data)
{
  Job *job = data;
  LcBackoff backoff = LC_BACKOFF_INIT (FIRST_WAIT_MS, LONGEST_WAIT_MS);
  gint64 limit =
      g_get_monotonic_time () + job->memory->times.reconnect_ms * G_TIME_SPAN_MILLISECOND;
  guint wait_ms = 0;

  for (guint attempt = 1;; attempt++)
    {
      GError *error = NULL;
      DexFuture *turn = await_turn (job, attempt, wait_ms, &error);

      if (turn == NULL || !dex_await (turn, &error))
        return dex_future_new_for_error (error);
      if (try_once (job, &error))
        return dex_future_new_true ();
      if (g_get_monotonic_time () >= limit || !may_pass (error))
        return dex_future_new_for_error (error);
      tell_failure (job, error);
      g_clear_error (&error);
      wait_ms = lc_backoff_next (&backoff, 0);
    }
}

static DexFuture *
reconnect_cb (LcSshConnection *connection, gpointer data)
{
  Memory *memory = data;
  Job *job = g_new0 (Job, 1);

  g_weak_ref_init (&job->connection, connection);
  g_atomic_ref_count_inc (&memory->ref_count);
  job->memory = memory;
  return lc_spawn (reconnect_fiber, job, job_free);
}

void
lc_ssh_reconnect_enable (LcSshConnection *connection,
                         const LcSshTimes *times,
                         LcCredentials *credentials,
                         LcSecret *key,
                         LcHostKey *host_key)
{
  Memory *memory = g_new0 (Memory, 1);

  g_atomic_ref_count_init (&memory->ref_count);
  memory->times = *times;
  memory->credentials = lc_credentials_ref (credentials);
  memory->key = key != NULL ? lc_secret_ref (key) : NULL;
  memory->host_key = lc_host_key_ref (host_key);
  lc_ssh_connection_set_reconnect (connection, reconnect_cb, memory, memory_unref);
}
