/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-recipe.h"

#include "lc-async.h"
#include "lc-ssh-connection-private.h"
#include "lc-ssh-host-key.h"

struct _LcSshRecipe
{
  gatomicrefcount ref_count;
  LcSshTimes times;
  LcCredentials *credentials;
  LcPrompt *prompt;
  LcSecret *key;
  LcHostKey *host_key;

  LcSshConnection *jump; /* nullable */
  LcMachine *jump_machine;
  LcSshRecipe *jump_recipe;
};

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

static LcSshConnection *
dup_connection (Job *job, GError **error)
{
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (&job->connection);

  if (connection != NULL && lc_ssh_connection_is_usable (connection))
    return g_steal_pointer (&connection);
  g_propagate_error (error, lc_error_new (LC_ERROR_CANCELLED, "The connection was closed"));
  return NULL;
}

static gboolean
check_machine (LcMachine *machine, GError **error)
{
  LcErrorDetails stopped = { .service_code = (char *) "machine-stopped" };

  switch (lc_machine_get_state (machine))
    {
    case LC_MACHINE_STATE_STOPPED:
    case LC_MACHINE_STATE_STOPPING:
    case LC_MACHINE_STATE_DELETING:
      g_propagate_error (error, lc_error_new_with_details (LC_ERROR_CONFLICT, &stopped,
                                                           "The machine was stopped"));
      return FALSE;
    case LC_MACHINE_STATE_UNKNOWN:
    case LC_MACHINE_STATE_CREATING:
    case LC_MACHINE_STATE_STARTING:
    case LC_MACHINE_STATE_RUNNING:
    case LC_MACHINE_STATE_UPDATING:
    case LC_MACHINE_STATE_FAILED:
    default:
      return TRUE;
    }
}

/* The way to the machine. The jump host's connection ends when it is lost, since it has no forwards
 * of its own: a new one takes its place for all who go through it. */
static gboolean
make_jump (LcSshRecipe *self, GError **error)
{
  g_autoptr (LcSshConnection) fresh = NULL;

  if (self->jump == NULL || lc_ssh_connection_is_usable (self->jump))
    return TRUE;
  fresh = lc_ssh_connection_new (self->jump_machine, &self->times);
  lc_ssh_connection_set_recipe (fresh, self->jump_recipe);
  if (!dex_await (lc_ssh_recipe_follow (self->jump_recipe, fresh), error))
    return FALSE;
  g_set_object (&self->jump, fresh);
  return TRUE;
}

static DexFuture *
start_reach (Job *job, GError **error)
{
  g_autoptr (LcSshConnection) connection = dup_connection (job, error);
  const char *algorithms[] = { lc_host_key_get_algorithm (job->recipe->host_key), NULL };

  if (connection == NULL || !check_machine (lc_ssh_connection_get_machine (connection), error))
    return NULL;
  return lc_ssh_connection_reach (connection, job->recipe->jump, algorithms);
}

static DexFuture *
start_log_in (Job *job, GError **error)
{
  g_autoptr (LcSshConnection) connection = dup_connection (job, error);

  return connection != NULL
             ? lc_ssh_connection_log_in (connection, job->recipe->credentials, job->recipe->key)
             : NULL;
}

static gboolean
check_host_key (Job *job, LcHostKey *key, GError **error)
{
  LcHostKey *expected = job->recipe->host_key;
  g_autoptr (LcSshConnection) connection = NULL;

  if (lc_host_key_equal (key, expected))
    return TRUE;
  connection = dup_connection (job, error);
  if (connection != NULL)
    g_propagate_error (error, lc_ssh_host_key_changed_error (
                                  lc_ssh_connection_get_machine (connection), expected, key));
  return FALSE;
}

static gboolean
follow (Job *job, GError **error)
{
  g_autoptr (LcHostKey) key = NULL;
  DexFuture *future;

  if (!make_jump (job->recipe, error) || (future = start_reach (job, error)) == NULL)
    return FALSE;
  key = dex_await_boxed (future, error);
  if (key == NULL || !check_host_key (job, key, error))
    return FALSE;
  future = start_log_in (job, error);
  return future != NULL && dex_await (future, error);
}

static DexFuture *
follow_fiber (gpointer data)
{
  GError *error = NULL;

  return follow (data, &error) ? dex_future_new_true ()
                               : dex_future_new_for_error (lc_error_convert (error));
}

LcSshRecipe *
lc_ssh_recipe_new (const LcSshTimes *times,
                   LcCredentials *credentials,
                   LcSecret *key,
                   LcHostKey *host_key,
                   LcSshConnection *jump,
                   LcPrompt *prompt)
{
  LcSshRecipe *self = g_new0 (LcSshRecipe, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->times = *times;
  self->credentials = lc_credentials_ref (credentials);
  self->key = key != NULL ? lc_secret_ref (key) : NULL;
  self->host_key = lc_host_key_ref (host_key);
  self->prompt = g_object_ref (prompt);
  if (jump != NULL)
    {
      self->jump = g_object_ref (jump);
      self->jump_machine = g_object_ref (lc_ssh_connection_get_machine (jump));
      self->jump_recipe = lc_ssh_recipe_ref (lc_ssh_connection_get_recipe (jump));
    }
  return self;
}

LcSshRecipe *
lc_ssh_recipe_vary (LcSshRecipe *self, LcCredentials *credentials, LcSecret *key)
{
  return lc_ssh_recipe_new (&self->times, credentials, key, self->host_key, self->jump,
                            self->prompt);
}

LcSshRecipe *
lc_ssh_recipe_ref (LcSshRecipe *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lc_ssh_recipe_unref (LcSshRecipe *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  lc_credentials_unref (self->credentials);
  g_clear_pointer (&self->key, lc_secret_unref);
  lc_host_key_unref (self->host_key);
  g_object_unref (self->prompt);
  g_clear_object (&self->jump);
  g_clear_object (&self->jump_machine);
  g_clear_pointer (&self->jump_recipe, lc_ssh_recipe_unref);
  g_free (self);
}

const LcSshTimes *
lc_ssh_recipe_get_times (LcSshRecipe *self)
{
  return &self->times;
}

LcPrompt *
lc_ssh_recipe_get_prompt (LcSshRecipe *self)
{
  return self->prompt;
}

LcCredentials *
lc_ssh_recipe_get_credentials (LcSshRecipe *self)
{
  return self->credentials;
}

DexFuture *
lc_ssh_recipe_follow (LcSshRecipe *self, LcSshConnection *connection)
{
  Job *job = g_new0 (Job, 1);

  g_weak_ref_init (&job->connection, connection);
  job->recipe = lc_ssh_recipe_ref (self);
  return lc_spawn (follow_fiber, job, job_free);
}
