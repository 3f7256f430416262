/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-fake-prompt.h"

#include <lc-error.h>

struct _LcFakePrompt
{
  GObject parent_instance;
  GQueue answers; /* LcCredentials, NULL declines */
  GStrvBuilder *log;
  char **log_read;
  GPtrArray *waiting; /* DexPromise */
  gboolean distrusts;
};

static void prompt_init (LcPromptInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcFakePrompt,
                               lc_fake_prompt,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_PROMPT, prompt_init))

static const char *
reason_name (LcPromptReason reason)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (LC_TYPE_PROMPT_REASON);

  return g_enum_get_value (klass, reason)->value_nick;
}

static DexFuture *
declined (void)
{
  return dex_future_new_for_error (lc_error_new (LC_ERROR_CANCELLED, "Nobody answers"));
}

static DexFuture *
wait_for_ever (LcFakePrompt *self)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  g_ptr_array_add (self->waiting, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static DexFuture *
answer (LcFakePrompt *self)
{
  LcCredentials *credentials;

  if (g_queue_is_empty (&self->answers))
    return wait_for_ever (self);
  credentials = g_queue_pop_head (&self->answers);
  return credentials != NULL ? dex_future_new_take_boxed (LC_TYPE_CREDENTIALS, credentials)
                             : declined ();
}

static DexFuture *
ask_credentials (LcPrompt *prompt,
                 LcMachine *machine,
                 LcPromptReason reason,
                 LcCredentials *previous)
{
  LcFakePrompt *self = LC_FAKE_PROMPT (prompt);

  g_strv_builder_take (self->log, g_strdup_printf ("credentials:%s", reason_name (reason)));
  return answer (self);
}

static DexFuture *
ask_new_password (LcPrompt *prompt,
                  LcMachine *machine,
                  LcPromptReason reason,
                  const char *service_message)
{
  LcFakePrompt *self = LC_FAKE_PROMPT (prompt);

  g_strv_builder_take (self->log, g_strdup_printf ("new-password:%s:%s", reason_name (reason),
                                                   service_message != NULL ? service_message : ""));
  return answer (self);
}

static DexFuture *
ask_passphrase (LcPrompt *prompt, LcMachine *machine, const char *key_path, LcPromptReason reason)
{
  LcFakePrompt *self = LC_FAKE_PROMPT (prompt);
  g_autoptr (LcCredentials) credentials = NULL;

  g_strv_builder_take (self->log, g_strdup_printf ("passphrase:%s", reason_name (reason)));
  if (g_queue_is_empty (&self->answers))
    return wait_for_ever (self);
  credentials = g_queue_pop_head (&self->answers);
  if (credentials == NULL)
    return declined ();
  return dex_future_new_take_boxed (LC_TYPE_SECRET,
                                    lc_secret_ref (lc_credentials_get_secret (credentials)));
}

/* Every question gets the text of the next answer. */
static DexFuture *
ask_challenge (LcPrompt *prompt, LcMachine *machine, LcChallenge *challenge, LcPromptReason reason)
{
  LcFakePrompt *self = LC_FAKE_PROMPT (prompt);
  g_autoptr (LcCredentials) credentials = NULL;
  g_autoptr (GPtrArray) answers = NULL;

  g_strv_builder_take (self->log, g_strdup_printf ("challenge:%s", reason_name (reason)));
  if (g_queue_is_empty (&self->answers))
    return wait_for_ever (self);
  credentials = g_queue_pop_head (&self->answers);
  if (credentials == NULL)
    return declined ();
  answers = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_unref);
  for (guint i = 0; i < lc_challenge_get_n_questions (challenge); i++)
    g_ptr_array_add (answers, lc_secret_ref (lc_credentials_get_secret (credentials)));
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&answers));
}

static DexFuture *
confirm_host_key (LcPrompt *prompt, LcMachine *machine, const LcHostKeyQuestion *question)
{
  LcFakePrompt *self = LC_FAKE_PROMPT (prompt);

  g_strv_builder_add (self->log, question->was_reset ? "host-key:reset" : "host-key");
  return self->distrusts ? declined () : dex_future_new_for_boolean (TRUE);
}

static DexFuture *
show_uri (LcPrompt *prompt, const char *uri)
{
  g_strv_builder_take (LC_FAKE_PROMPT (prompt)->log, g_strdup_printf ("uri:%s", uri));
  return dex_future_new_for_boolean (TRUE);
}

static void
prompt_init (LcPromptInterface *iface)
{
  iface->ask_credentials = ask_credentials;
  iface->ask_new_password = ask_new_password;
  iface->ask_passphrase = ask_passphrase;
  iface->ask_challenge = ask_challenge;
  iface->confirm_host_key = confirm_host_key;
  iface->show_uri = show_uri;
}

static void
free_answer (gpointer data)
{
  if (data != NULL)
    lc_credentials_unref (data);
}

static void
lc_fake_prompt_finalize (GObject *object)
{
  LcFakePrompt *self = LC_FAKE_PROMPT (object);

  g_queue_clear_full (&self->answers, free_answer);
  g_strv_builder_unref (self->log);
  g_strfreev (self->log_read);
  g_ptr_array_unref (self->waiting);
  G_OBJECT_CLASS (lc_fake_prompt_parent_class)->finalize (object);
}

static void
lc_fake_prompt_class_init (LcFakePromptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_fake_prompt_finalize;
}

static void
lc_fake_prompt_init (LcFakePrompt *self)
{
  g_queue_init (&self->answers);
  self->log = g_strv_builder_new ();
  self->waiting = g_ptr_array_new_with_free_func (dex_unref);
}

LcFakePrompt *
lc_fake_prompt_new (void)
{
  return g_object_new (LC_TYPE_FAKE_PROMPT, NULL);
}

void
lc_fake_prompt_push_password (LcFakePrompt *self,
                              const char *login,
                              const char *password,
                              gboolean remember)
{
  g_autoptr (LcSecret) secret = lc_secret_new (password);

  g_queue_push_tail (&self->answers, lc_credentials_new_password (login, secret, remember));
}

void
lc_fake_prompt_push_credentials (LcFakePrompt *self, LcCredentials *credentials)
{
  g_queue_push_tail (&self->answers, lc_credentials_ref (credentials));
}

void
lc_fake_prompt_push_cancel (LcFakePrompt *self)
{
  g_queue_push_tail (&self->answers, NULL);
}

void
lc_fake_prompt_set_trusts (LcFakePrompt *self, gboolean trusts)
{
  self->distrusts = !trusts;
}

const char *const *
lc_fake_prompt_get_log (LcFakePrompt *self)
{
  char **so_far = g_strv_builder_end (self->log);

  g_strv_builder_addv (self->log, (const char **) so_far);
  g_strfreev (self->log_read);
  self->log_read = so_far;
  return (const char *const *) so_far;
}

guint
lc_fake_prompt_count_open (LcFakePrompt *self)
{
  guint open = 0;

  for (guint i = 0; i < self->waiting->len; i++)
    open += !g_cancellable_is_cancelled (dex_promise_get_cancellable (self->waiting->pdata[i]));
  return open;
}
