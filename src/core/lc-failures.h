/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * lc_failures_add:
 * @operation: one that has failed
 *
 * Notes down how far it came and why it failed, for the Troubleshooting page: a failed operation
 * leaves no connection whose timeline could tell. Its title is left out, since it names a machine
 * that may be forgotten before somebody asks. Only the last ones are held. Main thread.
 */
void lc_failures_add (LcOperation *operation);

/* Returns: (transfer full): the lines, oldest first, in English; empty when nothing has failed. The
 * errors may name people: see #LcRedactor. */
char *lc_failures_dup_text (void);

G_END_DECLS
