/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-challenge.h"
#include "lc-credentials.h"
#include "lc-host-key.h"
#include "lc-machine.h"

G_BEGIN_DECLS

/**
 * LcPromptReason:
 *
 * Why somebody is asked (again): the words above the question.
 */
typedef enum
{
  LC_PROMPT_REASON_FIRST,
  LC_PROMPT_REASON_PASSWORD_WRONG,
  LC_PROMPT_REASON_KEY_REFUSED,    /* the machine does not know this key */
  LC_PROMPT_REASON_KEY_UNREADABLE, /* no such file, or not a private key */
  LC_PROMPT_REASON_PASSPHRASE_WRONG,
  LC_PROMPT_REASON_METHOD_REFUSED,              /* the machine takes no passwords, or no keys */
  LC_PROMPT_REASON_PASSWORD_REFUSED_BY_SERVICE, /* a new password breaks the service's rules */
  LC_PROMPT_REASON_CODE_REFUSED,                /* what was answered to a challenge is wrong */
  LC_PROMPT_REASON_MISTYPED,                    /* what was to be typed twice was not the same */
  LC_PROMPT_REASON_AGENT_SILENT,                /* no SSH agent, or none that answers */
} LcPromptReason;

#define LC_TYPE_PROMPT_REASON (lc_prompt_reason_get_type ())
GType lc_prompt_reason_get_type (void);

/**
 * LcHostKeyQuestion:
 * @key: what the machine shows
 * @was_reset: a new key is expected, since the machine was reset from here
 * @other: (nullable): a different key that OpenSSH's own known hosts files have for this host and
 * port. Lab machines that are made anew look like that, and so does somebody in between: to be
 * shown beside @key
 * @has_authority: those files name a certificate authority for this host, which could not be asked:
 * libssh2 knows no host certificates
 *
 * A host key that is not known yet, and what a person should know when asked about it.
 */
typedef struct
{
  LcHostKey *key;
  gboolean was_reset;
  LcHostKey *other;
  gboolean has_authority;
} LcHostKeyQuestion;

/**
 * LcPrompt:
 *
 * All that the core asks of the person: the user interface, the command line and the tests each
 * answer in their own way. Called on the main thread; every future rejects with %LC_ERROR_CANCELLED
 * when the person declines to answer, and is dropped when the question is no longer of interest
 * (the dialog then closes).
 */
#define LC_TYPE_PROMPT (lc_prompt_get_type ())
G_DECLARE_INTERFACE (LcPrompt, lc_prompt, LC, PROMPT, GObject)

struct _LcPromptInterface
{
  GTypeInterface parent_iface;

  DexFuture *(*ask_credentials) (LcPrompt *self,
                                 LcMachine *machine,
                                 LcPromptReason reason,
                                 LcCredentials *previous);
  DexFuture *(*ask_new_password) (LcPrompt *self,
                                  LcMachine *machine,
                                  LcPromptReason reason,
                                  const char *service_message);
  DexFuture *(*ask_passphrase) (LcPrompt *self,
                                LcMachine *machine,
                                const char *key_path,
                                LcPromptReason reason);
  DexFuture *(*ask_challenge) (LcPrompt *self,
                               LcMachine *machine,
                               LcChallenge *challenge,
                               LcPromptReason reason);
  DexFuture *(*confirm_host_key) (LcPrompt *self,
                                  LcMachine *machine,
                                  const LcHostKeyQuestion *question);
  DexFuture *(*show_uri) (LcPrompt *self, const char *uri);
};

/* @previous: (nullable): what was tried, to fill the form. Resolves to an #LcCredentials (boxed).
 */
DexFuture *lc_prompt_ask_credentials (LcPrompt *self,
                                      LcMachine *machine,
                                      LcPromptReason reason,
                                      LcCredentials *previous) G_GNUC_WARN_UNUSED_RESULT;

/* For the first connection, when the service wants a password to be set. @service_message:
 * (nullable): why the last one was refused. Resolves to an #LcCredentials with login and the new
 * password. */
DexFuture *lc_prompt_ask_new_password (LcPrompt *self,
                                       LcMachine *machine,
                                       LcPromptReason reason,
                                       const char *service_message) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to an #LcSecret (boxed). */
DexFuture *lc_prompt_ask_passphrase (LcPrompt *self,
                                     LcMachine *machine,
                                     const char *key_path,
                                     LcPromptReason reason) G_GNUC_WARN_UNUSED_RESULT;

/* What the machine asks in its own words while one logs in. @reason: FIRST, or CODE_REFUSED when
 * the last answers were wrong. Resolves to a #GPtrArray (boxed) of #LcSecret: an answer to each
 * question. */
DexFuture *lc_prompt_ask_challenge (LcPrompt *self,
                                    LcMachine *machine,
                                    LcChallenge *challenge,
                                    LcPromptReason reason) G_GNUC_WARN_UNUSED_RESULT;

/* A key never seen before. @question: copied. Resolves to %TRUE when the person trusts it; "no" is
 * %LC_ERROR_CANCELLED or %LC_ERROR_HOST_KEY_UNKNOWN. A *changed* key is never asked about: it is
 * %LC_ERROR_HOST_KEY_CHANGED. */
DexFuture *lc_prompt_confirm_host_key (LcPrompt *self,
                                       LcMachine *machine,
                                       const LcHostKeyQuestion *question) G_GNUC_WARN_UNUSED_RESULT;

/* Shows a page in the person's browser. @uri ends up in a browser's argument list: no secret in it.
 * Resolves to %TRUE when handed over. */
DexFuture *lc_prompt_show_uri (LcPrompt *self, const char *uri) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
