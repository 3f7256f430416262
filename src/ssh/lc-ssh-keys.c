/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-keys.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-printable.h"
#include "lc-ssh-connection-private.h"
#include "lc-ssh-key-info.h"
#include "lc-ssh-key-pair.h"
#include "lc-ssh-recipe.h"

#define STEP_INSTALL     "install-key"
#define STEP_TRY         "try-key"
#define INSTALL_LIMIT_MS 60000
#define TRY_LIMIT_MS     120000

/* Adds the line on standard input, unless it is there. For any login shell, hence within sh;
 * nothing but the text below is in the command. */
#define INSTALL                                                                                    \
  "exec sh -c '"                                                                                   \
  "umask 077; IFS= read -r key || exit 1; cd || exit 1; mkdir -p .ssh || exit 1; "                 \
  "f=.ssh/authorized_keys; "                                                                       \
  "touch \"$f\" && chmod 700 .ssh && chmod 600 \"$f\" || exit 1; "                                 \
  "grep -qxF -- \"$key\" \"$f\" && exit 0; "                                                       \
  "if [ -s \"$f\" ] && [ -n \"$(tail -c 1 \"$f\")\" ]; then echo >> \"$f\" || exit 1; fi; "        \
  "printf \"%s\\n\" \"$key\" >> \"$f\"'"

struct _LcSshKeys
{
  GObject parent_instance;
  LcSshPool *pool;
  char *folder;
};

typedef struct
{
  LcSshPool *pool;
  LcMachine *machine;
  LcCredentials *credentials;
  LcOperation *operation;
} Job;

static void keys_iface_init (LcKeysInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcSshKeys,
                               lc_ssh_keys,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_KEYS, keys_iface_init))

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->pool);
  g_object_unref (job->machine);
  lc_credentials_unref (job->credentials);
  g_object_unref (job->operation);
  g_free (job);
}

static DexFuture *
list_in_thread (gpointer data)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_object_unref);

  lc_ssh_key_info_read_folder (data, keys);
  lc_ssh_key_info_read_agent (keys);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&keys));
}

static DexFuture *
listed_cb (DexFuture *completed, gpointer user_data)
{
  GPtrArray *keys = g_value_get_boxed (dex_future_get_value (completed, NULL));
  g_autoptr (GListStore) store = g_list_store_new (LC_TYPE_KEY);

  g_list_store_splice (store, 0, 0, keys->pdata, keys->len);
  return dex_future_new_take_object (g_steal_pointer (&store));
}

static GError *
install_error (LcSshExecResult *result)
{
  g_autofree char *said = lc_dup_printable_text (g_bytes_get_data (result->error_output, NULL));
  LcErrorDetails details = { .service_message = said };

  return lc_error_new_with_details (LC_ERROR_REMOTE_FAILED, &details,
                                    "The key could not be put on the machine (%d)",
                                    result->exit_status);
}

static gboolean
install (Job *job, LcSshConnection *connection, const LcSshKeyPair *pair, GError **error)
{
  g_autofree char *line = g_strconcat (pair->public_line, "\n", NULL);
  g_autoptr (GBytes) input = g_bytes_new (line, strlen (line));
  g_autoptr (LcSshExecResult) result = NULL;

  lc_operation_begin_step (job->operation, STEP_INSTALL, NULL);
  result = dex_await_boxed (lc_with_timeout (lc_ssh_connection_exec (connection, INSTALL, input),
                                             INSTALL_LIMIT_MS),
                            error);
  if (result == NULL || result->exit_status == 0)
    return result != NULL;
  g_propagate_error (error, install_error (result));
  return FALSE;
}

/* A second connection, made as the first was, but with the key. */
static gboolean
try_key (Job *job, LcSshConnection *connection, const LcSshKeyPair *pair, GError **error)
{
  g_autoptr (LcCredentials) credentials =
      lc_credentials_new_stored_key (lc_credentials_get_login (job->credentials),
                                     pair->private_key);
  g_autoptr (LcSshRecipe) recipe = lc_ssh_recipe_vary (lc_ssh_connection_get_recipe (connection),
                                                       credentials, pair->private_key);
  g_autoptr (LcSshConnection) second =
      lc_ssh_connection_new (job->machine, lc_ssh_recipe_get_times (recipe));
  LcErrorDetails details = { .service_code = (char *) "key-not-accepted" };
  g_autoptr (GError) local = NULL;

  lc_operation_begin_step (job->operation, STEP_TRY, NULL);
  lc_ssh_connection_set_recipe (second, recipe);
  if (dex_await (lc_with_timeout (lc_ssh_recipe_follow (recipe, second), TRY_LIMIT_MS), &local))
    return TRUE;
  if (g_error_matches (local, LC_ERROR, LC_ERROR_AUTH_FAILED))
    g_propagate_error (error,
                       lc_error_new_with_details (LC_ERROR_REMOTE_FAILED, &details,
                                                  "The machine does not let anybody in with the "
                                                  "key that was put on it: %s",
                                                  local->message));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static DexFuture *
make_fiber (gpointer data)
{
  Job *job = data;
  GError *error = NULL;
  g_autofree char *comment =
      g_strdup_printf ("LabConnect, for %s", lc_machine_get_name (job->machine));
  g_autoptr (LcSshKeyPair) pair = NULL;
  g_autoptr (LcSshConnection) connection = dex_await_object (
      lc_ssh_pool_connect (job->pool, job->machine, job->credentials, job->operation), &error);
  gboolean done;

  if (connection == NULL)
    return dex_future_new_for_error (lc_error_convert (error));
  pair = lc_ssh_key_pair_new (comment, &error);
  done = pair != NULL && install (job, connection, pair, &error) &&
         try_key (job, connection, pair, &error);
  lc_ssh_connection_release (connection);
  return done ? dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_ref (pair->private_key))
              : dex_future_new_for_error (lc_error_convert (error));
}

static DexFuture *
list (LcKeys *keys)
{
  return dex_future_then (lc_run_in_thread (list_in_thread, g_strdup (LC_SSH_KEYS (keys)->folder),
                                            g_free),
                          listed_cb, NULL, NULL);
}

static void
announce_steps (LcKeys *keys, LcOperation *operation)
{
  lc_ssh_pool_announce_steps (LC_SSH_KEYS (keys)->pool, operation);
  lc_operation_add_step (operation, STEP_INSTALL, _ ("Put the key on the machine"));
  lc_operation_add_step (operation, STEP_TRY, _ ("Log in with the key"));
}

static DexFuture *
make (LcKeys *keys, LcMachine *machine, LcCredentials *credentials, LcOperation *operation)
{
  Job *job = g_new0 (Job, 1);

  job->pool = g_object_ref (LC_SSH_KEYS (keys)->pool);
  job->machine = g_object_ref (machine);
  job->credentials = lc_credentials_ref (credentials);
  job->operation = g_object_ref (operation);
  return lc_spawn (make_fiber, job, job_free);
}

static void
keys_iface_init (LcKeysInterface *iface)
{
  iface->list = list;
  iface->announce_steps = announce_steps;
  iface->make = make;
}

static void
lc_ssh_keys_finalize (GObject *object)
{
  LcSshKeys *self = LC_SSH_KEYS (object);

  g_object_unref (self->pool);
  g_free (self->folder);
  G_OBJECT_CLASS (lc_ssh_keys_parent_class)->finalize (object);
}

static void
lc_ssh_keys_class_init (LcSshKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_ssh_keys_finalize;
}

static void
lc_ssh_keys_init (LcSshKeys *self)
{
}

LcKeys *
lc_ssh_keys_new (LcSshPool *pool, const char *folder)
{
  LcSshKeys *self = g_object_new (LC_TYPE_SSH_KEYS, NULL);

  self->pool = g_object_ref (pool);
  self->folder = g_strdup (folder);
  return LC_KEYS (self);
}
