/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-report.h"

G_BEGIN_DECLS

/* Returns: (transfer full): lc_report_dup() with the versions of the toolkit */
char *lc_ui_report_dup (LcRegistry *registry, LcCatalog *catalog);

G_END_DECLS
