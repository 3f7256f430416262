/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-copy-details.h"

#include <glib/gi18n-lib.h>

#include "lc-error.h"

void
lc_copy_details (GtkButton *button, const GError *error)
{
  g_autofree char *report = lc_error_dup_report (error);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), report);
  gtk_button_set_label (button, _ ("Details Copied"));
  gtk_accessible_announce (GTK_ACCESSIBLE (button), _ ("Details copied"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

void
lc_copy_details_reset (GtkButton *button)
{
  gtk_button_set_label (button, _ ("_Copy Details"));
}
