/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-host-key.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"

static GError *
revoked_error (LcMachine *machine, LcHostKey *shown)
{
  g_autofree char *text = g_strdup_printf ("revoked %s %s", lc_host_key_get_algorithm (shown),
                                           lc_host_key_get_fingerprint (shown));
  LcErrorDetails details = { .service_code = (char *) "host-key-revoked", .service_message = text };

  return lc_error_new_with_details (LC_ERROR_HOST_KEY_CHANGED, &details,
                                    "The host key of %s is revoked: %s",
                                    lc_machine_get_name (machine),
                                    lc_host_key_get_fingerprint (shown));
}

static gboolean
ask (LcPrompt *prompt,
     LcMachine *machine,
     const LcHostKeyQuestion *question,
     LcOperation *operation,
     GError **error)
{
  gboolean trusted;

  lc_operation_set_detail (operation, _ ("waiting for your answer"));
  trusted = dex_await (lc_prompt_confirm_host_key (prompt, machine, question), error);
  if (trusted)
    lc_operation_set_detail (operation, NULL);
  return trusted;
}

gboolean
lc_ssh_host_key_verify (LcKnownHosts *known_hosts,
                        LcOpensshHosts *openssh,
                        LcPrompt *prompt,
                        LcMachine *machine,
                        guint incarnation,
                        LcHostKey *key,
                        LcOperation *operation,
                        GError **error)
{
  const char *id = lc_machine_get_id (machine);
  LcTrustSource source = LC_TRUST_OPENSSH;
  g_autoptr (LcHostKey) known = NULL;
  LcHostKeyVerdict verdict =
      lc_known_hosts_check (known_hosts, id, incarnation, key, &known, error);

  if (verdict == LC_HOST_KEY_UNCERTAIN)
    return FALSE;
  if (verdict == LC_HOST_KEY_REVOKED || lc_openssh_hosts_revokes (openssh, key))
    {
      g_propagate_error (error, revoked_error (machine, key));
      return FALSE;
    }
  if (verdict == LC_HOST_KEY_CHANGED)
    {
      g_propagate_error (error, lc_ssh_host_key_changed_error (machine, known, key));
      return FALSE;
    }
  if (verdict == LC_HOST_KEY_MATCHES)
    return TRUE;

  if (!lc_openssh_hosts_knows (openssh, key))
    {
      LcHostKeyQuestion question = {
        .key = key,
        .was_reset = incarnation > 0,
        .other = lc_openssh_hosts_find_other (openssh, key),
        .has_authority = lc_openssh_hosts_has_authority (openssh),
      };

      if (!ask (prompt, machine, &question, operation, error))
        return FALSE;
      source = incarnation > 0 ? LC_TRUST_RESET : LC_TRUST_ASKED;
    }
  return lc_known_hosts_trust (known_hosts, id, lc_machine_get_name (machine), incarnation, key,
                               source, error);
}

GError *
lc_ssh_host_key_changed_error (LcMachine *machine, LcHostKey *expected, LcHostKey *shown)
{
  g_autofree char *both =
      g_strdup_printf ("expected %s %s, got %s %s", lc_host_key_get_algorithm (expected),
                       lc_host_key_get_fingerprint (expected), lc_host_key_get_algorithm (shown),
                       lc_host_key_get_fingerprint (shown));
  LcErrorDetails details = { .service_code = (char *) "host-key-changed", .service_message = both };

  return lc_error_new_with_details (LC_ERROR_HOST_KEY_CHANGED, &details,
                                    "The host key of %s has changed: %s",
                                    lc_machine_get_name (machine), both);
}
