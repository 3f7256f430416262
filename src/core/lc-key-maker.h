/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * lc_key_maker_run:
 * @credentials: (nullable): with which one gets in now; %NULL: those of the keyring, or what the
 *   person answers
 *
 * Makes a key for a machine, starting it if it is stopped, keeps it in the keyring, and logs in
 * with it from then on. Without a keyring it is refused (%LC_ERROR_UNSUPPORTED, with the service
 * code "no-keyring"), since the key would be gone when the program ends. Main thread.
 *
 * Returns: (transfer full): the operation; its "finished" tells the end
 */
LcOperation *lc_key_maker_run (LcRegistry *registry,
                               LcCatalog *catalog,
                               LcMachine *machine,
                               LcCredentials *credentials);

/* Whether lc_key_maker_run() can work here at all. */
gboolean lc_key_maker_is_possible (LcRegistry *registry);

G_END_DECLS
