/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-machine-text.h"

#include <glib/gi18n-lib.h>

#include "lc-format.h"

const char *
lc_machine_state_text (LcMachineState state)
{
  switch (state)
    {
    case LC_MACHINE_STATE_CREATING:
      return _ ("Being created…");
    case LC_MACHINE_STATE_STOPPED:
      return _ ("Stopped");
    case LC_MACHINE_STATE_STARTING:
      return _ ("Starting…");
    case LC_MACHINE_STATE_RUNNING:
      return _ ("Running");
    case LC_MACHINE_STATE_STOPPING:
      return _ ("Stopping…");
    case LC_MACHINE_STATE_UPDATING:
      return _ ("Being updated…");
    case LC_MACHINE_STATE_FAILED:
      return _ ("Failed");
    case LC_MACHINE_STATE_DELETING:
      return _ ("Being deleted…");
    case LC_MACHINE_STATE_UNKNOWN:
    default:
      return _ ("State unknown");
    }
}

const char *
lc_machine_state_icon (LcMachineState state)
{
  switch (state)
    {
    case LC_MACHINE_STATE_RUNNING:
      return "lc-machine-running-symbolic";
    case LC_MACHINE_STATE_STOPPED:
      return "lc-machine-stopped-symbolic";
    case LC_MACHINE_STATE_FAILED:
      return "lc-machine-failed-symbolic";
    case LC_MACHINE_STATE_CREATING:
    case LC_MACHINE_STATE_STARTING:
    case LC_MACHINE_STATE_STOPPING:
    case LC_MACHINE_STATE_UPDATING:
    case LC_MACHINE_STATE_DELETING:
      return "lc-machine-changing-symbolic";
    case LC_MACHINE_STATE_UNKNOWN:
    default:
      return "lc-machine-unknown-symbolic";
    }
}

const char *
lc_machine_state_style (LcMachineState state)
{
  if (state == LC_MACHINE_STATE_RUNNING)
    return "running";
  if (state == LC_MACHINE_STATE_FAILED)
    return "failed";

  return NULL;
}

const char *
lc_machine_system_text (LcMachineSystem system)
{
  switch (system)
    {
    case LC_MACHINE_SYSTEM_LINUX:
      return _ ("Linux");
    case LC_MACHINE_SYSTEM_WINDOWS:
      return _ ("Windows");
    case LC_MACHINE_SYSTEM_UNKNOWN:
    default:
      return NULL;
    }
}

static void
append_part (GString *text, const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

char *
lc_machine_dup_summary (LcMachine *machine)
{
  const char *claimed_by = lc_machine_get_claimed_by (machine);
  g_autofree char *user = NULL;
  GString *text = g_string_new (lc_machine_state_text (lc_machine_get_state (machine)));

  if (lc_machine_get_is_template (machine))
    append_part (text, _ ("Template machine"));
  if (claimed_by != NULL)
    {
      /* Translators: %s is the person who uses the machine */
      user = g_strdup_printf (_ ("Used by %s"), claimed_by);
      append_part (text, user);
    }
  append_part (text, lc_machine_system_text (lc_machine_get_system (machine)));
  if (lc_machine_get_stale (machine))
    append_part (text, _ ("Last known state"));

  return g_string_free (text, FALSE);
}

char *
lc_machine_dup_accessible_label (LcMachine *machine)
{
  g_autofree char *summary = lc_machine_dup_summary (machine);
  g_autofree char *usage = NULL;

  if (lc_machine_get_usage (machine) <= 0 && lc_machine_get_quota (machine) < 0)
    /* Translators: name of a machine, then its state */
    return g_strdup_printf (_ ("%s, %s"), lc_machine_get_name (machine), summary);

  usage = lc_format_usage (lc_machine_get_usage (machine), lc_machine_get_quota (machine));
  /* Translators: name of a machine, then its state, then hours used */
  return g_strdup_printf (_ ("%s, %s, %s"), lc_machine_get_name (machine), summary, usage);
}

static LcConnector *
find_connector (LcMachine *machine, GListModel *connectors)
{
  guint n = connectors != NULL ? g_list_model_get_n_items (connectors) : 0;

  for (guint i = 0; i < n; i++)
    {
      /* The list keeps its own reference. */
      g_autoptr (LcConnector) connector = g_list_model_get_item (connectors, i);

      if (lc_connector_supports (connector, machine))
        return connector;
    }

  return NULL;
}

LcPrimary
lc_primary_for_machine (LcMachine *machine, GListModel *connectors, LcOperation *operation)
{
  LcMachineState state = lc_machine_get_state (machine);
  gboolean can_start = (lc_machine_get_actions (machine) & LC_MACHINE_CAN_START) != 0;
  LcConnector *connector;

  if (lc_machine_state_is_transitional (state))
    return (LcPrimary) { LC_PRIMARY_BUSY, NULL, lc_machine_state_text (state) };

  if (operation != NULL && lc_operation_is_running (operation))
    return (LcPrimary) { LC_PRIMARY_BUSY, NULL, _ ("Working…") };

  connector = find_connector (machine, connectors);
  if (connector != NULL && (state == LC_MACHINE_STATE_RUNNING || can_start))
    return (LcPrimary) { LC_PRIMARY_OPEN, connector, lc_connector_get_title (connector) };

  if (can_start && state != LC_MACHINE_STATE_RUNNING)
    return (LcPrimary) { LC_PRIMARY_START, NULL, _ ("Start") };

  return (LcPrimary) { LC_PRIMARY_NONE, NULL, NULL };
}
