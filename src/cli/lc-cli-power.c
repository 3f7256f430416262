/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

static gboolean
run_start (LcCli *cli, char **arguments, GError **error)
{
  g_autoptr (LcMachine) machine = lc_cli_find_machine (cli, arguments[0], error);
  g_autoptr (LcOperation) operation = NULL;

  if (machine == NULL)
    return FALSE;

  operation = lc_launcher_start (lc_composition_get_launcher (cli->composition), machine);
  return lc_cli_await_operation (cli, operation, error);
}

static gboolean
run_stop (LcCli *cli, char **arguments, GError **error)
{
  g_autoptr (LcMachine) machine = lc_cli_find_machine (cli, arguments[0], error);
  g_autoptr (LcOperation) operation = NULL;

  if (machine == NULL)
    return FALSE;

  operation = lc_launcher_stop (lc_composition_get_launcher (cli->composition), machine);
  return lc_cli_await_operation (cli, operation, error);
}

const LcCliCommand lc_cli_start = {
  .name = "start",
  .arguments = N_ ("MACHINE"),
  .summary = N_ ("Start a machine and wait until it runs"),
  .n_arguments = 1,
  .run = run_start,
};

const LcCliCommand lc_cli_stop = {
  .name = "stop",
  .arguments = N_ ("MACHINE"),
  .summary = N_ ("Stop a machine and wait until it is stopped"),
  .n_arguments = 1,
  .run = run_stop,
};
