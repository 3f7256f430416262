/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "lc-ssh-key-file.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* Without a NUL behind it, so that reading too far shows. */
  g_autofree char *text = g_memdup2 (data, size);

  if (size > 0)
    lc_ssh_key_file_inspect (text, size);
  return 0;
}
