/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lc_ui_init:
 *
 * Makes templates, style and icons of this library known. Call once, before the application starts
 * up; it opens no display.
 */
void lc_ui_init (void);

G_END_DECLS
