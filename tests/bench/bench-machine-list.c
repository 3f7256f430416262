/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A lab of 5,000 machines beside one of 50: time to show it, memory, and frames that come late
 * while it scrolls. */

#include "../support/await.h"
#include "../ui/ui-world.h"

#define FRAMES 240
#define STEP   48 /* px a frame: a fast fling */

typedef struct
{
  GtkAdjustment *adjustment;
  double direction;
  gint64 last;
  gint64 refresh; /* us */
  guint frames;
  guint late;
  gint64 worst;
} Scroll;

typedef struct
{
  double shown_ms;
  double memory_mb;
  guint late;
  double worst_ms;
} Figures;

static double
resident_mb (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", 3);
  return g_ascii_strtoull (fields[1], NULL, 10) * 4096.0 / 1e6;
}

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Scroll *scroll = user_data;
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  GtkAdjustment *adjustment = scroll->adjustment;
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  double value = gtk_adjustment_get_value (adjustment) + scroll->direction * STEP;

  gdk_frame_clock_get_refresh_info (clock, now, &scroll->refresh, NULL);
  if (scroll->last != 0)
    {
      gint64 interval = now - scroll->last;

      scroll->late += MAX ((interval + scroll->refresh / 2) / scroll->refresh - 1, 0);
      scroll->worst = MAX (scroll->worst, interval);
    }
  scroll->last = now;
  if (value >= end || value <= 0)
    scroll->direction = -scroll->direction;
  gtk_adjustment_set_value (adjustment, CLAMP (value, 0, end));
  return ++scroll->frames < FRAMES ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
await_frame (GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  gboolean painted = FALSE;
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &painted);

  gtk_widget_queue_draw (widget);
  await_condition (painted, 60);
  g_signal_handler_disconnect (clock, id);
}

static Figures
measure (guint n_machines)
{
  g_autoptr (UiWorld) world = ui_world_new ();
  Scroll scroll = { .direction = 1 };
  Figures figures;
  GtkWidget *list;
  double before;
  gint64 began;

  before = resident_mb ();
  lc_fake_provider_add_lab (ui_world_add_account (world, "ada@school.example"), "vm", "Statistics",
                            n_machines, TRUE);
  began = g_get_monotonic_time ();
  ui_world_show (world, 960, 640);
  await_condition ((list = ui_find (world->window, GTK_TYPE_LIST_VIEW, NULL)) != NULL, 30);
  await_frame (list);
  figures.shown_ms = (g_get_monotonic_time () - began) / 1000.0;
  figures.memory_mb = resident_mb () - before;

  scroll.adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  gtk_widget_add_tick_callback (list, scroll_cb, &scroll, NULL);
  await_condition (scroll.frames >= FRAMES, 120);
  figures.late = scroll.late;
  figures.worst_ms = scroll.worst / 1000.0;
  return figures;
}

int
main (int argc, char *argv[])
{
  Figures few, rows, many;

  gtk_init ();
  adw_init ();
  dex_init ();
  measure (50); /* disk caches, styles */
  few = measure (50);
  many = measure (5000);
  rows = measure (200); /* as many rows as GtkListView makes, however long its list is */
  g_print (
      "machines: 50 | 5000\n"
      "time to show: %.0f ms | %.0f ms, ratio %.2f; to 200 machines, which are as many rows: %.2f\n"
      "memory: %.1f MB | %.1f MB\n"
      "frames late while scrolling %d frames: %u | %u, worst frame %.0f ms | %.0f ms\n",
      few.shown_ms, many.shown_ms, many.shown_ms / few.shown_ms, many.shown_ms / rows.shown_ms,
      few.memory_mb, many.memory_mb, FRAMES, few.late, many.late, few.worst_ms, many.worst_ms);
  return 0;
}
