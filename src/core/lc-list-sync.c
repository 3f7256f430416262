/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-list-sync.h"

#define GONE G_MAXUINT

static guint
hash_id (gconstpointer key)
{
  guint hash = 5381;

  for (const char *at = key; *at != '\0'; at++)
    hash = hash * 33 + (guchar) g_ascii_tolower (*at);
  return hash;
}

static gboolean
equal_ids (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (a, b) == 0;
}

static gpointer
ref_item (gconstpointer item, gpointer user_data)
{
  return g_object_ref ((gpointer) item);
}

/* Keeps the longest run of @places (GONE left out) that is in order already and marks the others
 * as GONE, so that as few items as possible move. Patience sorting, O(n log n); linear when nothing
 * moved. */
static void
keep_longest_increasing (guint *places, guint n_places)
{
  g_autofree guint *tails = g_new (guint, n_places + 1); /* tails[l]: where a run of l + 1 ends */
  g_autofree guint *before = g_new (guint, n_places + 1);
  guint length = 0;
  guint at;

  for (guint i = 0; i < n_places; i++)
    {
      guint low = 0, high = length;

      if (places[i] == GONE)
        continue;
      if (length > 0 && places[tails[length - 1]] < places[i])
        low = length;
      while (low < high)
        {
          guint middle = (low + high) / 2;

          if (places[tails[middle]] < places[i])
            low = middle + 1;
          else
            high = middle;
        }
      before[i] = low > 0 ? tails[low - 1] : GONE;
      tails[low] = i;
      length = MAX (length, low + 1);
    }

  at = length > 0 ? tails[length - 1] : GONE;
  for (guint i = n_places; i-- > 0;)
    {
      if (i == at)
        at = before[i];
      else
        places[i] = GONE;
    }
}

/* From the end, one splice for each run. */
static void
remove_gone (GListStore *store, const guint *places, guint n_places)
{
  guint end = n_places;

  while (end > 0)
    {
      guint start = end;

      while (start > 0 && places[start - 1] == GONE)
        start--;
      if (start < end)
        g_list_store_splice (store, start, end - start, NULL, 0);
      end = start > 0 ? start - 1 : 0;
    }
}

static void
insert_missing (GListStore *store, GPtrArray *wanted, const gboolean *kept)
{
  guint end;

  for (guint start = 0; start < wanted->len; start = MAX (end, start + 1))
    {
      end = start;
      while (end < wanted->len && !kept[end])
        end++;
      if (end > start)
        g_list_store_splice (store, start, 0, wanted->pdata + start, end - start);
    }
}

void
lc_list_sync (GListStore *store, GListModel *fresh, LcItemId get_id, LcItemUpdate update)
{
  g_autoptr (GHashTable) places_by_id = g_hash_table_new (hash_id, equal_ids);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_fresh = g_list_model_get_n_items (fresh);
  guint n_old = g_list_model_get_n_items (G_LIST_MODEL (store));
  g_autofree guint *places = g_new (guint, n_old + 1); /* of each old item, in the new order */
  g_autoptr (GPtrArray) result = NULL;
  g_autofree gboolean *kept = NULL;
  g_autofree gboolean *taken = NULL;

  for (guint i = 0; i < n_fresh; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (fresh, i);
      char *id = (char *) get_id (item);

      if (g_hash_table_contains (places_by_id, id))
        continue;
      g_hash_table_insert (places_by_id, id, GUINT_TO_POINTER (wanted->len));
      g_ptr_array_add (wanted, g_steal_pointer (&item));
    }

  result = g_ptr_array_copy (wanted, ref_item, NULL);
  kept = g_new0 (gboolean, wanted->len + 1);
  taken = g_new0 (gboolean, wanted->len + 1);
  for (guint i = 0; i < n_old; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (store), i);
      gpointer place;

      places[i] = GONE;
      if (!g_hash_table_lookup_extended (places_by_id, get_id (item), NULL, &place) ||
          taken[GPOINTER_TO_UINT (place)])
        continue;
      places[i] = GPOINTER_TO_UINT (place);
      taken[places[i]] = TRUE;
      if (item != wanted->pdata[places[i]])
        {
          update (item, wanted->pdata[places[i]]);
          g_set_object ((GObject **) &result->pdata[places[i]], item);
        }
    }

  keep_longest_increasing (places, n_old);
  for (guint i = 0; i < n_old; i++)
    if (places[i] != GONE)
      kept[places[i]] = TRUE;
  remove_gone (store, places, n_old);
  insert_missing (store, result, kept);
}
