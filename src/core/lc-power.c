/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-power.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-backoff.h"
#include "lc-error.h"

#define LIMIT_US                                                                                   \
  (20 * 60 * (gint64) G_USEC_PER_SEC) /* a big machine may take a quarter of an hour */
#define ADDRESS_LIMIT_US  (90 * (gint64) G_USEC_PER_SEC)
#define CLOSE_LIMIT_MS    5000
#define FIRST_POLL_MS     250
#define LONGEST_POLL_MS   3000
#define MAX_FAILED_POLLS  5
#define FRESH_US          (2 * (gint64) G_USEC_PER_SEC)
#define MAX_STOPPED_POLLS 4 /* a service may describe the old state for a moment */

typedef struct
{
  LcRegistry *registry;
  LcCatalog *catalog;
  LcMachine *machine;
  LcOperation *operation;
} Work;

static Work *
work_new (LcRegistry *registry, LcCatalog *catalog, LcMachine *machine, LcOperation *operation)
{
  Work *work = g_new0 (Work, 1);

  work->registry = g_object_ref (registry);
  work->catalog = g_object_ref (catalog);
  work->machine = g_object_ref (machine);
  work->operation = g_object_ref (operation);
  return work;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->registry);
  g_object_unref (work->catalog);
  g_object_unref (work->machine);
  g_object_unref (work->operation);
  g_free (work);
}

/* Sets what the service will say soon; an answer asked for before now does not undo it. */
static void
expect (LcMachine *machine, LcMachineState state)
{
  lc_machine_set_as_of (machine, g_get_monotonic_time ());
  lc_machine_set_state (machine, state);
}

static LcProvider *
find_provider (Work *work, GError **error)
{
  LcProvider *provider = lc_registry_find_provider (work->registry, work->machine);

  if (provider == NULL)
    g_propagate_error (error, lc_error_new (LC_ERROR_NOT_FOUND,
                                            "Nobody is signed in who has this machine"));
  return provider;
}

static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_OFFLINE) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_TIMED_OUT) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_RATE_LIMITED);
}

static void
say_what_it_does (Work *work)
{
  switch (lc_machine_get_state (work->machine))
    {
    case LC_MACHINE_STATE_CREATING:
      lc_operation_set_detail (work->operation, _ ("It is being created"));
      break;
    case LC_MACHINE_STATE_STOPPING:
      lc_operation_set_detail (work->operation, _ ("It is still stopping"));
      break;
    case LC_MACHINE_STATE_UPDATING:
      lc_operation_set_detail (work->operation, _ ("It is being updated"));
      break;
    case LC_MACHINE_STATE_UNKNOWN:
    case LC_MACHINE_STATE_STOPPED:
    case LC_MACHINE_STATE_STARTING:
    case LC_MACHINE_STATE_RUNNING:
    case LC_MACHINE_STATE_FAILED:
    case LC_MACHINE_STATE_DELETING:
    default:
      lc_operation_set_detail (work->operation, NULL);
    }
}

/* The following run on fibers. */

/* Asks until @is_there; a bad moment of the network is no reason to give up. */
static gboolean
poll_until (Work *work, gboolean (*is_there) (LcMachine *machine), GError **error)
{
  LcBackoff backoff = LC_BACKOFF_INIT (FIRST_POLL_MS, LONGEST_POLL_MS);
  gint64 start = g_get_monotonic_time ();
  guint failed = 0;

  if (start - lc_machine_get_as_of (work->machine) < FRESH_US && is_there (work->machine))
    return TRUE;
  while (g_get_monotonic_time () - start < LIMIT_US)
    {
      g_autoptr (GError) local = NULL;

      if (dex_await (lc_catalog_refresh_machine (work->catalog, work->machine), &local))
        failed = 0;
      else if (!may_pass (local) || ++failed > MAX_FAILED_POLLS)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (failed == 0 && is_there (work->machine))
        return TRUE;
      say_what_it_does (work);
      if (!dex_await (lc_sleep (lc_backoff_next (&backoff, 0)), error))
        return FALSE;
    }
  g_propagate_error (error, lc_error_new (LC_ERROR_TIMED_OUT, "%s did not settle in time",
                                          lc_machine_get_name (work->machine)));
  return FALSE;
}

static gboolean
is_settled (LcMachine *machine)
{
  return !lc_machine_state_is_transitional (lc_machine_get_state (machine));
}

static gboolean
has_address (LcMachine *machine)
{
  return lc_machine_get_host (machine) != NULL || lc_machine_get_rdp_host (machine) != NULL;
}

static gboolean
wait_for_address (Work *work, GError **error)
{
  LcBackoff backoff = LC_BACKOFF_INIT (FIRST_POLL_MS, LONGEST_POLL_MS);
  gint64 start = g_get_monotonic_time ();
  guint stopped = 0;

  for (;;)
    {
      gboolean runs = lc_machine_get_state (work->machine) == LC_MACHINE_STATE_RUNNING;
      const char *problem = lc_machine_get_problem (work->machine);

      if (runs && has_address (work->machine))
        return TRUE;
      if (!runs && ++stopped > MAX_STOPPED_POLLS)
        {
          g_propagate_error (error, lc_error_new (LC_ERROR_REMOTE_FAILED, "%s does not run: %s",
                                                  lc_machine_get_name (work->machine),
                                                  problem != NULL ? problem : "no reason given"));
          return FALSE;
        }
      if (g_get_monotonic_time () - start > ADDRESS_LIMIT_US)
        {
          g_propagate_error (error, lc_error_new (LC_ERROR_TIMED_OUT, "%s runs, but has no address",
                                                  lc_machine_get_name (work->machine)));
          return FALSE;
        }
      if (!dex_await (lc_sleep (lc_backoff_next (&backoff, 0)), error) ||
          !poll_until (work, is_settled, error))
        return FALSE;
    }
}

static gboolean
ask_to_start (Work *work, GError **error)
{
  LcMachineState before = lc_machine_get_state (work->machine);
  LcProvider *provider = find_provider (work, error);

  if (provider == NULL)
    return FALSE;
  expect (work->machine, LC_MACHINE_STATE_STARTING);
  if (dex_await (lc_provider_start_machine (provider, work->machine, work->operation), error))
    return TRUE;

  /* Whatever has become of it: a fiber that was cancelled cannot wait for the answer. */
  expect (work->machine, before);
  dex_future_disown (lc_catalog_refresh_machine (work->catalog, work->machine));
  return FALSE;
}

/* What runs and has an address can be tried even when its service is out of reach just now. */
static gboolean
is_worth_a_try (Work *work, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (lc_machine_get_state (work->machine) != LC_MACHINE_STATE_RUNNING ||
      !has_address (work->machine) ||
      dex_await (lc_catalog_refresh_machine (work->catalog, work->machine), &local))
    return FALSE;
  if (may_pass (local) || g_error_matches (local, LC_ERROR, LC_ERROR_AUTH_REQUIRED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
start (Work *work, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (is_worth_a_try (work, &local))
    return TRUE;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!poll_until (work, is_settled, error))
    return FALSE;
  if (lc_machine_get_state (work->machine) != LC_MACHINE_STATE_RUNNING &&
      (!ask_to_start (work, error) || !poll_until (work, is_settled, error)))
    return FALSE;
  return wait_for_address (work, error);
}

static DexFuture *
start_fiber (gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  if (lc_machine_get_state (work->machine) == LC_MACHINE_STATE_DELETING)
    error = lc_error_new (LC_ERROR_CONFLICT, "%s is being deleted",
                          lc_machine_get_name (work->machine));
  if (error == NULL && start (work, &error))
    return dex_future_new_for_boolean (TRUE);
  return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
}

static DexFuture *
close_connections (Work *work)
{
  GListModel *connections = lc_registry_get_connections (work->registry);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);

  for (guint i = g_list_model_get_n_items (connections); i-- > 0;)
    {
      g_autoptr (LcConnection) connection = g_list_model_get_item (connections, i);

      if (lc_connection_get_machine (connection) == work->machine)
        g_ptr_array_add (futures, lc_connection_close (connection));
    }
  if (futures->len == 0)
    return dex_future_new_for_boolean (TRUE);
  return lc_with_timeout (dex_future_allv ((DexFuture *const *) futures->pdata, futures->len),
                          CLOSE_LIMIT_MS);
}

static DexFuture *
stop_fiber (gpointer data)
{
  Work *work = data;
  LcMachineState before = lc_machine_get_state (work->machine);
  g_autoptr (GError) error = NULL;
  LcProvider *provider = find_provider (work, &error);

  if (provider == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (!dex_await (close_connections (work), &error) && !lc_error_is_cancelled (error))
    {
      g_message ("A connection does not close: %s", error->message);
      g_clear_error (&error);
    }
  if (error == NULL)
    {
      expect (work->machine, LC_MACHINE_STATE_STOPPING);
      if (dex_await (lc_provider_stop_machine (provider, work->machine, work->operation), &error) &&
          poll_until (work, is_settled, &error))
        return dex_future_new_for_boolean (TRUE);
      expect (work->machine, before);
    }
  dex_future_disown (lc_catalog_refresh_machine (work->catalog, work->machine));
  return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
}

DexFuture *
lc_power_start (LcRegistry *registry,
                LcCatalog *catalog,
                LcMachine *machine,
                LcOperation *operation)
{
  return lc_spawn (start_fiber, work_new (registry, catalog, machine, operation), work_free);
}

DexFuture *
lc_power_stop (LcRegistry *registry, LcCatalog *catalog, LcMachine *machine, LcOperation *operation)
{
  return lc_spawn (stop_fiber, work_new (registry, catalog, machine, operation), work_free);
}
