/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp.h"

G_DEFINE_BOXED_TYPE (LcSftpEntry, lc_sftp_entry, lc_sftp_entry_copy, lc_sftp_entry_free)

LcSftpEntry *
lc_sftp_entry_copy (LcSftpEntry *self)
{
  LcSftpEntry *copy = g_new0 (LcSftpEntry, 1);

  copy->name = g_strdup (self->name);
  copy->mode = self->mode;
  copy->size = self->size;
  copy->modified_at = self->modified_at;
  return copy;
}

void
lc_sftp_entry_free (LcSftpEntry *self)
{
  g_free (self->name);
  g_free (self);
}
