/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-failures.h"

#include "lc-error.h"

#define MOST 8

static GQueue failures = G_QUEUE_INIT; /* of texts */

static void
append_steps (GString *out, LcOperation *operation)
{
  GListModel *steps = lc_operation_get_steps (operation);
  g_autoptr (GEnumClass) states = g_type_class_ref (LC_TYPE_STEP_STATE);

  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (LcStep) step = g_list_model_get_item (steps, i);

      g_string_append_printf (out, "  %7.1f s  %s: %s\n", lc_step_get_elapsed (step),
                              lc_step_get_id (step),
                              g_enum_get_value (states, lc_step_get_state (step))->value_nick);
    }
}

void
lc_failures_add (LcOperation *operation)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%T");
  g_autofree char *report = lc_error_dup_report (lc_operation_get_error (operation));
  g_auto (GStrv) lines = g_strsplit (report, "\n", -1);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s, after %.1f s\n", time, lc_operation_get_elapsed (operation));
  append_steps (text, operation);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_string_append_printf (text, "    %s\n", lines[i]);

  g_queue_push_tail (&failures, g_string_free_and_steal (text));
  if (g_queue_get_length (&failures) > MOST)
    g_free (g_queue_pop_head (&failures));
}

char *
lc_failures_dup_text (void)
{
  GString *text = g_string_new (NULL);

  for (GList *link = failures.head; link != NULL; link = link->next)
    g_string_append (text, link->data);
  return g_string_free_and_steal (text);
}
