/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-catalog.h"

G_BEGIN_DECLS

/* Bringing a machine to life and to rest, for #LcLauncher. The futures are cancelled by dropping
 * them; the service goes on with what it was asked to do. Main thread. */

/**
 * lc_power_start:
 * @operation: its step "start-machine" must have begun
 *
 * Whatever state the machine is in: waits until it has stopped, starts it, waits until it runs and
 * its address is known. The machine's state says so at once.
 *
 * Resolves to %TRUE. Rejects as lc_provider_start_machine(), and with %LC_ERROR_REMOTE_FAILED (it
 * did not come up), TIMED_OUT, CONFLICT (it is being deleted).
 */
DexFuture *lc_power_start (LcRegistry *registry,
                           LcCatalog *catalog,
                           LcMachine *machine,
                           LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

/* Closes what is connected to the machine and stops it. Resolves to %TRUE. */
DexFuture *lc_power_stop (LcRegistry *registry,
                          LcCatalog *catalog,
                          LcMachine *machine,
                          LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
