/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-machine-menu.h"

#include <glib/gi18n-lib.h>

#include "lc-connector.h"

static void
append_connectors (GMenu *menu, LcMachine *machine, GListModel *connectors)
{
  guint n = connectors != NULL ? g_list_model_get_n_items (connectors) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcConnector) connector = g_list_model_get_item (connectors, i);
      g_autoptr (GMenuItem) item = NULL;

      if (!lc_connector_supports (connector, machine))
        continue;

      item = g_menu_item_new (lc_connector_get_title (connector), NULL);
      g_menu_item_set_action_and_target (item, "machine.open", "s",
                                         lc_connector_get_id (connector));
      g_menu_append_item (menu, item);
    }

  g_menu_append (menu, _ ("_Connect…"), "machine.connect");
}

static void
append_section (GMenu *menu, GMenu *section)
{
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

GMenuModel *
lc_machine_menu_new (LcMachine *machine, GListModel *connectors)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) work = g_menu_new ();
  g_autoptr (GMenu) power = g_menu_new ();
  g_autoptr (GMenu) more = g_menu_new ();

  append_connectors (work, machine, connectors);
  append_section (menu, work);

  g_menu_append (power, _ ("_Start"), "machine.start");
  g_menu_append (power, _ ("S_top"), "machine.stop");
  append_section (menu, power);

  g_menu_append (more, _ ("Copy SSH Co_mmand"), "machine.copy-ssh");
  if (lc_machine_get_system (machine) != LC_MACHINE_SYSTEM_WINDOWS)
    g_menu_append (more, _ ("Use a _Key From Now On"), "machine.make-key");
  g_menu_append (more, _ ("_Reset Password…"), "machine.reset-password");
  g_menu_append (more, _ ("_Forget Identity…"), "machine.forget-identity");
  append_section (menu, more);

  return G_MENU_MODEL (g_steal_pointer (&menu));
}
