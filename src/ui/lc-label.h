/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For text that is compared or copied character by character: fingerprints, codes, commands. It may
 * break anywhere, but without hyphens that are not part of it, and reads from left to right. */
void lc_label_set_verbatim (GtkLabel *label);

G_END_DECLS
