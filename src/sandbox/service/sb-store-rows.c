/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-store-private.h"

gpointer
sb_store_take_one (SbRows *rows, SbReadRow read, const char *what, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gpointer item = NULL;

  if (rows == NULL)
    return NULL;

  if (sb_rows_next (rows, &problem))
    item = read (rows);
  else if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, SB_ERROR, SB_ERROR_NOT_FOUND, "The %s was not found.", what);
  sb_rows_free (rows);

  return item;
}

GPtrArray *
sb_store_take_all (SbRows *rows, SbReadRow read, GDestroyNotify destroy, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (destroy);
  g_autoptr (GError) problem = NULL;

  if (rows == NULL)
    return NULL;

  while (sb_rows_next (rows, &problem))
    g_ptr_array_add (items, read (rows));
  sb_rows_free (rows);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }

  return g_steal_pointer (&items);
}
