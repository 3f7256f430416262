/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file with the last-known list. What was read and written once reads the same ever after. */

#include <lc-catalog-cache.h>

#include "fuzz.h"

static void
check_machine (LcMachine *machine)
{
  g_assert_nonnull (lc_machine_get_id (machine));
  g_assert_nonnull (lc_machine_get_name (machine));
  g_assert_true (lc_machine_get_stale (machine));
  g_assert_nonnull (
      g_enum_get_value (g_type_class_peek (LC_TYPE_MACHINE_STATE), lc_machine_get_state (machine)));
}

static void
check_labs (GListModel *labs)
{
  for (guint i = 0; i < g_list_model_get_n_items (labs); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (labs, i);
      GListModel *machines = lc_lab_get_machines (lab);

      for (guint j = 0; j < g_list_model_get_n_items (machines); j++)
        {
          g_autoptr (LcMachine) machine = g_list_model_get_item (machines, j);

          check_machine (machine);
        }
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GListModel) labs = NULL;
  g_autoptr (GListModel) again = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  g_type_class_ref (LC_TYPE_MACHINE_STATE);
  labs = lc_catalog_cache_unpack (bytes);
  check_labs (labs);
  first = lc_catalog_cache_pack (labs);
  again = lc_catalog_cache_unpack (first);
  second = lc_catalog_cache_pack (again);
  g_assert_true (g_bytes_equal (first, second));
  return 0;
}
