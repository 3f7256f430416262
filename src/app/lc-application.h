/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * LcApplication:
 *
 * The program on a desktop: one instance, one window. It composes the parts, and decides what
 * closing and quitting mean while something is open.
 */
#define LC_TYPE_APPLICATION (lc_application_get_type ())
G_DECLARE_FINAL_TYPE (LcApplication, lc_application, LC, APPLICATION, AdwApplication)

LcApplication *lc_application_new (void);

G_END_DECLS
