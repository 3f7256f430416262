/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-ui.h"

#include "lc-ui-resources.h"

void
lc_ui_init (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      /* A constructor would not do: the linker drops it from a static library. */
      lc_ui_resources_register_resource ();
      g_once_init_leave (&once, 1);
    }
}
