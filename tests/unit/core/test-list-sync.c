/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lc-list-sync.h>
#include <lc-machine.h>

static const char *
get_id (gpointer item)
{
  return lc_machine_get_id (item);
}

static void
update (gpointer item, gpointer fresh)
{
  lc_machine_update (item, fresh);
}

static GListStore *
make_list (const char *ids)
{
  GListStore *list = g_list_store_new (LC_TYPE_MACHINE);

  for (const char *at = ids; *at != '\0'; at++)
    {
      char id[2] = { *at, '\0' };
      g_autoptr (LcMachine) machine = lc_machine_new ("account", "lab", id, id);

      g_list_store_append (list, machine);
    }
  return list;
}

static char *
read_list (GListStore *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (LcMachine) machine = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append (text, lc_machine_get_id (machine));
    }
  return g_string_free (text, FALSE);
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, guint *signals)
{
  ++*signals;
}

/* Brings @before in line with @after; objects that stay must stay the same. */
static guint
sync_lists (const char *before, const char *after, const char *expected)
{
  g_autoptr (GListStore) store = make_list (before);
  g_autoptr (GListStore) fresh = make_list (after);
  g_autoptr (GHashTable) objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *result = NULL;
  guint signals = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (LcMachine) machine = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (!g_hash_table_contains (objects, lc_machine_get_id (machine)))
        g_hash_table_insert (objects, g_strdup (lc_machine_get_id (machine)), machine);
    }
  g_signal_connect (store, "items-changed", G_CALLBACK (changed_cb), &signals);
  lc_list_sync (store, G_LIST_MODEL (fresh), get_id, update);
  result = read_list (store);
  g_assert_cmpstr (result, ==, expected);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (LcMachine) machine = g_list_model_get_item (G_LIST_MODEL (store), i);
      gpointer known = g_hash_table_lookup (objects, lc_machine_get_id (machine));

      g_assert_true (known == NULL || known == machine);
    }
  return signals;
}

static void
test_simple (void)
{
  g_assert_cmpuint (sync_lists ("", "", ""), ==, 0);
  g_assert_cmpuint (sync_lists ("abc", "abc", "abc"), ==, 0);
  g_assert_cmpuint (sync_lists ("", "abc", "abc"), ==, 1);
  g_assert_cmpuint (sync_lists ("abc", "", ""), ==, 1);
  g_assert_cmpuint (sync_lists ("abcdef", "adef", "adef"), ==, 1);
  g_assert_cmpuint (sync_lists ("adef", "abcdef", "abcdef"), ==, 1);
  g_assert_cmpuint (sync_lists ("abcd", "abXYcd", "abXYcd"), ==, 1);
}

/* One that moved: one removal, one insertion. */
static void
test_moves (void)
{
  g_assert_cmpuint (sync_lists ("abcdef", "fabcde", "fabcde"), ==, 2);
  g_assert_cmpuint (sync_lists ("abcdef", "bcdefa", "bcdefa"), ==, 2);
  sync_lists ("abcdef", "fedcba", "fedcba");
}

static void
test_equal_ids (void)
{
  sync_lists ("ab", "aab", "ab");
  sync_lists ("aab", "ab", "ab");
  /* Case does not count; the object that is there keeps its own spelling. */
  sync_lists ("ab", "AB", "ab");
}

static void
test_random (void)
{
  for (guint round = 0; round < 3000; round++)
    {
      char before[12], after[12];

      for (guint side = 0; side < 2; side++)
        {
          char *text = side == 0 ? before : after;
          char letters[] = "abcdefghij";
          guint length = g_test_rand_int_range (0, 11);

          for (guint i = 0; i < length; i++)
            {
              guint other = g_test_rand_int_range (i, 10);
              char letter = letters[i];

              letters[i] = letters[other];
              letters[other] = letter;
            }
          letters[length] = '\0';
          g_strlcpy (text, letters, 12);
        }
      sync_lists (before, after, after);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/list-sync/simple", test_simple);
  g_test_add_func ("/list-sync/moves", test_moves);
  g_test_add_func ("/list-sync/equal-ids", test_equal_ids);
  g_test_add_func ("/list-sync/random", test_random);
  return g_test_run ();
}
