/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-login.h"

#include "lc-async.h"
#include "lc-error.h"

#define MAX_ASKED_AGAIN  3
#define KEYRING_LIMIT_MS 30000

struct _LcLogin
{
  GObject parent_instance;
  LcRegistry *registry;
  LcMachine *machine;
  LcCredentials *credentials;
  char *stored_subject; /* of the secret that came from the keyring */
  LcSecretKind stored_kind;
  guint asked_again;
};

typedef struct
{
  LcLogin *login;
  LcOperation *operation;
  GError *refusal;
  LcSecret *key;
} Wait;

G_DEFINE_FINAL_TYPE (LcLogin, lc_login, G_TYPE_OBJECT)

static Wait *
wait_new (LcLogin *login, LcOperation *operation, const GError *refusal)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->login = g_object_ref (login);
  g_set_object (&wait->operation, operation);
  wait->refusal = refusal != NULL ? g_error_copy (refusal) : NULL;
  return wait;
}

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  g_object_unref (wait->login);
  g_clear_object (&wait->operation);
  g_clear_error (&wait->refusal);
  g_clear_pointer (&wait->key, lc_secret_unref);
  g_free (wait);
}

static DexFuture *
result (gboolean done, GError *error)
{
  if (done)
    return dex_future_new_for_boolean (TRUE);
  return dex_future_new_for_error (lc_error_convert (error));
}

static char *
machine_subject (LcLogin *self, const char *login)
{
  return g_strdup_printf ("%s@%s", login, lc_machine_get_id (self->machine));
}

static char *
dup_login_name (LcLogin *self)
{
  char *remembered = lc_profile_store_dup_login (lc_registry_get_profiles (self->registry),
                                                 lc_machine_get_id (self->machine));

  return remembered != NULL ? remembered : g_strdup (lc_machine_get_login (self->machine));
}

static void
take_credentials (LcLogin *self, LcCredentials *credentials)
{
  g_clear_pointer (&self->credentials, lc_credentials_unref);
  self->credentials = credentials;
}

/* The following run on fibers. */

static LcSecret *
look_up (LcLogin *self, LcSecretKind kind, const char *subject, GError **error)
{
  return dex_await_boxed (
      lc_with_timeout (lc_secret_store_lookup (lc_registry_get_secrets (self->registry), kind,
                                               lc_machine_get_account_id (self->machine), subject),
                       KEYRING_LIMIT_MS),
      error);
}

/* %NULL without an error: nothing is stored, or nobody unlocks it. */
static LcSecret *
find_stored (LcLogin *self, LcSecretKind kind, const char *subject, GError **error)
{
  g_autoptr (GError) local = NULL;
  LcSecret *secret = look_up (self, kind, subject, &local);

  if (g_error_matches (local, LC_ERROR, LC_ERROR_KEYRING_LOCKED))
    {
      g_clear_error (&local);
      if (dex_await (lc_secret_store_unlock (lc_registry_get_secrets (self->registry)), &local))
        secret = look_up (self, kind, subject, &local);
    }
  if (secret != NULL)
    {
      g_set_str (&self->stored_subject, subject);
      self->stored_kind = kind;
      return secret;
    }
  if (g_error_matches (local, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else if (!g_error_matches (local, LC_ERROR, LC_ERROR_NOT_FOUND))
    g_message ("Nothing comes from the keyring: %s", local->message);
  return NULL;
}

static LcSecret *
find_of_machine (LcLogin *self, LcSecretKind kind, const char *login, GError **error)
{
  g_autofree char *subject = machine_subject (self, login);

  return find_stored (self, kind, subject, error);
}

/* Returns: (transfer full) (nullable): those that are complete, or need nothing of the keyring */
static LcCredentials *
find_credentials (LcLogin *self, const char *login, GError **error)
{
  LcProfileStore *profiles = lc_registry_get_profiles (self->registry);
  const char *machine_id = lc_machine_get_id (self->machine);
  g_autofree char *key = lc_profile_store_dup_key (profiles, machine_id);
  g_autoptr (LcSecret) secret = NULL;

  switch (lc_profile_store_get_method (profiles, machine_id))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      if (key == NULL)
        return NULL;
      secret = find_stored (self, LC_SECRET_KEY_PASSPHRASE, key, error);
      return lc_credentials_new_key_file (login, key, secret, secret != NULL);
    case LC_AUTH_METHOD_AGENT:
      return lc_credentials_new_agent (login, key);
    case LC_AUTH_METHOD_STORED_KEY:
      secret = find_of_machine (self, LC_SECRET_MACHINE_KEY, login, error);
      return secret != NULL ? lc_credentials_new_stored_key (login, secret) : NULL;
    case LC_AUTH_METHOD_PASSWORD:
    default:
      secret = find_of_machine (self, LC_SECRET_MACHINE_PASSWORD, login, error);
      return secret != NULL ? lc_credentials_new_password (login, secret, TRUE) : NULL;
    }
}

static gboolean
find_in_keyring (LcLogin *self, GError **error)
{
  g_autofree char *login = dup_login_name (self);
  g_autoptr (GError) local = NULL;

  if (login != NULL)
    take_credentials (self, find_credentials (self, login, &local));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
ask (LcLogin *self, LcPromptReason reason, GError **error)
{
  LcCredentials *answer =
      dex_await_boxed (lc_prompt_ask_credentials (lc_registry_get_prompt (self->registry),
                                                  self->machine, reason, self->credentials),
                       error);

  if (answer != NULL)
    take_credentials (self, answer);
  return answer != NULL;
}

static gboolean
ask_passphrase (LcLogin *self, GError **error)
{
  const char *path = lc_credentials_get_key_path (self->credentials);
  g_autoptr (LcSecret) passphrase =
      dex_await_boxed (lc_prompt_ask_passphrase (lc_registry_get_prompt (self->registry),
                                                 self->machine, path,
                                                 LC_PROMPT_REASON_PASSPHRASE_WRONG),
                       error);

  if (passphrase == NULL)
    return FALSE;
  take_credentials (self,
                    lc_credentials_new_key_file (lc_credentials_get_login (self->credentials), path,
                                                 passphrase,
                                                 lc_credentials_get_remember (self->credentials)));
  return TRUE;
}

/* The words of lc_ssh_pool_connect(). */
static const struct
{
  const char *service_code;
  LcPromptReason reason;
} reasons[] = {
  { "password", LC_PROMPT_REASON_PASSWORD_WRONG },
  { "publickey", LC_PROMPT_REASON_KEY_REFUSED },
  { "no-such-method", LC_PROMPT_REASON_METHOD_REFUSED },
  { "passphrase", LC_PROMPT_REASON_PASSPHRASE_WRONG },
  { "key-file", LC_PROMPT_REASON_KEY_UNREADABLE },
  { "code", LC_PROMPT_REASON_CODE_REFUSED },
  { "agent", LC_PROMPT_REASON_AGENT_SILENT },
};

static LcPromptReason
reason_of (LcLogin *self, const GError *refusal)
{
  const LcErrorDetails *details = lc_error_get_details (refusal);

  for (gsize i = 0; details != NULL && i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (details->service_code, reasons[i].service_code) == 0)
      return reasons[i].reason;
  return lc_credentials_get_method (self->credentials) == LC_AUTH_METHOD_PASSWORD
             ? LC_PROMPT_REASON_PASSWORD_WRONG
             : LC_PROMPT_REASON_KEY_REFUSED;
}

static gboolean
is_expired (const GError *refusal)
{
  return lc_error_has_service_code (refusal, "password-expired") ||
         lc_error_has_service_code (refusal, "password-expired-terminal");
}

/* Where what is kept of these credentials belongs. Returns: (transfer full) (nullable): %NULL when
 * they have nothing to be kept */
static char *
find_place (LcLogin *self, LcSecretKind *kind)
{
  const char *login = lc_credentials_get_login (self->credentials);

  switch (lc_credentials_get_method (self->credentials))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      *kind = LC_SECRET_KEY_PASSPHRASE;
      return g_strdup (lc_credentials_get_key_path (self->credentials));
    case LC_AUTH_METHOD_STORED_KEY:
      *kind = LC_SECRET_MACHINE_KEY;
      return machine_subject (self, login);
    case LC_AUTH_METHOD_AGENT:
      return NULL;
    case LC_AUTH_METHOD_PASSWORD:
    default:
      *kind = LC_SECRET_MACHINE_PASSWORD;
      return machine_subject (self, login);
    }
}

/* What the desktop's keyring program shows; not translated, since it outlives the language. */
static char *
dup_label (LcLogin *self, LcSecretKind kind, const char *subject)
{
  const char *login = lc_credentials_get_login (self->credentials);
  const char *machine = lc_machine_get_name (self->machine);

  if (kind == LC_SECRET_KEY_PASSPHRASE)
    return g_strdup_printf ("LabConnect: passphrase of %s", subject);
  if (kind == LC_SECRET_MACHINE_KEY)
    return g_strdup_printf ("LabConnect: key of %s on %s", login, machine);
  return g_strdup_printf ("LabConnect: password of %s on %s", login, machine);
}

static gboolean
store_secret (LcLogin *self, LcSecretKind kind, const char *subject, GError **error)
{
  g_autofree char *label = dup_label (self, kind, subject);

  return dex_await (
      lc_with_timeout (lc_secret_store_store (lc_registry_get_secrets (self->registry), kind,
                                              lc_machine_get_account_id (self->machine), subject,
                                              label, lc_credentials_get_secret (self->credentials)),
                       KEYRING_LIMIT_MS),
      error);
}

static void
remove_secret (LcLogin *self, LcSecretKind kind, const char *subject)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (lc_with_timeout (
                      lc_secret_store_remove (lc_registry_get_secrets (self->registry), kind,
                                              lc_machine_get_account_id (self->machine), subject),
                      KEYRING_LIMIT_MS),
                  &error))
    g_message ("What the keyring holds of %s stays there: %s", lc_machine_get_name (self->machine),
               error->message);
}

static DexFuture *
find_fiber (gpointer data)
{
  LcLogin *self = ((Wait *) data)->login;
  g_autoptr (GError) error = NULL;
  gboolean found;

  if (self->credentials != NULL)
    return dex_future_new_for_boolean (TRUE);
  found = find_in_keyring (self, &error) &&
          (self->credentials != NULL || ask (self, LC_PROMPT_REASON_FIRST, &error));
  return result (found, g_steal_pointer (&error));
}

static DexFuture *
ask_again_fiber (gpointer data)
{
  Wait *wait = data;
  LcLogin *self = wait->login;
  LcPromptReason reason = reason_of (self, wait->refusal);
  g_autoptr (GError) error = NULL;
  gboolean found_out = lc_error_has_service_code (wait->refusal, "password-expired-terminal") &&
                       lc_credentials_get_expired (self->credentials);
  gboolean answered;

  /* Where a new password has to be chosen, another answer would not help … */
  if ((is_expired (wait->refusal) && !found_out) || ++self->asked_again > MAX_ASKED_AGAIN)
    return dex_future_new_for_error (g_error_copy (wait->refusal));
  /* … and whoever connects asks for the new one, now that this is known. */
  if (found_out)
    return dex_future_new_for_boolean (TRUE);
  if (reason == LC_PROMPT_REASON_PASSPHRASE_WRONG &&
      lc_credentials_get_key_path (self->credentials) != NULL)
    answered = ask_passphrase (self, &error);
  else
    answered = ask (self, reason, &error);
  return result (answered, g_steal_pointer (&error));
}

static gboolean
try_password (LcLogin *self, LcOperation *operation, LcCredentials *credentials, GError **error)
{
  LcProvider *provider = lc_registry_find_provider (self->registry, self->machine);

  if (provider == NULL)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_NOT_FOUND,
                                              "Nobody is signed in who has this machine"));
      return FALSE;
    }
  return dex_await (lc_provider_reset_password (provider, self->machine,
                                                lc_credentials_get_login (credentials),
                                                lc_credentials_get_secret (credentials), operation),
                    error);
}

static DexFuture *
first_password_fiber (gpointer data)
{
  Wait *wait = data;
  LcLogin *self = wait->login;
  LcPrompt *prompt = lc_registry_get_prompt (self->registry);
  LcPromptReason reason = LC_PROMPT_REASON_FIRST;
  g_autofree char *sentence = NULL;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LcCredentials) answer =
          dex_await_boxed (lc_prompt_ask_new_password (prompt, self->machine, reason, sentence),
                           &error);
      const LcErrorDetails *details;

      if (answer == NULL)
        return result (FALSE, g_steal_pointer (&error));
      if (try_password (self, wait->operation, answer, &error))
        {
          lc_machine_set_password_required (self->machine, FALSE);
          take_credentials (self, g_steal_pointer (&answer));
          return dex_future_new_for_boolean (TRUE);
        }
      if (!g_error_matches (error, LC_ERROR, LC_ERROR_INVALID_INPUT))
        return result (FALSE, g_steal_pointer (&error));
      details = lc_error_get_details (error);
      reason = LC_PROMPT_REASON_PASSWORD_REFUSED_BY_SERVICE;
      g_set_str (&sentence,
                 details->service_message != NULL ? details->service_message : error->message);
    }
}

static DexFuture *
keep_fiber (gpointer data)
{
  LcLogin *self = ((Wait *) data)->login;
  LcSecretKind kind = LC_SECRET_MACHINE_PASSWORD;
  g_autofree char *subject = find_place (self, &kind);
  gboolean keep = subject != NULL && lc_credentials_get_remember (self->credentials) &&
                  lc_credentials_get_secret (self->credentials) != NULL;
  gboolean from_keyring = self->stored_subject != NULL && self->asked_again == 0 &&
                          !lc_credentials_get_replaced (self->credentials);
  g_autoptr (GError) error = NULL;

  lc_profile_store_set_login (lc_registry_get_profiles (self->registry),
                              lc_machine_get_id (self->machine),
                              lc_credentials_get_login (self->credentials),
                              lc_credentials_get_method (self->credentials),
                              lc_credentials_get_key (self->credentials));
  if (from_keyring)
    return dex_future_new_for_boolean (TRUE);

  if (keep && !store_secret (self, kind, subject, &error))
    g_message ("The keyring does not keep it: %s", error->message);
  /* An older one is wrong by now, or is not wanted any more. */
  if (subject != NULL && !keep)
    remove_secret (self, kind, subject);
  if (self->stored_subject != NULL &&
      (kind != self->stored_kind || g_strcmp0 (subject, self->stored_subject) != 0))
    remove_secret (self, self->stored_kind, self->stored_subject);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
adopt_fiber (gpointer data)
{
  Wait *wait = data;
  LcLogin *self = wait->login;
  g_autoptr (LcCredentials) before = g_steal_pointer (&self->credentials);
  const char *login = lc_credentials_get_login (before);
  g_autofree char *subject = machine_subject (self, login);
  g_autoptr (GError) error = NULL;

  self->credentials = lc_credentials_new_stored_key (login, wait->key);
  if (!store_secret (self, LC_SECRET_MACHINE_KEY, subject, &error))
    {
      take_credentials (self, g_steal_pointer (&before));
      return result (FALSE, g_steal_pointer (&error));
    }
  lc_profile_store_set_login (lc_registry_get_profiles (self->registry),
                              lc_machine_get_id (self->machine), login, LC_AUTH_METHOD_STORED_KEY,
                              NULL);
  return dex_future_new_for_boolean (TRUE);
}

static void
lc_login_finalize (GObject *object)
{
  LcLogin *self = LC_LOGIN (object);

  g_clear_object (&self->registry);
  g_clear_object (&self->machine);
  g_clear_pointer (&self->credentials, lc_credentials_unref);
  g_free (self->stored_subject);
  G_OBJECT_CLASS (lc_login_parent_class)->finalize (object);
}

static void
lc_login_class_init (LcLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_login_finalize;
}

static void
lc_login_init (LcLogin *self)
{
}

LcLogin *
lc_login_new (LcRegistry *registry, LcMachine *machine)
{
  LcLogin *self = g_object_new (LC_TYPE_LOGIN, NULL);

  self->registry = g_object_ref (registry);
  self->machine = g_object_ref (machine);
  return self;
}

gboolean
lc_login_is_ready (LcLogin *self)
{
  g_autofree char *login = dup_login_name (self);

  return login != NULL && !lc_machine_get_password_required (self->machine);
}

void
lc_login_set_credentials (LcLogin *self, LcCredentials *credentials)
{
  take_credentials (self, lc_credentials_ref (credentials));
}

LcCredentials *
lc_login_get_credentials (LcLogin *self)
{
  return self->credentials;
}

DexFuture *
lc_login_find (LcLogin *self)
{
  return lc_spawn (find_fiber, wait_new (self, NULL, NULL), wait_free);
}

DexFuture *
lc_login_ask_again (LcLogin *self, const GError *refusal)
{
  return lc_spawn (ask_again_fiber, wait_new (self, NULL, refusal), wait_free);
}

DexFuture *
lc_login_set_first_password (LcLogin *self, LcOperation *operation)
{
  return lc_spawn (first_password_fiber, wait_new (self, operation, NULL), wait_free);
}

DexFuture *
lc_login_adopt_key (LcLogin *self, LcSecret *key)
{
  Wait *wait = wait_new (self, NULL, NULL);

  wait->key = lc_secret_ref (key);
  return lc_spawn (adopt_fiber, wait, wait_free);
}

DexFuture *
lc_login_keep (LcLogin *self)
{
  return lc_spawn (keep_fiber, wait_new (self, NULL, NULL), wait_free);
}
