/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-catalog.h"

G_BEGIN_DECLS

/* Returns: (transfer full): one line for each operation that runs, in English; empty when none */
char *lc_report_dup_operations (void);

/* Returns: (transfer full): what helps to find a fault, in English: versions, states, counts and
 * running operations. No names, addresses or secrets. */
char *lc_report_dup (LcRegistry *registry, LcCatalog *catalog);

G_END_DECLS
