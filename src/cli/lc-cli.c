/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-cli-error.h"
#include "lc-cli-progress.h"
#include "lc-error.h"

/* How long an operation that was cancelled may take to clean up. */
#define CLEAN_UP_MS 5000

static void
finished_cb (LcOperation *operation, DexPromise *promise)
{
  dex_promise_resolve_boolean (promise, TRUE);
}

/* Resolves when it is finished, however. */
static DexFuture *
when_finished (LcOperation *operation)
{
  DexPromise *promise = NULL;

  if (!lc_operation_is_running (operation))
    return dex_future_new_for_boolean (TRUE);

  promise = dex_promise_new ();
  g_signal_connect_data (operation, "finished", G_CALLBACK (finished_cb), dex_ref (promise),
                         (GClosureNotify) (void (*) (void)) dex_unref, 0);
  return DEX_FUTURE (promise);
}

static gboolean
is_nobody_here (LcCli *self)
{
  GListModel *accounts =
      G_LIST_MODEL (lc_registry_get_accounts (lc_composition_get_registry (self->composition)));

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (accounts, i);

      if (lc_cli_wants_account (self, account))
        return FALSE;
    }

  return TRUE;
}

static GError *
nobody_error (LcCli *self)
{
  return lc_error_new (LC_ERROR_AUTH_REQUIRED, "Nobody is signed in%s%s",
                       self->cloud != NULL ? " to " : "",
                       self->cloud != NULL ? lc_cloud_get_id (self->cloud) : "");
}

static LcProvider *
find_provider (LcCli *self, LcLab *lab)
{
  GListModel *providers =
      lc_registry_get_providers (lc_composition_get_registry (self->composition));

  for (guint i = 0; i < g_list_model_get_n_items (providers); i++)
    {
      g_autoptr (LcProvider) provider = g_list_model_get_item (providers, i);

      if (g_str_equal (lc_account_get_id (lc_provider_get_account (provider)),
                       lc_lab_get_account_id (lab)))
        return g_steal_pointer (&provider);
    }

  return NULL;
}

static gboolean
load_machines (LcCli *self, LcLab *lab, GError **error)
{
  g_autoptr (LcProvider) provider = find_provider (self, lab);
  g_autoptr (GListModel) machines = NULL;

  if (lc_lab_get_loaded (lab) || provider == NULL)
    return TRUE;

  machines =
      dex_await_object (lc_cli_until_interrupted (self, lc_provider_list_machines (provider, lab)),
                        error);
  if (machines == NULL)
    return FALSE;

  lc_lab_set_machines (lab, machines);
  return TRUE;
}

static gboolean
is_named (LcLab *lab, LcMachine *machine, const char *name)
{
  g_autofree char *long_name =
      g_strdup_printf ("%s/%s", lc_lab_get_name (lab), lc_machine_get_name (machine));

  return g_ascii_strcasecmp (lc_machine_get_id (machine), name) == 0 ||
         g_str_equal (lc_machine_get_name (machine), name) || g_str_equal (long_name, name);
}

gboolean
lc_cli_wants_account (LcCli *self, LcAccount *account)
{
  if (self->cloud != NULL && !g_str_equal (lc_cloud_get_id (self->cloud),
                                           lc_cloud_get_id (lc_account_get_cloud (account))))
    return FALSE;

  return self->account == NULL || g_str_equal (self->account, lc_account_get_id (account)) ||
         g_ascii_strcasecmp (self->account, lc_account_get_user_name (account)) == 0;
}

LcAccount *
lc_cli_find_account (LcCli *self, GError **error)
{
  GListModel *accounts =
      G_LIST_MODEL (lc_registry_get_accounts (lc_composition_get_registry (self->composition)));
  g_autoptr (LcAccount) found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (accounts, i);

      if (!lc_cli_wants_account (self, account))
        continue;
      if (found != NULL)
        {
          g_propagate_error (error,
                             lc_cli_usage_error (_ ("Several accounts are signed in: name one "
                                                    "with --account")));
          return NULL;
        }
      found = g_steal_pointer (&account);
    }

  if (found == NULL)
    g_propagate_error (error, nobody_error (self));
  return g_steal_pointer (&found);
}

DexFuture *
lc_cli_until_interrupted (LcCli *self, DexFuture *future)
{
  return lc_with_cancellable (future, self->interrupted);
}

gboolean
lc_cli_await_operation (LcCli *self, LcOperation *operation, GError **error)
{
  g_autoptr (LcCliProgress) progress = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!self->quiet)
    progress = lc_cli_progress_new (self->terminal, operation);

  if (!dex_await (lc_cli_until_interrupted (self, when_finished (operation)), &local_error))
    {
      g_autoptr (GError) late = NULL;

      lc_operation_cancel (operation);
      if (!dex_await (lc_with_timeout (when_finished (operation), CLEAN_UP_MS), &late))
        g_debug ("The operation goes on: %s", late->message);
      g_propagate_error (error, lc_error_convert (g_steal_pointer (&local_error)));
      return FALSE;
    }

  if (lc_operation_get_error (operation) != NULL)
    {
      g_propagate_error (error, g_error_copy (lc_operation_get_error (operation)));
      return FALSE;
    }

  return TRUE;
}

GPtrArray *
lc_cli_load_labs (LcCli *self, GError **error)
{
  LcCatalog *catalog = lc_composition_get_catalog (self->composition);
  g_autoptr (GPtrArray) labs = g_ptr_array_new_with_free_func (g_object_unref);
  LcRegistry *registry = lc_composition_get_registry (self->composition);
  g_autoptr (GError) local_error = NULL;

  if (is_nobody_here (self))
    {
      g_propagate_error (error, nobody_error (self));
      return NULL;
    }

  if (!dex_await (lc_cli_until_interrupted (self, lc_catalog_refresh (catalog)), &local_error) &&
      lc_error_is_cancelled (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (catalog)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (catalog), i);
      LcAccount *account =
          lc_account_store_find (lc_registry_get_accounts (registry), lc_lab_get_account_id (lab));

      if (account == NULL || !lc_cli_wants_account (self, account) || lc_lab_get_stale (lab))
        continue;
      if (!load_machines (self, lab, error))
        return NULL;
      g_ptr_array_add (labs, g_steal_pointer (&lab));
    }

  /* One service's failure hides no labs of another, but no labs at all are explained by it. */
  if (local_error != NULL && labs->len == 0)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (local_error != NULL)
    lc_cli_print_error (local_error);

  return g_steal_pointer (&labs);
}

LcMachine *
lc_cli_find_machine (LcCli *self, const char *name, GError **error)
{
  g_autoptr (GPtrArray) labs = lc_cli_load_labs (self, error);
  g_autoptr (LcMachine) found = NULL;

  for (guint i = 0; labs != NULL && i < labs->len; i++)
    {
      LcLab *lab = g_ptr_array_index (labs, i);
      GListModel *machines = lc_lab_get_machines (lab);

      for (guint j = 0; j < g_list_model_get_n_items (machines); j++)
        {
          g_autoptr (LcMachine) machine = g_list_model_get_item (machines, j);

          if (!is_named (lab, machine, name))
            continue;
          if (found != NULL)
            {
              g_propagate_error (error,
                                 lc_cli_usage_error (_ ("Several machines are called “%s”: use "
                                                        "LAB/NAME or the id"),
                                                     name));
              return NULL;
            }
          found = g_steal_pointer (&machine);
        }
    }

  if (labs != NULL && found == NULL)
    g_propagate_error (error,
                       lc_error_new (LC_ERROR_NOT_FOUND, "There is no machine \"%s\"", name));
  return g_steal_pointer (&found);
}
