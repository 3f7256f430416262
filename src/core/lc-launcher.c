/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-launcher.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-key-maker.h"
#include "lc-login.h"
#include "lc-power.h"

#define STEP_START    "start-machine"
#define STEP_PASSWORD "set-password"
#define KIND_START    "start"
#define KIND_STOP     "stop"
#define KIND_PASSWORD "reset-password"

struct _LcLauncher
{
  GObject parent_instance;
  LcRegistry *registry;
  LcCatalog *catalog;
  GPtrArray *jobs; /* borrowed Job, those whose fiber has not ended */
};

/* One operation and what it needs. Its fiber owns it. */
typedef struct
{
  LcRegistry *registry;
  LcCatalog *catalog;
  LcMachine *machine;
  char *kind; /* a connector's id, or one of KIND_ */
  LcConnector *connector;
  LcLogin *login;
  LcOperation *operation;
  GWeakRef launcher;
} Job;

G_DEFINE_FINAL_TYPE (LcLauncher, lc_launcher, G_TYPE_OBJECT)

static Job *
job_new (LcLauncher *self, LcMachine *machine, const char *kind, char *title)
{
  Job *job = g_new0 (Job, 1);
  g_autofree char *owned_title = title;

  job->registry = g_object_ref (self->registry);
  job->catalog = g_object_ref (self->catalog);
  job->machine = g_object_ref (machine);
  job->kind = g_strdup (kind);
  job->login = lc_login_new (self->registry, machine);
  job->operation = lc_operation_new (owned_title, lc_machine_get_id (machine));
  g_weak_ref_init (&job->launcher, self);
  g_ptr_array_add (self->jobs, job);
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;
  g_autoptr (LcLauncher) launcher = g_weak_ref_get (&job->launcher);

  if (launcher != NULL)
    g_ptr_array_remove_fast (launcher->jobs, job);
  g_weak_ref_clear (&job->launcher);
  g_object_unref (job->registry);
  g_object_unref (job->catalog);
  g_object_unref (job->machine);
  g_object_unref (job->login);
  g_object_unref (job->operation);
  g_clear_object (&job->connector);
  g_free (job->kind);
  g_free (job);
}

static Job *
find_job (LcLauncher *self, LcMachine *machine, const char *kind)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      Job *job = self->jobs->pdata[i];

      if (job->machine == machine && lc_operation_is_running (job->operation) &&
          g_str_equal (job->kind, kind))
        return job;
    }
  return NULL;
}

/* Ends the operation, on whatever way the fiber came here. */
static DexFuture *
finish (Job *job, GError *error)
{
  g_autoptr (GError) converted = error != NULL ? lc_error_convert (error) : NULL;

  lc_operation_finish (job->operation, converted);
  return dex_future_new_for_boolean (converted == NULL);
}

/* Starts a job's fiber; cancelling the operation ends whatever it waits for. */
static LcOperation *
run (Job *job, DexFiberFunc func)
{
  LcOperation *operation = g_object_ref (job->operation);

  dex_future_disown (lc_with_cancellable (lc_spawn (func, job, job_free),
                                          lc_operation_get_cancellable (operation)));
  return operation;
}

/* The following run on fibers. */

static gboolean
start_machine (Job *job, GError **error)
{
  return dex_await (lc_power_start (job->registry, job->catalog, job->machine, job->operation),
                    error);
}

/* While the machine starts the person is asked: who has answered can go and fetch a coffee. */
static gboolean
start_and_find_login (Job *job, GError **error)
{
  gboolean ran = lc_machine_get_state (job->machine) == LC_MACHINE_STATE_RUNNING;
  gboolean runs;

  lc_operation_begin_step (job->operation, STEP_START, NULL);
  if (!lc_login_is_ready (job->login))
    runs = start_machine (job, error);
  else
    runs = dex_await (dex_future_all_race (lc_power_start (job->registry, job->catalog,
                                                           job->machine, job->operation),
                                           lc_login_find (job->login), NULL),
                      error);
  if (ran && runs)
    lc_operation_skip_step (job->operation, STEP_START);
  return runs;
}

static gboolean
set_first_password (Job *job, GError **error)
{
  if (!lc_machine_get_password_required (job->machine))
    return TRUE;

  lc_operation_begin_step (job->operation, STEP_PASSWORD, _ ("Set your password"));
  return dex_await (lc_login_set_first_password (job->login, job->operation), error);
}

static LcConnection *
connect_with_login (Job *job, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) local = NULL;
      LcConnection *connection =
          dex_await_object (lc_connector_open (job->connector, job->machine,
                                               lc_login_get_credentials (job->login),
                                               job->operation),
                            &local);

      if (connection != NULL)
        return connection;
      if (!g_error_matches (local, LC_ERROR, LC_ERROR_AUTH_FAILED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      lc_operation_set_detail (job->operation, _ ("Waiting for your answer"));
      if (!dex_await (lc_login_ask_again (job->login, local), error))
        return NULL;
    }
}

/* What is kept is kept before the end is told, since a command line ends with it. */
static void
keep_login (Job *job)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (lc_login_keep (job->login), &error))
    g_debug ("Keeping the login: %s", error->message);
}

/* An operation of its own: what was to be opened is open. */
static void
make_wanted_key (Job *job)
{
  LcCredentials *credentials = lc_login_get_credentials (job->login);

  if (lc_credentials_get_wants_key (credentials))
    g_object_unref (lc_key_maker_run (job->registry, job->catalog, job->machine, credentials));
}

static DexFuture *
open_fiber (gpointer data)
{
  Job *job = data;
  g_autoptr (LcConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  if (!start_and_find_login (job, &error) || !set_first_password (job, &error) ||
      !dex_await (lc_login_find (job->login), &error))
    return finish (job, g_steal_pointer (&error));
  connection = connect_with_login (job, &error);
  /* The one before does not work any more, whatever went wrong afterwards. */
  if (connection == NULL && lc_credentials_get_replaced (lc_login_get_credentials (job->login)))
    keep_login (job);
  if (connection == NULL)
    return finish (job, g_steal_pointer (&error));

  lc_registry_add_connection (job->registry, connection);
  keep_login (job);
  make_wanted_key (job);
  return finish (job, NULL);
}

static DexFuture *
show_fiber (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  LcConnection *connection = lc_registry_find_connection (job->registry, job->machine, job->kind);

  if (connection == NULL)
    error = lc_error_new (LC_ERROR_CONFLICT, "The connection has just been closed");
  else
    dex_await (lc_connection_show (connection), &error);
  return finish (job, g_steal_pointer (&error));
}

static DexFuture *
start_fiber (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  lc_operation_begin_step (job->operation, STEP_START, _ ("Start the machine"));
  start_machine (job, &error);
  return finish (job, g_steal_pointer (&error));
}

static DexFuture *
stop_fiber (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  lc_operation_begin_step (job->operation, "stop-machine", _ ("Stop the machine"));
  dex_await (lc_power_stop (job->registry, job->catalog, job->machine, job->operation), &error);
  return finish (job, g_steal_pointer (&error));
}

static DexFuture *
password_fiber (gpointer data)
{
  Job *job = data;
  LcProvider *provider = lc_registry_find_provider (job->registry, job->machine);
  LcCredentials *credentials = lc_login_get_credentials (job->login);
  g_autoptr (GError) error = NULL;

  lc_operation_begin_step (job->operation, STEP_PASSWORD, _ ("Set the password"));
  if (provider == NULL)
    error = lc_error_new (LC_ERROR_NOT_FOUND, "Nobody is signed in who has this machine");
  else if (dex_await (lc_provider_reset_password (
                          provider, job->machine, lc_credentials_get_login (credentials),
                          lc_credentials_get_secret (credentials), job->operation),
                      &error))
    {
      lc_machine_set_password_required (job->machine, FALSE);
      dex_await (lc_login_keep (job->login), &error);
    }
  return finish (job, g_steal_pointer (&error));
}

static void
lc_launcher_dispose (GObject *object)
{
  LcLauncher *self = LC_LAUNCHER (object);

  for (guint i = 0; i < self->jobs->len; i++)
    lc_operation_cancel (((Job *) self->jobs->pdata[i])->operation);
  g_clear_object (&self->registry);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (lc_launcher_parent_class)->dispose (object);
}

static void
lc_launcher_finalize (GObject *object)
{
  g_clear_pointer (&LC_LAUNCHER (object)->jobs, g_ptr_array_unref);
  G_OBJECT_CLASS (lc_launcher_parent_class)->finalize (object);
}

static void
lc_launcher_class_init (LcLauncherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_launcher_dispose;
  G_OBJECT_CLASS (klass)->finalize = lc_launcher_finalize;
}

static void
lc_launcher_init (LcLauncher *self)
{
  self->jobs = g_ptr_array_new ();
}

/* A title for what a connector does, made of its button's text. */
static char *
dup_open_title (LcConnector *connector, LcMachine *machine)
{
  /* Translators: the first is a button's text, such as "Open Notebook", the second a machine. */
  return g_strdup_printf (_ ("%1$s on %2$s"), lc_connector_get_title (connector),
                          lc_machine_get_name (machine));
}

static LcOperation *
new_failed_operation (LcMachine *machine, const char *connector_id)
{
  LcOperation *operation = lc_operation_new (connector_id, lc_machine_get_id (machine));
  g_autoptr (GError) error =
      lc_error_new (LC_ERROR_UNSUPPORTED, "There is no connector “%s”", connector_id);

  lc_operation_finish (operation, error);
  return operation;
}

LcLauncher *
lc_launcher_new (LcRegistry *registry, LcCatalog *catalog)
{
  LcLauncher *self = g_object_new (LC_TYPE_LAUNCHER, NULL);

  self->registry = g_object_ref (registry);
  self->catalog = g_object_ref (catalog);
  return self;
}

LcOperation *
lc_launcher_open (LcLauncher *self, LcMachine *machine, const char *connector_id)
{
  return lc_launcher_open_with_credentials (self, machine, connector_id, NULL);
}

LcOperation *
lc_launcher_open_with_credentials (LcLauncher *self,
                                   LcMachine *machine,
                                   const char *connector_id,
                                   LcCredentials *credentials)
{
  LcConnector *connector = lc_registry_find_connector (self->registry, connector_id);
  Job *job = find_job (self, machine, connector_id);

  if (job != NULL)
    return g_object_ref (job->operation);
  if (connector == NULL)
    return new_failed_operation (machine, connector_id);

  job = job_new (self, machine, connector_id, dup_open_title (connector, machine));
  if (lc_registry_find_connection (self->registry, machine, connector_id) != NULL)
    return run (job, show_fiber);

  job->connector = g_object_ref (connector);
  if (credentials != NULL)
    lc_login_set_credentials (job->login, credentials);
  lc_operation_add_step (job->operation, STEP_START, _ ("Start the machine"));
  if (lc_machine_get_password_required (machine))
    lc_operation_add_step (job->operation, STEP_PASSWORD, _ ("Set your password"));
  lc_connector_announce_steps (connector, job->operation);
  return run (job, open_fiber);
}

LcOperation *
lc_launcher_start (LcLauncher *self, LcMachine *machine)
{
  Job *job = find_job (self, machine, KIND_START);

  if (job != NULL)
    return g_object_ref (job->operation);
  /* Translators: %s is a machine. */
  job = job_new (self, machine, KIND_START,
                 g_strdup_printf (_ ("Starting %s"), lc_machine_get_name (machine)));
  return run (job, start_fiber);
}

LcOperation *
lc_launcher_stop (LcLauncher *self, LcMachine *machine)
{
  Job *job = find_job (self, machine, KIND_STOP);

  if (job != NULL)
    return g_object_ref (job->operation);
  /* Translators: %s is a machine. */
  job = job_new (self, machine, KIND_STOP,
                 g_strdup_printf (_ ("Stopping %s"), lc_machine_get_name (machine)));
  return run (job, stop_fiber);
}

LcOperation *
lc_launcher_reset_password (LcLauncher *self,
                            LcMachine *machine,
                            const char *login,
                            LcSecret *password,
                            gboolean remember)
{
  g_autoptr (LcCredentials) credentials = lc_credentials_new_password (login, password, remember);
  /* Translators: %s is a machine. */
  Job *job =
      job_new (self, machine, KIND_PASSWORD,
               g_strdup_printf (_ ("Setting the password of %s"), lc_machine_get_name (machine)));

  lc_login_set_credentials (job->login, credentials);
  return run (job, password_fiber);
}
