/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What kind of private key a file holds. There is no NUL behind the input. */

#include <lc-ssh-key-file.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  LcSshKeyFileKind kind = lc_ssh_key_file_inspect ((const char *) data, size);

  if (kind != LC_SSH_KEY_FILE_NONE)
    g_assert_nonnull (g_strstr_len ((const char *) data, (gssize) size, "PRIVATE KEY-----"));
  return 0;
}
