/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a button “Copy Details” beside an error does: the report of @error, in the clipboard. */
void lc_copy_details (GtkButton *button, const GError *error);

/* For the next error. */
void lc_copy_details_reset (GtkButton *button);

G_END_DECLS
