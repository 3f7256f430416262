/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <libdex.h>

#include "lc-launcher.h"

G_BEGIN_DECLS

/**
 * LcPasswordDialog:
 *
 * A new password for a machine. It tells the service's rules before the service does.
 */
#define LC_TYPE_PASSWORD_DIALOG (lc_password_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcPasswordDialog, lc_password_dialog, LC, PASSWORD_DIALOG, AdwDialog)

/* For the first connection. @service_message: (nullable): why the last one was refused. It answers
 * the promise with an #LcCredentials. */
AdwDialog *lc_password_dialog_new_first (LcMachine *machine,
                                         LcPromptReason reason,
                                         const char *service_message,
                                         gboolean session_only,
                                         DexPromise *promise);

/* For "Reset Password": it runs the operation itself. */
AdwDialog *lc_password_dialog_new_reset (LcMachine *machine, LcLauncher *launcher);

G_END_DECLS
