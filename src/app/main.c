/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include <glib/gi18n-lib.h>
#include <libdex.h>
#include <locale.h>

#include "lc-application.h"
#include "lc-async.h"
#include "lc-ui.h"

int
main (int argc, char **argv)
{
  /* For a program that runs from the build folder, as GSETTINGS_SCHEMA_DIR is. */
  const char *locale_dir = g_getenv ("LABCONNECT_LOCALE_DIR");
  LcApplication *application;
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : LC_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  /* For templates and plurals, which know no other. */
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname (LC_APP_ID);
  g_set_application_name (_ ("LabConnect"));

  dex_init ();
  lc_ui_init ();
  application = lc_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);

  g_object_unref (application);
  lc_finish ();
  return status;
}
