/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-prompt.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-host-key-art.h"

struct _LcCliPrompt
{
  GObject parent_instance;

  LcCliTerminal *terminal;
  LcCliAnswers *answers; /* nullable */
  char *login;           /* nullable: from the command line */
};

/* One question of the core's. */
typedef struct
{
  LcCliPrompt *prompt;
  LcMachine *machine;
  LcPromptReason reason;
  LcCredentials *previous; /* nullable */
  char *text;              /* nullable: a path, or what the service said */
  LcHostKey *key;          /* nullable */
  LcHostKey *other;        /* nullable: likewise of the question about a host key */
  LcChallenge *challenge;  /* nullable */
  gboolean was_reset;
  gboolean has_authority;
} Question;

static void prompt_iface_init (LcPromptInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcCliPrompt,
                               lc_cli_prompt,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_PROMPT, prompt_iface_init))

static Question *
question_new (LcPrompt *prompt, LcMachine *machine, LcPromptReason reason)
{
  Question *question = g_new0 (Question, 1);

  question->prompt = g_object_ref (LC_CLI_PROMPT (prompt));
  question->machine = g_object_ref (machine);
  question->reason = reason;
  return question;
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->prompt);
  g_object_unref (question->machine);
  g_clear_pointer (&question->previous, lc_credentials_unref);
  g_clear_pointer (&question->key, lc_host_key_unref);
  g_clear_pointer (&question->other, lc_host_key_unref);
  g_clear_pointer (&question->challenge, lc_challenge_unref);
  g_free (question->text);
  g_free (question);
}

static const char *
describe_reason (LcPromptReason reason)
{
  switch (reason)
    {
    case LC_PROMPT_REASON_PASSWORD_WRONG:
      return _ ("The password was wrong.");
    case LC_PROMPT_REASON_KEY_REFUSED:
      return _ ("The machine does not accept this key.");
    case LC_PROMPT_REASON_KEY_UNREADABLE:
      return _ ("The key file cannot be read.");
    case LC_PROMPT_REASON_PASSPHRASE_WRONG:
      return _ ("The passphrase was wrong.");
    case LC_PROMPT_REASON_METHOD_REFUSED:
      return _ ("The machine does not accept this way to log in.");
    case LC_PROMPT_REASON_PASSWORD_REFUSED_BY_SERVICE:
      return _ ("The service does not accept this password.");
    case LC_PROMPT_REASON_CODE_REFUSED:
      return _ ("The answers were not accepted.");
    case LC_PROMPT_REASON_MISTYPED:
      return _ ("They are not the same.");
    case LC_PROMPT_REASON_AGENT_SILENT:
      return _ ("There is no SSH agent that answers.");
    case LC_PROMPT_REASON_FIRST:
    default:
      return NULL;
    }
}

static void
tell_reason (Question *question)
{
  const char *sentence = describe_reason (question->reason);

  if (sentence != NULL)
    lc_cli_terminal_print (question->prompt->terminal, sentence);
}

static LcSecret *
no_answer (const char *key, GError **error)
{
  g_propagate_error (error, lc_error_new (LC_ERROR_AUTH_FAILED,
                                          "The answers given hold no more \"%s\"", key));
  return NULL;
}

/* The next answer of the script, or what is typed. Within a fiber. */
static LcSecret *
ask (LcCliPrompt *self, const char *key, const char *text, gboolean hidden, GError **error)
{
  LcSecret *answer = NULL;

  if (self->answers == NULL)
    return dex_await_boxed (lc_cli_terminal_ask (self->terminal, text, hidden), error);

  answer = lc_cli_answers_take (self->answers, key);
  return answer != NULL ? answer : no_answer (key, error);
}

/* The login: from the command line, the last attempt, a script, the service, or typed. */
static char *
find_login (Question *question, GError **error)
{
  LcCliPrompt *self = question->prompt;
  g_autoptr (LcSecret) typed = NULL;
  g_autoptr (LcSecret) given = NULL;
  g_autofree char *text = NULL;

  if (self->login != NULL)
    return g_strdup (self->login);
  if (question->previous != NULL)
    return g_strdup (lc_credentials_get_login (question->previous));
  if (self->answers != NULL)
    given = lc_cli_answers_take (self->answers, "login");
  if (given != NULL)
    return g_strdup (lc_secret_peek (given));
  if (lc_machine_get_login (question->machine) != NULL)
    return g_strdup (lc_machine_get_login (question->machine));

  /* Translators: a question on the terminal; the argument is a machine */
  text = g_strdup_printf (_ ("Login on %s: "), lc_machine_get_name (question->machine));
  typed = ask (self, "login", text, FALSE, error);
  return typed != NULL ? g_strdup (lc_secret_peek (typed)) : NULL;
}

static DexFuture *
resolve_credentials (LcCredentials *credentials)
{
  return dex_future_new_take_boxed (LC_TYPE_CREDENTIALS, credentials);
}

/* A script may answer with a key file, or a key of the agent ("any", or its fingerprint), instead
 * of a password. */
static LcCredentials *
take_key (Question *question, const char *login)
{
  LcCliAnswers *answers = question->prompt->answers;
  g_autoptr (LcSecret) path = NULL;
  g_autoptr (LcSecret) agent = NULL;
  const char *fingerprint;

  if (answers == NULL)
    return NULL;
  path = lc_cli_answers_take (answers, "key-file");
  if (path != NULL)
    return lc_credentials_new_key_file (login, lc_secret_peek (path), NULL, FALSE);
  agent = lc_cli_answers_take (answers, "agent-key");
  if (agent == NULL)
    return NULL;
  fingerprint = lc_secret_peek (agent);
  return lc_credentials_new_agent (login, g_str_equal (fingerprint, "any") ? NULL : fingerprint);
}

static DexFuture *
credentials_fiber (gpointer data)
{
  Question *question = data;
  g_autofree char *login = NULL;
  g_autofree char *text = NULL;
  g_autoptr (LcSecret) password = NULL;
  g_autoptr (GError) error = NULL;
  LcCredentials *key = NULL;

  tell_reason (question);
  login = find_login (question, &error);
  if (login == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  key = take_key (question, login);
  if (key != NULL)
    return resolve_credentials (key);

  /* Translators: a question on the terminal; the arguments are a login and a machine */
  text = g_strdup_printf (_ ("Password of %s on %s: "), login,
                          lc_machine_get_name (question->machine));
  password = ask (question->prompt, "password", text, TRUE, &error);
  if (password == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return resolve_credentials (lc_credentials_new_password (login, password, TRUE));
}

static DexFuture *
new_password_fiber (gpointer data)
{
  Question *question = data;
  g_autofree char *login = NULL;
  g_autofree char *text = NULL;
  g_autoptr (LcSecret) password = NULL;
  g_autoptr (LcSecret) again = NULL;
  g_autoptr (GError) error = NULL;

  tell_reason (question);
  if (question->text != NULL)
    lc_cli_terminal_print (question->prompt->terminal, question->text);

  login = find_login (question, &error);
  if (login == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  /* Translators: a question on the terminal; the arguments are a login and a machine */
  text = g_strdup_printf (_ ("New password of %s on %s, 12 characters or more: "), login,
                          lc_machine_get_name (question->machine));

  while (again == NULL || !lc_secret_equal (password, again))
    {
      if (again != NULL)
        lc_cli_terminal_print (question->prompt->terminal,
                               describe_reason (LC_PROMPT_REASON_MISTYPED));

      g_clear_pointer (&password, lc_secret_unref);
      g_clear_pointer (&again, lc_secret_unref);
      password = ask (question->prompt, "new-password", text, TRUE, &error);
      if (password != NULL)
        again = question->prompt->answers != NULL
                    ? lc_secret_ref (password)
                    : ask (question->prompt, "new-password", _ ("Once more: "), TRUE, &error);
      if (again == NULL)
        return dex_future_new_for_error (g_steal_pointer (&error));
    }

  return resolve_credentials (lc_credentials_new_password (login, password, TRUE));
}

static DexFuture *
passphrase_fiber (gpointer data)
{
  Question *question = data;
  g_autofree char *text = NULL;
  LcSecret *passphrase = NULL;
  GError *error = NULL;

  tell_reason (question);
  /* Translators: a question on the terminal; the argument is the path of a key file */
  text = g_strdup_printf (_ ("Passphrase of %s: "), question->text);
  passphrase = ask (question->prompt, "passphrase", text, TRUE, &error);
  if (passphrase == NULL)
    return dex_future_new_for_error (error);

  return dex_future_new_take_boxed (LC_TYPE_SECRET, passphrase);
}

/* The machine's own words, with a space to type behind. */
static LcSecret *
ask_question (Question *question, guint index, GError **error)
{
  const char *text = lc_challenge_get_text (question->challenge, index);
  /* Translators: a question of the machine on the terminal that has no text */
  g_autofree char *line = g_strconcat (*text != '\0' ? text : _ ("Answer"), ": ", NULL);

  return ask (question->prompt, "answer", line, !lc_challenge_get_echo (question->challenge, index),
              error);
}

static DexFuture *
challenge_fiber (gpointer data)
{
  Question *question = data;
  LcCliTerminal *terminal = question->prompt->terminal;
  LcChallenge *challenge = question->challenge;
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_unref);

  tell_reason (question);
  if (lc_challenge_get_name (challenge) != NULL)
    lc_cli_terminal_print (terminal, lc_challenge_get_name (challenge));
  if (lc_challenge_get_instruction (challenge) != NULL)
    lc_cli_terminal_print (terminal, lc_challenge_get_instruction (challenge));
  for (guint i = 0; i < lc_challenge_get_n_questions (challenge); i++)
    {
      GError *error = NULL;
      LcSecret *answer = ask_question (question, i, &error);

      if (answer == NULL)
        return dex_future_new_for_error (error);
      g_ptr_array_add (answers, answer);
    }

  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&answers));
}

static GError *
refuse_host_key (Question *question)
{
  return lc_error_new (LC_ERROR_HOST_KEY_UNKNOWN, "The host key of %s is %s %s",
                       lc_machine_get_name (question->machine),
                       lc_host_key_get_algorithm (question->key),
                       lc_host_key_get_fingerprint (question->key));
}

/* The picture is for eyes: what is written to a file or read aloud has the fingerprint. */
static void
tell_art (Question *question)
{
  g_autofree char *art = NULL;
  g_auto (GStrv) lines = NULL;

  if (!lc_cli_terminal_is_live (question->prompt->terminal))
    return;
  art = lc_host_key_dup_art (question->key);
  lines = g_strsplit (art, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    lc_cli_terminal_print (question->prompt->terminal, lines[i]);
}

static void
tell_host_key (Question *question)
{
  LcCliTerminal *terminal = question->prompt->terminal;
  g_autofree char *line = NULL;
  g_autofree char *other = NULL;

  line = g_strdup_printf (question->was_reset
                              /* Translators: a machine, an algorithm and a fingerprint */
                              ? _ ("%s was reset, or its host key was forgotten, so a new one is "
                                   "expected: %s %s")
                              : _ ("The host key of %s is not known yet: %s %s"),
                          lc_machine_get_name (question->machine),
                          lc_host_key_get_algorithm (question->key),
                          lc_host_key_get_fingerprint (question->key));
  lc_cli_terminal_print (terminal, line);
  tell_art (question);
  if (question->other != NULL)
    {
      /* Translators: an algorithm and a fingerprint */
      other = g_strdup_printf (_ ("OpenSSH knows another host key at this address: %s %s. That is "
                                  "usual when the machines of a lab are made anew; if yours was "
                                  "not, answer “no” and ask your teacher."),
                               lc_host_key_get_algorithm (question->other),
                               lc_host_key_get_fingerprint (question->other));
      lc_cli_terminal_print (terminal, other);
    }
  if (question->has_authority)
    lc_cli_terminal_print (terminal,
                           _ ("OpenSSH recognizes this address by a certificate, which cannot be "
                              "checked here: compare the fingerprint."));
}

static DexFuture *
host_key_fiber (gpointer data)
{
  Question *question = data;
  LcCliPrompt *self = question->prompt;
  g_autoptr (LcSecret) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (self->answers != NULL)
    return lc_cli_answers_accept (self->answers, question->key)
               ? dex_future_new_for_boolean (TRUE)
               : dex_future_new_for_error (refuse_host_key (question));

  tell_host_key (question);
  answer = dex_await_boxed (
      lc_cli_terminal_ask (self->terminal,
                           /* Translators: keep “yes” and “no” as they are: this is what people
                              type */
                           _ ("Trust this machine (yes/no, or the fingerprint that you were "
                              "told)? "),
                           FALSE),
      &error);
  if (answer == NULL)
    return dex_future_new_for_error (g_error_matches (error, LC_ERROR, LC_ERROR_UNSUPPORTED)
                                         ? refuse_host_key (question)
                                         : g_steal_pointer (&error));
  if (g_ascii_strcasecmp (lc_secret_peek (answer), "yes") != 0 &&
      !lc_host_key_has_fingerprint (question->key, lc_secret_peek (answer)))
    return dex_future_new_for_error (refuse_host_key (question));

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lc_cli_prompt_ask_credentials (LcPrompt *prompt,
                               LcMachine *machine,
                               LcPromptReason reason,
                               LcCredentials *previous)
{
  Question *question = question_new (prompt, machine, reason);

  question->previous = previous != NULL ? lc_credentials_ref (previous) : NULL;
  return lc_spawn (credentials_fiber, question, question_free);
}

static DexFuture *
lc_cli_prompt_ask_new_password (LcPrompt *prompt,
                                LcMachine *machine,
                                LcPromptReason reason,
                                const char *service_message)
{
  Question *question = question_new (prompt, machine, reason);

  question->text = g_strdup (service_message);
  return lc_spawn (new_password_fiber, question, question_free);
}

static DexFuture *
lc_cli_prompt_ask_passphrase (LcPrompt *prompt,
                              LcMachine *machine,
                              const char *key_path,
                              LcPromptReason reason)
{
  Question *question = question_new (prompt, machine, reason);

  question->text = g_strdup (key_path);
  return lc_spawn (passphrase_fiber, question, question_free);
}

static DexFuture *
lc_cli_prompt_ask_challenge (LcPrompt *prompt,
                             LcMachine *machine,
                             LcChallenge *challenge,
                             LcPromptReason reason)
{
  Question *question = question_new (prompt, machine, reason);

  question->challenge = lc_challenge_ref (challenge);
  return lc_spawn (challenge_fiber, question, question_free);
}

static DexFuture *
lc_cli_prompt_confirm_host_key (LcPrompt *prompt,
                                LcMachine *machine,
                                const LcHostKeyQuestion *asked)
{
  Question *question = question_new (prompt, machine, LC_PROMPT_REASON_FIRST);

  question->key = lc_host_key_ref (asked->key);
  question->other = asked->other != NULL ? lc_host_key_ref (asked->other) : NULL;
  question->was_reset = asked->was_reset;
  question->has_authority = asked->has_authority;
  return lc_spawn (host_key_fiber, question, question_free);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;

  if (g_app_info_launch_default_for_uri_finish (result, &error))
    dex_promise_resolve_boolean (promise, TRUE);
  else
    dex_promise_reject (promise, lc_error_convert (error));
}

static DexFuture *
lc_cli_prompt_show_uri (LcPrompt *prompt, const char *uri)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  g_app_info_launch_default_for_uri_async (uri, NULL, dex_promise_get_cancellable (promise),
                                           shown_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static void
prompt_iface_init (LcPromptInterface *iface)
{
  iface->ask_credentials = lc_cli_prompt_ask_credentials;
  iface->ask_new_password = lc_cli_prompt_ask_new_password;
  iface->ask_passphrase = lc_cli_prompt_ask_passphrase;
  iface->ask_challenge = lc_cli_prompt_ask_challenge;
  iface->confirm_host_key = lc_cli_prompt_confirm_host_key;
  iface->show_uri = lc_cli_prompt_show_uri;
}

static void
lc_cli_prompt_finalize (GObject *object)
{
  LcCliPrompt *self = LC_CLI_PROMPT (object);

  g_clear_object (&self->terminal);
  g_clear_pointer (&self->answers, lc_cli_answers_free);
  g_free (self->login);

  G_OBJECT_CLASS (lc_cli_prompt_parent_class)->finalize (object);
}

static void
lc_cli_prompt_class_init (LcCliPromptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_cli_prompt_finalize;
}

static void
lc_cli_prompt_init (LcCliPrompt *self)
{
}

LcCliPrompt *
lc_cli_prompt_new (LcCliTerminal *terminal)
{
  LcCliPrompt *self = g_object_new (LC_TYPE_CLI_PROMPT, NULL);

  self->terminal = g_object_ref (terminal);
  return self;
}

void
lc_cli_prompt_set_answers (LcCliPrompt *self, LcCliAnswers *answers)
{
  g_return_if_fail (LC_IS_CLI_PROMPT (self));

  g_clear_pointer (&self->answers, lc_cli_answers_free);
  self->answers = answers;
}

void
lc_cli_prompt_set_login (LcCliPrompt *self, const char *login)
{
  g_return_if_fail (LC_IS_CLI_PROMPT (self));

  g_set_str (&self->login, login);
}
