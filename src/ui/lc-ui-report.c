/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-ui-report.h"

#include <adwaita.h>

char *
lc_ui_report_dup (LcRegistry *registry, LcCatalog *catalog)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autofree char *toolkit =
      g_strdup_printf ("GTK %u.%u.%u, libadwaita %u.%u.%u\nDisplay: %s\n", gtk_get_major_version (),
                       gtk_get_minor_version (), gtk_get_micro_version (), adw_get_major_version (),
                       adw_get_minor_version (), adw_get_micro_version (),
                       display != NULL ? G_OBJECT_TYPE_NAME (display) : "none");

  return lc_report_dup (registry, catalog, toolkit);
}
