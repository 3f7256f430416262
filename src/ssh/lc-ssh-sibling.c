/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-sibling.h"

#include "lc-async.h"
#include "lc-ssh-request.h"

#define FULL "no-more-sessions"

/* Far more than a person uses; a server that refuses everything, or targets that never answer, must
 * not be met with more and more connections. */
#define MOST_SIBLINGS 4

/* The connection is not held: whoever drops it ends what was asked of it. */
typedef struct
{
  GWeakRef connection;
  LcSshSendFunc send;
  gpointer data;
  GDestroyNotify destroy;
  gboolean fresh; /* nothing else was asked of it: if it refuses, the next one would, too */
} Job;

static Job *
job_new (LcSshConnection *connection, LcSshSendFunc send, gpointer data, GDestroyNotify destroy)
{
  Job *job = g_new0 (Job, 1);

  g_weak_ref_init (&job->connection, connection);
  job->send = send;
  job->data = data;
  job->destroy = destroy;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_weak_ref_clear (&job->connection);
  if (job->destroy != NULL)
    job->destroy (job->data);
  g_free (job);
}

/* With the other's data. */
static Job *
job_succeed (Job *job, LcSshConnection *connection)
{
  return job_new (connection, job->send, g_steal_pointer (&job->data),
                  g_steal_pointer (&job->destroy));
}

static DexFuture *refused_cb (DexFuture *refused, gpointer data);

static gboolean
is_full (const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_CONFLICT) &&
         lc_error_has_service_code (error, FULL);
}

static DexFuture *
send_request (LcSshLink *link, gpointer request)
{
  return lc_ssh_link_send (link, lc_ssh_request_ref (request));
}

static void
unref_request (gpointer request)
{
  lc_ssh_request_unref (request);
}

static DexFuture *
send_on (Job *job, LcSshConnection *connection)
{
  return dex_future_catch (job->send (lc_ssh_connection_get_link (connection), job->data),
                           refused_cb, job, job_free);
}

/* Others may be making one at the same time: the first that is ready serves all. */
static LcSshConnection *
make_sibling (Job *job, LcSshRecipe *recipe, LcMachine *machine, GError **error)
{
  g_autoptr (LcSshConnection) sibling =
      lc_ssh_connection_new (machine, lc_ssh_recipe_get_times (recipe));
  g_autoptr (LcSshConnection) first = NULL;

  lc_ssh_connection_set_recipe (sibling, recipe);
  if (!dex_await (lc_ssh_recipe_follow (recipe, sibling), error))
    return NULL;
  first = g_weak_ref_get (&job->connection);
  if (first != NULL && lc_ssh_connection_is_usable (first))
    return lc_ssh_connection_adopt_sibling (first, sibling);
  g_propagate_error (error, lc_error_new (LC_ERROR_CANCELLED, "The connection was closed"));
  return NULL;
}

static DexFuture *
sibling_fiber (gpointer data)
{
  Job *job = data;
  g_autoptr (LcSshConnection) first = g_weak_ref_get (&job->connection);
  g_autoptr (LcSshConnection) sibling = NULL;
  g_autoptr (LcSshRecipe) recipe = NULL;
  g_autoptr (LcMachine) machine = NULL;
  GError *error = NULL;
  gboolean fresh;
  Job *next;

  if (first == NULL || lc_ssh_connection_get_recipe (first) == NULL ||
      lc_ssh_connection_get_rank (first) >= MOST_SIBLINGS)
    return dex_future_new_for_error (lc_ssh_full_error ());
  sibling = lc_ssh_connection_dup_sibling (first);
  recipe = lc_ssh_recipe_ref (lc_ssh_connection_get_recipe (first));
  machine = g_object_ref (lc_ssh_connection_get_machine (first));
  fresh = sibling == NULL;
  if (fresh)
    {
      lc_ssh_journal_add (lc_ssh_link_get_journal (lc_ssh_connection_get_link (first)),
                          "Making another connection beside this one");
      g_clear_object (&first);
      sibling = make_sibling (job, recipe, machine, &error);
    }
  if (sibling == NULL)
    return dex_future_new_for_error (lc_error_convert (error));
  next = job_succeed (job, sibling);
  next->fresh = fresh;
  return send_on (next, sibling);
}

static DexFuture *
refused_cb (DexFuture *refused, gpointer data)
{
  Job *job = data;
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (&job->connection);
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (refused, &error) != NULL || !is_full (error) || job->fresh ||
      connection == NULL)
    return NULL;
  return lc_spawn (sibling_fiber, job_succeed (job, connection), job_free);
}

DexFuture *
lc_ssh_with_sibling (LcSshConnection *connection,
                     LcSshSendFunc send,
                     gpointer data,
                     GDestroyNotify destroy)
{
  return send_on (job_new (connection, send, data, destroy), connection);
}

void
lc_ssh_carry_in_sibling (LcSshConnection *connection, LcSshRequest *request)
{
  Job *job = job_new (connection, send_request, lc_ssh_request_ref (request), unref_request);

  dex_future_disown (lc_spawn (sibling_fiber, job, job_free));
}

GError *
lc_ssh_full_error (void)
{
  LcErrorDetails details = { .service_code = (char *) FULL };

  return lc_error_new_with_details (LC_ERROR_CONFLICT, &details,
                                    "The machine allows no more sessions");
}
