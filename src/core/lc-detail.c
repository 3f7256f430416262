/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-detail.h"

#include "lc-printable.h"

static void
detail_free (gpointer data)
{
  LcDetail *detail = data;

  g_free (detail->value);
  g_free (detail);
}

GPtrArray *
lc_details_new (void)
{
  return g_ptr_array_new_with_free_func (detail_free);
}

void
lc_details_add (GPtrArray *details, const char *name, const char *value, gboolean personal)
{
  LcDetail *detail;

  if (value == NULL)
    return;

  detail = g_new0 (LcDetail, 1);
  detail->name = name;
  detail->value = lc_dup_printable_line (value);
  detail->personal = personal;
  g_ptr_array_add (details, detail);
}
