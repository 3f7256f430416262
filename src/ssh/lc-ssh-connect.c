/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-connect.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-backoff.h"
#include "lc-settings.h"
#include "lc-ssh-host-key.h"
#include "lc-ssh-key-file.h"
#include "lc-ssh-password-change.h"
#include "lc-ssh-recipe.h"

#define PASSPHRASE_ATTEMPTS 3
#define FIRST_WAIT_MS       500
#define LONGEST_WAIT_MS     8000

typedef struct
{
  LcKnownHosts *known_hosts;
  LcProfileStore *profiles;
  LcPrompt *prompt;
  LcSshTimes times;
  LcMachine *machine;
  LcCredentials *credentials;
  LcSshConnection *jump;
  LcOperation *operation;

  LcSecret *key; /* the private key file's content */
  LcSshKeyFileKind key_kind;
  LcOpensshHosts *openssh; /* what OpenSSH's files say of the host */
  LcHostKey *host_key;
  LcSshConnection *connection;
  gint64 reached_at;
} Job;

typedef struct
{
  char *path;
  LcSshKeyFileKind kind;
} KeyFile;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->known_hosts);
  g_object_unref (job->profiles);
  g_object_unref (job->prompt);
  g_object_unref (job->machine);
  lc_credentials_unref (job->credentials);
  g_object_unref (job->operation);
  g_clear_pointer (&job->key, lc_secret_unref);
  g_clear_pointer (&job->openssh, lc_openssh_hosts_unref);
  g_clear_pointer (&job->host_key, lc_host_key_unref);
  g_clear_object (&job->jump);
  g_clear_object (&job->connection);
  g_free (job);
}

static void
key_file_free (gpointer data)
{
  KeyFile *file = data;

  g_free (file->path);
  g_free (file);
}

static DexFuture *
load_key_in_thread (gpointer data)
{
  KeyFile *file = data;
  GError *error = NULL;
  LcSecret *secret = lc_ssh_key_file_load (file->path, &file->kind, &error);

  return secret != NULL ? dex_future_new_take_boxed (LC_TYPE_SECRET, secret)
                        : dex_future_new_for_error (error);
}

static gboolean
ask_passphrase (Job *job, LcPromptReason reason, GError **error)
{
  const char *path = lc_credentials_get_key_path (job->credentials);
  g_autoptr (LcSecret) passphrase = NULL;
  LcCredentials *complete;

  lc_operation_set_detail (job->operation, _ ("waiting for the passphrase of your key"));
  passphrase =
      dex_await_boxed (lc_prompt_ask_passphrase (job->prompt, job->machine, path, reason), error);
  lc_operation_set_detail (job->operation, NULL);
  if (passphrase == NULL)
    return FALSE;
  complete =
      lc_credentials_new_key_file (lc_credentials_get_login (job->credentials), path, passphrase,
                                   lc_credentials_get_remember (job->credentials));
  lc_credentials_unref (job->credentials);
  job->credentials = complete;
  return TRUE;
}

static gboolean
load_key (Job *job, GError **error)
{
  const char *path = lc_credentials_get_key_path (job->credentials);
  KeyFile *file;

  if (lc_credentials_get_method (job->credentials) == LC_AUTH_METHOD_STORED_KEY)
    job->key = lc_secret_ref (lc_credentials_get_secret (job->credentials));
  if (path == NULL)
    return TRUE;
  file = g_new0 (KeyFile, 1);
  file->path = g_strdup (path);
  job->key = dex_await_boxed (lc_run_in_thread (load_key_in_thread, file, key_file_free), error);
  if (job->key == NULL)
    return FALSE;
  job->key_kind =
      lc_ssh_key_file_inspect (lc_secret_peek (job->key), lc_secret_get_length (job->key));
  if (job->key_kind == LC_SSH_KEY_FILE_ENCRYPTED &&
      lc_credentials_get_secret (job->credentials) == NULL)
    return ask_passphrase (job, LC_PROMPT_REASON_FIRST, error);
  return TRUE;
}

static LcHostKey *
reach_once (Job *job, GError **error)
{
  g_auto (GStrv) algorithms = NULL;
  guint incarnation =
      lc_profile_store_get_incarnation (job->profiles, lc_machine_get_id (job->machine));

  algorithms = lc_known_hosts_dup_algorithms (job->known_hosts, lc_machine_get_id (job->machine),
                                              incarnation, job->openssh);
  g_clear_object (&job->connection);
  job->connection = lc_ssh_connection_new (job->machine, &job->times);
  lc_ssh_connection_set_prompt (job->connection, job->prompt);
  job->reached_at = g_get_monotonic_time ();
  return dex_await_boxed (lc_ssh_connection_reach (job->connection, job->jump,
                                                   (const char *const *) algorithms),
                          error);
}

static void
tell_attempt (Job *job, guint attempt)
{
  g_autofree char *text = NULL;

  switch (attempt)
    {
    case 2:
      text = g_strdup (_ ("second try"));
      break;
    case 3:
      text = g_strdup (_ ("third try"));
      break;
    default:
      /* Translators: how often it was tried to reach a machine, such as "try 4" */
      text = g_strdup_printf (_ ("try %u"), attempt);
      break;
    }
  lc_operation_set_detail (job->operation, text);
}

/* A cloud machine "runs" well before its sshd answers, and a load balancer in between may refuse,
 * swallow, or accept and close. */
static gboolean
reach (Job *job, GError **error)
{
  gint64 limit = g_get_monotonic_time () +
                 lc_settings_get_connect_timeout (lc_settings_get_default ()) * G_TIME_SPAN_SECOND;
  LcBackoff backoff = LC_BACKOFF_INIT (FIRST_WAIT_MS, LONGEST_WAIT_MS);

  lc_operation_begin_step (job->operation, LC_SSH_STEP_REACH, NULL);
  for (guint attempt = 1;; attempt++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (LcHostKey) key = NULL;
      guint wait;

      if (attempt > 1)
        tell_attempt (job, attempt);
      key = reach_once (job, &local);
      if (key != NULL)
        {
          lc_operation_set_detail (job->operation, NULL);
          job->host_key = g_steal_pointer (&key);
          return TRUE;
        }
      wait = lc_backoff_next (&backoff, 0);
      if ((!g_error_matches (local, LC_ERROR, LC_ERROR_OFFLINE) &&
           !g_error_matches (local, LC_ERROR, LC_ERROR_TIMED_OUT)) ||
          g_get_monotonic_time () + wait * G_TIME_SPAN_MILLISECOND >= limit)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!dex_await (lc_sleep (wait), error))
        return FALSE;
    }
}

static gboolean
look_up_host (Job *job, GError **error)
{
  const char *host = lc_machine_get_host (job->machine);

  job->openssh =
      dex_await_boxed (lc_known_hosts_look_up_openssh (job->known_hosts, host != NULL ? host : "",
                                                       lc_machine_get_ssh_port (job->machine)),
                       error);
  return job->openssh != NULL;
}

static gboolean
verify_host_key (Job *job, GError **error)
{
  guint incarnation =
      lc_profile_store_get_incarnation (job->profiles, lc_machine_get_id (job->machine));

  lc_operation_begin_step (job->operation, LC_SSH_STEP_HOST_KEY, NULL);
  return lc_ssh_host_key_verify (job->known_hosts, job->openssh, job->prompt, job->machine,
                                 incarnation, job->host_key, job->operation, error);
}

/* After a question that took long: connects anew if the server may have given up, and makes sure
 * that it is still the same one. */
static gboolean
keep_reached (Job *job, GError **error)
{
  g_autoptr (LcHostKey) trusted = NULL;

  if (lc_ssh_connection_is_usable (job->connection) &&
      g_get_monotonic_time () - job->reached_at < job->times.patience_ms * G_TIME_SPAN_MILLISECOND)
    return TRUE;
  trusted = g_steal_pointer (&job->host_key);
  job->host_key = reach_once (job, error);
  if (job->host_key == NULL)
    return FALSE;
  if (lc_host_key_equal (trusted, job->host_key))
    return TRUE;
  g_propagate_error (error, lc_ssh_host_key_changed_error (job->machine, trusted, job->host_key));
  return FALSE;
}

static gboolean
is_wrong_passphrase (const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_AUTH_FAILED) &&
         lc_error_has_service_code (error, "passphrase");
}

static gboolean
log_in (Job *job, GError **error)
{
  lc_operation_begin_step (job->operation, LC_SSH_STEP_LOG_IN, NULL);
  for (guint attempt = 1;; attempt++)
    {
      g_autoptr (GError) local = NULL;

      if (!keep_reached (job, error))
        return FALSE;
      if (dex_await (lc_ssh_connection_log_in (job->connection, job->credentials, job->key),
                     &local))
        return TRUE;
      if (!is_wrong_passphrase (local) || attempt == PASSPHRASE_ATTEMPTS)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!ask_passphrase (job, LC_PROMPT_REASON_PASSPHRASE_WRONG, error))
        return FALSE;
    }
}

/* That it has expired is known when something was to be run before. The server lets this connection
 * do nothing more. */
static gboolean
renew_password (Job *job, GError **error)
{
  gboolean changed;

  if (!lc_credentials_get_expired (job->credentials))
    return TRUE;
  lc_operation_set_detail (job->operation, _ ("waiting for a new password"));
  changed = lc_ssh_password_change (job->connection, job->prompt, job->credentials, error);
  lc_operation_set_detail (job->operation, NULL);
  return changed && log_in (job, error);
}

static DexFuture *
connect_fiber (gpointer data)
{
  Job *job = data;
  g_autoptr (LcSshRecipe) recipe = NULL;
  GError *error = NULL;

  if (!load_key (job, &error) || !look_up_host (job, &error) || !reach (job, &error) ||
      !verify_host_key (job, &error) || !log_in (job, &error) || !renew_password (job, &error))
    return dex_future_new_for_error (lc_error_convert (error));
  recipe = lc_ssh_recipe_new (&job->times, job->credentials, job->key, job->host_key, job->jump,
                              job->prompt);
  lc_ssh_connection_set_recipe (job->connection, recipe);
  return dex_future_new_take_object (g_steal_pointer (&job->connection));
}

DexFuture *
lc_ssh_connect (LcKnownHosts *known_hosts,
                LcProfileStore *profiles,
                LcPrompt *prompt,
                const LcSshTimes *times,
                LcMachine *machine,
                LcCredentials *credentials,
                LcSshConnection *jump,
                LcOperation *operation)
{
  Job *job = g_new0 (Job, 1);

  job->known_hosts = g_object_ref (known_hosts);
  job->profiles = g_object_ref (profiles);
  job->prompt = g_object_ref (prompt);
  job->times = *times;
  job->machine = g_object_ref (machine);
  job->credentials = lc_credentials_ref (credentials);
  g_set_object (&job->jump, jump);
  job->operation = g_object_ref (operation);
  return lc_spawn (connect_fiber, job, job_free);
}
