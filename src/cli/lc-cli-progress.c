/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-progress.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#define FRAME_MS 100

struct _LcCliProgress
{
  GObject parent_instance;

  LcCliTerminal *terminal;
  LcOperation *operation;
  GHashTable *told; /* LcStep → its state and detail, as text, when it was last told */
  guint frame_id;
  guint frame;
};

G_DEFINE_FINAL_TYPE (LcCliProgress, lc_cli_progress, G_TYPE_OBJECT)

static gboolean
can_draw (void)
{
  return g_get_charset (NULL);
}

static char *
describe (LcStep *step, const char *mark)
{
  const char *detail = lc_step_get_detail (step);
  double elapsed = lc_step_get_elapsed (step);
  g_autofree char *time = NULL;

  if (elapsed >= 0.05)
    /* Translators: seconds, as short as can be */
    time = g_strdup_printf (_ ("%.1f s"), elapsed);

  return g_strdup_printf ("%s %s%s%s%s%s", mark, lc_step_get_title (step), time != NULL ? "  " : "",
                          time != NULL ? time : "", detail != NULL ? "  – " : "",
                          detail != NULL ? detail : "");
}

static const char *
mark_of (LcStepState state)
{
  switch (state)
    {
    case LC_STEP_DONE:
      return can_draw () ? "✓" : "*";
    case LC_STEP_FAILED:
      return can_draw () ? "✗" : "!";
    case LC_STEP_RUNNING:
      return can_draw () ? "…" : ".";
    case LC_STEP_SKIPPED:
    case LC_STEP_PENDING:
    default:
      return " ";
    }
}

static void
draw_frame (LcCliProgress *self)
{
  static const char *const frames[] = { "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏" };
  LcStep *step = lc_operation_get_current_step (self->operation);
  g_autofree char *line = NULL;

  if (step != NULL && lc_step_get_state (step) == LC_STEP_RUNNING)
    line = describe (step, can_draw () ? frames[self->frame++ % G_N_ELEMENTS (frames)] : "-");
  lc_cli_terminal_set_live_line (self->terminal, line);
}

static gboolean
frame_cb (gpointer user_data)
{
  draw_frame (user_data);
  return G_SOURCE_CONTINUE;
}

/* Whether there is something new to tell of the step: its end, and where no line changes also what
 * it waits for. */
static gboolean
is_news (LcCliProgress *self, LcStep *step)
{
  LcStepState state = lc_step_get_state (step);
  const char *detail = lc_step_get_detail (step);
  gboolean ended = state == LC_STEP_DONE || state == LC_STEP_FAILED;
  g_autofree char *now = NULL;

  if (!ended &&
      (state != LC_STEP_RUNNING || detail == NULL || lc_cli_terminal_is_live (self->terminal)))
    return FALSE;

  now = g_strdup_printf ("%d %s", state, ended ? "" : detail);
  if (g_strcmp0 (g_hash_table_lookup (self->told, step), now) == 0)
    return FALSE;

  g_hash_table_replace (self->told, g_object_ref (step), g_steal_pointer (&now));
  return TRUE;
}

static void
step_cb (LcStep *step, GParamSpec *pspec, LcCliProgress *self)
{
  g_autofree char *line = NULL;

  if (!is_news (self, step))
    return;

  line = describe (step, mark_of (lc_step_get_state (step)));
  if (lc_cli_terminal_is_live (self->terminal))
    lc_cli_terminal_set_live_line (self->terminal, NULL);
  lc_cli_terminal_print (self->terminal, line);
}

static void
steps_cb (GListModel *steps, guint position, guint removed, guint added, LcCliProgress *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LcStep) step = g_list_model_get_item (steps, i);

      g_signal_connect_object (step, "notify::state", G_CALLBACK (step_cb), self, 0);
      g_signal_connect_object (step, "notify::detail", G_CALLBACK (step_cb), self, 0);
      step_cb (step, NULL, self);
    }
}

static void
finished_cb (LcCliProgress *self)
{
  g_clear_handle_id (&self->frame_id, g_source_remove);
  lc_cli_terminal_set_live_line (self->terminal, NULL);
}

static void
lc_cli_progress_dispose (GObject *object)
{
  LcCliProgress *self = LC_CLI_PROGRESS (object);

  if (self->frame_id != 0)
    finished_cb (self);
  g_clear_pointer (&self->told, g_hash_table_unref);
  g_clear_object (&self->operation);
  g_clear_object (&self->terminal);

  G_OBJECT_CLASS (lc_cli_progress_parent_class)->dispose (object);
}

static void
lc_cli_progress_class_init (LcCliProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_cli_progress_dispose;
}

static void
lc_cli_progress_init (LcCliProgress *self)
{
  self->told = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

LcCliProgress *
lc_cli_progress_new (LcCliTerminal *terminal, LcOperation *operation)
{
  LcCliProgress *self = g_object_new (LC_TYPE_CLI_PROGRESS, NULL);
  GListModel *steps = lc_operation_get_steps (operation);

  self->terminal = g_object_ref (terminal);
  self->operation = g_object_ref (operation);
  g_signal_connect_object (steps, "items-changed", G_CALLBACK (steps_cb), self, 0);
  g_signal_connect_object (operation, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  steps_cb (steps, 0, 0, g_list_model_get_n_items (steps), self);
  if (lc_cli_terminal_is_live (terminal) && lc_operation_is_running (operation))
    self->frame_id = g_timeout_add (FRAME_MS, frame_cb, self);
  return self;
}
