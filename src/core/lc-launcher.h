/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcLauncher:
 *
 * The one click. Brings a machine to life and a connector onto it, as one #LcOperation with the
 * steps: start the machine → (the connector's own: wait for its sshd, verify the host key, log in,
 * …) → open. It finds credentials in the keyring or asks, asks again when they were wrong (three
 * times), sets the first password when the service wants one, stores what the person wants
 * remembered *after* it worked, and reuses what is open already. Main thread.
 */
#define LC_TYPE_LAUNCHER (lc_launcher_get_type ())
G_DECLARE_FINAL_TYPE (LcLauncher, lc_launcher, LC, LAUNCHER, GObject)

LcLauncher *lc_launcher_new (LcRegistry *registry, LcCatalog *catalog);

/**
 * lc_launcher_open:
 * @connector_id: such as "notebook"
 *
 * A second call while the first still runs returns the same operation; one while the connection is
 * open shows it again.
 *
 * Returns: (transfer full): the operation; its "finished" tells the end
 */
LcOperation *lc_launcher_open (LcLauncher *self, LcMachine *machine, const char *connector_id);

/* As lc_launcher_open(), with credentials given beforehand (the connect dialog). */
LcOperation *lc_launcher_open_with_credentials (LcLauncher *self,
                                                LcMachine *machine,
                                                const char *connector_id,
                                                LcCredentials *credentials);

/* Starting and stopping, as operations too; the machine's state follows. */
LcOperation *lc_launcher_start (LcLauncher *self, LcMachine *machine);
LcOperation *lc_launcher_stop (LcLauncher *self, LcMachine *machine);

/* Sets a password on a running machine, and remembers it when @remember. */
LcOperation *lc_launcher_reset_password (LcLauncher *self,
                                         LcMachine *machine,
                                         const char *login,
                                         LcSecret *password,
                                         gboolean remember);

G_END_DECLS
