/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-connection.h"

G_DEFINE_BOXED_TYPE (LcSshExecResult,
                     lc_ssh_exec_result,
                     lc_ssh_exec_result_copy,
                     lc_ssh_exec_result_free)

LcSshExecResult *
lc_ssh_exec_result_copy (LcSshExecResult *self)
{
  LcSshExecResult *copy = g_new0 (LcSshExecResult, 1);

  copy->exit_status = self->exit_status;
  copy->output = g_bytes_ref (self->output);
  copy->error_output = g_bytes_ref (self->error_output);
  return copy;
}

void
lc_ssh_exec_result_free (LcSshExecResult *self)
{
  g_bytes_unref (self->output);
  g_bytes_unref (self->error_output);
  g_free (self);
}
