/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-pool.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-ssh-alarm.h"
#include "lc-ssh-connect.h"
#include "lc-ssh-hop.h"
#include "lc-ssh-pool-private.h"

/* A connection, or one that is being made. */
typedef struct
{
  GWeakRef connection;
  DexPromise *pending; /* resolves when it is there; NULL when nobody makes one */
} Entry;

struct _LcSshPool
{
  GObject parent_instance;

  LcKnownHosts *known_hosts;
  LcProfileStore *profiles;
  LcPrompt *prompt;
  LcRegistry *registry; /* weak, nullable */
  LcSshTimes times;
  GHashTable *entries; /* "LOGIN@machine-id" → Entry */
  LcSshAlarm *alarm;
};

G_DEFINE_FINAL_TYPE (LcSshPool, lc_ssh_pool, G_TYPE_OBJECT)

typedef struct
{
  LcSshPool *pool;
  LcMachine *machine;
  LcCredentials *credentials;
  LcSshConnection *through; /* nullable */
  LcOperation *operation;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->pool);
  g_object_unref (job->machine);
  lc_credentials_unref (job->credentials);
  g_clear_object (&job->through);
  g_object_unref (job->operation);
  g_free (job);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_weak_ref_clear (&entry->connection);
  dex_clear (&entry->pending);
  g_free (entry);
}

static Entry *
get_entry (LcSshPool *self, LcMachine *machine, const char *login)
{
  g_autofree char *id = g_ascii_strdown (lc_machine_get_id (machine), -1);
  g_autofree char *name =
      g_strdup_printf ("%s@%s@%s", login, lc_machine_get_account_id (machine), id);
  Entry *entry = g_hash_table_lookup (self->entries, name);

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      g_weak_ref_init (&entry->connection, NULL);
      g_hash_table_insert (self->entries, g_steal_pointer (&name), entry);
    }
  return entry;
}

static LcSshConnection *
dup_live (Entry *entry)
{
  g_autoptr (LcSshConnection) connection = g_weak_ref_get (&entry->connection);

  return connection != NULL && lc_ssh_connection_is_usable (connection)
             ? g_steal_pointer (&connection)
             : NULL;
}

/* The network has changed, or this computer has slept. */
static void
alarm_cb (LcSshPool *self)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    {
      g_autoptr (LcSshConnection) connection = dup_live (entry);

      if (connection != NULL)
        lc_ssh_connection_look (connection);
    }
}

static DexFuture *
give (LcSshConnection *connection)
{
  lc_ssh_connection_hold (connection);
  return dex_future_new_take_object (connection);
}

static GError *
check_arguments (LcMachine *machine, LcCredentials *credentials)
{
  if (lc_machine_get_host (machine) == NULL || lc_machine_get_ssh_port (machine) == 0)
    return lc_error_new (LC_ERROR_CONFLICT, "The machine has no address for SSH");
  if (lc_credentials_get_login (credentials) == NULL)
    return lc_error_new (LC_ERROR_INVALID_INPUT, "No login");
  return NULL;
}

/* The jump hosts that the machine's profile names. Returns: whether they could be reached, if any
 */
static gboolean
find_way (Job *job, GError **error)
{
  g_autofree char *jump =
      lc_profile_store_dup_jump (job->pool->profiles, lc_machine_get_id (job->machine));

  if (job->through != NULL || jump == NULL || job->pool->registry == NULL)
    return TRUE;
  job->through = dex_await_object (lc_ssh_hop_connect (job->pool, job->pool->registry, job->machine,
                                                       jump, job->operation),
                                   error);
  return job->through != NULL;
}

static LcSshConnection *
connect_machine (Job *job, GError **error)
{
  LcSshPool *pool = job->pool;

  if (!find_way (job, error))
    return NULL;
  return dex_await_object (lc_ssh_connect (pool->known_hosts, pool->profiles, pool->prompt,
                                           &pool->times, job->machine, job->credentials,
                                           job->through, job->operation),
                           error);
}

/* Makes one and lets the others who want it know. */
static DexFuture *
make_connection (Job *job, Entry *entry)
{
  g_autoptr (LcSshConnection) connection = NULL;
  g_autoptr (DexPromise) pending = dex_promise_new ();
  GError *error = NULL;

  entry->pending = dex_ref (pending);
  connection = connect_machine (job, &error);
  dex_clear (&entry->pending);
  if (connection == NULL)
    {
      error = lc_error_convert (error);
      dex_promise_reject (pending, g_error_copy (error));
      return dex_future_new_for_error (error);
    }
  g_weak_ref_set (&entry->connection, connection);
  dex_promise_resolve_boolean (pending, TRUE);
  return give (g_steal_pointer (&connection));
}

static void
skip_steps (LcOperation *operation)
{
  lc_operation_skip_step (operation, LC_SSH_STEP_REACH);
  lc_operation_skip_step (operation, LC_SSH_STEP_HOST_KEY);
  lc_operation_skip_step (operation, LC_SSH_STEP_LOG_IN);
}

static DexFuture *
connect_fiber (gpointer data)
{
  Job *job = data;
  GError *error = check_arguments (job->machine, job->credentials);
  Entry *entry;

  if (error != NULL)
    return dex_future_new_for_error (error);
  entry = get_entry (job->pool, job->machine, lc_credentials_get_login (job->credentials));
  for (;;)
    {
      LcSshConnection *connection = dup_live (entry);

      if (connection != NULL)
        {
          skip_steps (job->operation);
          return give (connection);
        }
      if (entry->pending == NULL)
        return make_connection (job, entry);
      /* When whoever makes it gives up, it is our turn; when it fails, it would fail again. */
      if (!dex_await (dex_ref (DEX_FUTURE (entry->pending)), &error))
        {
          if (!g_error_matches (error, LC_ERROR, LC_ERROR_CANCELLED))
            return dex_future_new_for_error (lc_error_convert (error));
          g_clear_error (&error);
        }
    }
}

static void
lc_ssh_pool_finalize (GObject *object)
{
  LcSshPool *self = LC_SSH_POOL (object);

  g_clear_object (&self->known_hosts);
  g_clear_object (&self->profiles);
  g_clear_object (&self->prompt);
  g_clear_object (&self->alarm);
  g_clear_weak_pointer (&self->registry);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  G_OBJECT_CLASS (lc_ssh_pool_parent_class)->finalize (object);
}

static void
lc_ssh_pool_class_init (LcSshPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_ssh_pool_finalize;
}

static void
lc_ssh_pool_init (LcSshPool *self)
{
  self->times = (LcSshTimes) LC_SSH_TIMES_DEFAULT;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  self->alarm = lc_ssh_alarm_new (g_network_monitor_get_default (), NULL);
  g_signal_connect_object (self->alarm, "alarm", G_CALLBACK (alarm_cb), self, G_CONNECT_SWAPPED);
}

LcSshPool *
lc_ssh_pool_new (LcKnownHosts *known_hosts, LcProfileStore *profiles, LcPrompt *prompt)
{
  LcSshPool *self = g_object_new (LC_TYPE_SSH_POOL, NULL);

  self->known_hosts = g_object_ref (known_hosts);
  self->profiles = g_object_ref (profiles);
  self->prompt = g_object_ref (prompt);
  return self;
}

void
lc_ssh_pool_set_registry (LcSshPool *self, LcRegistry *registry)
{
  g_return_if_fail (LC_IS_SSH_POOL (self));
  g_set_weak_pointer (&self->registry, registry);
}

void
lc_ssh_pool_set_times (LcSshPool *self, const LcSshTimes *times)
{
  g_return_if_fail (LC_IS_SSH_POOL (self));
  self->times = *times;
}

void
lc_ssh_pool_announce_steps (LcSshPool *self, LcOperation *operation)
{
  g_return_if_fail (LC_IS_SSH_POOL (self));
  lc_operation_add_step (operation, LC_SSH_STEP_REACH, _ ("Reach the machine"));
  lc_operation_add_step (operation, LC_SSH_STEP_HOST_KEY, _ ("Verify the machine’s identity"));
  lc_operation_add_step (operation, LC_SSH_STEP_LOG_IN, _ ("Log in"));
}

DexFuture *
lc_ssh_pool_connect (LcSshPool *self,
                     LcMachine *machine,
                     LcCredentials *credentials,
                     LcOperation *operation)
{
  return lc_ssh_pool_connect_through (self, machine, credentials, NULL, operation);
}

DexFuture *
lc_ssh_pool_connect_through (LcSshPool *self,
                             LcMachine *machine,
                             LcCredentials *credentials,
                             LcSshConnection *through,
                             LcOperation *operation)
{
  Job *job;

  dex_return_error_if_fail (LC_IS_SSH_POOL (self));
  dex_return_error_if_fail (credentials != NULL);
  job = g_new0 (Job, 1);
  job->pool = g_object_ref (self);
  job->machine = g_object_ref (machine);
  job->credentials = lc_credentials_ref (credentials);
  g_set_object (&job->through, through);
  job->operation = g_object_ref (operation);
  return lc_with_cancellable (lc_spawn (connect_fiber, job, job_free),
                              lc_operation_get_cancellable (operation));
}
