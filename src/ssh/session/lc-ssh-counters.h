/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* What a forward has carried: written by the pump, read by the main thread. */
typedef struct
{
  gatomicrefcount ref_count;
  atomic_uint_fast64_t received; /* from the machine */
  atomic_uint_fast64_t sent;
  atomic_uint connections;
} LcSshCounters;

LcSshCounters *lc_ssh_counters_new (void);
LcSshCounters *lc_ssh_counters_ref (LcSshCounters *self);
void lc_ssh_counters_unref (LcSshCounters *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshCounters, lc_ssh_counters_unref)

G_END_DECLS
