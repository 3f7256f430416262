/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcJoinDialog:
 *
 * Registers with an invitation: its link, or the code in it.
 */
#define LC_TYPE_JOIN_DIALOG (lc_join_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcJoinDialog, lc_join_dialog, LC, JOIN_DIALOG, AdwDialog)

AdwDialog *lc_join_dialog_new (LcRegistry *registry, LcCatalog *catalog);

G_END_DECLS
