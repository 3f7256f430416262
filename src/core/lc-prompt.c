/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-prompt.h"

G_DEFINE_ENUM_TYPE (LcPromptReason,
                    lc_prompt_reason,
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_FIRST, "first"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_PASSWORD_WRONG, "password-wrong"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_KEY_REFUSED, "key-refused"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_KEY_UNREADABLE, "key-unreadable"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_PASSPHRASE_WRONG, "passphrase-wrong"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_METHOD_REFUSED, "method-refused"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_PASSWORD_REFUSED_BY_SERVICE,
                                         "password-refused"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_CODE_REFUSED, "code-refused"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_MISTYPED, "mistyped"),
                    G_DEFINE_ENUM_VALUE (LC_PROMPT_REASON_AGENT_SILENT, "agent-silent"))
G_DEFINE_INTERFACE (LcPrompt, lc_prompt, G_TYPE_OBJECT)

static void
lc_prompt_default_init (LcPromptInterface *iface)
{
}

DexFuture *
lc_prompt_ask_credentials (LcPrompt *self,
                           LcMachine *machine,
                           LcPromptReason reason,
                           LcCredentials *previous)
{
  return LC_PROMPT_GET_IFACE (self)->ask_credentials (self, machine, reason, previous);
}

DexFuture *
lc_prompt_ask_new_password (LcPrompt *self,
                            LcMachine *machine,
                            LcPromptReason reason,
                            const char *service_message)
{
  return LC_PROMPT_GET_IFACE (self)->ask_new_password (self, machine, reason, service_message);
}

DexFuture *
lc_prompt_ask_passphrase (LcPrompt *self,
                          LcMachine *machine,
                          const char *key_path,
                          LcPromptReason reason)
{
  return LC_PROMPT_GET_IFACE (self)->ask_passphrase (self, machine, key_path, reason);
}

DexFuture *
lc_prompt_ask_challenge (LcPrompt *self,
                         LcMachine *machine,
                         LcChallenge *challenge,
                         LcPromptReason reason)
{
  return LC_PROMPT_GET_IFACE (self)->ask_challenge (self, machine, challenge, reason);
}

DexFuture *
lc_prompt_confirm_host_key (LcPrompt *self, LcMachine *machine, const LcHostKeyQuestion *question)
{
  return LC_PROMPT_GET_IFACE (self)->confirm_host_key (self, machine, question);
}

DexFuture *
lc_prompt_show_uri (LcPrompt *self, const char *uri)
{
  return LC_PROMPT_GET_IFACE (self)->show_uri (self, uri);
}
