/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * LcLabList:
 *
 * The sidebar: all labs, grouped by account when there are several. The one that was chosen last is
 * remembered.
 *
 * Properties: selected (nullable #LcLab). Signal "activated": somebody chose a lab and wants to see
 * it.
 */
#define LC_TYPE_LAB_LIST (lc_lab_list_get_type ())
G_DECLARE_FINAL_TYPE (LcLabList, lc_lab_list, LC, LAB_LIST, AdwBin)

/* To be called once. */
void lc_lab_list_set_context (LcLabList *self, LcRegistry *registry, LcCatalog *catalog);
LcLab *lc_lab_list_get_selected (LcLabList *self);

G_END_DECLS
