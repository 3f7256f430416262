/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-cli-json.h"
#include "lc-cli-table.h"

static gboolean as_json;
static char *only_lab;

static const GOptionEntry labs_entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &as_json,
                                               N_ ("Print JSON"), NULL },
                                             G_OPTION_ENTRY_NULL };

static const GOptionEntry machines_entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("Print JSON"), NULL },
  { "lab", 0, 0, G_OPTION_ARG_STRING, &only_lab, N_ ("Only machines of this lab"), N_ ("LAB") },
  G_OPTION_ENTRY_NULL
};

static const char *
describe_state (LcMachineState state)
{
  switch (state)
    {
    case LC_MACHINE_STATE_CREATING:
      return _ ("being created");
    case LC_MACHINE_STATE_STOPPED:
      return _ ("stopped");
    case LC_MACHINE_STATE_STARTING:
      return _ ("starting");
    case LC_MACHINE_STATE_RUNNING:
      return _ ("running");
    case LC_MACHINE_STATE_STOPPING:
      return _ ("stopping");
    case LC_MACHINE_STATE_UPDATING:
      return _ ("being changed");
    case LC_MACHINE_STATE_FAILED:
      return _ ("failed");
    case LC_MACHINE_STATE_DELETING:
      return _ ("being deleted");
    case LC_MACHINE_STATE_UNKNOWN:
    default:
      return _ ("unknown");
    }
}

static const char *
describe_system (LcMachineSystem system)
{
  switch (system)
    {
    case LC_MACHINE_SYSTEM_LINUX:
      return "Linux";
    case LC_MACHINE_SYSTEM_WINDOWS:
      return "Windows";
    case LC_MACHINE_SYSTEM_UNKNOWN:
    default:
      return NULL;
    }
}

static char *
describe_usage (LcMachine *machine)
{
  double used = lc_machine_get_usage (machine) / 3600.0;

  if (lc_machine_get_quota (machine) < 0)
    /* Translators: hours used */
    return g_strdup_printf (_ ("%.1f h"), used);

  /* Translators: hours used, and hours that may be used */
  return g_strdup_printf (_ ("%.1f of %.0f h"), used, lc_machine_get_quota (machine) / 3600.0);
}

static const char *
nick_of (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (klass, value);

  return found != NULL ? found->value_nick : "unknown";
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_machine_json (JsonBuilder *builder, LcLab *lab, LcMachine *machine)
{
  json_builder_begin_object (builder);
  lc_cli_json_add_string (builder, "id", lc_machine_get_id (machine));
  lc_cli_json_add_string (builder, "name", lc_machine_get_name (machine));
  lc_cli_json_add_string (builder, "lab", lc_lab_get_name (lab));
  lc_cli_json_add_string (builder, "labId", lc_lab_get_id (lab));
  lc_cli_json_add_string (builder, "accountId", lc_machine_get_account_id (machine));
  lc_cli_json_add_string (builder, "state",
                          nick_of (LC_TYPE_MACHINE_STATE, lc_machine_get_state (machine)));
  lc_cli_json_add_string (builder, "system",
                          nick_of (LC_TYPE_MACHINE_SYSTEM, lc_machine_get_system (machine)));
  lc_cli_json_add_string (builder, "host", lc_machine_get_host (machine));
  add_int (builder, "sshPort", lc_machine_get_ssh_port (machine));
  lc_cli_json_add_string (builder, "login", lc_machine_get_login (machine));
  add_int (builder, "usageSeconds", lc_machine_get_usage (machine));
  json_builder_set_member_name (builder, "quotaSeconds");
  if (lc_machine_get_quota (machine) < 0)
    json_builder_add_null_value (builder);
  else
    json_builder_add_int_value (builder, lc_machine_get_quota (machine));
  add_boolean (builder, "passwordRequired", lc_machine_get_password_required (machine));
  add_boolean (builder, "isTemplate", lc_machine_get_is_template (machine));
  lc_cli_json_add_string (builder, "claimedBy", lc_machine_get_claimed_by (machine));
  lc_cli_json_add_string (builder, "problem", lc_machine_get_problem (machine));
  json_builder_end_object (builder);
}

static void
add_machine_row (LcCliTable *table, LcLab *lab, LcMachine *machine)
{
  g_autofree char *usage = describe_usage (machine);
  g_autofree char *command = lc_machine_dup_ssh_command (machine);

  lc_cli_table_add (table, lc_machine_get_name (machine), lc_lab_get_name (lab),
                    describe_state (lc_machine_get_state (machine)),
                    describe_system (lc_machine_get_system (machine)), usage, command);
}

static gboolean
is_wanted_lab (LcLab *lab)
{
  return only_lab == NULL || g_str_equal (only_lab, lc_lab_get_name (lab)) ||
         g_ascii_strcasecmp (only_lab, lc_lab_get_id (lab)) == 0;
}

static gboolean
run_machines (LcCli *cli, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) labs = lc_cli_load_labs (cli, error);
  g_autoptr (LcCliTable) table = lc_cli_table_new (_ ("MACHINE"), _ ("LAB"), _ ("STATE"),
                                                   _ ("SYSTEM"), _ ("USED"), _ ("SSH"), NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  if (labs == NULL)
    return FALSE;

  json_builder_begin_array (builder);
  for (guint i = 0; i < labs->len; i++)
    {
      LcLab *lab = g_ptr_array_index (labs, i);
      GListModel *machines = lc_lab_get_machines (lab);

      for (guint j = 0; is_wanted_lab (lab) && j < g_list_model_get_n_items (machines); j++)
        {
          g_autoptr (LcMachine) machine = g_list_model_get_item (machines, j);

          add_machine_json (builder, lab, machine);
          add_machine_row (table, lab, machine);
        }
    }
  json_builder_end_array (builder);

  text = as_json ? lc_cli_json_format (builder) : lc_cli_table_format (table);
  g_print ("%s", text);
  return TRUE;
}

static gboolean
run_labs (LcCli *cli, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) labs = lc_cli_load_labs (cli, error);
  g_autoptr (LcCliTable) table =
      lc_cli_table_new (_ ("LAB"), _ ("MACHINES"), _ ("DESCRIPTION"), NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  if (labs == NULL)
    return FALSE;

  json_builder_begin_array (builder);
  for (guint i = 0; i < labs->len; i++)
    {
      LcLab *lab = g_ptr_array_index (labs, i);
      guint n_machines = g_list_model_get_n_items (lc_lab_get_machines (lab));
      g_autofree char *number = g_strdup_printf ("%u", n_machines);

      json_builder_begin_object (builder);
      lc_cli_json_add_string (builder, "id", lc_lab_get_id (lab));
      lc_cli_json_add_string (builder, "name", lc_lab_get_name (lab));
      lc_cli_json_add_string (builder, "accountId", lc_lab_get_account_id (lab));
      lc_cli_json_add_string (builder, "description", lc_lab_get_description (lab));
      add_int (builder, "machines", n_machines);
      json_builder_end_object (builder);
      lc_cli_table_add (table, lc_lab_get_name (lab), number, lc_lab_get_description (lab));
    }
  json_builder_end_array (builder);

  text = as_json ? lc_cli_json_format (builder) : lc_cli_table_format (table);
  g_print ("%s", text);
  return TRUE;
}

const LcCliCommand lc_cli_labs = {
  .name = "labs",
  .summary = N_ ("List the labs"),
  .entries = labs_entries,
  .run = run_labs,
};

const LcCliCommand lc_cli_machines = {
  .name = "machines",
  .summary = N_ ("List the machines"),
  .entries = machines_entries,
  .run = run_machines,
};
