/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcTroubleshootingDialog:
 *
 * What runs now, what is known about each connection, and a log to send to somebody who helps.
 */
#define LC_TYPE_TROUBLESHOOTING_DIALOG (lc_troubleshooting_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcTroubleshootingDialog,
                      lc_troubleshooting_dialog,
                      LC,
                      TROUBLESHOOTING_DIALOG,
                      AdwDialog)

AdwDialog *lc_troubleshooting_dialog_new (LcRegistry *registry, LcCatalog *catalog);

G_END_DECLS
