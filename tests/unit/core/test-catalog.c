/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <await.h>
#include <glib/gstdio.h>
#include <lc-async.h>
#include <lc-error.h>
#include <lc-fake-network-monitor.h>
#include <string.h>

#include "world.h"

static guint
count_labs (World *world)
{
  return g_list_model_get_n_items (G_LIST_MODEL (world->catalog));
}

static LcLab *
lab_at (World *world, guint position)
{
  g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (world->catalog), position);

  return lab;
}

static void
fall_asleep_cb (gpointer awake)
{
  *(gboolean *) awake = FALSE;
}

static void
wait_ms (guint milliseconds)
{
  await_future (lc_sleep (milliseconds), 10, NULL, NULL);
}

static void
test_refresh (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine;

  g_assert_cmpint (lc_catalog_get_state (world->catalog), ==, LC_CATALOG_EMPTY);
  machine = world_load (world, "LAB-2");
  g_assert_cmpint (lc_catalog_get_state (world->catalog), ==, LC_CATALOG_READY);
  g_assert_nonnull (lc_catalog_get_updated_at (world->catalog));
  g_assert_cmpstr (lc_machine_get_provider_id (machine), ==, "fake");

  lc_machine_set_state (lc_fake_provider_get (world->provider, "lab-2"), LC_MACHINE_STATE_RUNNING);
  lc_fake_provider_add_lab (world->provider, "second", "Second", 1, TRUE);
  g_assert_true (world_load (world, "lab-2") == machine);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_RUNNING);
  g_assert_cmpuint (count_labs (world), ==, 2);
  lc_fake_provider_remove_lab (world->provider, "lab");
  g_assert_nonnull (world_load (world, "second-1"));
  g_assert_cmpuint (count_labs (world), ==, 1);
  g_assert_null (lc_catalog_find_machine (world->catalog, NULL, "lab-2"));
}

/* Nobody looks: nothing is asked. Somebody looks: at once, then fast only while something changes.
 */
static void
test_polling (void)
{
  g_autoptr (World) world = world_new ();
  guint before;

  wait_ms (200);
  g_assert_cmpuint (lc_fake_provider_count (world->provider, NULL), ==, 0);
  lc_catalog_set_active (world->catalog, TRUE);
  await_condition (lc_catalog_get_state (world->catalog) == LC_CATALOG_READY, 5);
  wait_ms (3500);
  g_assert_cmpuint (lc_fake_provider_count (world->provider, "list-labs"), ==, 1);

  lc_machine_set_state (lc_fake_provider_get (world->provider, "lab-1"), LC_MACHINE_STATE_STARTING);
  world_load (world, "lab-1");
  before = lc_fake_provider_count (world->provider, "list-labs");
  await_condition (lc_fake_provider_count (world->provider, "list-labs") == before + 1, 5);

  lc_catalog_set_active (world->catalog, FALSE);
  wait_ms (3500);
  g_assert_cmpuint (lc_fake_provider_count (world->provider, "list-labs"), ==, before + 1);
}

static void
test_failure (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GError) offline = lc_error_new (LC_ERROR_OFFLINE, "refused");
  g_autoptr (GError) forbidden = lc_error_new (LC_ERROR_FORBIDDEN, "no");
  g_autoptr (GError) error = NULL;
  g_autoptr (LcAccount) other = lc_fake_account_new ("bob@school.example");

  world_load (world, "lab-1");
  lc_account_store_add (world->accounts, other, NULL);
  lc_fake_provider_fail (world->provider, "list-labs", 1, forbidden);
  g_assert_false (await_future (lc_catalog_refresh (world->catalog), 5, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_FORBIDDEN);
  g_assert_cmpint (lc_catalog_get_state (world->catalog), ==, LC_CATALOG_FAILED);
  g_assert_error (lc_catalog_get_error (world->catalog), LC_ERROR, LC_ERROR_FORBIDDEN);
  g_assert_cmpuint (count_labs (world), ==, 1);

  lc_fake_provider_fail (world->provider, "list-labs", 1, offline);
  await_future (lc_catalog_refresh (world->catalog), 5, NULL, NULL);
  g_assert_cmpint (lc_catalog_get_state (world->catalog), ==, LC_CATALOG_OFFLINE);
  world_load (world, "lab-1");
  g_assert_null (lc_catalog_get_error (world->catalog));
}

/* Until somebody has signed in again nothing is asked. */
static void
test_needs_sign_in (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GError) expired = lc_error_new (LC_ERROR_AUTH_REQUIRED, "expired");

  lc_fake_provider_fail (world->provider, "list-labs", 1, expired);
  lc_account_set_needs_sign_in (world->account, TRUE);
  lc_catalog_set_active (world->catalog, TRUE);
  await_condition (lc_catalog_get_state (world->catalog) == LC_CATALOG_FAILED, 5);
  wait_ms (4000);
  g_assert_cmpuint (lc_fake_provider_count (world->provider, "list-labs"), ==, 1);
  lc_account_set_needs_sign_in (world->account, FALSE);
  await_condition (lc_catalog_get_state (world->catalog) == LC_CATALOG_READY, 5);
}

static void
test_last_known (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-2");

  lc_machine_set_claimed_by (lc_fake_provider_get (world->provider, "lab-2"), "Bob");
  world_load (world, "lab-2");
  world_restart (world);
  machine = lc_catalog_find_machine (world->catalog, NULL, "lab-2");
  g_assert_nonnull (machine);
  g_assert_true (lc_machine_get_stale (machine));
  g_assert_true (lc_lab_get_stale (lab_at (world, 0)));
  g_assert_cmpstr (lc_machine_get_claimed_by (machine), ==, "Bob");
  g_assert_cmpuint (lc_machine_get_ssh_port (machine), ==, 2202);
  g_assert_true (world_load (world, "lab-2") == machine);
  g_assert_false (lc_machine_get_stale (machine));
  g_assert_false (lc_lab_get_stale (lab_at (world, 0)));
}

static void
test_broken_cache (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *whole = NULL;
  gsize size;

  /* Cut short, as by a full disk, or with a byte of a name changed: all or nothing. */
  world_load (world, "lab-1");
  world_restart (world);
  g_assert_cmpuint (count_labs (world), ==, 1);
  g_assert_true (g_file_get_contents (world->cache_path, &whole, &size, NULL));
  *(char *) memmem (whole, size, "Data science", 12) = '\xff';
  for (gsize length = 0; length <= size; length++)
    {
      g_file_set_contents (world->cache_path, whole, (gssize) length, NULL);
      world_restart (world);
      g_assert_cmpuint (count_labs (world), ==, 0);
    }

  for (guint length = 0; length < 200; length += 7)
    {
      g_autofree char *junk = g_malloc (length + 1);

      for (guint i = 0; i < length; i++)
        junk[i] = g_test_rand_int_range (0, 256);
      g_file_set_contents (world->cache_path, junk, length, NULL);
      world_restart (world);
      g_assert_cmpuint (count_labs (world), ==, 0);
    }
}

/* Signed out while a request is under way: nothing comes back, and nothing stays on disk. */
static void
test_sign_out (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcAccount) account = g_object_ref (world->account);
  DexFuture *late;

  world_load (world, "lab-1");
  lc_fake_provider_set_delay (world->provider, 100);
  late = lc_catalog_refresh (world->catalog);
  lc_account_store_remove (world->accounts, lc_account_get_id (account), NULL);
  g_assert_cmpuint (count_labs (world), ==, 0);
  await_future (late, 5, NULL, NULL);
  wait_ms (200);
  g_assert_cmpuint (count_labs (world), ==, 0);
  lc_account_store_add (world->accounts, account, NULL);
  world_restart (world);
  g_assert_cmpuint (count_labs (world), ==, 0);
}

/* An answer that was asked for before something was known for certain does not undo it. */
static void
test_late_answer (void)
{
  g_autoptr (World) world = world_new ();
  LcMachine *machine = world_load (world, "lab-1");
  DexFuture *late;

  lc_fake_provider_set_delay (world->provider, 150);
  late = lc_catalog_refresh (world->catalog);
  wait_ms (20);
  lc_fake_provider_set_delay (world->provider, 0);
  lc_machine_set_state (lc_fake_provider_get (world->provider, "lab-1"), LC_MACHINE_STATE_RUNNING);
  await_future (lc_catalog_refresh_machine (world->catalog, machine), 5, NULL, NULL);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_RUNNING);
  await_future (late, 5, NULL, NULL);
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_RUNNING);
}

/* A lab whose machines are listed apart is asked for when it is looked at. */
static void
test_current_lab (void)
{
  g_autoptr (World) world = world_new ();
  LcLab *lab;

  lc_fake_provider_add_lab (world->provider, "bare", "Bare", 4, FALSE);
  world_load (world, "lab-1");
  lab = lab_at (world, 1);
  g_assert_false (lc_lab_get_loaded (lab));
  lc_catalog_set_current_lab (world->catalog, lab);
  await_condition (lc_lab_get_loaded (lab), 5);
  g_assert_cmpuint (g_list_model_get_n_items (lc_lab_get_machines (lab)), ==, 4);
  lc_fake_provider_remove_machine (world->provider, "bare-3");
  world_load (world, "bare-1");
  g_assert_cmpuint (g_list_model_get_n_items (lc_lab_get_machines (lab)), ==, 3);
  g_assert_cmpuint (lc_fake_provider_count (world->provider, "list-machines"), ==, 2);
}

/* Who leaves a lab while its machines are being listed, and comes back, sees the newer list, even
 * if the older one comes last. */
static void
test_leave_and_come_back (void)
{
  g_autoptr (World) world = world_new ();
  LcLab *lab;
  DexFuture *old;

  lc_fake_provider_add_lab (world->provider, "bare", "Bare", 3, FALSE);
  world_load (world, "lab-1");
  lab = lab_at (world, 1);
  lc_catalog_set_current_lab (world->catalog, lab);
  await_condition (lc_lab_get_loaded (lab), 5);

  old = lc_catalog_refresh (world->catalog);
  await_condition (lc_fake_provider_count (world->provider, "list-labs") == 2, 5);
  lc_fake_provider_set_delay (world->provider, 300);
  await_condition (lc_fake_provider_count (world->provider, "list-machines") == 2, 5);
  wait_ms (20);
  lc_fake_provider_set_delay (world->provider, 0);
  lc_fake_provider_remove_machine (world->provider, "bare-2");
  lc_catalog_set_current_lab (world->catalog, lab_at (world, 0));
  lc_catalog_set_current_lab (world->catalog, lab);
  await_condition (g_list_model_get_n_items (lc_lab_get_machines (lab)) == 2, 5);
  g_assert_true (dex_future_is_pending (old));
  await_future (old, 5, NULL, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (lc_lab_get_machines (lab)), ==, 2);
}

static guint n_polls;

static gint
count_poll (GPollFD *fds, guint n_fds, gint timeout)
{
  n_polls++;
  return g_poll (fds, n_fds, timeout);
}

/* Nobody looks, whatever happens in the lab: the program does not wake up at all. */
static void
test_asleep (void)
{
  g_autoptr (World) world = world_new ();
  gboolean awake = TRUE;

  lc_machine_set_state (lc_fake_provider_get (world->provider, "lab-1"), LC_MACHINE_STATE_STARTING);
  lc_catalog_set_active (world->catalog, TRUE);
  await_condition (lc_catalog_get_state (world->catalog) == LC_CATALOG_READY, 5);
  lc_catalog_set_active (world->catalog, FALSE);
  /* The last thing that is left to do. */
  await_condition (g_file_test (world->cache_path, G_FILE_TEST_EXISTS), 10);

  g_main_context_set_poll_func (NULL, count_poll);
  n_polls = 0;
  g_timeout_add_once (4000, fall_asleep_cb, &awake);
  while (awake)
    g_main_context_iteration (NULL, TRUE);
  g_main_context_set_poll_func (NULL, NULL);
  g_assert_cmpuint (n_polls, ==, 1);
}

static void
test_network (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (LcCloud) cloud = lc_cloud_for_id ("azure", NULL);
  g_autoptr (LcAccount) account =
      lc_account_new (cloud, "tenant", "far", "far@school.example", NULL);
  guint before;

  lc_account_store_remove (world->accounts, lc_account_get_id (world->account), NULL);
  world_use_account (world, account);
  lc_fake_provider_add_lab (world->provider, "far", "Far away", 2, TRUE);
  lc_account_store_add (world->accounts, account, NULL);
  lc_catalog_set_active (world->catalog, TRUE);
  await_condition (lc_catalog_get_state (world->catalog) == LC_CATALOG_READY, 5);
  g_assert_false (lc_lab_get_stale (lab_at (world, 0)));

  before = lc_fake_provider_count (world->provider, NULL);
  lc_fake_network_monitor_set_available (FALSE);
  g_assert_cmpint (lc_catalog_get_state (world->catalog), ==, LC_CATALOG_OFFLINE);
  g_assert_true (lc_lab_get_stale (lab_at (world, 0)));
  g_assert_true (lc_machine_get_stale (lc_catalog_find_machine (world->catalog, NULL, "far-1")));
  wait_ms (500);
  g_assert_cmpuint (lc_fake_provider_count (world->provider, NULL), ==, before);

  lc_fake_network_monitor_set_available (TRUE);
  await_condition (lc_catalog_get_state (world->catalog) == LC_CATALOG_READY &&
                       !lc_lab_get_stale (lab_at (world, 0)),
                   5);
  g_assert_cmpuint (lc_fake_provider_count (world->provider, "list-labs"), ==, before + 1);
}

/* A local lab needs no network. */
static void
test_local_without_network (void)
{
  g_autoptr (World) world = NULL;

  lc_fake_network_monitor_set_available (FALSE);
  world = world_new ();
  lc_catalog_set_active (world->catalog, TRUE);
  await_condition (lc_catalog_get_state (world->catalog) == LC_CATALOG_READY, 5);
  lc_fake_network_monitor_set_available (TRUE);
  g_assert_false (lc_lab_get_stale (lab_at (world, 0)));
}

static void
count_notify_cb (GObject *object, GParamSpec *pspec, guint *count)
{
  ++*count;
}

/* Thousands of machines that did not change cost no notification. */
static void
test_many (void)
{
  g_autoptr (World) world = world_new ();
  guint notified = 0, changed = 0;
  LcMachine *machine;
  gint64 start;

  lc_fake_provider_add_lab (world->provider, "big", "Big", 5000, TRUE);
  machine = world_load (world, "big-5000");
  g_signal_connect (machine, "notify", G_CALLBACK (count_notify_cb), &notified);
  g_signal_connect_swapped (lc_lab_get_machines (lab_at (world, 1)), "items-changed",
                            G_CALLBACK (g_atomic_int_inc), &changed);
  start = g_get_monotonic_time ();
  world_load (world, "big-5000");
  g_test_message ("5,000 machines in %.0f ms", (g_get_monotonic_time () - start) / 1000.0);
  g_assert_cmpuint (notified, ==, 0);
  g_assert_cmpuint (changed, ==, 0);
}

int
main (int argc, char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  lc_fake_network_monitor_install ();
  g_test_add_func ("/catalog/refresh", test_refresh);
  g_test_add_func ("/catalog/polling", test_polling);
  g_test_add_func ("/catalog/failure", test_failure);
  g_test_add_func ("/catalog/needs-sign-in", test_needs_sign_in);
  g_test_add_func ("/catalog/last-known", test_last_known);
  g_test_add_func ("/catalog/broken-cache", test_broken_cache);
  g_test_add_func ("/catalog/sign-out", test_sign_out);
  g_test_add_func ("/catalog/late-answer", test_late_answer);
  g_test_add_func ("/catalog/current-lab", test_current_lab);
  g_test_add_func ("/catalog/leave-and-come-back", test_leave_and_come_back);
  g_test_add_func ("/catalog/asleep", test_asleep);
  g_test_add_func ("/catalog/network", test_network);
  g_test_add_func ("/catalog/local-without-network", test_local_without_network);
  g_test_add_func ("/catalog/many", test_many);
  return g_test_run ();
}
