/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-hop.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-login.h"
#include "lc-destination.h"
#include "lc-ssh-pool-private.h"

typedef struct
{
  LcSshPool *pool;
  LcRegistry *registry;
  LcMachine *machine;
  char *jump;
  LcOperation *operation;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->pool);
  g_object_unref (job->registry);
  g_object_unref (job->machine);
  g_free (job->jump);
  g_object_unref (job->operation);
  g_free (job);
}

static LcMachine *
make_machine (Job *job, const LcDestination *destination)
{
  g_autofree char *id = g_strdup_printf ("jump:%s:%u", destination->host, destination->port);
  LcMachine *hop =
      lc_machine_new (lc_machine_get_account_id (job->machine), "", id, destination->host);

  lc_machine_set_ssh (hop, destination->host, destination->port);
  lc_machine_set_login (hop, destination->login);
  return hop;
}

/* Asks again as long as the person likes to answer, as the launcher does for the machine itself. */
static LcSshConnection *
connect_hop (Job *job, LcMachine *hop, LcSshConnection *through, GError **error)
{
  g_autoptr (LcLogin) login = lc_login_new (job->registry, hop);
  /* Translators: %s is a host on the way to the machine */
  g_autofree char *detail = g_strdup_printf (_ ("by way of %s"), lc_machine_get_name (hop));

  if (!dex_await (lc_login_find (login), error))
    return NULL;
  for (;;)
    {
      g_autoptr (GError) refusal = NULL;
      g_autoptr (LcSshConnection) connection = NULL;

      lc_operation_set_detail (job->operation, detail);
      connection = dex_await_object (lc_ssh_pool_connect_through (job->pool, hop,
                                                                  lc_login_get_credentials (login),
                                                                  through, job->operation),
                                     &refusal);
      if (connection != NULL)
        return dex_await (lc_login_keep (login), error) ? g_steal_pointer (&connection) : NULL;
      if (!g_error_matches (refusal, LC_ERROR, LC_ERROR_AUTH_FAILED))
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return NULL;
        }
      if (!dex_await (lc_login_ask_again (login, refusal), error))
        return NULL;
    }
}

static DexFuture *
hop_fiber (gpointer data)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) destinations = lc_destination_parse_list (job->jump, &error);
  g_autoptr (LcSshConnection) last = NULL;

  for (guint i = 0; destinations != NULL && i < destinations->len; i++)
    {
      g_autoptr (LcMachine) hop = make_machine (job, g_ptr_array_index (destinations, i));
      LcSshConnection *next = connect_hop (job, hop, last, &error);

      g_clear_object (&last);
      if (next == NULL)
        break;
      last = next;
    }
  return last != NULL ? dex_future_new_take_object (g_steal_pointer (&last))
                      : dex_future_new_for_error (lc_error_convert (error));
}

DexFuture *
lc_ssh_hop_connect (LcSshPool *pool,
                    LcRegistry *registry,
                    LcMachine *machine,
                    const char *jump,
                    LcOperation *operation)
{
  Job *job = g_new0 (Job, 1);

  job->pool = g_object_ref (pool);
  job->registry = g_object_ref (registry);
  job->machine = g_object_ref (machine);
  job->jump = g_strdup (jump);
  job->operation = g_object_ref (operation);
  return lc_spawn (hop_fiber, job, job_free);
}
