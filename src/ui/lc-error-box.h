/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LcErrorBox:
 *
 * An error in plain words: title, hint, the service's sentence, the two fingerprints when a host
 * key has changed, and Copy Details. Hidden without an error.
 */
#define LC_TYPE_ERROR_BOX (lc_error_box_get_type ())
G_DECLARE_FINAL_TYPE (LcErrorBox, lc_error_box, LC, ERROR_BOX, GtkBox)

GtkWidget *lc_error_box_new (void);

/* @error: (nullable): cancelled errors count as none */
void lc_error_box_set_error (LcErrorBox *self, const GError *error);

G_END_DECLS
