/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-key-maker.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-login.h"
#include "lc-power.h"

#define STEP_START "start-machine"
#define STEP_KEEP  "keep-key"

typedef struct
{
  LcRegistry *registry;
  LcCatalog *catalog;
  LcMachine *machine;
  LcLogin *login;
  LcOperation *operation;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->registry);
  g_object_unref (job->catalog);
  g_object_unref (job->machine);
  g_object_unref (job->login);
  g_object_unref (job->operation);
  g_free (job);
}

/* The following run on fibers. */

static gboolean
check_keyring (Job *job, GError **error)
{
  LcSecretStore *secrets = lc_registry_get_secrets (job->registry);
  LcErrorDetails details = { .service_code = (char *) "no-keyring" };

  if (!lc_key_maker_is_possible (job->registry))
    {
      g_propagate_error (error,
                         lc_error_new_with_details (LC_ERROR_UNSUPPORTED, &details,
                                                    "There is no keyring that could keep the key"));
      return FALSE;
    }
  return lc_secret_store_get_state (secrets) != LC_SECRET_STORE_LOCKED ||
         dex_await (lc_secret_store_unlock (secrets), error);
}

static gboolean
get_ready (Job *job, GError **error)
{
  lc_operation_begin_step (job->operation, STEP_START, NULL);
  return dex_await (lc_power_start (job->registry, job->catalog, job->machine, job->operation),
                    error) &&
         dex_await (lc_login_find (job->login), error);
}

/* As long as the person answers when what was tried is wrong. */
static LcSecret *
make (Job *job, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) local = NULL;
      LcSecret *key =
          dex_await_boxed (lc_keys_make (lc_registry_get_keys (job->registry), job->machine,
                                         lc_login_get_credentials (job->login), job->operation),
                           &local);

      if (key != NULL)
        return key;
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

static DexFuture *
make_fiber (gpointer data)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr (LcSecret) key = NULL;
  g_autoptr (GError) converted = NULL;

  if (check_keyring (job, &error) && get_ready (job, &error))
    key = make (job, &error);
  if (key != NULL)
    {
      lc_operation_begin_step (job->operation, STEP_KEEP, NULL);
      dex_await (lc_login_adopt_key (job->login, key), &error);
    }
  converted = error != NULL ? lc_error_convert (error) : NULL;
  lc_operation_finish (job->operation, converted);
  return dex_future_new_for_boolean (converted == NULL);
}

gboolean
lc_key_maker_is_possible (LcRegistry *registry)
{
  return lc_registry_get_keys (registry) != NULL &&
         lc_secret_store_get_state (lc_registry_get_secrets (registry)) !=
             LC_SECRET_STORE_SESSION_ONLY;
}

LcOperation *
lc_key_maker_run (LcRegistry *registry,
                  LcCatalog *catalog,
                  LcMachine *machine,
                  LcCredentials *credentials)
{
  Job *job = g_new0 (Job, 1);
  /* Translators: %s is a machine. */
  g_autofree char *title =
      g_strdup_printf (_ ("Making a key for %s"), lc_machine_get_name (machine));
  LcOperation *operation = lc_operation_new (title, lc_machine_get_id (machine));

  job->registry = g_object_ref (registry);
  job->catalog = g_object_ref (catalog);
  job->machine = g_object_ref (machine);
  job->login = lc_login_new (registry, machine);
  job->operation = g_object_ref (operation);
  if (credentials != NULL)
    lc_login_set_credentials (job->login, credentials);
  lc_operation_add_step (operation, STEP_START, _ ("Start the machine"));
  if (lc_registry_get_keys (registry) != NULL)
    lc_keys_announce_steps (lc_registry_get_keys (registry), operation);
  lc_operation_add_step (operation, STEP_KEEP, _ ("Keep the key in the keyring"));
  dex_future_disown (lc_with_cancellable (lc_spawn (make_fiber, job, job_free),
                                          lc_operation_get_cancellable (operation)));
  return operation;
}
