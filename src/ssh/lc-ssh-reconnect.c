/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-reconnect.h"

#include "lc-async.h"
#include "lc-backoff.h"

/* The first attempt is made at once: most connections are lost to a short gap. */
#define FIRST_WAIT_MS   1000
#define LONGEST_WAIT_MS 30000

typedef struct
{
  GWeakRef connection;
  LcSshRecipe *recipe;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_weak_ref_clear (&job->connection);
  lc_ssh_recipe_unref (job->recipe);
  g_free (job);
}

static DexFuture *
await_turn (Job *job, guint attempt, guint wait_ms)
{
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (&job->connection);

  return connection != NULL
             ? lc_ssh_connection_await_attempt (connection, attempt, wait_ms)
             : dex_future_new_for_error (lc_error_new (LC_ERROR_CANCELLED, "It was dropped"));
}

static DexFuture *
try_once (Job *job)
{
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (&job->connection);

  return connection != NULL
             ? lc_ssh_recipe_follow (job->recipe, connection)
             : dex_future_new_for_error (lc_error_new (LC_ERROR_CANCELLED, "It was dropped"));
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
  gint64 limit = g_get_monotonic_time () +
                 lc_ssh_recipe_get_times (job->recipe)->reconnect_ms * G_TIME_SPAN_MILLISECOND;
  guint wait_ms = 0;

  for (guint attempt = 1;; attempt++)
    {
      GError *error = NULL;

      if (!dex_await (await_turn (job, attempt, wait_ms), &error))
        return dex_future_new_for_error (error);
      if (dex_await (try_once (job), &error))
        return dex_future_new_true ();
      if (g_get_monotonic_time () >= limit || !may_pass (error))
        return dex_future_new_for_error (error);
      tell_failure (job, error);
      g_clear_error (&error);
      wait_ms = lc_backoff_next (&backoff, 0);
    }
}

DexFuture *
lc_ssh_reconnect (LcSshConnection *connection, LcSshRecipe *recipe)
{
  Job *job = g_new0 (Job, 1);

  g_weak_ref_init (&job->connection, connection);
  job->recipe = lc_ssh_recipe_ref (recipe);
  return lc_spawn (reconnect_fiber, job, job_free);
}
