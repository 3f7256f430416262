/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What kind of private key a file holds, and what can be said of it without its passphrase. There
 * is no NUL behind the input. */

#include <lc-ssh-key-file.h>
#include <lc-ssh-key-info.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  LcSshKeyFileKind kind = lc_ssh_key_file_inspect ((const char *) data, size);

  g_autofree char *line = g_strndup ((const char *) data, size);
  g_autoptr (LcKey) key = lc_ssh_key_info_parse ("/key", (const char *) data, size, line);

  g_assert_true ((key != NULL) == (kind != LC_SSH_KEY_FILE_NONE));
  if (key != NULL && lc_key_get_fingerprint (key) != NULL)
    g_assert_true (g_str_has_prefix (lc_key_get_fingerprint (key), "SHA256:"));
  if (key != NULL && lc_key_get_comment (key) != NULL)
    g_assert_true (g_utf8_validate (lc_key_get_comment (key), -1, NULL));
  if (kind != LC_SSH_KEY_FILE_NONE)
    g_assert_nonnull (g_strstr_len ((const char *) data, (gssize) size, "PRIVATE KEY-----"));
  return 0;
}
