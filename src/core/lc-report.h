/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-catalog.h"

G_BEGIN_DECLS

/**
 * lc_report_dup:
 * @toolkit: (nullable): lines about what draws the program
 *
 * What helps to find a fault, in English: versions, states, counts, running operations, and of each
 * connection what was agreed upon, its timeline and its error. People post it where everybody reads
 * it: without names, addresses, fingerprints (#LcRedactor) and secrets.
 *
 * Returns: (transfer full): the lines
 */
char *lc_report_dup (LcRegistry *registry, LcCatalog *catalog, const char *toolkit);

G_END_DECLS
