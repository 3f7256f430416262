/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The keys that an SSH agent says it has. */

#include <lc-ssh-agent.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) keys = lc_ssh_agent_parse_keys (data, size);
  gsize total = 0;

  for (guint i = 0; keys != NULL && i < keys->len; i++)
    {
      const LcSshAgentKey *key = keys->pdata[i];
      g_autofree char *algorithm = lc_ssh_agent_dup_algorithm (key->blob);
      g_autofree char *fingerprint = lc_ssh_agent_dup_fingerprint (key->blob);

      total += g_bytes_get_size (key->blob);
      g_assert_true (g_utf8_validate (key->comment, -1, NULL));
      g_assert_true (g_utf8_validate (algorithm, -1, NULL));
      g_assert_true (g_str_has_prefix (fingerprint, "SHA256:"));
    }
  g_assert_cmpuint (total, <=, size);
  return 0;
}
