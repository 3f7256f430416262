/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-counters.h"

LcSshCounters *
lc_ssh_counters_new (void)
{
  LcSshCounters *self = g_new0 (LcSshCounters, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

LcSshCounters *
lc_ssh_counters_ref (LcSshCounters *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lc_ssh_counters_unref (LcSshCounters *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}
