/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-prompt.h"

G_BEGIN_DECLS

/**
 * LcHostKeyDialog:
 *
 * "Is this the machine?": the fingerprint as text and as a picture, and a field that compares it
 * with the one that the person was told, for those who cannot or do not want to compare letters.
 * While another one is in that field, the machine cannot be trusted.
 */
#define LC_TYPE_HOST_KEY_DIALOG (lc_host_key_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcHostKeyDialog, lc_host_key_dialog, LC, HOST_KEY_DIALOG, AdwAlertDialog)

/* Resolves @promise to %TRUE when the machine is trusted; leaves it alone otherwise. */
AdwDialog *
lc_host_key_dialog_new (LcMachine *machine, const LcHostKeyQuestion *question, DexPromise *promise);

G_END_DECLS
