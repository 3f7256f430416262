/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <await.h>
#include <lc-error.h>
#include <lc-fake-connector.h>

typedef struct
{
  LcMachine *machine;
  LcConnection *connection;
  guint notified[2];
} Fixture;

static void
count_cb (guint *count)
{
  *count += 1;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->machine = lc_machine_new ("account", "lab", "lab-1", "vm-1");
  self->connection = LC_CONNECTION (lc_fake_connection_new (self->machine, "notebook"));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->connection);
  g_assert_finalize_object (self->machine);
}

static void
test_traffic_is_told_now_and_then (Fixture *self, gconstpointer data)
{
  LcConnection *connection = self->connection;
  g_autoptr (LcConnection) other = NULL;
  guint others = 0;

  g_signal_connect_swapped (connection, "notify::bytes-received", G_CALLBACK (count_cb),
                            &self->notified[0]);
  g_signal_connect_swapped (connection, "notify::latency", G_CALLBACK (count_cb),
                            &self->notified[1]);
  for (guint i = 1; i <= 1000; i++)
    {
      lc_connection_set_bytes (connection, i, 2 * i);
      lc_connection_set_rates (connection, 3 * i, 4 * i);
      lc_connection_set_latency (connection, 5 * i);
    }
  g_assert_cmpuint (self->notified[0], ==, 0);
  await_condition (self->notified[0] > 0, 5);
  g_assert_cmpuint (self->notified[0], ==, 1);
  g_assert_cmpuint (self->notified[1], ==, 1);
  g_assert_cmpuint (lc_connection_get_bytes_received (connection), ==, 1000);
  g_assert_cmpuint (lc_connection_get_bytes_sent (connection), ==, 2000);
  g_assert_cmpuint (lc_connection_get_rate_received (connection), ==, 3000);
  g_assert_cmpuint (lc_connection_get_rate_sent (connection), ==, 4000);
  g_assert_cmpint (lc_connection_get_latency (connection), ==, 5000);

  /* The same again is no news. */
  lc_connection_set_bytes (connection, 1000, 2000);
  lc_connection_set_rates (connection, 3000, 4000);
  lc_connection_set_latency (connection, 5000);
  /* One that has news tells them later than this one would. */
  other = LC_CONNECTION (lc_fake_connection_new (self->machine, "notebook"));
  g_signal_connect_swapped (other, "notify::latency", G_CALLBACK (count_cb), &others);
  lc_connection_set_latency (other, 1);
  await_condition (others > 0, 5);
  g_assert_cmpuint (self->notified[0], ==, 1);
}

static void
test_closing_tells_the_rest (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = lc_error_new (LC_ERROR_OFFLINE, "lost");

  g_signal_connect_swapped (self->connection, "notify::bytes-received", G_CALLBACK (count_cb),
                            &self->notified[0]);
  lc_connection_set_bytes (self->connection, 7, 8);
  lc_connection_set_rates (self->connection, 7, 8);
  lc_connection_set_closed (self->connection, error);
  g_assert_cmpuint (self->notified[0], ==, 1);
  g_assert_cmpuint (lc_connection_get_bytes_received (self->connection), ==, 7);
  /* Nothing moves any more. */
  g_assert_cmpuint (lc_connection_get_rate_received (self->connection), ==, 0);
  g_assert_error (lc_connection_get_error (self->connection), LC_ERROR, LC_ERROR_OFFLINE);
}

static void
test_proven_and_notice (Fixture *self, gconstpointer data)
{
  gboolean proven = TRUE;
  g_autofree char *notice = NULL;

  g_assert_false (lc_connection_get_proven (self->connection));
  g_signal_connect_swapped (self->connection, "notify::proven", G_CALLBACK (count_cb),
                            &self->notified[0]);
  lc_connection_set_proven (self->connection, TRUE);
  lc_connection_set_proven (self->connection, TRUE);
  g_assert_cmpuint (self->notified[0], ==, 1);
  lc_connection_set_proven (self->connection, FALSE);
  lc_connection_set_notice (self->connection, "Another port");
  g_object_get (self->connection, "proven", &proven, "notice", &notice, NULL);
  g_assert_false (proven);
  g_assert_cmpstr (notice, ==, "Another port");
}

#define ADD(name, func) g_test_add ("/connection/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("traffic-is-told-now-and-then", test_traffic_is_told_now_and_then);
  ADD ("closing-tells-the-rest", test_closing_tells_the_rest);
  ADD ("proven-and-notice", test_proven_and_notice);
  return g_test_run ();
}
