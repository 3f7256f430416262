/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* One table says which key does what: for the application and for the dialog that shows it. */

/* Gives the application's actions their keys. */
void lc_shortcuts_install (GtkApplication *application);

/* Keys for people, as a list that fits into a narrow window. */
AdwDialog *lc_shortcuts_dialog_new (void);

G_END_DECLS
